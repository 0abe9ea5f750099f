package dev.selfsame.cli;

import dev.selfsame.access.ApiToken;
import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.Caller;
import dev.selfsame.access.Grant;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tokens create}: makes an API token, and shows it once. */
@Command(
    name = "create",
    description = {
      "Makes an API token and prints it: only this once, since its hash alone is kept.",
      "It may do what the server's rules allow its user, within what is given here."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame tokens create --registry reg --user ci --allow pull,push \\",
      "      --on 'staging/viworks/**' --expires 90d --note 'build server'",
      "  docker login -u ci registry.example.org       # with the token as the password",
      "",
      "Exit codes:",
      "  0  made; the token is the only line on stdout",
      "  2  wrong usage",
      "  3  the token file cannot be written",
    })
final class TokensCreateCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final TokensOption tokens;

  @Option(
      names = "--user",
      required = true,
      paramLabel = "NAME",
      description = "Whom it acts as; the server's rules name this user.")
  private String user = "";

  @Option(
      names = "--allow",
      required = true,
      paramLabel = "WORDS",
      description =
          "What it may do: pull, push, delete, promote, deploy, admin; separated by commas.")
  private String allow = "";

  @Option(
      names = "--on",
      required = true,
      paramLabel = "PATTERN",
      description = "Where: staging/team/*, deploy/**, evidence; may be given again.")
  private List<String> on = new ArrayList<>();

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      defaultValue = "90d",
      description = "After how long it ends: 90s, 20m, 24h, 7d; default: ${DEFAULT-VALUE}.")
  private String expires = "90d";

  @Option(names = "--note", paramLabel = "TEXT", description = "What it is for.")
  private String note = "";

  TokensCreateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.tokens = new TokensOption(surroundings);
  }

  @Override
  public Integer call() {
    Duration life = ShortTime.parse(expires, "--expires");
    if (!Caller.isName(user)) {
      throw Failure.usage("not a user's name: " + user, "name it like --user ci");
    }
    Instant now = surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    ApiToken.Made made =
        ApiToken.make(user, grants(), now, now.plus(life), note, new SecureRandom());
    ApiTokens.change(tokens.made(), all -> all.with(made.token()));
    surroundings.console().line(made.text());
    surroundings
        .console()
        .message("token %s ends at %s".formatted(made.token().id(), made.token().expires()));
    return ExitCode.YES.status();
  }

  private List<Grant> grants() {
    try {
      Set<Permission> permissions = ApiTokens.permissions(allow);
      return on.stream()
          .map(pattern -> new Grant(new RepositoryPattern(pattern), permissions))
          .toList();
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          String.valueOf(e.getMessage()), "selfsame tokens create --help shows an example");
    }
  }
}
