package dev.selfsame.cli;

import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.outcome.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keys public}: the public half in PEM, as cosign and openssl read it. */
@Command(
    name = "public",
    description = "Prints the public half of a key in PEM, as cosign and openssl read it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame keys public builder.key > builder.pub",
      "  selfsame keys public ~/.ssh/id_ed25519.pub --out me.pub",
      "",
      "Exit codes:",
      "  0  printed or written",
      "  2  no such key, a key that cannot be read, a wrong passphrase, or --out is there already",
      "  3  a file could not be read or written",
    })
final class KeysPublicCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final KeysPassphrase passphrase;

  @Parameters(paramLabel = "FILE", description = "A private or public key.")
  private @Nullable Path file;

  @Option(names = "--out", paramLabel = "FILE", description = "Write it there; never overwrites.")
  private @Nullable Path out;

  KeysPublicCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.passphrase = new KeysPassphrase(surroundings);
  }

  @Override
  public Integer call() {
    Path path = surroundings.workFolder().resolve(Objects.requireNonNull(file));
    byte[] pem = KeyFile.readPublic(path, passphrase).pem().getBytes(StandardCharsets.US_ASCII);
    if (out == null) {
      surroundings.console().print(pem);
    } else {
      KeysOutput.create(surroundings.workFolder().resolve(out), pem, false);
    }
    return ExitCode.YES.status();
  }
}
