package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trust revoke}: takes a key back. */
@Command(
    name = "revoke",
    description = "Takes a key back; it stays listed, with when and why.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame trust revoke trust-root.json --key old.pub --reason retired",
      "  selfsame trust revoke trust-root.json --fingerprint sha256:… --reason compromised",
      "",
      "A compromised key counts for nothing that it ever signed. A retired one, or one that has",
      "ended, counts where an earlier moment is asked for: builds behind a promotion that was",
      "made before, and dissent. It does not count for what has to hold now: a channel whose",
      "newest promotion or rollback it signed is not served from that moment (exit 4), builds",
      "that it signed cannot be promoted or brought back, and deployments that it recorded are",
      "not counted. So first name the day with --at, and until then promote what the channels",
      "hold (selfsame list) again by another key: within 30 days of the old key's end that is a",
      "new promotion.",
      "",
      "Exit codes:",
      "  0  taken back; the file has a new version",
      "  2  no such key in it, taken back already, or wrong usage",
      "  3  a file could not be read or written",
      "  4  the trust root is malformed",
    })
final class TrustRevokeCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final KeysPassphrase passphrase;

  @Parameters(paramLabel = "FILE", description = "The trust root.")
  private @Nullable Path file;

  @ArgGroup(multiplicity = "1")
  private @Nullable Which which;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "REASON",
      description = "retired or compromised.")
  private TrustedKey.@Nullable Reason reason;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "First moment at which it no longer counts; default: now.")
  private @Nullable String at;

  /** The two ways to name a key. */
  static final class Which {
    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The public key.")
    private @Nullable Path key;

    @Option(
        names = "--fingerprint",
        required = true,
        paramLabel = "sha256:HEX",
        description = "SHA-256 of the public key, as trust show --json prints it.")
    private @Nullable String fingerprint;
  }

  TrustRevokeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.passphrase = new KeysPassphrase(surroundings);
  }

  @Override
  public Integer call() {
    Path path = surroundings.workFolder().resolve(Objects.requireNonNull(file));
    Digest key = fingerprint(Objects.requireNonNull(which));
    Instant moment =
        at == null
            ? surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS)
            : TrustFile.moment("--at", at);
    TrustedKey.Revocation why = revocation(moment);
    TrustRoot next = new TrustFile(path, surroundings.seen()).change(root -> root.revoke(key, why));
    surroundings
        .console()
        .line(
            "revoked  %s  %s at %s  version %d"
                .formatted(
                    key.abbreviated(),
                    why.reason().name().toLowerCase(Locale.ROOT),
                    moment,
                    next.version()));
    return ExitCode.YES.status();
  }

  private TrustedKey.Revocation revocation(Instant moment) {
    try {
      return new TrustedKey.Revocation(moment, Objects.requireNonNull(reason));
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--at: " + e.getMessage(), "write it as 2026-11-23");
    }
  }

  private Digest fingerprint(Which named) {
    if (named.key != null) {
      Path keyFile = surroundings.workFolder().resolve(named.key);
      return KeyFile.readPublic(keyFile, passphrase).fingerprint();
    }
    try {
      return Digest.parse(Objects.requireNonNull(named.fingerprint));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          String.valueOf(e.getMessage()), "selfsame trust show lists the fingerprints");
    }
  }
}
