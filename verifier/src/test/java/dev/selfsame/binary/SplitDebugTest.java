package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
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
    int index = bytes.length;
    for (int at = 0; at + 16 < bytes.length; at++) {
      if (Arrays.equals(
          Arrays.copyOfRange(bytes, at, at + 16),
          new byte[] {2, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0})) {
        index = at;
      }
    }
    bytes[index + 8] = 3;
    Path damaged = Files.write(folder.resolve("damaged.dwp"), bytes);
    Failure failure = refused(path("two"), damaged);
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("an index of 3 units that holds 2"),
        failure.toString());
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
