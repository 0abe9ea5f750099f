package dev.selfsame.cli;

import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.attest.keys.SecretKey;
import dev.selfsame.outcome.ExitCode;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keys export}: writes a private key in another form. */
@Command(
    name = "export",
    description = "Writes a private key in another form; the old file stays.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame keys export builder.key --format cosign --out cosign.key",
      "  selfsame keys export ~/.ssh/id_ed25519 --out builder.key",
      "",
      "--passphrase-file and SELFSAME_PASSPHRASE open the old file and seal the new one;",
      "on a terminal each is asked for.",
      "",
      "Exit codes:",
      "  0  both files were written: --out (mode 0600) and its .pub beside it",
      "  2  no such key, a key that cannot be read, a wrong passphrase, or --out is there already",
      "  3  a file could not be read or written",
    })
final class KeysExportCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final KeysOutput output;

  @Parameters(paramLabel = "FILE", description = "A private key.")
  private @Nullable Path file;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The new file.")
  private @Nullable Path out;

  KeysExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.output = new KeysOutput(surroundings);
  }

  @Override
  public Integer call() {
    Path from = surroundings.workFolder().resolve(Objects.requireNonNull(file));
    Path to = surroundings.workFolder().resolve(Objects.requireNonNull(out));
    KeysOutput.refuseToOverwrite(to);
    SecretKey key = KeyFile.read(from, output.passphrase());
    output.write(key, to);
    surroundings.console().line("private key  " + to);
    surroundings.console().line("public key   " + KeysOutput.publicFile(to));
    return ExitCode.YES.status();
  }
}
