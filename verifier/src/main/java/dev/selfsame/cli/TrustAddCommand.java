package dev.selfsame.cli;

import dev.selfsame.attest.Role;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.VerificationKey;
import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trust add}: one key more. */
@Command(
    name = "add",
    description = "Adds a key: one role, one operator, a lifetime.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame trust add trust-root.json --key builder.pub --role builder \\",
      "      --operator alice --builder-id https://example.org/builders/alice",
      "  selfsame trust add trust-root.json --key promoter.pub --role promoter \\",
      "      --operator bob --valid-until 2027-06-30",
      "",
      "When a promoter's key ends, the channels that it promoted into last are not served until",
      "another key promotes again: see selfsame trust revoke --help. selfsame doctor tells of",
      "keys that end soon. Of the roles log and witness nothing is read yet.",
      "",
      "Exit codes:",
      "  0  added; the file has a new version",
      "  2  the key is there already, cannot be read, or does not fit its role; wrong usage",
      "  3  a file could not be read or written",
      "  4  the trust root is malformed",
    })
final class TrustAddCommand implements Callable<Integer> {
  private static final Duration LIFETIME = Duration.ofDays(365);

  private final Surroundings surroundings;
  @Mixin private final KeysPassphrase passphrase;

  @Parameters(paramLabel = "FILE", description = "The trust root.")
  private @Nullable Path file;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description = "The public key: PEM, or an OpenSSH public key line.")
  private @Nullable Path key;

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "builder, promoter, policy, deployer, log or witness; one key has one role.")
  private @Nullable Role role;

  @Option(
      names = "--operator",
      required = true,
      paramLabel = "NAME",
      description = "Who answers for the key; policies count operators, not keys.")
  private String operator = "";

  @Option(
      names = "--builder-id",
      paramLabel = "URI",
      description = "The builder's id; for the role builder, where it is needed.")
  private @Nullable String builderId;

  @Option(
      names = "--valid-from",
      paramLabel = "TIME",
      description = "First moment at which the key counts; default: now.")
  private @Nullable String validFrom;

  @Option(
      names = "--valid-until",
      paramLabel = "TIME",
      description = "First moment at which it no longer does; default: 365 days after the first.")
  private @Nullable String validUntil;

  TrustAddCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.passphrase = new KeysPassphrase(surroundings);
  }

  @Override
  public Integer call() {
    Path path = surroundings.workFolder().resolve(Objects.requireNonNull(file));
    Path keyFile = surroundings.workFolder().resolve(Objects.requireNonNull(key));
    TrustedKey added = trusted(KeyFile.readPublic(keyFile, passphrase));
    TrustRoot next = new TrustFile(path, surroundings.seen()).change(root -> root.with(added));
    surroundings
        .console()
        .line("added  %s  version %d".formatted(added.describe(), next.version()));
    return ExitCode.YES.status();
  }

  private TrustedKey trusted(VerificationKey publicKey) {
    Instant now = surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    Instant from = validFrom == null ? now : TrustFile.moment("--valid-from", validFrom);
    try {
      Instant until =
          validUntil == null ? from.plus(LIFETIME) : TrustFile.moment("--valid-until", validUntil);
      return new TrustedKey(
          publicKey, Objects.requireNonNull(role), operator, builderId, from, until, null);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw Failure.usage(
          String.valueOf(e.getMessage()), "selfsame trust add --help shows what each role needs");
    }
  }
}
