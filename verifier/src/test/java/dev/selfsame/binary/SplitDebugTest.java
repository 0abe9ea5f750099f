package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Fact;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs of which the debug information is in .dwo files or a .dwp package. */
class SplitDebugTest {
  @TempDir private Path folder;

  private static Path path(String name) {
    return Fixtures.path("split/" + name);
  }

  private static Fact joined(Path program, Path... debugFiles) {
    return BinaryReader.read(program, List.of(debugFiles)).fact("debug-file");
  }

  private static Failure refused(Path program, Path... debugFiles) {
    return assertThrows(Failure.class, () -> joined(program, debugFiles));
  }

  private Path run(String name, String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
    return folder.resolve(name);
  }

  /** The ids are those that llvm-dwarfdump prints of the same files. */
  @ParameterizedTest
  @CsvSource({
    "bare, '1 unit in .dwo files or a .dwp package', DWO id 3261f1760eab93c0",
    "bare.dwo, 'this is a .dwo part, 1 unit', DWO id 3261f1760eab93c0",
    "bare.dwp, 'this is a .dwp package, 1 unit', DWO id 3261f1760eab93c0",
    "bare5, '1 unit in .dwo files or a .dwp package', DWO id 7eb3756a4ec4b264",
    "bare5.dwp, 'this is a .dwp package, 1 unit', DWO id 7eb3756a4ec4b264",
    "two, '2 units in .dwo files or a .dwp package', DWO id 9fbd794e19096868",
    "two.dwp, 'this is a .dwp package, 2 units', DWO id 9fbd794e19096868"
  })
  void where_debug_information_is_comes_from_the_units(String name, String value, String id) {
    BinaryFacts facts = BinaryReader.read(path(name));
    Fact split = facts.fact("split-debug");
    assertEquals(value, split.value());
    assertEquals(id, split.evidence().getFirst().what());
    assertTrue(facts.problems().isEmpty(), facts.problems().toString());
  }

  /** The names are those that readelf and llvm-dwarfdump print of the same files. */
  @ParameterizedTest
  @CsvSource({
    "bare.dwo,  '1 unit: 1 crate: bare', bare.rs/@/bare.605fad02c25cab88-cgu.0",
    "bare.dwp,  '1 unit: 1 crate: bare', bare.rs/@/bare.605fad02c25cab88-cgu.0",
    "bare5.dwp, '1 unit: 1 crate: bare', bare.rs/@/bare.",
    "two.dwp,   '2 units: 2 other files: one.c, two.c', one.c"
  })
  void a_package_names_its_units_and_their_crates(String name, String value, String first)
      throws Exception {
    BinaryFacts facts = BinaryReader.read(path(name));
    Fact units = facts.fact("debug-units");
    assertEquals(value, units.value());
    Fact.Evidence evidence = units.evidence().getFirst();
    assertTrue(evidence.what().startsWith(first), evidence.toString());
    // It stands there.
    byte[] bytes = Files.readAllBytes(path(name));
    assertEquals(
        first,
        new String(bytes, (int) evidence.offset(), first.length(), US_ASCII),
        units.toString());
    assertEquals(List.of(), facts.problems());
  }

  @Test
  void a_unit_names_the_file_that_it_came_from() {
    assertEquals(
        "bare.rs/@/bare.605fad02c25cab88-cgu.0 in"
            + " bare-split4.bare.605fad02c25cab88-cgu.0.rcgu.dwo",
        BinaryReader.read(path("bare.dwp")).fact("debug-units").evidence().getFirst().what());
  }

  @Test
  void a_program_that_has_its_bodies_elsewhere_says_nothing_of_their_names() {
    assertFalse(BinaryReader.read(path("bare")).facts().containsKey("debug-units"));
  }

  /** By the index: the sizes are those that readelf prints of it. */
  @Test
  void the_bytes_of_a_package_are_those_of_its_units() {
    Composition two = BinaryReader.read(path("two.dwp")).composition();
    assertEquals(
        List.of("one.c 251", "two.c 202"),
        two.functions().stream()
            .filter(row -> !row.name().startsWith("("))
            .map(row -> "%s %d".formatted(row.name(), row.bytes()))
            .toList());
    Composition bare = BinaryReader.read(path("bare.dwp")).composition();
    Composition.Holding crate =
        bare.crates().stream().filter(row -> row.name().equals("bare")).findFirst().orElseThrow();
    assertEquals(401 + 364 + 970, crate.bytes());
    assertEquals(Category.DEBUG, crate.category());
  }

  @Test
  void packages_of_two_builds_are_compared_unit_by_unit() {
    Comparison comparison = BinaryComparison.of(path("two.dwp"), path("two-changed.dwp"));
    Comparison.HoldingDelta changed =
        comparison.functions().stream()
            .filter(row -> row.delta() != 0 && !row.name().startsWith("("))
            .reduce((one, other) -> fail(one + " and " + other))
            .orElseThrow();
    assertEquals("two.c", changed.name());
    assertEquals(202, changed.bytesA());
    assertEquals(222, changed.bytesB());
  }

  @Test
  void a_program_with_its_package_has_the_names_of_its_units() {
    BinaryFacts facts = BinaryReader.read(path("two"), List.of(path("two.dwp")));
    Fact units = facts.fact("debug-units");
    assertEquals("2 units: 2 other files: one.c, two.c", units.value());
    assertTrue(
        units.evidence().getFirst().where().startsWith("two.dwp: .debug_"), units.toString());
  }

  @Test
  @Needs(Component.BINUTILS)
  void the_names_of_a_compressed_part_are_read_and_own_no_bytes() throws Exception {
    Path packed = folder.resolve("bare.dwp");
    run(
        "bare.dwp",
        "objcopy",
        "--compress-debug-sections=zlib",
        path("bare.dwp").toString(),
        packed.toString());
    BinaryFacts facts = BinaryReader.read(packed);
    assertTrue(facts.size() < Files.size(path("bare.dwp")), "something was compressed");
    assertEquals("1 unit: 1 crate: bare", facts.fact("debug-units").value());
    assertEquals(Composition.none(), facts.composition());
  }

  /** What the number of a text leads to outside of the unit's own part is another's name. */
  @Test
  void a_unit_whose_name_is_not_its_own_stays_without_one() throws Exception {
    byte[] bytes = Files.readAllBytes(path("two.dwp"));
    int index = indexOf(bytes);
    // The parts of .debug_info.dwo are no longer where the index says.
    int sizes = index + 16 + 4 * 12 + 4 * 4 + 2 * 4 * 4;
    bytes[sizes] = 3;
    BinaryFacts facts = BinaryReader.read(Files.write(folder.resolve("cut.dwp"), bytes));
    assertEquals(
        "2 units: 1 other file: two.c; 1 without a name that is read",
        facts.fact("debug-units").value());
  }

  /** Where the index of {@code two.dwp} begins. */
  private static int indexOf(byte[] bytes) {
    for (int at = 0; at + 16 < bytes.length; at++) {
      if (Arrays.equals(
          Arrays.copyOfRange(bytes, at, at + 16),
          new byte[] {2, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0})) {
        return at;
      }
    }
    throw new AssertionError("no index");
  }

  @Test
  void a_program_with_all_its_units_has_none_elsewhere() {
    assertEquals("none", BinaryReader.read(Fixtures.path("bare-full")).fact("split-debug").value());
  }

  @ParameterizedTest
  @CsvSource({
    "bare, bare.dwp, '1 of the program''s 1 unit, such as 3261f1760eab93c0'",
    "bare, bare.dwo, '1 of the program''s 1 unit, such as 3261f1760eab93c0'",
    "bare5, bare5.dwp, '1 of the program''s 1 unit, such as 7eb3756a4ec4b264'",
    "two, two.dwp, '2 of the program''s 2 units, such as 9fbd794e19096868'"
  })
  void a_package_is_proved_to_belong_by_its_dwo_ids(String program, String debug, String proof) {
    Fact fact = joined(path(program), path(debug));
    assertTrue(fact.value().startsWith(debug + ": split DWARF, "), fact.value());
    assertEquals(proof, fact.evidence().getFirst().what());
  }

  @Test
  void another_programs_package_is_refused() {
    Failure failure = refused(path("bare"), path("bare5.dwp"));
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals(
        "bare5.dwp belongs to another program: it has none of the 1 unit that bare names",
        failure.getMessage());
  }

  /** An unchanged unit has its id in every build: one that matches proves nothing. */
  @Test
  void the_package_of_another_build_is_refused_though_a_unit_matches() {
    assertEquals(
        "two-changed.dwp belongs to another program: it has 1 of the 2 units that two names, and 1"
            + " others",
        refused(path("two"), path("two-changed.dwp")).getMessage());
  }

  @Test
  @Needs(Component.BINUTILS)
  void a_stripped_program_has_its_package_by_its_debug_file() throws Exception {
    Path stripped = folder.resolve("two");
    run("two", "strip", "-o", stripped.toString(), path("two").toString());
    Path debug = folder.resolve("two.debug");
    run("two.debug", "objcopy", "--only-keep-debug", path("two").toString(), debug.toString());

    assertEquals(
        "two.dwp belongs to another program: two names no split unit (stripped?)",
        refused(stripped, path("two.dwp")).getMessage());
    // In either order.
    Fact fact = joined(stripped, path("two.dwp"), debug);
    assertEquals(fact, joined(stripped, debug, path("two.dwp")));
    assertEquals(
        List.of("build-id", "DWO ids"),
        fact.evidence().stream().map(Fact.Evidence::where).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"zlib", "zlib-gnu"})
  @Needs(Component.BINUTILS)
  void compressed_units_are_read(String kind) throws Exception {
    Path program = folder.resolve("two");
    run(
        "two",
        "objcopy",
        "--compress-debug-sections=" + kind,
        path("two").toString(),
        program.toString());
    assertEquals(
        "2 units in .dwo files or a .dwp package",
        BinaryReader.read(program).fact("split-debug").value());
    assertTrue(joined(program, path("two.dwp")).value().startsWith("two.dwp: split DWARF"));
  }

  @Test
  void what_is_no_package_is_refused() throws Exception {
    byte[] bytes = Files.readAllBytes(path("two.dwp"));
    // The count of units in the index.
    int index = indexOf(bytes);
    bytes[index + 8] = 3;
    Path damaged = Files.write(folder.resolve("damaged.dwp"), bytes);
    Failure failure = refused(path("two"), damaged);
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("an index of 3 units that holds 2"),
        failure.toString());
  }

  /** As a page of a file that is gone does, be it the program's or the debug file's. */
  private static Fact fault() {
    throw new InternalError("a fault occurred");
  }

  @Test
  void of_a_program_and_its_debug_file_the_one_that_was_cut_short_is_told() throws Exception {
    Path agent = Files.copy(path("bare"), folder.resolve("agent"));
    Path split = Files.copy(path("bare.dwp"), folder.resolve("split"));
    try (BinaryFile program = BinaryFile.open(agent);
        BinaryFile debug = BinaryFile.open(split)) {
      assertTrue(changed(program, debug).startsWith(agent + " changed "));
      try (FileChannel cut = FileChannel.open(split, StandardOpenOption.WRITE)) {
        cut.truncate(1);
      }
      assertTrue(changed(program, debug).startsWith(split + " changed "));
    }
  }

  private static String changed(BinaryFile program, BinaryFile debug) {
    Failure failure =
        assertThrows(
            Failure.class, () -> program.reading(() -> debug.readingBeside(SplitDebugTest::fault)));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    return String.valueOf(failure.getMessage());
  }

  /** What jazzer is given to begin with, whole and damaged, without jazzer. */
  @ParameterizedTest
  @ValueSource(strings = {"bare.dwo", "bare.dwp", "bare5.dwp", "two", "two.dwp"})
  void a_damaged_debug_file_is_refused_or_tells_only_names(String name) throws Exception {
    byte[] whole = Files.readAllBytes(path(name));
    FuzzTargets.Debug.fuzzerTestOneInput(whole);
    Random random = new Random(6);
    for (int i = 0; i < 60; i++) {
      byte[] other = Arrays.copyOf(whole, i % 4 == 0 ? random.nextInt(whole.length) : whole.length);
      for (int flips = random.nextInt(3); flips > 0 && other.length > 0; flips--) {
        other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
      }
      FuzzTargets.Debug.fuzzerTestOneInput(other);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bare", "bare.dwo", "bare.dwp", "bare5", "bare5.dwp", "two", "two.dwp"})
  void damage_gives_problems_and_no_crash(String name) throws Exception {
    byte[] whole = Files.readAllBytes(path(name));
    for (int size = 1; size < whole.length; size++) {
      assertEquals(size, InMemory.read(Arrays.copyOf(whole, size)).size());
    }
    Random random = new Random(4);
    for (int i = 0; i < 3000; i++) {
      byte[] other = whole.clone();
      other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
      assertEquals(whole.length, InMemory.read(other).size());
    }
  }
}
