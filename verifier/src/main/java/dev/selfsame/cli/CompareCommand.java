package dev.selfsame.cli;

import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.compare.Ignorable;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compare}: why two binaries differ. */
@Command(
    name = "compare",
    description = {
      "Says whether binaries, folders or archives are the same, and if not, why.",
      "Takes binaries below 2 GiB. --timeout limits reading, --budget rebuilding.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame compare promoted hand-made",
      "  selfsame compare --sections promoted hand-made",
      "  selfsame compare --guesses promoted hand-made",
      "  selfsame compare --html difference.html promoted hand-made",
      "  selfsame compare --markdown promoted hand-made > comment.md",
      "  selfsame compare --svg difference.svg --by crate promoted hand-made",
      "  selfsame compare --json promoted hand-made | jq '.causes[0]'",
      "  selfsame compare --ignore build-id,signature promoted hand-made",
      "  selfsame compare --also agent-linux-arm64 agent-macos-arm64 agent-linux-x64",
      "  selfsame compare --source agent promoted hand-made",
      "  selfsame compare --source agent --record-a build-record.json --budget 1h promoted theirs",
      "  selfsame compare --by function --debug-file agent.debug agent theirs",
      "  selfsame compare --by instance --html difference.html agent theirs",
      "  selfsame compare first second third",
      "  selfsame compare dist-a dist-b",
      "  selfsame compare --name bin/agent agent-1.tar.gz agent-2.tar.gz",
      "  selfsame compare out/agent docker:agent:/opt/agent/agent",
      "  selfsame compare out/agent oci:registry.example/agent:1.2!/usr/bin/agent",
      "",
      "Folders and archives (tar, tar.gz, tar.xz, tar.zst, zip, whl, jar, npm's tgz,",
      "deb) are compared name by name: kind, mode, link and bytes, in tars extended",
      "attributes too, not owners and times.",
      "Archives that hold the same, but are not the same bytes, are equivalent: exit 1.",
      "",
      "--ignore takes build-id (also Mach-O's UUID, PE's GUID), signature, and of ELF and",
      "Mach-O debug and symbols (not those of objects), and ELF's notes that are not",
      "loaded, such as .comment. What is loaded must still be the same at its place,",
      "and all else the same by name, attributes and content:",
      "then the two are equivalent, which is not identical. A file that cannot be read",
      "in full is never equivalent.",
      "",
      "--source builds A again, and stops if that is not A. Then it changes one setting",
      "after the other towards B, builds each once in the pinned root, and counts the",
      "bytes. Settings come from B's record, or from what B's bytes tell. Another",
      "release of a crate is such a change: of Cargo.lock alone. Builds are kept in",
      "the cache: a second run takes seconds. The exit code stays that of the bytes.",
      "",
      "Where sizes moved, how many bytes differ is a lower bound: \"at least\".",
      "",
      "Grades: proved (read from both files, exact; or the last rebuild is B), measured",
      "(a rebuild moved the bytes), suspected (the files speak for it), unexplained",
      "(nothing accounts for these bytes).",
      "",
      "It could not tell, exit 3, also where an archive holds a name that leads out of",
      "it, an entry that is not read here, or more than 200,000 names or 8 GiB unpacked;",
      "where reading took longer than --timeout; where something changed meanwhile; and",
      "where no engine or registry answers.",
      "",
      "Exit codes:",
      "  0  identical, byte for byte; with --accept-equivalent, equivalent too",
      "  1  differs, or is equivalent only",
      "  2  no such file, or wrong usage",
      "  3  could not tell: empty, damaged, too large, out of time, or nobody answers",
      "  4  a registry's bytes do not have their digest",
    })
final class CompareCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description =
          "The first binary, folder or archive: PATH, docker:CONTAINER[:/PATH] (or podman:…), pid:N,"
              + " oci:REFERENCE, oci:REFERENCE!/PATH or -.")
  private Path a = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "The second.")
  private Path b = Path.of("");

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "C",
      description = "More binaries: each is compared with each.")
  private List<Path> more = List.of();

  @Option(
      names = "--name",
      paramLabel = "PATH",
      description = "Of two folders or archives, compare this file in full.")
  private @Nullable String name;

  @Mixin private final ComparePrinter printer = new ComparePrinter();

  @Option(
      names = "--ignore",
      split = ",",
      paramLabel = "THING",
      description =
          "What does not matter: build-id, signature, debug, symbols, notes. Where nothing else"
              + " differs, two binaries are equivalent: exit 1.")
  private List<String> ignore = List.of();

  @Option(names = "--accept-equivalent", description = "Exit 0 where the verdict is equivalent.")
  private boolean acceptEquivalent;

  @Option(
      names = "--also",
      paramLabel = "FILE",
      description =
          "A third build of the same source, with the format of one and the instruction set of the"
              + " other: splits the difference. Taken from where A may be.")
  private @Nullable Path also;

  @Option(
      names = "--debug-file",
      paramLabel = "FILE",
      description =
          "What was split off A or B for debuggers: agent.debug, whose symbols tell whose the bytes"
              + " are, or a .dwp package. Its build-id or DWO ids must be those of A or B."
              + " Taken from where A may be. Repeatable.")
  private List<Path> debugFiles = List.of();

  @Mixin private final ReadingTime time = new ReadingTime();

  @Mixin private final ExperimentOptions experiment = new ExperimentOptions();

  CompareCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.console = surroundings.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    Set<Ignorable> ignored = Ignorable.parse(ignore);
    boolean rebuilding = experiment.given();
    time.limit(); // before anything is fetched
    List<Path> all = new ArrayList<>(List.of(a, b));
    all.addAll(more);
    try (CompareSides sides = CompareSides.find(all, surroundings)) {
      if (!more.isEmpty()) {
        requirePair();
      }
      BinaryComparison.Question question = question(sides, ignored);
      // Once, when all is fetched. An archive whose beginning is long in coming is timed too.
      Deadline deadline = time.begin(surroundings.watch());
      boolean trees = time.read(deadline, sides::name, sides::areTrees);
      if (trees && name != null) {
        String inside = name;
        return pair(sides, () -> sides.named(inside), question, deadline);
      } else if (name != null) {
        throw Failure.usage("--name needs two folders or archives", "give two of them");
      } else if (trees || !more.isEmpty()) {
        if (rebuilding) {
          throw Failure.usage(
              "--source is for two binaries", "with two folders or archives, add --name PATH");
        }
        return many(sides, trees, deadline);
      }
      return pair(sides, sides::files, question, deadline);
    }
  }

  /** Refuses what is for two binaries alone. */
  private void requirePair() {
    if (!ignore.isEmpty() || also != null || !debugFiles.isEmpty()) {
      throw Failure.usage(
          "--ignore, --also and --debug-file are for two binaries",
          "with two folders or archives, add --name PATH");
    }
  }

  private Integer many(CompareSides sides, boolean areTrees, Deadline deadline) {
    printer.refuseForMany();
    requirePair();
    if (areTrees) {
      TreeComparison trees = time.read(deadline, sides::name, sides::trees);
      printer.print(trees, console);
      return exit(trees.verdict());
    }
    ComparisonMatrix matrix = time.read(deadline, sides::name, sides::matrix);
    printer.print(matrix, console);
    return exit(matrix.verdict());
  }

  /** What two binaries are asked; the files that belong to them are fetched. */
  private BinaryComparison.Question question(CompareSides sides, Set<Ignorable> ignored)
      throws InterruptedException {
    Path third = also == null ? null : sides.find(also);
    List<Path> debug = new ArrayList<>();
    for (Path file : debugFiles) {
      debug.add(sides.find(file));
    }
    return new BinaryComparison.Question(ignored, third, debug, printer.instances());
  }

  private Integer pair(
      CompareSides sides,
      Supplier<List<Path>> files,
      BinaryComparison.Question question,
      Deadline deadline)
      throws InterruptedException {
    List<Path> both = time.read(deadline, sides::name, files);
    Path first = both.getFirst();
    Path second = both.getLast();
    Comparison read =
        time.read(deadline, sides::name, () -> BinaryComparison.of(first, second, question));
    Comparison comparison = experiment.prove(read, first, second, surroundings);
    printer.print(comparison, console);
    return exit(comparison.verdict());
  }

  private Integer exit(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Identical() -> ExitCode.YES.status();
      case Verdict.Equivalent equivalent ->
          acceptEquivalent ? ExitCode.YES.status() : ExitCode.NO.status();
      case Verdict.Differs differs -> ExitCode.NO.status();
      case Verdict.CouldNotTell(String why) ->
          throw Failure.undecided(why, "give two files that can be read");
    };
  }
}
