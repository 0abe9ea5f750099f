package dev.selfsame.cli;

import dev.selfsame.evidence.Json;
import dev.selfsame.status.Running;
import dev.selfsame.status.Status;
import dev.selfsame.status.StatusReader;
import dev.selfsame.status.StatusText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code status}: what should run, what is recorded to run, and what was seen to run. */
@Command(
    name = "status",
    description = "Says what should run, what is recorded to run where, and whether they match.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame status viworks/agent --registry reg --trust-root trust-root.json",
      "  selfsame status viworks/agent --channel production --to docker:agent --json",
      "  selfsame status viworks/agent --to dir:/opt/agent --watch 60 \\",
      "      --webhook-file hook.url --metrics /var/lib/node/selfsame.prom",
      "  selfsame status viworks/agent --to systemd:agent --timer-unit /etc/systemd/system",
      "  selfsame status viworks/agent --here --registry https://registry.example.org",
      "",
      "What should run is what the channel holds, verified anew; with it, since when, by whom,",
      "and whether it was rolled back or the channel is frozen. What is recorded is the newest",
      "deployment record of each target that a deployer's key signed: it was true once. Only",
      "who looks at a target knows what runs there now: a target that was not looked at is",
      "shown as recorded, and never counts as a yes, nor as a no. Records that failed are",
      "shown like all others, records that are not believed as not counted.",
      "Targets of this machine are looked at: what runs is read from the process itself. A",
      "file that was copied over it by hand (docker cp), another process in its place and a",
      "changed unit count as drift, also while the right bytes still run. So does one that does",
      "not answer the questions that [health] declared when it was deployed, and one whose",
      "settings (arguments, variables, ports, networks, configuration) are not those that it",
      "was deployed with, or not those of the record; secrets are known again by a key that",
      "never leaves the target's own folder. Where a record exists, that nothing is known of",
      "health or settings is no yes.",
      "",
      "Exit codes:",
      "  0  every target, and at least one, was seen to run what the channel holds, to be well",
      "     and to have its settings",
      "  1  one was seen to run something else or nothing, to be unwell, or to have other",
      "     settings; or nothing may run",
      "  2  wrong usage, or no trust root",
      "  3  a target, its health or settings were not looked at or could not be, no target is",
      "     known, or the registry cannot be read",
      "  4  evidence is bad: the channel, what it rests on, or a record's bytes",
    })
final class StatusCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Running running;
  @Mixin private final RegistryOptions registry;
  @Mixin private final StatusWatch watch;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final ChannelOptions subject = new ChannelOptions();

  @Option(
      names = {"--to", "--target"},
      paramLabel = "TARGET",
      description = {
        "A target in question, as deploy takes it; may be repeated. Default: every one whose",
        "newest record does not say that it was removed."
      })
  private List<String> targets = List.of();

  @Option(
      names = "--here",
      description = {
        "Only what is recorded on this machine: else no machine says yes where another one",
        "has a record too. A timer always does that."
      })
  private boolean here;

  @Option(names = "--json", description = "Print the answer as JSON (schema selfsame.status/1).")
  private boolean json;

  /**
   * @param running who looks at targets
   */
  StatusCommand(Surroundings surroundings, Running running) {
    this.surroundings = surroundings;
    this.running = running;
    this.registry = new RegistryOptions(surroundings);
    this.watch = new StatusWatch(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> asked = new StatusTargets(surroundings).requireTargets(targets);
    List<String> arguments = spec.commandLine().getParseResult().originalArgs();
    StatusWatch.Question question =
        new StatusWatch.Question(subject.name().value(), subject.channel().value(), arguments);
    return watch.run(() -> read(asked), this::print, question, forTimer()).status();
  }

  /** A timer has no home folder of ours, and no other machine to look at. */
  private List<String> forTimer() {
    List<String> more = new ArrayList<>(registry.unsaid());
    if (!here) {
      more.add("--here");
    }
    return more;
  }

  private Status read(List<String> asked) throws InterruptedException {
    return new StatusReader(registry.reading(), running, surroundings.clock().instant())
        .read(
            subject.name(),
            subject.channel(),
            asked,
            here ? Optional.of(ThisMachine.name()) : Optional.empty());
  }

  private void print(Status status) {
    if (json) {
      surroundings.console().print(Json.write(status));
    } else {
      surroundings.console().print(StatusText.of(status));
    }
  }
}
