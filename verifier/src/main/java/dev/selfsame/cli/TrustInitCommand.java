package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code trust init}: a trust root that trusts nobody yet. */
@Command(
    name = "init",
    description = "Makes a trust root that trusts nobody yet.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame trust init trust-root.json",
      "",
      "Exit codes:",
      "  0  made",
      "  2  the file is there already, or wrong usage",
      "  3  the file could not be written",
    })
final class TrustInitCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The trust root to make.")
  private @Nullable Path file;

  TrustInitCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Path path = surroundings.workFolder().resolve(Objects.requireNonNull(file));
    KeysOutput.create(path, new TrustRoot(1, List.of()).json(), false);
    surroundings.seen().beginAnew(path);
    surroundings.console().line("trust root  " + path + "  version 1, no keys");
    return ExitCode.YES.status();
  }
}
