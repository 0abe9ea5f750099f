package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.DynamicEntry;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GNU readelf as the oracle, on our own binaries and on those of this machine. */
@Needs(Component.BINUTILS)
class ReadelfTest {
  @TempDir Path folder;

  private static final int MACHINE_FILES = 120;
  private static final Pattern SECTION =
      Pattern.compile(
          "^\\s*\\[ *(\\d+)\\] (.*?)\\s+([A-Z0-9_<>: ]+?|LOOS\\+\\S+)\\s+([0-9a-f]{8,16})"
              + " ([0-9a-f]{6,16}) ([0-9a-f]{6,16}) ([0-9a-f]{2,}) .*$",
          Pattern.MULTILINE);

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#ELF")
  void our_binaries_have_the_sections_that_readelf_prints(String name) throws Exception {
    agree(Fixtures.path(name));
  }

  @Test
  void this_machines_binaries_have_the_sections_and_libraries_that_readelf_prints()
      throws Exception {
    int seen = 0;
    for (Path file : machineFiles()) {
      agree(file);
      seen++;
    }
    assertTrue(seen > 20, "only " + seen + " ELF files on this machine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zlib", "zlib-gnu"})
  void compressed_debug_information_has_the_size_that_it_has_unpacked(String kind)
      throws Exception {
    Path full = Fixtures.path("bare-full");
    Path packed = folder.resolve("packed");
    Process process =
        new ProcessBuilder(
                "objcopy", "--compress-debug-sections=" + kind, full.toString(), packed.toString())
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());
    long plain = BinaryReader.read(full).categories().getOrDefault(Category.DEBUG, 0L);
    String value = BinaryReader.read(packed).fact("debug-info").value();
    assertTrue(value.startsWith("DWARF (compressed), "), value);
    String unpacked = ", %d unpacked, as declared".formatted(plain);
    assertTrue(value.endsWith(unpacked), value + " of " + plain);
  }

  private static void agree(Path path) throws Exception {
    ElfFile elf = ElfFile.parse(ByteView.of(Files.readAllBytes(path)));
    List<String> ours = new ArrayList<>();
    for (Section section : elf.sections()) {
      if (section.type() != Section.NULL) {
        ours.add(
            "%d %s %x %x"
                .formatted(section.index(), section.name(), section.offset(), section.size()));
      }
    }
    List<String> theirs = new ArrayList<>();
    Matcher matcher = SECTION.matcher(readelf("-SW", path));
    while (matcher.find()) {
      if (!matcher.group(3).equals("NULL")) {
        long offset = Long.parseUnsignedLong(matcher.group(5), 16);
        long size = Long.parseUnsignedLong(matcher.group(6), 16);
        theirs.add("%s %s %x %x".formatted(matcher.group(1), matcher.group(2), offset, size));
      }
    }
    assertEquals(theirs, ours, path.toString());
    assertEquals(needed(path), ourNeeded(elf), path.toString());
    BinaryFacts facts = BinaryReader.read(path);
    assertEquals(List.of(), facts.problems(), path.toString());
    assertEquals(0L, facts.categories().getOrDefault(Category.UNCLAIMED, 0L), path.toString());
    assertEquals(readelf("-h", path).contains("ELF64"), elf.header().wide());
  }

  private static List<String> ourNeeded(ElfFile elf) {
    return DynamicEntry.readAll(elf).stream()
        .filter(entry -> entry.tag() == DynamicEntry.NEEDED)
        .map(entry -> entry.text(elf))
        .toList();
  }

  private static List<String> needed(Path path) throws Exception {
    Matcher matcher =
        Pattern.compile("\\(NEEDED\\)\\s+Shared library: \\[(.*)\\]").matcher(readelf("-dW", path));
    return matcher.results().map(result -> result.group(1)).toList();
  }

  private static List<Path> machineFiles() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder :
        List.of("/usr/bin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")) {
      if (!Files.isDirectory(Path.of(folder))) {
        continue;
      }
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.filter(ReadelfTest::isSmallElf).sorted().limit(MACHINE_FILES / 2).forEach(found::add);
      }
    }
    return found;
  }

  private static boolean isSmallElf(Path file) {
    try {
      return Files.isRegularFile(file)
          && Files.isReadable(file)
          && Files.size(file) > 64
          && Files.size(file) < 4 << 20
          && ElfHeader.isElf(ByteView.of(head(file)));
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] head(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(16);
    }
  }

  private static String readelf(String option, Path path) throws Exception {
    Process process =
        new ProcessBuilder("readelf", option, path.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), "readelf " + option + " " + path);
    return text;
  }
}
