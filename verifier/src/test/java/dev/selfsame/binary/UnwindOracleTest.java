package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.UnwindIndex;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The index of unwind information against readelf, which reads the information itself: each
 * function of it begins where the index says. A linker may list one place once that has two
 * descriptions, so places are compared.
 */
@Needs(Component.BINUTILS)
class UnwindOracleTest {
  private static final String SECTION = "Contents of the .eh_frame section";
  private static final Pattern FUNCTION =
      Pattern.compile("[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ FDE .*pc=([0-9a-f]+)\\.\\..*");

  /** Larger ones take readelf long, and tell no more. */
  private static final long LARGE = 500_000;

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#ELF")
  void functions_of_our_binaries_begin_where_readelf_reads_it(String name) throws Exception {
    agree(Fixtures.path(name));
  }

  /** Those of this Java, which are here wherever this runs. */
  @Test
  void functions_of_many_libraries_begin_where_readelf_reads_it() throws Exception {
    int functions = agree(Fixtures.path("hello-abort"));
    assertTrue(functions > 100, "only " + functions + " functions of a Rust program");
    Path lib = Path.of(System.getProperty("java.home"), "lib");
    try (Stream<Path> files = Files.list(lib)) {
      for (Path file : files.filter(UnwindOracleTest::isSmallLibrary).sorted().toList()) {
        functions += agree(file);
      }
    }
    assertTrue(functions > 1_000, "only " + functions + " functions");
  }

  private static boolean isSmallLibrary(Path file) {
    long size = file.toFile().length(); // 0 where it is a link to nothing
    return file.toString().endsWith(".so") && size > 0 && size < LARGE;
  }

  /** How many functions the index has; none where there is no index of the usual form. */
  private static int agree(Path path) throws Exception {
    ElfFile file = ElfFile.parse(ByteView.of(Files.readAllBytes(path)));
    Optional<UnwindIndex> index = UnwindIndex.of(file);
    if (index.isEmpty()) {
      assertTrue(file.section(".eh_frame_hdr").isEmpty(), path + " has an index of another form");
      return 0;
    }
    long[] starts = index.get().starts();
    assertEquals(starts.length, index.get().functions());
    long[] ordered = starts.clone();
    Arrays.sort(ordered);
    assertEquals(hex(ordered), hex(starts), path + ": the index is in order");
    SortedSet<String> theirs = readelf(path);
    assertEquals(theirs, new TreeSet<>(hex(starts)), path.toString());
    return starts.length;
  }

  private static List<String> hex(long[] addresses) {
    return Arrays.stream(addresses).mapToObj(Long::toHexString).toList();
  }

  private static SortedSet<String> readelf(Path path) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("readelf", "-wfN", path.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    SortedSet<String> found = new TreeSet<>();
    boolean within = false;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher function = FUNCTION.matcher(line);
        if (line.startsWith("Contents of the ")) {
          within = line.startsWith(SECTION);
        } else if (within && function.matches()) {
          found.add(Long.toHexString(Long.parseUnsignedLong(function.group(1), 16)));
        }
      }
    }
    assertEquals(0, process.waitFor(), path.toString());
    return found;
  }
}
