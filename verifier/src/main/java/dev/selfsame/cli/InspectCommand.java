package dev.selfsame.cli;

import static java.util.Objects.requireNonNull;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.view.FactsText;
import dev.selfsame.view.HtmlReport;
import dev.selfsame.view.Ink;
import dev.selfsame.view.OwnersText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: what a binary says of itself. */
@Command(
    name = "inspect",
    description = {
      "Shows what a binary says of itself, each fact with evidence and grade.",
      "Takes binaries below 2 GiB. --timeout limits reading.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame inspect target/release/agent",
      "  selfsame inspect --sections agent",
      "  selfsame inspect --by crate agent",
      "  selfsame inspect --by function --debug-file agent.debug agent",
      "  selfsame inspect --by instance --json agent | jq .composition.instances",
      "  selfsame inspect --html agent.html agent",
      "  selfsame inspect --json agent | jq -r .facts.rustc.value",
      "  selfsame inspect docker:agent:/opt/agent/agent",
      "  selfsame inspect oci:registry.example/agent:1.2!/usr/bin/agent",
      "",
      "Exit codes:",
      "  0  everything was read (a fact may still be unknown; bytes that belong to no",
      "     structure, such as patchelf leaves behind, are listed)",
      "  2  no such file, or wrong usage",
      "  3  could not read all of it: truncated, damaged, empty, or no known format;",
      "     what could be read is printed all the same; or no engine or registry",
      "     answers, or reading took longer than --timeout",
      "  4  a registry's bytes do not have their digest",
    })
final class InspectCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "The binary: PATH, docker:CONTAINER[:/PATH] (or podman:…), pid:N, oci:REFERENCE,"
              + " oci:REFERENCE!/PATH or -.")
  private @Nullable Path file;

  @Option(names = "--binary", paramLabel = "FILE", description = "The binary, by name.")
  private @Nullable Path binary;

  @Option(names = "--json", description = "Print the facts as JSON (selfsame.binary-facts/3).")
  private boolean json;

  @Option(names = "--sections", description = "List every range of bytes too.")
  private boolean sections;

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      converter = ByConverter.class,
      description =
          "List whose bytes they are too: by crate, function or instance (generic ones apart; then"
              + " --json and --html have them too).")
  private OwnersText.@Nullable By by;

  @Option(
      names = "--debug-file",
      paramLabel = "FILE",
      description =
          "What was split off the binary for debuggers: agent.debug, whose symbols tell whose the"
              + " bytes are, or a .dwp package. Its build-id or DWO ids must be the binary's."
              + " Taken from where the binary may be. Repeatable.")
  private List<Path> debugFiles = List.of();

  @Option(names = "--html", paramLabel = "FILE", description = "Write one HTML page too.")
  private @Nullable Path html;

  @Mixin private final ReadingTime time = new ReadingTime();

  InspectCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.console = surroundings.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    Path path = path();
    time.limit(); // before anything is fetched
    BinaryFacts facts = read(path);
    if (html != null) {
      Console.save(html, HtmlReport.of(facts));
    }
    if (json) {
      console.print(Json.write(facts));
    } else {
      console.print(FactsText.of(facts, new Ink(console.coloured()), sections));
      if (by != null) {
        console.print(OwnersText.of(facts, by));
      }
    }
    if (!facts.allRead()) {
      throw Failure.undecided(
          "could not read all of %s: %s".formatted(path, facts.problems().getFirst()),
          "what could be read is printed; give a whole binary");
    }
    return ExitCode.YES.status();
  }

  private BinaryFacts read(Path path) throws InterruptedException {
    try (GivenFiles files = new GivenFiles(surroundings)) {
      List<Path> debug = new ArrayList<>();
      for (Path file : debugFiles) {
        debug.add(files.find(file));
      }
      Path found = files.find(path);
      Deadline deadline = time.begin(surroundings.watch());
      return time.read(
          deadline,
          files::name,
          () ->
              by == OwnersText.By.INSTANCE
                  ? BinaryReader.readWithInstances(found, debug)
                  : BinaryReader.read(found, debug));
    }
  }

  private Path path() {
    if ((file == null) == (binary == null)) {
      throw Failure.usage("give one file", "selfsame inspect FILE");
    }
    return file != null ? file : requireNonNull(binary);
  }
}
