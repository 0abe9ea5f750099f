package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a file says of its own tables takes no memory that the file itself does not: an answer comes
 * within a heap that is small, in a process of its own, since a heap has its limit from its
 * beginning.
 */
@Timeout(300)
class ForgedCountsTest {
  private static final String HEAP = "-Xmx96m";
  private static final String TOO_MANY = "names that are more together than their table can have";
  private static final int RANGES = 20_000;

  @TempDir private Path folder;

  @Test
  void tables_that_share_one_long_text_are_answered_in_a_small_heap() throws Exception {
    List<String> lines =
        read(
            "whole",
            List.of(
                write("sections.elf", ForgedFiles.sectionNames()),
                write("versions.elf", ForgedFiles.versionNeeds()),
                write("sources.elf", ForgedFiles.sourceFiles()),
                write("members.a", ForgedFiles.memberNames()),
                write("ranges.a", ForgedFiles.memberOfManyRanges(RANGES)),
                write("sections.obj", ForgedFiles.objectSectionNames()),
                write("options.o", ForgedFiles.linkerOptions())));
    String all = String.join("\n", lines);
    // That each came to where it would have taken too much.
    assertTrue(line(lines, "sections.elf").contains(" has no name"), all);
    assertTrue(line(lines, "versions.elf").contains(TOO_MANY), all);
    assertTrue(line(lines, "sources.elf").contains(TOO_MANY), all);
    assertTrue(line(lines, "members.a").contains(TOO_MANY), all);
    int ranges = Integer.parseInt(line(lines, "ranges.a").replaceFirst(" ranges.*", ""));
    assertTrue(ranges >= RANGES - 10, all);
    assertTrue(line(lines, "sections.obj").contains("/4 is not in the string table"), all);
    assertTrue(line(lines, "options.o").contains("linker options: not believed"), all);
  }

  /** Of each structure of each format, units and indexes of debug information among them. */
  @Test
  void the_largest_numbers_anywhere_are_answered_in_a_small_heap() throws Exception {
    List<Path> files =
        Stream.concat(
                Stream.of(Fixtures.ELF, Fixtures.MACHO, Fixtures.PE, Fixtures.AR)
                    .flatMap(List::stream)
                    .filter(name -> !name.contains("hello")),
                Stream.of("split/bare.dwo", "split/bare.dwp", "split/bare5.dwp", "split/two.dwp"))
            .map(Fixtures::path)
            .toList();
    List<String> lines = read("numbers", files);
    for (String line : lines) {
      assertTrue(line.matches("\\S+: [1-9][0-9]* bytes of [1-9][0-9]* ranges"), line);
    }
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static String line(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + ": "))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 2);
  }

  /** What is said of each, in their order. */
  private List<String> read(String how, List<Path> files) throws Exception {
    List<String> arguments = new ArrayList<>();
    for (Path file : files) {
      arguments.add(how);
      arguments.add(file.toString());
    }
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command =
        OwnJvm.command(ForgedMain.class, List.of(HEAP), arguments.toArray(String[]::new));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertEquals(0, process.waitFor(), () -> said(out) + said(err));
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
    assertEquals(files.size(), lines.size(), () -> said(out));
    return lines;
  }

  private static String said(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
