package dev.selfsame.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.VerificationKey;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.outcome.ExitCode;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keys show}: type, fingerprint and public half of a key. */
@Command(
    name = "show",
    description = "Shows type, fingerprint and public key of a private or public key file.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame keys show builder.pub",
      "  selfsame keys show --json ~/.ssh/id_ed25519.pub",
      "",
      "Exit codes:",
      "  0  shown",
      "  2  no such key, a key that cannot be read, or a wrong passphrase",
      "  3  the file could not be read",
    })
final class KeysShowCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final KeysPassphrase passphrase;

  @Parameters(paramLabel = "FILE", description = "A private or public key.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  KeysShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.passphrase = new KeysPassphrase(surroundings);
  }

  @Override
  public Integer call() {
    Path path = surroundings.workFolder().resolve(Objects.requireNonNull(file));
    VerificationKey key = KeyFile.readPublic(path, passphrase);
    Console console = surroundings.console();
    if (json) {
      ObjectNode shown = StrictJson.newObject().put("type", key.scheme().title());
      shown.put("fingerprint", key.fingerprint().toString()).put("hint", key.hint());
      console.print(StrictJson.indented(shown.put("pem", key.pem())));
    } else {
      console.line("type         " + key.scheme().title());
      console.line("fingerprint  " + key.fingerprint());
      console.line("hint         " + key.hint());
      console.print(key.pem());
    }
    return ExitCode.YES.status();
  }
}
