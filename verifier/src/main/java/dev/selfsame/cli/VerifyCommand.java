package dev.selfsame.cli;

import dev.selfsame.audit.Audit;
import dev.selfsame.audit.AuditText;
import dev.selfsame.audit.Auditor;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: the audit and the gate. */
@Command(
    name = "verify",
    description = "Tells whether a binary is what a channel holds, who built it and from what.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame verify --binary /opt/agent/agent --registry reg --trust-root trust-root.json",
      "  selfsame verify --binary agent --name viworks/agent --channel production --json",
      "  selfsame verify --binary agent --registry https://registry.example.org",
      "",
      "Everything is verified again from signed evidence; no database is asked. Bytes that",
      "were promoted once and replaced since are not promoted. The newest promotion that was",
      "verified is remembered in the user's own data folder, under seen/: a registry that",
      "later shows less is found out. Deleting the file forgets it.",
      "",
      "Exit codes:",
      "  0  promoted: the bytes are those of the channel's newest promotion, which holds",
      "  1  not promoted, replaced or ended, or unknown to the registry",
      "  2  wrong usage, or no trust root",
      "  3  the file or the registry cannot be read, or the file changed meanwhile",
      "  4  evidence is bad: altered bytes, a signature, a signer, a broken chain, or a",
      "     registry that hides what was seen in it before",
    })
final class VerifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;

  @Option(
      names = "--binary",
      required = true,
      paramLabel = "FILE",
      description = "The file in question.")
  private String binary = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The only name that counts; default: any that the registry has it under.")
  private @Nullable String name;

  @Option(
      names = "--channel",
      paramLabel = "CHANNEL",
      defaultValue = "production",
      description = "The channel; default: production.")
  private String channel = "production";

  @Option(names = "--json", description = "Print the answer as JSON (schema selfsame.audit/1).")
  private boolean json;

  VerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
  }

  @Override
  public Integer call() {
    Auditor auditor =
        new Auditor(
            registry::reading,
            Optional.ofNullable(name).map(RegistryOptions::name),
            RegistryOptions.channel(channel),
            surroundings.clock().instant());
    Audit audit = auditor.audit(path(), binary);
    if (json) {
      surroundings.console().print(Json.write(audit));
    } else {
      surroundings.console().print(AuditText.of(audit));
    }
    return audit.code().status();
  }

  /** Only files for now; a file of such a name can be given as {@code ./docker:…}. */
  private Path path() {
    for (String scheme : new String[] {"docker:", "pid:", "oci:"}) {
      if (binary.startsWith(scheme)) {
        throw Failure.usage(
            "this version verifies files, not " + scheme + "…",
            "copy the binary out and name the file");
      }
    }
    if (binary.isEmpty() || binary.indexOf('\0') >= 0) {
      throw Failure.usage("--binary names no file", "give a path");
    }
    return surroundings.workFolder().resolve(binary);
  }
}
