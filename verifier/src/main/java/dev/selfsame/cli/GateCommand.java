package dev.selfsame.cli;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.audit.Auditor;
import dev.selfsame.audit.Audits;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.Survey;
import dev.selfsame.audit.gate.Ages;
import dev.selfsame.audit.gate.GatePolicy;
import dev.selfsame.audit.gate.GatePolicyFile;
import dev.selfsame.audit.gate.GateWish;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.docker.DockerFiles;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gate}: {@code verify} as one step of CI, with a policy. */
@Command(
    name = "gate",
    description = "Lets a pipeline go on only with binaries that are promoted and meet a policy.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame gate --binary dist/agent --name viworks/agent --maximum-age 30d",
      "  selfsame gate --binary 'dist/*' --policy gate.toml --junit gate.xml",
      "",
      "A policy file has schema = 1 and the options' names as keys: name, channel,",
      "binary = [\"dist/agent\"], minimum-operators = 2, maximum-age = \"30d\",",
      "allow-pin = [\"trixie-rust-1.85.1\"], require-reproducible = true.",
      "In GitHub Actions there are annotations, the step's summary, and the outputs",
      "verdict, exit-code, digest and promotion too.",
      "",
      "Exit codes:",
      "  0  every binary is promoted and meets every check",
      "  1  one is not promoted or unknown, or a check is not met",
      "  2  wrong usage or policy; no binary was named, or no file fits a pattern",
      "  3  could not tell of one, or a report could not be written",
      "  4  evidence is bad",
    })
final class GateCommand implements Callable<Integer> {
  private static final long LARGEST_POLICY = 1L << 20;

  private final Surroundings surroundings;
  private final GithubStep step;
  @Mixin private final RegistryOptions registry;
  @Mixin private final GateReports reports;

  @Option(
      names = "--binary",
      paramLabel = "WHERE",
      description = "A path or pattern of files, docker:…, pid:… or oci:…. Repeatable.")
  private List<String> binaries = List.of();

  @Option(names = "--name", paramLabel = "NAME", description = "The only name that counts.")
  private @Nullable String name;

  @Option(
      names = "--channel",
      paramLabel = "CHANNEL",
      description = "The channel; default: production.")
  private @Nullable String channel;

  @Option(
      names = "--minimum-operators",
      paramLabel = "N",
      description = "How many operators must each have a build that counts; default: 1.")
  private @Nullable Integer minimumOperators;

  @Option(
      names = "--maximum-age",
      paramLabel = "AGE",
      description = "How old the promotion may be: 90s, 20m, 12h, 30d.")
  private @Nullable String maximumAge;

  @Option(
      names = "--allow-pin",
      paramLabel = "PIN",
      description = {
        "Builds in another pin do not count: an id, its root's sha256:HEX (as pins show",
        "tells), or ID@sha256:HEX. Repeatable."
      })
  private List<String> pins = List.of();

  @Option(
      names = "--require-reproducible",
      description = "Builds that were not repeated to the same bytes do not count.")
  private boolean reproducible;

  @Option(names = "--policy", paramLabel = "FILE", description = "The same, from a TOML file.")
  private @Nullable Path policy;

  /** What is asked about, as far as that is known. */
  private List<String> asked = List.of();

  /**
   * @param random one whose numbers nobody can guess
   */
  GateCommand(Surroundings surroundings, RandomGenerator random) {
    this.surroundings = surroundings;
    this.step = new GithubStep(surroundings, random);
    this.registry = new RegistryOptions(surroundings);
    this.reports = new GateReports(surroundings, step);
  }

  @Override
  public Integer call() throws InterruptedException {
    Judgements judgements;
    try {
      judgements = judge();
    } catch (Failure e) {
      reports.failed(e, asked);
      throw e;
    }
    return reports.write(judgements).status();
  }

  private Judgements judge() throws InterruptedException {
    asked = binaries;
    GateWish wish = fromOptions();
    if (policy != null) {
      wish = wish.and(fromFile(surroundings.workFolder().resolve(policy)));
    }
    asked = wish.binaries();
    GatePolicy rules = wish.policy();
    List<Where> places = new GateInputs(surroundings.workFolder()).places(wish.binaries());
    Instant now = surroundings.clock().instant();
    Auditor auditor =
        new Auditor(registry::reading, Optional.ofNullable(rules.name()), rules.channel(), now);
    // Without a registry there is no answer for any of them.
    auditor.open();
    Survey survey = new Survey(auditor, Places.finder(surroundings, DockerFiles.PATIENCE));
    List<Checked> all = new ArrayList<>();
    for (Where place : places) {
      all.add(survey.check(place));
    }
    return Judgements.of(new Audits(all), rules, now);
  }

  private GateWish fromOptions() {
    if (minimumOperators != null && (minimumOperators < 1 || minimumOperators > 100)) {
      throw Failure.usage(
          "--minimum-operators is not from 1 to 100: " + minimumOperators, "leave it out for 1");
    }
    return new GateWish(
        binaries,
        name == null ? null : RegistryOptions.name(name),
        channel == null ? null : RegistryOptions.channel(channel),
        minimumOperators,
        maximumAge == null ? null : age(maximumAge),
        pins(),
        reproducible ? Boolean.TRUE : null);
  }

  private List<AllowedPin> pins() {
    try {
      return pins.stream().map(AllowedPin::parse).toList();
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--allow-pin: " + e.getMessage(), "selfsame pins list");
    }
  }

  private static Duration age(String text) {
    try {
      return Ages.parse(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--maximum-age is not " + e.getMessage() + ": " + text, "such as 30d");
    }
  }

  private static GateWish fromFile(Path file) {
    try {
      if (Files.size(file) > LARGEST_POLICY) {
        throw Failure.usage(file + " is too large for a policy", "name a policy in TOML");
      }
      return GatePolicyFile.parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new Failure(
          Files.exists(file) ? ExitCode.UNDECIDED : ExitCode.USAGE,
          "cannot read the policy " + file,
          "check the path and its permissions",
          e);
    }
  }
}
