package dev.selfsame.cli;

import dev.selfsame.attest.Signer;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Rollback;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollback}: brings back what a channel held before, by a new signed record. */
@Command(
    name = "rollback",
    description = "Brings back what a channel held before, by a new signed record.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame rollback viworks/agent --reason \"503 from /health since 14:05\" \\",
      "      --key promoter.key --registry reg --trust-root trust-root.json",
      "  selfsame rollback viworks/agent --channel production --to 7 --reason … --key …",
      "  selfsame rollback viworks/agent --to sha256:… --reason … --key promoter.key \\",
      "      --registry https://registry.example.org",
      "",
      "Nothing is deleted: the channel gets one record more. It rests on the builds, and the",
      "image, that the old promotion rested on, and each of them must be believed today; it",
      "ends when the old promotion ends. Called again, it goes a step further back, never to",
      "what the first call left. Where another record came in since the channel was looked at,",
      "nothing is done. What runs stays as it is: deploy brings there what the channel holds.",
      "",
      "Exit codes:",
      "  0  rolled back, or the channel holds what that promotion brought already",
      "  1  the channel never held that, or holds nothing older; the old promotion has ended;",
      "     or the channel is frozen. Nothing was changed",
      "  2  wrong usage, or a key that cannot be read",
      "  3  the registry cannot be read or written, or another record came in meanwhile",
      "  4  the key is no promoter's of the trust root, what the old promotion rested on is no",
      "     longer believed, its bytes are gone or altered, or the chain does not hold",
    })
final class RollbackCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;
  @Mixin private final KeysSigner signer;

  @Mixin private final ChannelOptions subject = new ChannelOptions();

  @Option(
      names = "--to",
      paramLabel = "SEQ|sha256:HEX",
      description = {
        "What comes back: a promotion by its place, or the newest promotion of these bytes;",
        "default: what the channel held last before, with other bytes."
      })
  private @Nullable String to;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, in one line, which everybody who verifies is shown.")
  private String reason = "";

  RollbackCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
    this.signer = new KeysSigner(surroundings);
  }

  @Override
  public Integer call() {
    ArtifactName artifact = subject.name();
    ChannelName of = subject.channel();
    Rollback.To target = target();
    String why = RegistryOptions.reason(reason);
    Signer promoter = signer.signer();
    Rollback.Plan plan =
        Rollback.plan(registry.reading(), artifact, of, target, surroundings.clock().instant());
    Rollback.Result result =
        registry.writing(
            RegistryAccess.Absent.REFUSE,
            desk ->
                new Rollback(desk, SelfsameCommand.VERSION)
                    .carryOut(plan, why, promoter, surroundings.clock().instant()));
    print(artifact, of, result);
    return ExitCode.YES.status();
  }

  private Rollback.To target() {
    if (to == null) {
      return new Rollback.To.Before();
    }
    try {
      return to.matches("[0-9]{1,18}")
          ? new Rollback.To.Place(Long.parseLong(to))
          : new Rollback.To.Bytes(Digest.parse(to));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "--to is neither a place nor a digest: " + to, "give it as 7, or as sha256:HEX");
    }
  }

  private void print(ArtifactName artifact, ChannelName of, Rollback.Result result) {
    Console console = surroundings.console();
    switch (result) {
      case Rollback.Stands(var held) ->
          console.line(
              "nothing to roll back: %s of %s holds %s already, by record %d"
                  .formatted(of, artifact, held.artifact(), held.seq()));
      case Rollback.Done(var record, var plan) -> {
        console.line(
            "rolled back: %s of %s holds %s again, promotion %d, by record %d"
                .formatted(of, artifact, record.artifact(), plan.restored().seq(), record.seq()));
        console.line(
            "  held until now  record %d, %s".formatted(plan.held().seq(), plan.held().artifact()));
        console.line("  promoted        " + plan.restored().at());
        console.line("  reason          " + record.reason());
        console.line("  evidence        " + record.bundle());
        console.line("what runs is as it was, until it is deployed");
        console.line(
            "next: selfsame deploy %s --channel %s --to TARGET --config FILE"
                .formatted(artifact, of));
      }
    }
  }
}
