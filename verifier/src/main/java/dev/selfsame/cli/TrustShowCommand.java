package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.outcome.ExitCode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trust show}: the keys, and which of them count now. */
@Command(
    name = "show",
    description = "Lists the keys, and says which of them count now.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame trust show trust-root.json",
      "  selfsame trust show --json trust-root.json | jq -r '.keys[].operator'",
      "",
      "Exit codes:",
      "  0  shown",
      "  2  no such file",
      "  3  the file could not be read",
      "  4  the trust root is malformed",
    })
final class TrustShowCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The trust root.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print the document itself (selfsame.trust-root/1).")
  private boolean json;

  TrustShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Path path = surroundings.workFolder().resolve(Objects.requireNonNull(file));
    TrustRoot root = TrustRoot.read(path);
    Console console = surroundings.console();
    if (json) {
      console.print(root.json());
      return ExitCode.YES.status();
    }
    console.line("version %d, %d keys".formatted(root.version(), root.keys().size()));
    Instant now = surroundings.clock().instant();
    for (TrustedKey key : root.keys()) {
      console.line(
          "%-8s  %-16s  %s  %s"
              .formatted(
                  key.role().word(), key.operator(), key.key().fingerprint(), state(key, now)));
      if (key.builderId() != null) {
        console.line("          builder id " + key.builderId());
      }
    }
    return ExitCode.YES.status();
  }

  private static String state(TrustedKey key, Instant now) {
    return key.objection(now).orElse("counts until " + key.validUntil());
  }
}
