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

/** {@code freeze}: stops a channel, so that nothing may enter it. */
@Command(
    name = "freeze",
    description = "Stops a channel: nothing may enter it until a policy key lifts that.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame freeze viworks/agent --reason \"inventory, until Monday\" \\",
      "      --key promoter.key --registry reg --trust-root trust-root.json",
      "  selfsame freeze viworks/agent --channel production --reason … --key policy.key \\",
      "      --registry https://registry.example.org",
      "",
      "A promoter's key may freeze, and a policy key; a policy key alone lifts it (selfsame",
      "unfreeze). Neither promote nor rollback enters a frozen channel, and a record that was",
      "put into it all the same makes the whole channel bad evidence for everybody.",
      "",
      "Frozen means no change: what the channel holds is verified, served and deployed as",
      "before. So an empty channel cannot be frozen: there is nothing to hold.",
      "",
      "Exit codes:",
      "  0  frozen, or it is frozen already",
      "  1  nothing was ever promoted into the channel; nothing was changed",
      "  2  wrong usage, or a key that cannot be read",
      "  3  the registry cannot be read or written, or another record took the place",
      "  4  the key is neither a promoter's nor a policy key of the trust root, or the",
      "     channel's chain does not hold; nothing was changed",
    })
final class FreezeCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;
  @Mixin private final KeysSigner signer;

  @Mixin private final ChannelOptions subject = new ChannelOptions();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, in one line, which everybody who is refused is shown.")
  private String reason = "";

  FreezeCommand(Surroundings surroundings) {
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
                    .freeze(artifact, of, why, by, surroundings.clock().instant()));
    Console console = surroundings.console();
    switch (result) {
      case Freezing.Stands(var stands) ->
          console.line(
              "frozen already: %s of %s, %s"
                  .formatted(of, artifact, stands.frozen().orElseThrow().describe()));
      case Freezing.Done(var record, var held) -> {
        console.line("frozen: %s of %s, by record %d".formatted(of, artifact, record.seq()));
        console.line("  holds      %s, record %d".formatted(held.artifact(), held.seq()));
        console.line("  reason     " + record.reason());
        console.line("  evidence   " + record.bundle());
      }
    }
    return ExitCode.YES.status();
  }
}
