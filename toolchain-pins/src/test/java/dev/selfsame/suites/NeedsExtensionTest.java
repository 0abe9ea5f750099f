package dev.selfsame.suites;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of {@link SuiteProcess}'s suites on machines that have this or that component. */
class NeedsExtensionTest {
  @TempDir private Path folder;

  /** The build's last lines are those of this file. */
  private Path list() {
    return folder.resolve("suites-left-out");
  }

  /**
   * What becomes of each test, sorted.
   *
   * @param require {@code SELFSAME_TEST_REQUIRE}
   * @param programs all that PATH has: the name, and the program that answers to it
   */
  private List<String> run(String require, Map<String, String> programs) throws Exception {
    Path path = Files.createDirectory(folder.resolve("bin"));
    for (Map.Entry<String, String> program : programs.entrySet()) {
      Files.createSymbolicLink(path.resolve(program.getKey()), Path.of(program.getValue()));
    }
    ProcessBuilder suites =
        new ProcessBuilder(
            OwnJvm.command(SuiteProcess.class, List.of("-Dselfsame.suites=" + list())));
    suites
        .environment()
        .putAll(
            Map.of(
                "PATH",
                path.toString(),
                "HOME",
                folder.toString(),
                "SELFSAME_TEST_REQUIRE",
                require));
    Process process = suites.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.lines().sorted().toList();
  }

  @Test
  void a_suite_whose_component_is_absent_is_left_out_and_named_with_what_brings_it()
      throws Exception {
    assertEquals(
        List.of("left out SuiteProcess$Typesetting", "left out pages()", "ran words()"),
        run("", Map.of("gpgv", "/bin/true")));
    assertEquals(
        List.of(
            "Typesetting: no groff on PATH; brought by: groff-base",
            "Writing.pages: no groff on PATH; brought by: groff-base"),
        Files.readAllLines(list()));
  }

  @Test
  void where_every_suite_is_required_its_absence_is_a_failure() throws Exception {
    String why = "no groff on PATH (SELFSAME_TEST_REQUIRE=all; package: groff-base)";
    assertEquals(
        List.of(
            "failed SuiteProcess$Typesetting: Typesetting needs GROFF: " + why,
            "failed pages(): Writing.pages needs GROFF: " + why,
            "ran words()"),
        run("all", Map.of("gpgv", "/bin/true")));
    assertFalse(Files.exists(list()));
  }

  @Test
  void a_suite_whose_components_are_all_here_runs() throws Exception {
    assertEquals(
        List.of("ran pages()", "ran pages()", "ran words()"),
        run("all", Map.of("gpgv", "/bin/true", "groff", "/bin/true")));
    assertFalse(Files.exists(list()));
  }

  @Test
  void a_component_that_does_not_work_is_absent() throws Exception {
    assertEquals(
        List.of("left out SuiteProcess$Typesetting", "left out pages()", "ran words()"),
        run("", Map.of("gpgv", "/bin/false", "groff", "/bin/false")));
    assertEquals(
        List.of(
            "Typesetting: gpgv --version exits with 1; brought by: gpgv",
            "Writing.pages: groff --version exits with 1; brought by: groff-base"),
        Files.readAllLines(list()));
  }
}
