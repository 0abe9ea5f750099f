package dev.selfsame.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How Maven builds Selfsame itself. */
class OwnBuildIT {
  private static final Path PROJECT =
      Path.of(System.getProperty("selfsame.basedir", ".")).toAbsolutePath().getParent();
  private static final List<String> JARS =
      List.of(
          "toolchain-pins/target/toolchain-pins-0.1.0-SNAPSHOT.jar",
          "reports/target/reports-0.1.0-SNAPSHOT.jar",
          "registry/target/registry-0.1.0-SNAPSHOT.jar",
          "verifier/target/selfsame.jar");

  @TempDir private Path folder;

  @Test
  void the_jars_are_the_same_from_another_folder_time_zone_locale_and_java_of_maven()
      throws Exception {
    Path copy = folder.resolve("somewhere else");
    for (String module : List.of("toolchain-pins", "reports", "registry", "verifier")) {
      copyTree(PROJECT.resolve(module), copy.resolve(module));
    }
    Files.writeString(copy.resolve("pom.xml"), withoutErrorProne());
    var result =
        Shell.run(
            copy,
            Map.of(
                "JAVA_HOME",
                "",
                "TZ",
                "Asia/Kathmandu",
                "LC_ALL",
                "tr_TR.UTF-8",
                "MAVEN_OPTS",
                "-Duser.language=tr -Duser.country=TR"),
            List.of("mvn", "-B", "-q", "-o", "-Dspotless.check.skip", "-DskipTests", "package"));
    assertEquals(0, result.status(), result.out());
    List<String> differing = new ArrayList<>();
    for (String jar : JARS) {
      if (!Digest.sha256(PROJECT.resolve(jar)).equals(Digest.sha256(copy.resolve(jar)))) {
        differing.add(jar);
      }
    }
    assertEquals(List.of(), differing);
  }

  /** The checks are most of the compiler's work, and have no part in what it writes. */
  private static String withoutErrorProne() throws IOException {
    String pom = Files.readString(PROJECT.resolve("pom.xml"));
    String plain = pom.replaceAll("<arg>-Xplugin:ErrorProne [^<]*</arg>", "");
    assertNotEquals(pom, plain, "how the checks are asked for");
    return plain;
  }

  /**
   * Maven runs by PATH's java, which may be an older one. A JDK that nobody has yet stands for 25,
   * whatever this machine has.
   */
  @Test
  void maven_finds_the_jdk_by_itself_and_says_in_one_line_where_there_is_none() throws Exception {
    String pom = Files.readString(PROJECT.resolve("pom.xml"));
    Files.writeString(folder.resolve("pom.xml"), pom);
    var found = validate();
    assertEquals(0, found.status(), found.out());
    String later = pom.replace("<version>[25,26)</version>", "<version>[99,100)</version>");
    assertNotEquals(pom, later, "how the JDK is chosen");
    Files.writeString(folder.resolve("pom.xml"), later);
    var result = validate();
    assertEquals(1, result.status(), result.out());
    List<String> told =
        result.out().lines().filter(line -> line.contains("needs a JDK 25 installed")).toList();
    assertEquals(1, told.size(), result.out());
    assertTrue(told.getFirst().contains("[ERROR] Failed to execute goal "), told.getFirst());
    assertTrue(told.getFirst().contains("the package temurin-25-jdk"), told.getFirst());
    assertFalse(result.out().contains("\tat "), result.out());
    assertFalse(result.out().contains("Exception:"), result.out());
  }

  private Shell.Result validate() throws Exception {
    List<String> command =
        List.of("mvn", "-B", "-q", "-o", "-N", "-Dspotless.check.skip", "validate");
    return Shell.run(folder, Map.of("JAVA_HOME", ""), command);
  }

  /** Without what was built, and without the tests, of which nothing is in the jars. */
  private static void copyTree(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var entries = Files.newDirectoryStream(from)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.equals("target") || entry.endsWith("src/test")) {
          continue;
        }
        if (Files.isDirectory(entry)) {
          copyTree(entry, to.resolve(name));
        } else {
          Files.copy(entry, to.resolve(name));
        }
      }
    }
  }
}
