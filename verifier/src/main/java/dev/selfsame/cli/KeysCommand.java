package dev.selfsame.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keys}: makes and shows signing keys. */
@Command(
    name = "keys",
    description = "Makes, shows and converts signing keys.",
    synopsisSubcommandLabel = "VERB",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame keys generate --out builder.key",
      "  selfsame keys show builder.key",
      "  selfsame keys public builder.key > builder.pub",
      "  selfsame keys export builder.key --format cosign --out cosign.key",
      "",
      "Reads PKCS#8 (plain, or under PBES2 with PBKDF2 or scrypt), SEC1, cosign's",
      "encrypted form and unencrypted OpenSSH keys, for Ed25519 and P-256.",
      "",
      "Exit codes:",
      "  0  done",
      "  2  no such key, a key that cannot be read, a wrong passphrase, or wrong usage",
      "  3  a file could not be read or written",
    })
final class KeysCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private @Nullable CommandSpec spec;

  KeysCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Spec
  void spec(CommandSpec given) {
    spec = given;
    given.addSubcommand("generate", new CommandLine(new KeysGenerateCommand(surroundings)));
    given.addSubcommand("show", new CommandLine(new KeysShowCommand(surroundings)));
    given.addSubcommand("public", new CommandLine(new KeysPublicCommand(surroundings)));
    given.addSubcommand("export", new CommandLine(new KeysExportCommand(surroundings)));
  }

  @Override
  public Integer call() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "no verb was given");
  }
}
