package dev.selfsame.cli;

import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.ChannelList;
import dev.selfsame.store.ArtifactName;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code list}: what the channels of a registry hold. */
@Command(
    name = "list",
    description = {
      "Lists what the channels of a registry hold: name, channel, digest and since when.",
      "Each line is verified as for a pull."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame list --registry reg --trust-root trust-root.json",
      "  selfsame list viworks/agent --registry https://registry.example.org",
      "  selfsame list --json",
      "",
      "A folder and a server give the same list. At a server, the list of all names needs",
      "the right to pull 'evidence'; that of one NAME the right to pull deploy/NAME.",
      "",
      "Exit codes:",
      "  0  listed, also where nothing is promoted in the registry",
      "  1  nothing was ever promoted under NAME",
      "  2  wrong usage",
      "  3  the registry cannot be read",
      "  4  listed, but the evidence of a channel does not hold: its line says why",
    })
final class ListCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The artifact's name; default: every name.")
  private @Nullable String name;

  @Option(names = "--json", description = "Print a JSON array, sorted by name and channel.")
  private boolean json;

  ListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
  }

  @Override
  public Integer call() {
    ArtifactName wanted = name == null ? null : RegistryOptions.name(name);
    ChannelList list = new ChannelList(registry.reading(), surroundings.clock().instant());
    List<ChannelList.Line> lines = wanted == null ? list.all() : list.of(wanted);
    if (wanted != null && lines.isEmpty()) {
      throw Failure.no(
          "nothing was ever promoted as " + wanted, "selfsame list shows the names that there are");
    }
    print(lines.stream().map(ListedChannel::of).toList());
    boolean holds = lines.stream().noneMatch(line -> line.holding() instanceof ChannelList.Refused);
    return (holds ? ExitCode.YES : ExitCode.BAD_EVIDENCE).status();
  }

  private void print(List<ListedChannel> channels) {
    Console console = surroundings.console();
    if (json) {
      console.print(Json.write(channels));
      return;
    }
    if (channels.isEmpty()) {
      console.message("nothing is promoted in this registry");
      return;
    }
    int names = channels.stream().mapToInt(one -> one.name().length()).max().orElse(1);
    int places = channels.stream().mapToInt(one -> one.channel().length()).max().orElse(1);
    String form = "%-" + names + "s  %-" + places + "s  %s";
    channels.forEach(one ->
        console.line(String.format(Locale.ROOT, form, one.name(), one.channel(), one.said())));
  }
}
