package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.ElfDump.Part;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.build.TestRoot;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * GNU readelf, and LLVM's readobj as a second opinion, on every ELF file of the pinned trixie root
 * and of further packages of trixie, which are fetched where they are not here (and of what else
 * {@link ElfCorpus} adds): all headers, dynamic entries, notes, version needs and symbols, in both
 * tools' words, and the facts that follow from readelf's. Each tool runs once for many files and
 * prints all of it at a time.
 */
@Needs(Component.BINUTILS)
@Needs(Component.LLVM)
class ElfOracleTest {
  private static final int BATCH = 48;

  /** The root has 588 and the packages 2,263; fewer means that a folder was not walked. */
  private static final int FILES_OF_TRIXIE = 2_700;

  private static final List<String> READELF =
      List.of(
          "readelf",
          "-W",
          "-U",
          "hex",
          "-h",
          "-S",
          "-l",
          "-d",
          "-n",
          "-V",
          "-s",
          "-p",
          ".gnu_debuglink",
          "-p",
          ".gnu_debugaltlink");

  private static final List<String> SPLIT =
      List.of(
          "split/bare",
          "split/bare.dwo",
          "split/bare.dwp",
          "split/bare5",
          "split/bare5.dwp",
          "split/two",
          "split/two.dwp");

  private static final String LEFT_BEHIND = "offset \\d+: \\d+ bytes that no structure claims";

  private final Map<Part, LongAdder> compared =
      Stream.of(Part.values())
          .collect(
              Collectors.toMap(part -> part, part -> new LongAdder(), (a, b) -> a, TreeMap::new));
  private final LongAdder files = new LongAdder();
  private final LongAdder certain = new LongAdder();
  private final LongAdder units = new LongAdder();
  private final LongAdder guesses = new LongAdder();
  private final ConcurrentLinkedQueue<String> explained = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> disagreements = new ConcurrentLinkedQueue<>();

  @Test
  @Needs(Component.TRIXIE_PACKAGES)
  void every_file_is_read_as_readelf_and_llvm_read_it(@TempDir Path packages) throws Exception {
    TrixiePackages.unpack(packages);
    List<Path> all = ElfCorpus.files(packages);
    Path root = TestRoot.folder();
    long ofTrixie =
        all.stream().filter(file -> file.startsWith(root) || file.startsWith(packages)).count();
    int batches = Math.max(1, all.size() / BATCH);
    IntStream.range(0, batches).parallel().forEach(batch -> compare(every(batches, batch, all)));
    explained.forEach(System.out::println);
    System.out.printf(
        "ElfOracleTest: %d files, %d of them of trixie, %s;"
            + " %d files with bytes that patchelf left behind,"
            + " %d certain facts asked about, units of %d files,"
            + " %d facts below certain that readelf does not say,"
            + " %d disagreements%n",
        files.sum(),
        ofTrixie,
        compared,
        explained.size(),
        certain.sum(),
        units.sum(),
        guesses.sum(),
        disagreements.size());
    assertEquals(List.of(), disagreements.stream().sorted().limit(100).toList());
    assertEquals(all.size(), files.sum(), "each file is printed");
    assertTrue(ofTrixie >= FILES_OF_TRIXIE, "only " + ofTrixie + " ELF files of trixie");
  }

  /** With debug information, split too, and symbols, which distributions hardly ship. */
  @Test
  void our_binaries_have_the_facts_that_readelf_tells() {
    List<String> own =
        Stream.concat(Fixtures.ELF.stream(), SPLIT.stream())
            .map(name -> Fixtures.path(name).toString())
            .toList();
    run(READELF, own, (path, dump) -> facts(path, dump, BinaryReader.read(Path.of(path))));
    assertEquals(List.of(), List.copyOf(disagreements));
    assertTrue(certain.sum() > 12L * own.size(), "only " + certain + " certain facts");
    assertEquals(1 + SPLIT.size(), units.sum(), "files with units");
  }

  /** Else it would prove nothing that no fact is contradicted. */
  @Test
  void the_facts_of_another_file_are_contradicted() {
    BinaryFacts other = BinaryReader.read(Fixtures.path("hello-symbols"));
    Set<String> wrong = new TreeSet<>();
    run(
        READELF,
        List.of(Fixtures.path("bare-full").toString()),
        (path, dump) ->
            new ElfDumpFacts(dump)
                .contradictions(other)
                .forEach(line -> wrong.add(line.replaceAll(" .*", ""))));
    Set<String> wanted =
        Set.of("abi", "debug-info", "interpreter", "linking", "mangling", "needed", "pie", "strip");
    assertTrue(wrong.containsAll(wanted), wrong.toString());
  }

  /** Large files come first, so each batch gets some. */
  private static List<String> every(int step, int from, List<Path> all) {
    return IntStream.iterate(from, i -> i < all.size(), i -> i + step)
        .mapToObj(i -> all.get(i).toString())
        .toList();
  }

  private void compare(List<String> batch) {
    Map<String, Ours> ours = new HashMap<>();
    run(READELF, batch, (path, dump) -> ours.put(path, gnu(path, dump)));
    run(
        List.of("llvm-readobj", "--elf-output-style=GNU", "-h", "-S", "-l", "-d", "-n", "-V", "-s"),
        batch,
        (path, dump) -> llvm(path, dump, ours.remove(path)));
  }

  /** What we read of a file, in both tools' words: for millions of symbols that is said once. */
  private record Ours(ElfText text, Map<Part, List<String>> lines) {}

  private Ours gnu(String path, ElfDump dump) {
    files.increment();
    ElfFile file = parse(path);
    Ours ours = new Ours(new ElfText(file), new EnumMap<>(Part.class));
    for (Part part : Part.values()) {
      List<String> lines = ours.text().lines(part);
      ours.lines().put(part, lines);
      compared.get(part).add(lines.size());
      same("readelf", path, part, dump, lines);
    }
    BinaryFacts read = BinaryReader.read(Path.of(path));
    facts(path, dump, read);
    long bytes = read.categories().values().stream().mapToLong(Long::longValue).sum();
    if (bytes != read.size()) {
      disagreements.add("%s: %d bytes in categories".formatted(path, bytes));
    }
    unclaimed(path, read, isPatched(file));
    return ours;
  }

  private void facts(String path, ElfDump dump, BinaryFacts read) {
    ElfDumpFacts theirs = new ElfDumpFacts(dump);
    theirs.contradictions(read).forEach(line -> disagreements.add(path + ": " + line));
    if (ElfUnits.isAsked(read)) {
      ElfUnits.of(Path.of(path))
          .contradictions(read)
          .forEach(line -> disagreements.add(path + ": " + line));
      units.increment();
    }
    certain.add(theirs.asked(read));
    guesses.add(theirs.guesses(read));
  }

  /** That a file is not read whole, or not without problems, has to have a known reason. */
  private void unclaimed(String path, BinaryFacts read, boolean patched) {
    if (read.problems().isEmpty() && !read.categories().containsKey(Category.UNCLAIMED)) {
      return;
    }
    boolean known = patched && read.problems().stream().allMatch(p -> p.matches(LEFT_BEHIND));
    (known ? explained : disagreements)
        .add("%s: %s, %s".formatted(path, read.problems(), read.categories()));
  }

  /**
   * Whether patchelf has moved the dynamic strings, which linkers write before the code. It fills
   * their old place, and that of what it moved with them, with the letter X; what is there belongs
   * to no structure.
   */
  private static boolean isPatched(ElfFile file) {
    long code = file.section(".text").map(Section::offset).orElse(Long.MAX_VALUE);
    return file.section(".dynstr").filter(strings -> strings.offset() > code).isPresent();
  }

  private void llvm(String path, ElfDump dump, Ours ours) {
    for (Part part : Part.values()) {
      List<String> lines =
          part == Part.NOTES ? ours.text().notesAs(dump.lines(part)) : ours.lines().get(part);
      same("llvm-readobj", path, part, dump, lines);
    }
  }

  /** Of a difference, the first line is shown. */
  private void same(String tool, String path, Part part, ElfDump dump, List<String> ours) {
    List<String> theirs = dump.lines(part);
    if (part == Part.HEADER) {
      theirs = header(theirs, ours);
    }
    if (theirs.equals(ours)) {
      return;
    }
    int at = 0;
    while (at < Math.min(theirs.size(), ours.size()) && theirs.get(at).equals(ours.get(at))) {
      at++;
    }
    disagreements.add(
        "%s %s: of %d and %d %s, line %d:%n  %s%n  %s"
            .formatted(
                tool,
                path,
                theirs.size(),
                ours.size(),
                part,
                at,
                line(theirs, at),
                line(ours, at)));
  }

  private static String line(List<String> lines, int at) {
    return at < lines.size() ? lines.get(at) : "(nothing)";
  }

  /** Without readelf's remarks, and only the fields that we read. */
  private static List<String> header(List<String> theirs, List<String> ours) {
    Set<String> names =
        ours.stream().map(line -> line.substring(0, line.indexOf(':'))).collect(Collectors.toSet());
    return theirs.stream()
        .filter(line -> names.contains(line.replaceAll(":.*", "")) && !line.equals("Version: 0x1"))
        .map(line -> line.replaceAll(" \\(.*\\)$", "").replaceAll("^(Flags: 0x\\w+),.*", "$1"))
        .toList();
  }

  private static ElfFile parse(String path) {
    try (FileChannel channel = FileChannel.open(Path.of(path))) {
      return ElfFile.parse(
          ByteView.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(List<String> tool, List<String> paths, BiConsumer<String, ElfDump> use) {
    List<String> command = new ArrayList<>(tool);
    command.addAll(paths);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "C.UTF-8");
    try {
      Process process = builder.start();
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
        ElfDump.each(output, paths, use);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
