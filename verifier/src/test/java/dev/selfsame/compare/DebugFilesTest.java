package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.Fixtures;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Composition;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that was split by objcopy. */
@Needs(Component.BINUTILS)
class DebugFilesTest {
  private static final Path WHOLE = Fixtures.path("hello-symbols");

  @TempDir private Path folder;
  private Path stripped;
  private Path debug;

  @BeforeEach
  void split() throws Exception {
    stripped = folder.resolve("hello");
    debug = folder.resolve("hello.debug");
    run("strip", "-o", stripped.toString(), WHOLE.toString());
    run("objcopy", "--only-keep-debug", WHOLE.toString(), debug.toString());
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
  }

  private static Comparison compare(Path a, Path b, Path... files) {
    return BinaryComparison.of(
        a, b, new BinaryComparison.Question(Set.of(), null, List.of(files), false));
  }

  @Test
  void the_symbols_that_were_split_off_name_the_same_bytes() {
    assertEquals(Composition.none(), BinaryReader.read(stripped).composition());
    Composition whole = BinaryReader.read(WHOLE).composition();
    Comparison comparison = compare(stripped, WHOLE, debug);

    Composition joined = comparison.a().composition();
    assertEquals(whole.sums(), joined.sums());
    assertEquals(
        whole.functions().stream().map(row -> row.name() + " " + row.bytes()).toList(),
        joined.functions().stream().map(row -> row.name() + " " + row.bytes()).toList());
    assertTrue(comparison.a().fact("debug-file").value().startsWith("hello.debug: "));
    assertTrue(
        comparison.crates().stream().allMatch(row -> row.delta() == 0),
        comparison.crates().toString());
  }

  @Test
  void one_binary_alone_is_named_by_what_was_split_off_it() {
    assertEquals(
        BinaryReader.read(WHOLE).composition().sums(),
        BinaryReader.read(stripped, List.of(debug)).composition().sums());
    Failure failure =
        assertThrows(
            Failure.class, () -> BinaryReader.read(Fixtures.path("hello-abort"), List.of(debug)));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).startsWith("hello.debug belongs to another"));
  }

  @Test
  void another_programs_is_refused() {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> compare(Fixtures.path("hello-abort"), Fixtures.path("bare-full"), debug));

    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(
        String.valueOf(failure.getMessage()).contains(" belongs to another program: its build-id "),
        failure.toString());
  }

  @Test
  void what_names_no_program_is_refused() throws Exception {
    Path without = folder.resolve("without.dwp");
    run("objcopy", "--remove-section=.note.gnu.build-id", debug.toString(), without.toString());
    Failure failure = assertThrows(Failure.class, () -> compare(stripped, WHOLE, without));
    assertTrue(String.valueOf(failure.getMessage()).contains("has no build-id and no DWO id"));

    Path text = Files.writeString(folder.resolve("text"), "no ELF file at all");
    failure = assertThrows(Failure.class, () -> compare(stripped, WHOLE, text));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).contains("is no ELF file"));
  }
}
