package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.MachoPackages.Released;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.binary.macho.FatFile;
import dev.selfsame.binary.macho.FunctionStarts;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.SymbolTable;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * LLVM's tools as the oracle, on our own binaries and on published ones of many makers.
 *
 * <p>Not compared: {@code llvm-objdump}'s remarks in parentheses, which say nothing of the file,
 * and what is not read because nothing follows from it: the time stamps of libraries, and all
 * registers but the program counter.
 */
@Needs(Component.LLVM)
@Needs(Component.NPM)
class LlvmMachoTest {
  private static final Pattern REMARK =
      Pattern.compile(" \\((offset|index into|size of|past end)[^)]*\\)");
  private static final Pattern COUNTER = Pattern.compile(".*\\b(?:rip|eip|pc)\\s+(0x[0-9a-f]+).*");

  /** What llvm-nm prints of an import: no address, undefined and external. */
  private static final Pattern HANDLER =
      Pattern.compile("0+ 01 [0-9a-f]{2} [0-9a-f]{4} [0-9a-f]{8} ___stack_chk_fail");

  private static List<Released> published = List.of();
  private static final Map<Path, BinaryFacts> READ = new ConcurrentHashMap<>();

  @BeforeAll
  static void fetch(@TempDir Path folder) throws Exception {
    READ.clear();
    published = MachoPackages.files(folder);
    assertTrue(published.size() > 40, "only " + published.size() + " published files");
  }

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#MACHO")
  void our_binaries_have_the_structures_and_facts_that_llvm_prints(String name) throws Exception {
    agree(name, Fixtures.path(name));
  }

  @Test
  void published_binaries_have_the_structures_and_facts_that_llvm_prints() throws Exception {
    int calling = 0;
    for (Released file : published) {
      calling += agree(file.name(), file.path()) ? 1 : 0;
    }
    System.out.printf("LlvmMachoTest: %d published files agree%n", published.size());
    assertTrue(calling > 3 && calling < published.size(), calling + " with a stack protector");
  }

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#MACHO")
  void our_binaries_list_the_functions_that_llvm_prints(String name) throws Exception {
    starts(name, Fixtures.path(name));
  }

  @Test
  void published_binaries_list_the_functions_that_llvm_prints() throws Exception {
    int functions = 0;
    for (Released file : published) {
      functions += starts(file.name(), file.path());
    }
    assertTrue(functions > 10_000, "only " + functions + " functions");
  }

  @Test
  void published_binaries_are_read_whole_and_their_signatures_hold() {
    int signed = 0;
    for (Released file : published) {
      BinaryFacts facts = read(file.path());
      assertEquals(List.of(), facts.problems(), file.name());
      assertFalse(facts.categories().containsKey(Category.UNCLAIMED), file.name());
      assertFalse(facts.categories().containsKey(Category.TRAILER), file.name());
      assertFalse(facts.categories().containsKey(Category.OTHER), file.name());
      for (Fact hashes : hashes(facts)) {
        assertTrue(hashes.value().matches("all \\d+ right"), file.name() + hashes);
        signed++;
      }
    }
    assertTrue(signed > 20, "only " + signed + " signatures");
  }

  private static List<Fact> hashes(BinaryFacts facts) {
    return ofSlices(facts).stream().flatMap(f -> Stream.ofNullable(f.get("page-hashes"))).toList();
  }

  /** The facts of each slice, or of the file where it is thin. */
  private static List<Map<String, Fact>> ofSlices(BinaryFacts facts) {
    return facts.parts().isEmpty()
        ? List.of(facts.facts())
        : facts.parts().stream().map(Part::facts).toList();
  }

  /** Read once for all tests. */
  private static BinaryFacts read(Path path) {
    return READ.computeIfAbsent(path, BinaryReader::read);
  }

  /** That owners' bytes sum to their categories is asserted by the record. */
  @Test
  void symbols_own_bytes_exactly_where_the_file_is_not_stripped() {
    int owners = 0;
    for (Released file : published) {
      BinaryFacts facts = read(file.path());
      String strip = facts.fact("strip").value();
      boolean named = strip.equals("full") || strip.equals("debug-stripped");
      // A universal file's are those of its slices together.
      assertEquals(named, !facts.composition().functions().isEmpty(), file.name() + " " + strip);
      owners += facts.composition().functions().stream().mapToInt(row -> row.symbols()).sum();
    }
    assertTrue(owners > 14_000, "only " + owners + " symbols");
  }

  /** Measured with other tools before there was this reader. */
  @Test
  void the_macos_twin_has_the_sizes_that_were_measured() {
    BinaryFacts facts = facts("@oxlint/darwin-arm64@1.3.0 package/oxlint");
    assertEquals(6_414_320, facts.size());
    assertEquals(68_640L, facts.categories().get(Category.UNWIND));
    assertEquals(49_872L, facts.categories().get(Category.SIGNATURE));
    assertEquals(7_528L, facts.categories().get(Category.RELOCS));
    assertEquals(3_232L, facts.categories().get(Category.SYMBOLS));
    assertEquals("abort", facts.fact("panic").value());
    assertEquals("stripped", facts.fact("strip").value());
  }

  @Test
  void facts_of_published_binaries_are_those_that_their_makers_chose() {
    Map<String, String> said = new TreeMap<>();
    for (String name :
        List.of(
            "@oxlint/darwin-x64@1.3.0 package/oxlint",
            "@esbuild/darwin-arm64@0.28.2 package/bin/esbuild",
            "@rollup/rollup-darwin-arm64@4.68.8 package/rollup.darwin-arm64.node",
            "turbo-darwin-arm64@2.8.17 turbo-darwin-arm64/bin/turbo",
            "@sentry/cli-darwin@3.8.0 package/bin/sentry-cli")) {
      BinaryFacts facts = facts(name);
      said.put(
          name.substring(name.lastIndexOf('/') + 1),
          Stream.of("linker", "strip", "panic", "rustc")
              .map(fact -> facts.fact(fact).value())
              .reduce((a, b) -> a + "; " + b)
              .orElse(""));
    }
    assertEquals(
        Map.of(
            "oxlint",
            "unknown; stripped; abort; 1.87.0 (17067e9ac)",
            "esbuild",
            "unknown; stripped; unknown; unknown",
            "rollup.darwin-arm64.node",
            "Apple ld 1267.0; stripped; unwind; commit b56aaec52bc0fa35591a872fb4aac81f606e265c",
            "turbo",
            "LLD 21.1.8; stripped; unwind; commit 22c74ba91873dd013479f86eac3e9ea10593bff9",
            "sentry-cli",
            "unknown; debug-stripped; abort; 1.96.1 (31fca3adb)"),
        said);
  }

  private static BinaryFacts facts(String name) {
    return published.stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .map(file -> read(file.path()))
        .orElseThrow();
  }

  /** Gives whether functions of the file check their stack, as llvm-nm has it. */
  private static boolean agree(String name, Path path) throws Exception {
    ByteView bytes = ByteView.of(Files.readAllBytes(path));
    List<String> headers = new ArrayList<>();
    List<String> symbols = new ArrayList<>();
    for (ByteView slice : slices(bytes)) {
      MachoFile file = MachoFile.parse(slice);
      assertEquals(List.of(), file.problems(), name);
      headers.addAll(ObjdumpText.of(file));
      symbols.addAll(symbols(file));
    }
    List<String> theirs = theirHeaders(path);
    same(name, theirs, headers);
    List<List<String>> bySlice = theirSymbols(path);
    List<String> theirSymbols = bySlice.stream().flatMap(List::stream).toList();
    same(name, theirSymbols, symbols);
    List<MachoDumpFacts> dumps = MachoDumpFacts.of(theirs, bySlice);
    assertEquals(List.of(), contradictions(dumps, read(path)), name);
    String mangling = read(path).fact("mangling").value().replaceFirst("^both: .*", "both");
    assertEquals(MachoDumpFacts.mangling(dumps), mangling, name);
    if (dumps.size() > 1 || !dumps.getFirst().linked()) {
      return false; // a universal file's symbols are those of all slices
    }
    boolean calls = theirSymbols.stream().anyMatch(s -> HANDLER.matcher(s).matches());
    assertEquals(
        calls ? "yes, at least in part" : "unknown",
        read(path).fact("stack-protector").value(),
        name);
    return calls;
  }

  /** How many functions the linker listed, of which llvm-objdump prints each address. */
  private static int starts(String name, Path path) throws Exception {
    List<String> ours = new ArrayList<>();
    for (ByteView slice : slices(ByteView.of(Files.readAllBytes(path)))) {
      FunctionStarts.of(MachoFile.parse(slice)).stream()
          .flatMapToLong(list -> LongStream.of(list.addresses()))
          .mapToObj(Long::toHexString)
          .forEach(ours::add);
    }
    String[] command = {"llvm-objdump", "--macho", "--arch=all", "--function-starts"};
    List<String> theirs =
        run(command, path)
            .lines()
            .filter(line -> line.matches("[0-9a-f]{8,16}"))
            .map(line -> Long.toHexString(Long.parseUnsignedLong(line, 16)))
            .toList();
    same(name, theirs, ours);
    return ours.size();
  }

  private static List<String> contradictions(List<MachoDumpFacts> theirs, BinaryFacts facts) {
    List<Map<String, Fact>> ours = ofSlices(facts);
    assertEquals(theirs.size(), ours.size());
    List<String> found = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      found.addAll(theirs.get(i).contradictions(ours.get(i)));
    }
    return found;
  }

  /** Equal line by line; of a difference, the first is shown with what stands before it. */
  private static void same(String name, List<String> theirs, List<String> ours) {
    int at = 0;
    int both = Math.min(theirs.size(), ours.size());
    while (at < both && theirs.get(at).equals(ours.get(at))) {
      at++;
    }
    int from = Math.max(0, at - 6);
    assertEquals(
        theirs.subList(from, Math.min(theirs.size(), at + 3)),
        ours.subList(from, Math.min(ours.size(), at + 3)),
        "%s, line %d".formatted(name, at));
  }

  private static List<ByteView> slices(ByteView bytes) {
    return FatFile.isFat(bytes)
        ? FatFile.parse(bytes).slices().stream()
            .map(slice -> bytes.slice(slice.offset(), slice.size()))
            .toList()
        : List.of(bytes);
  }

  private static List<String> theirHeaders(Path path) throws Exception {
    String[] command = {
      "llvm-objdump", "--macho", "--arch=all", "--private-headers", "--non-verbose"
    };
    List<String> lines = new ArrayList<>();
    boolean registers = false;
    for (String raw : run(command, path).split("\n")) {
      String line = REMARK.matcher(raw.strip().replaceAll("\\s+", " ")).replaceAll("");
      registers = line.startsWith("Load command") ? false : registers || line.startsWith("flavor");
      Matcher counter = COUNTER.matcher(line);
      if (registers) {
        if (counter.matches()) {
          lines.add("counter " + counter.group(1));
        } else if (line.contains("Unknown cputype")) {
          lines.add("counter 0x00001220"); // of program-ppc, whose source says it
        }
      } else if (!line.startsWith("time stamp") && isField(line, path)) {
        lines.add(number(line));
      }
    }
    return lines;
  }

  /** LLVM 14 has names for platforms and tools even here, and other tools in hexadecimal. */
  private static String number(String line) {
    Matcher tool = Pattern.compile("tool 0x([0-9a-f]+)").matcher(line);
    if (tool.matches()) {
      return "tool " + Integer.parseInt(tool.group(1), 16);
    }
    return switch (line) {
      case "platform macos" -> "platform 1";
      case "platform ios" -> "platform 2";
      case "platform iossimulator" -> "platform 7";
      case "tool clang" -> "tool 1";
      case "tool swift" -> "tool 2";
      case "tool ld" -> "tool 3";
      default -> line;
    };
  }

  private static boolean isField(String line, Path path) {
    return !line.isEmpty()
        && !line.equals("Mach header")
        && !line.startsWith("magic ")
        && !line.startsWith(path.toString());
  }

  /** Of each slice; a thin file is one. */
  private static List<List<String>> theirSymbols(Path path) throws Exception {
    String[] command = {
      "llvm-nm", "--format=darwin", "-x", "--debug-syms", "--no-sort", "--arch=all"
    };
    List<List<String>> slices = new ArrayList<>();
    slices.add(new ArrayList<>());
    for (String line : run(command, path).lines().toList()) {
      if (line.matches("(?s)[0-9a-f]{8,16} [0-9a-f]{2} .*")) {
        slices.getLast().add(Printable.of(line.getBytes(StandardCharsets.ISO_8859_1)));
      } else if (line.matches(".* \\(for architecture [^)]*\\):")) {
        slices.add(new ArrayList<>());
      }
    }
    if (slices.size() > 1) {
      slices.removeFirst(); // what stands before the first slice is nobody's
    }
    return slices;
  }

  private static String run(String[] command, Path path) throws Exception {
    return MachoPackages.run(
        Stream.concat(Stream.of(command), Stream.of(path.toString())).toArray(String[]::new));
  }

  private static List<String> symbols(MachoFile file) {
    List<String> lines = new ArrayList<>();
    for (LoadCommand.Symbols command : file.all(LoadCommand.Symbols.class).toList()) {
      SymbolTable table = SymbolTable.of(file, command);
      for (long i = 0; i < table.count(); i++) {
        lines.add(
            (table.wide() ? "%016x %02x %02x %04x %08x %s" : "%08x %02x %02x %04x %08x %s")
                .formatted(
                    table.value(i),
                    table.type(i),
                    table.section(i),
                    table.description(i),
                    table.nameOffset(i),
                    table.name(i)));
      }
    }
    return lines;
  }
}
