package dev.selfsame.cli;

import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pins list}: every known environment. */
@Command(
    name = "list",
    description = "Lists the pinned environments that are known.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame pins list",
      "  selfsame pins list --pin-file ./pins --json",
      "",
      "Exit codes:",
      "  0  listed",
      "  2  a pin file is malformed, or wrong usage",
    })
final class PinsListCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PinSources sources = new PinSources();

  @Option(names = "--json", description = "Print a JSON array, sorted by id.")
  private boolean json;

  PinsListCommand(Surroundings surroundings) {
    this.console = surroundings.console();
  }

  @Override
  public Integer call() {
    List<PinSummary> pins = sources.catalogue().entries().stream().map(PinSummary::of).toList();
    if (json) {
      console.print(Json.write(pins));
      return ExitCode.YES.status();
    }
    int width = pins.stream().mapToInt(pin -> pin.id().length()).max().orElse(0);
    for (PinSummary pin : pins) {
      String rustc = pin.rustc() == null ? "" : "rustc " + pin.rustc();
      console.line(
          String.format(
              Locale.ROOT,
              "%-" + width + "s  %-5s  %-11s  %-12s  %s",
              pin.id(),
              pin.kind(),
              pin.platform(),
              rustc,
              pin.root().abbreviated()));
    }
    return ExitCode.YES.status();
  }
}
