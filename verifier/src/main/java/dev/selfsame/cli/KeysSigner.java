package dev.selfsame.cli;

import dev.selfsame.attest.Signer;
import dev.selfsame.attest.keys.KeyFile;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that signs: {@code --key} and where its passphrase is. */
final class KeysSigner {
  private final Surroundings surroundings;
  @Mixin private final KeysPassphrase passphrase;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description = "Private key that signs (see: selfsame keys).")
  private @Nullable Path key;

  KeysSigner(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.passphrase = new KeysPassphrase(surroundings);
  }

  /**
   * Opens the key.
   *
   * @throws dev.selfsame.outcome.Failure with exit 2 where there is none, or the passphrase is
   *     wrong
   */
  Signer signer() {
    return KeyFile.read(surroundings.workFolder().resolve(Objects.requireNonNull(key)), passphrase)
        .signer();
  }
}
