package dev.selfsame.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which JDK the launcher takes, and what it says where there is none. */
class LauncherJdkIT {
  @TempDir private Path folder;

  /**
   * Made-up JDKs, and no others: each says where it stands.
   *
   * @param places of JDK 25, or 17 where that is said; PATH has what is named, or no java at all
   */
  @ParameterizedTest
  @Needs(Component.UNSHARE)
  @CsvSource({
    "SELFSAME_JAVA JAVA_HOME PATH /usr/lib/jvm/b, SELFSAME_JAVA",
    "JAVA_HOME PATH /usr/lib/jvm/b, JAVA_HOME",
    "JAVA_HOME:17 PATH /usr/lib/jvm/b, PATH",
    "JAVA_HOME:17 PATH:17 /usr/lib/jvm/b /opt/java/b, /usr/lib/jvm/b",
    "/usr/lib/jvm/a:17 /usr/lib/jvm/b /usr/lib/jvm/c /opt/java/b, /usr/lib/jvm/b",
    "/opt/java/b /opt/jdk-25, /opt/java/b",
    "/opt/jdk-25 /opt/temurin-25, /opt/jdk-25",
    "/opt/temurin-25 ~/.sdkman/candidates/java/b, /opt/temurin-25",
    "~/.sdkman/candidates/java/b ~/.jdks/b, ~/.sdkman/candidates/java/b",
    "~/.jdks/b ~/.local/share/mise/installs/java/b, ~/.jdks/b",
    "PATH:17 ~/.local/share/mise/installs/java/b, ~/.local/share/mise/installs/java/b"
  })
  void of_these_places_the_first_with_a_jdk_25_is_taken(String places, String taken)
      throws Exception {
    Path launcher = builtAndTrained(folder.resolve("project/verifier"));
    Files.createDirectories(folder.resolve("usr/lib/jvm"));
    Files.createDirectories(folder.resolve("opt"));
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("readlink"), Component.program("readlink").orElseThrow());
    Map<String, String> environment =
        new HashMap<>(Map.of("HOME", at("~").toString(), "JAVA_HOME", "", "SELFSAME_JAVA", ""));
    for (String place : places.split(" ")) {
      String where = place.replace(":17", "");
      Path jdk = jdk(at(where), place.equals(where) ? "25.0.1" : "17.0.9");
      if (where.equals("PATH")) {
        Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
      } else if (environment.containsKey(where)) {
        environment.put(where, jdk.toString());
      }
    }
    var result =
        Shell.run(
            folder,
            environment,
            Shell.mounted(
                """
                mount --bind "$1/usr/lib/jvm" /usr/lib/jvm || exit
                mount --bind "$1/opt" /opt || exit
                [ ! -d /usr/java ] || mount -t tmpfs none /usr/java || exit
                PATH=$2
                exec "$3" --help
                """,
                folder.toString(),
                bin.toString(),
                launcher.toString()));
    assertEquals("", result.err());
    String java = (taken.startsWith("/") ? taken : at(taken)) + "/bin/java\n";
    assertEquals(java, result.out());
    assertEquals(0, result.status());
  }

  /** The folder of a place; those of the system are mounted over the real ones. */
  private Path at(String place) throws IOException {
    String below = place.startsWith("/") ? place.substring(1) : place.replace("~", "home");
    return folder.toRealPath().resolve(below);
  }

  private static Path jdk(Path jdk, String version) throws IOException {
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$0\"\n");
    java.toFile().setExecutable(true);
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
    return jdk;
  }

  /** A launcher that has nothing to build and nobody to train. */
  private static Path builtAndTrained(Path verifier) throws IOException {
    Path launcher = Files.createDirectories(verifier.resolve("bin")).resolve("selfsame");
    Files.copy(DemoRun.launcher(), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    Path target = Files.createDirectory(verifier.resolve("target"));
    Files.createFile(target.resolve("selfsame.jar"));
    Files.writeString(target.resolve("verify-25.0.1.aot"), "a cache");
    return launcher;
  }

  @Test
  void a_wrong_SELFSAME_JAVA_is_one_error_and_one_hint() throws Exception {
    var result =
        Shell.run(
            folder,
            Map.of("SELFSAME_JAVA", folder.toString()),
            List.of(DemoRun.launcher().toString(), "--help"));
    assertEquals(2, result.status());
    assertEquals(
        "error: SELFSAME_JAVA is no JDK 25: " + folder,
        result.err().lines().findFirst().orElse(""));
    assertEquals(2, result.err().lines().count());
  }

  @Test
  @Needs(Component.UNSHARE)
  void no_jdk_25_is_one_error_and_one_hint() throws Exception {
    var result =
        Shell.run(
            folder,
            Map.of("JAVA_HOME", "", "SELFSAME_JAVA", "", "HOME", folder.toString()),
            Shell.mounted(
                "mount -t tmpfs none /usr/lib/jvm; exec \"$1\" --help",
                DemoRun.launcher().toString()));
    assertEquals(3, result.status());
    assertTrue(result.err().startsWith("error: no JDK 25 found\nhint: "), result.err());
    assertEquals(2, result.err().lines().count());
  }
}
