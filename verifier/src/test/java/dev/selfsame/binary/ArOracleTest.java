package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.ar.ArFile;
import dev.selfsame.binary.ar.Member;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Category;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GNU ar as the oracle, on our own archives, on this machine's and on its rlibs. */
@Needs(Component.BINUTILS)
class ArOracleTest {
  private static final int MACHINE_FILES = 40;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"gnu.a", "libsmall.rlib", "libsmall-msvc.rlib", "kernel32.lib"})
  void our_archives_have_the_members_that_ar_prints(String name) throws Exception {
    agree(Fixtures.path(name));
  }

  @Test
  void this_machines_archives_have_the_members_that_ar_prints() throws Exception {
    int seen = 0;
    for (Path file : archives(Path.of("/usr/lib"), ".a")) {
      agree(file);
      seen++;
    }
    assertTrue(seen > 3, "only " + seen + " archives on this machine");
  }

  @Test
  @Needs(Component.CARGO)
  void the_standard_librarys_rlibs_have_the_members_that_ar_prints() throws Exception {
    Path root = Path.of(run("rustc", "--print", "sysroot").strip(), "lib/rustlib");
    List<Path> rlibs = archives(root, ".rlib");
    for (Path rlib : rlibs) {
      agree(rlib);
      BinaryFacts facts = BinaryReader.read(rlib);
      assertEquals("rlib", facts.fact("type").value());
      String version = run("rustc", "-V").split(" ", -1)[1];
      assertTrue(facts.fact("rustc").value().startsWith(version), facts.fact("rustc").toString());
    }
    assertTrue(rlibs.size() > 5, "only " + rlibs.size() + " rlibs");
  }

  private void agree(Path path) throws Exception {
    ArFile archive = ArFile.parse(ByteView.of(Files.readAllBytes(path)));
    List<String> ours = new ArrayList<>();
    for (Member member : archive.members()) {
      if (member.kind() == Member.Kind.FILE) {
        // GNU ar prints the backslashes of long names as slashes.
        ours.add("%d %s".formatted(member.size(), member.name().replace('\\', '/')));
      }
    }
    List<String> theirs =
        run("ar", "tv", path.toString())
            .lines()
            .map(line -> line.strip().split("\\s+", 8))
            .map(part -> part[2] + " " + part[7])
            .toList();
    assertEquals(theirs, ours, path.toString());
    BinaryFacts facts = BinaryReader.read(path);
    assertEquals(List.of(), facts.problems(), path.toString());
    assertEquals(0L, facts.categories().getOrDefault(Category.UNCLAIMED, 0L), path.toString());
    membersAreWhatTheyAreAlone(path, facts);
  }

  /** A member's facts and categories are those of the file that ar takes out. */
  private void membersAreWhatTheyAreAlone(Path path, BinaryFacts facts) throws Exception {
    byte[] bytes = Files.readAllBytes(path);
    for (Part part : facts.parts().stream().limit(12).toList()) {
      if (part.size() == 0 || part.name().equals("lib.rmeta")) {
        continue;
      }
      byte[] member =
          java.util.Arrays.copyOfRange(
              bytes, (int) part.offset(), (int) (part.offset() + part.size()));
      BinaryFacts alone = BinaryReader.read(Files.write(folder.resolve("member"), member));
      assertEquals(alone.categories(), part.categories(), path + " " + part.name());
    }
  }

  private static List<Path> archives(Path root, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(root, 5)) {
      return files
          .filter(file -> file.toString().endsWith(ending) && Files.isRegularFile(file))
          .filter(ArOracleTest::isArchive)
          .sorted()
          .limit(MACHINE_FILES)
          .toList();
    }
  }

  /** Some files called .a are linker scripts. */
  private static boolean isArchive(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Files.size(file) < 16 << 20 && ArFile.is(ByteView.of(in.readNBytes(8)));
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), String.join(" ", command));
    return text;
  }
}
