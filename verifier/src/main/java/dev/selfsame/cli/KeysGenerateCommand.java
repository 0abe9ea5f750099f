package dev.selfsame.cli;

import dev.selfsame.attest.VerificationKey;
import dev.selfsame.attest.VerificationKey.Scheme;
import dev.selfsame.attest.keys.SecretKey;
import dev.selfsame.outcome.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keys generate}: makes a key pair. */
@Command(
    name = "generate",
    description = "Makes a key pair; the private half is encrypted unless told otherwise.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame keys generate --out builder.key",
      "  selfsame keys generate --type p256 --format cosign --out cosign.key",
      "  selfsame keys generate --out ci.key --passphrase-file /run/secrets/pass",
      "",
      "Exit codes:",
      "  0  both files were written: FILE (mode 0600) and its .pub beside it",
      "  2  a file of that name is there already, or wrong usage",
      "  3  a file could not be written",
    })
final class KeysGenerateCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final KeysOutput output;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "ED25519",
      description = "ed25519 (default: faster to check) or p256.")
  private Type type = Type.ED25519;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The private key's file; default: keys/signing.key in the user's own folder.")
  private @Nullable Path out;

  /** Key types as the option names them. */
  enum Type {
    ED25519,
    P256
  }

  KeysGenerateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.output = new KeysOutput(surroundings);
  }

  @Override
  public Integer call() {
    Path file =
        out == null
            ? surroundings.folders().config().resolve("keys/signing.key")
            : surroundings.workFolder().resolve(out);
    KeysOutput.refuseToOverwrite(file);
    SecretKey key = SecretKey.generate(type == Type.ED25519 ? Scheme.ED25519 : Scheme.ECDSA_P256);
    output.write(key, file);
    VerificationKey made = key.key();
    Console console = surroundings.console();
    console.line("private key  " + file);
    console.line("public key   " + KeysOutput.publicFile(file));
    console.line("type         " + made.scheme().title());
    console.line("fingerprint  " + made.fingerprint());
    console.message(
        "next: selfsame trust add TRUST-ROOT --key %s --role ROLE --operator NAME"
            .formatted(KeysOutput.publicFile(file)));
    return ExitCode.YES.status();
  }
}
