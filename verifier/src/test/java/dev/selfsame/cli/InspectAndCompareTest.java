package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.Fixtures;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Composition.Holding;
import dev.selfsame.evidence.Json;
import dev.selfsame.files.UserFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectAndCompareTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(Object... arguments) {
    out.reset();
    err.reset();
    Console console = new Console(stream(out), stream(err), false, false);
    Map<String, String> environment = Map.of("HOME", "/nonexistent");
    Surroundings surroundings =
        new Surroundings(
            environment,
            Clock.systemUTC(),
            UserFolders.of(environment),
            Path.of("").toAbsolutePath(),
            console);
    return new Main(surroundings)
        .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream into) {
    return new PrintStream(into, false, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /**
   * That it ends so, and says why in two lines, an error and a hint.
   *
   * @param named what the error names, such as the file at fault
   */
  private void refused(int status, Object named, Object... arguments) {
    assertEquals(status, run(arguments), out() + err());
    List<String> lines = err().lines().toList();
    assertEquals(2, lines.size(), err());
    assertTrue(lines.getFirst().startsWith("error: "), err());
    assertTrue(lines.getFirst().contains(named.toString()), err());
    assertTrue(lines.getLast().matches("hint: \\S.*"), err());
  }

  @Test
  void inspect_reads_all_of_a_mach_o_file() {
    for (String name : Fixtures.MACHO) {
      assertEquals(0, run("inspect", Fixtures.path(name)), err());
      String file = name.substring(name.indexOf('/') + 1);
      assertTrue(out().startsWith(file + ": Mach-O "), out());
      assertTrue(out().lines().allMatch(line -> line.length() <= 80), out());
      assertEquals("", err());
    }
  }

  @Test
  void inspect_concludes_first_and_fits_80_columns_and_2_kilobytes() {
    for (String name : Fixtures.ELF) {
      assertEquals(0, run("inspect", Fixtures.path(name)), err());
      assertTrue(out().startsWith(name + ": ELF "), out());
      assertTrue(out.size() < 2048, out());
      assertTrue(out().lines().allMatch(line -> line.length() <= 80), out());
    }
  }

  @Test
  void inspect_fits_80_columns_and_2_kilobytes_whatever_the_format_is() {
    for (List<String> names : List.of(Fixtures.ELF, Fixtures.MACHO, Fixtures.PE, Fixtures.AR)) {
      for (String name : names) {
        run("inspect", Fixtures.path(name));
        assertTrue(out().startsWith(name.substring(name.indexOf('/') + 1) + ": "), out() + err());
        assertTrue(out.size() < 2048, name + ", " + out.size() + " bytes: " + out());
        assertTrue(out().lines().allMatch(line -> line.length() <= 80), out());
        assertTrue(out().contains("\nbytes          "), out());
      }
    }
  }

  @Test
  void whose_bytes_they_are_is_listed_where_symbols_tell() {
    assertEquals(0, run("inspect", "--by", "crate", Fixtures.path("hello-symbols")));
    assertTrue(out().contains("\ncrate ") && out().contains("\ncore "), out());
    assertEquals(0, run("inspect", "--by", "function", Fixtures.path("hello-abort")));
    assertTrue(out().contains("by function: no symbols are left"), out());
    assertEquals(
        1,
        run(
            "compare",
            "--by",
            "crate",
            Fixtures.path("hello-symbols"),
            Fixtures.path("hello-abort")));
    assertTrue(out().contains("one of them has no symbols"), out());
    assertTrue(out().lines().allMatch(line -> line.length() <= 80), out());
  }

  @Test
  void generic_instances_are_told_apart_where_that_is_asked_for() throws IOException {
    Path symbols = Fixtures.path("hello-symbols");
    Path page = folder.resolve("page.html");
    assertEquals(0, run("inspect", "--by", "instance", "--html", page, symbols), err());
    assertTrue(out().contains("\ninstance "), out());
    assertTrue(out().contains("and "), out());
    assertTrue(out().lines().allMatch(line -> line.length() <= 80), out());
    assertTrue(Files.readString(page).contains("Bytes by generic instance: the largest "));
    assertEquals(0, run("inspect", "--by", "instance", "--json", symbols));
    List<Holding> told = Json.read(out.toByteArray(), BinaryFacts.class).composition().instances();
    assertTrue(
        told.stream().anyMatch(row -> row.name().startsWith("<core::cell::once::OnceCell<core::")),
        told.toString());
    assertEquals(0, run("inspect", "--json", symbols));
    assertEquals(
        List.of(), Json.read(out.toByteArray(), BinaryFacts.class).composition().instances());

    byte[] bytes = Files.readAllBytes(symbols);
    bytes[(int) told.stream().mapToLong(Holding::offset).max().orElseThrow()] ^= 1;
    Path changed = Files.write(folder.resolve("changed"), bytes);
    assertEquals(1, run("compare", "--by", "instance", "--html", page, symbols, changed), err());
    assertTrue(out().contains("by instance: as many bytes on both sides everywhere"), out());
    assertTrue(Files.readString(page).contains("Bytes by generic instance: the largest "));
    assertEquals(1, run("compare", "--by", "instance", "--json", symbols, changed));
    assertFalse(Json.read(out.toByteArray(), Comparison.class).instances().isEmpty());
    assertEquals(1, run("compare", "--by", "function", "--json", symbols, changed));
    assertTrue(Json.read(out.toByteArray(), Comparison.class).instances().isEmpty());
    assertEquals(1, run("compare", "--by", "instance", symbols, Fixtures.path("bare-symbols")));
    assertTrue(out().contains("by instance: two compilers hardly ever give one name"), out());
    assertEquals(0, run("compare", "--by", "instance", symbols, symbols));
    assertTrue(out().contains("by instance: every byte is the same"), out());
  }

  @Test
  void pages_and_pictures_are_written_beside_the_answer() throws IOException {
    Path page = folder.resolve("page.html");
    Path picture = folder.resolve("picture.svg");
    assertEquals(0, run("inspect", "--html", page, Fixtures.path("hello-symbols")));
    assertTrue(Files.readString(page).contains("Where the bytes are"));
    assertEquals(
        1,
        run(
            "compare",
            "--svg",
            picture,
            "--markdown",
            Fixtures.path("hello-symbols"),
            Fixtures.path("hello-abort")));
    assertTrue(Files.readString(picture).startsWith("<svg "));
    assertTrue(out().startsWith("### Selfsame: differs"), out());
  }

  @Test
  void inspect_json_is_the_document() {
    assertEquals(0, run("inspect", "--json", "--binary", Fixtures.path("hello-abort")));
    BinaryFacts facts = Json.read(out.toByteArray(), BinaryFacts.class);
    assertEquals("stripped", facts.fact("strip").value());
  }

  @Test
  void inspect_of_a_file_cut_short_prints_what_there_is_and_exits_with_3() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("hello-abort"));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, 200_000));
    refused(3, "could not read all of " + cut, "inspect", cut);
    assertTrue(out().startsWith("cut: ELF 64-bit x86-64"), out());
  }

  /** As patchelf leaves them where it has moved something. */
  @Test
  void inspect_of_bytes_that_belong_to_nothing_lists_them_and_has_read_all() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("bare-stripped"));
    BinaryFacts.Range padding =
        BinaryReader.read(Fixtures.path("bare-stripped")).ranges().stream()
            .filter(range -> range.category() == Category.PADDING && range.size() > 16)
            .findFirst()
            .orElseThrow();
    bytes[(int) padding.offset() + 8] = 'X';
    Path patched = Files.write(folder.resolve("patched"), bytes);
    assertEquals(0, run("inspect", patched));
    assertTrue(out().contains("bytes that no structure claims"), out());
    assertEquals(1, run("compare", "--ignore", "debug", patched, Fixtures.path("bare-stripped")));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 100));
    // More than that is not forgiven.
    refused(3, "could not read all of " + cut, "inspect", cut);
  }

  @Test
  void inspect_refuses_what_is_no_binary() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    refused(3, empty + " is empty", "inspect", empty);
    assertEquals("", out());
    Path text = Files.writeString(folder.resolve("text"), "words");
    refused(3, "could not read all of " + text, "inspect", text);
    assertTrue(out().startsWith("text: text (likely), 5 bytes"), out());
    refused(3, folder + " is a folder", "inspect", folder);
    Path absent = folder.resolve("absent");
    refused(2, "no such file: " + absent, "inspect", absent);
    refused(2, "give one file", "inspect");
  }

  @Test
  void compare_answers_with_its_exit_code() throws IOException {
    Path a = Fixtures.path("hello-abort");
    assertEquals(0, run("compare", a, a));
    assertTrue(out().startsWith("identical: "), out());
    assertEquals(1, run("compare", a, Fixtures.path("hello-symbols")));
    assertTrue(out().startsWith("differs: B is "), out());
  }

  /** That it is not the other is sure all the same. */
  @Test
  void compare_of_what_cannot_be_read_whole_is_a_no_and_says_so_of_its_side() throws IOException {
    Path a = Fixtures.path("hello-abort");
    byte[] whole = Files.readAllBytes(a);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length / 2));
    Path text = Files.writeString(folder.resolve("text"), "words");
    for (Path broken : List.of(cut, text)) {
      assertEquals(1, run("compare", a, broken), out() + err());
      assertTrue(out().startsWith("differs: B is "), out());
      assertTrue(out().contains("not all was read"), out());
      assertEquals("", err());
    }
  }

  @Test
  void compare_refuses_what_has_no_bytes() throws IOException {
    Path a = Fixtures.path("hello-abort");
    Path empty = Files.createFile(folder.resolve("empty"));
    refused(3, empty + " is empty", "compare", a, empty);
    refused(3, empty + " is empty", "compare", empty, a);
    refused(3, empty + " is empty", "compare", empty, empty);
    Path absent = folder.resolve("absent");
    refused(2, "no such file: " + absent, "compare", a, absent);
    refused(2, folder + " is a folder or an archive", "compare", a, folder);
    refused(2, "required parameter", "compare", a);
  }

  @Test
  void rebuilding_needs_a_source_two_binaries_and_a_time_that_is_one() {
    Path a = Fixtures.path("bare-stripped");
    Path b = Fixtures.path("bare-full");
    assertEquals(2, run("compare", "--record-a", a, a, b));
    assertTrue(err().contains("need --source"), err());
    assertEquals(2, run("compare", "--source", folder, a, b, b));
    assertTrue(err().contains("--source is for two binaries"), err());
    assertEquals(2, run("compare", "--source", folder, "--budget", "soon", a, b));
    assertTrue(err().contains("--budget is not a duration"), err());
    // A folder without a project is no answer of any kind.
    assertEquals(2, run("compare", "--source", folder, a, b));
    // There is nothing to prove where nothing differs.
    assertEquals(0, run("compare", "--source", folder, a, a));
  }

  @Test
  void compare_writes_json_sections_and_a_page() throws IOException {
    Path a = Fixtures.path("bare-stripped");
    Path b = Fixtures.path("bare-full");
    assertEquals(1, run("compare", "--json", a, b));
    assertEquals(
        "debug-info", Json.read(out.toByteArray(), Comparison.class).causes().getFirst().id());
    assertEquals(1, run("compare", "--sections", a, b));
    assertTrue(out().contains(".debug_info"), out());
    assertTrue(out().lines().toList().getLast().startsWith("total "), out());
    Path page = folder.resolve("page.html");
    assertEquals(1, run("compare", "--html", page, a, b));
    assertTrue(Files.readString(page).startsWith("<!DOCTYPE html>"));
  }

  @Test
  void equivalent_is_no_unless_it_is_accepted() throws IOException {
    Path plain = Fixtures.path("msvc.exe");
    Path signed = Fixtures.path("signed.exe");
    assertEquals(1, run("compare", "--ignore", "build-id,signature", plain, signed));
    assertTrue(out().startsWith("equivalent: not identical, but only in "), out());
    assertTrue(out().contains("build-id, signature"), out());
    assertEquals(
        0, run("compare", "--ignore=signature", "--accept-equivalent", plain, signed), err());
    assertEquals(1, run("compare", "--ignore=build-id", "--accept-equivalent", plain, signed));
    assertEquals(1, run("compare", "--accept-equivalent", plain, signed));
    assertEquals(2, run("compare", "--ignore", "code", plain, signed));
    assertTrue(err().contains("known: build-id, signature, debug, symbols, notes"), err());
    assertEquals(2, run("compare", "--ignore", "debug", plain, signed, signed));
    assertEquals(2, run("compare", "--ignore", "debug", folder, folder));
  }

  @Test
  void a_third_build_that_does_not_fit_is_wrong_usage() {
    Path elf = Fixtures.path("hello-abort");
    Path macho = Fixtures.path("macho/quiet-arm64");
    assertEquals(2, run("compare", "--also", elf, elf, macho));
    assertTrue(err().startsWith("error: hello-abort (ELF, x86-64) does not stand between"), err());
    assertEquals(
        1,
        run("compare", "--also", Fixtures.path("i686-exec"), elf, Fixtures.path("pe32.dll")),
        err());
    assertTrue(out().contains("split       instruction set, by i686-exec"), out());
  }
}
