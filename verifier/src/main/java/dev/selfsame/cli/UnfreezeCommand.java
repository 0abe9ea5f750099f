package dev.selfsame.cli;

import dev.selfsame.attest.Signer;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.promote.Freezing;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code unfreeze}: lets a frozen channel go on. */
@Command(
    name = "unfreeze",
    description = "Lifts a freeze: the channel may change again.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame unfreeze viworks/agent --reason \"inventory done\" \\",
      "      --key policy.key --registry reg --trust-root trust-root.json",
      "  selfsame unfreeze viworks/agent --channel production --reason … --key policy.key \\",
      "      --registry https://registry.example.org",
      "",
      "Only a policy key lifts a freeze (selfsame trust add --role policy), whoever froze the",
      "channel. Should that key turn out compromised later, the freeze counts as never lifted,",
      "and what entered since is not served until the channel is frozen and lifted anew. Where",
      "it ends, or is retired, before another record came, the channel is frozen again.",
      "",
      "Exit codes:",
      "  0  lifted, or the channel is not frozen",
      "  1  nothing was ever promoted into the channel, or an earlier lifting is not believed",
      "     and the channel has to be frozen again first; nothing was changed",
      "  2  wrong usage, or a key that cannot be read",
      "  3  the registry cannot be read or written, or another record took the place",
      "  4  the key is no policy key of the trust root, or the channel's chain does not hold;",
      "     nothing was changed",
    })
final class UnfreezeCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;
  @Mixin private final KeysSigner signer;

  @Mixin private final ChannelOptions subject = new ChannelOptions();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why it may go on, in one line.")
  private String reason = "";

  UnfreezeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
    this.signer = new KeysSigner(surroundings);
  }

  @Override
  public Integer call() {
    ArtifactName artifact = subject.name();
    ChannelName of = subject.channel();
    String why = RegistryOptions.reason(reason);
    Signer by = signer.signer();
    Freezing.Result result =
        registry.writing(
            RegistryAccess.Absent.REFUSE,
            desk ->
                new Freezing(desk, SelfsameCommand.VERSION)
                    .unfreeze(artifact, of, why, by, surroundings.clock().instant()));
    Console console = surroundings.console();
    switch (result) {
      case Freezing.Stands _ -> console.line("not frozen: %s of %s".formatted(of, artifact));
      case Freezing.Done(var record, var held) -> {
        console.line(
            "lifted: %s of %s may change again, by record %d"
                .formatted(of, artifact, record.seq()));
        console.line("  holds      %s, record %d".formatted(held.artifact(), held.seq()));
        console.line("  reason     " + record.reason());
        console.line("  evidence   " + record.bundle());
      }
    }
    return ExitCode.YES.status();
  }
}
