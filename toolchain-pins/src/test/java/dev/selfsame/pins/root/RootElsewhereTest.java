package dev.selfsame.pins.root;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.lock.PinText;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.Nobody;
import dev.selfsame.suites.OwnJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same packages give the same root in processes that differ as machines and users do. */
class RootElsewhereTest {
  @TempDir private Path folder;
  private String mirror;
  private Pin pin;
  private Path pinFile;

  @BeforeEach
  void lock() throws Exception {
    Map<String, byte[]> debs = new TreeMap<>(RootCacheTest.usual());
    debs.put("odd", odd());
    Path pool = Files.createDirectories(folder.resolve("mirror/pool/main/x"));
    List<DebsRoot.Deb> locked = new ArrayList<>();
    for (Map.Entry<String, byte[]> deb : debs.entrySet()) {
      Files.write(pool.resolve(deb.getKey() + "_1_amd64.deb"), deb.getValue());
      locked.add(TestDebs.locked(deb.getKey(), deb.getValue()));
    }
    mirror = folder.resolve("mirror").toUri().toString();
    Pin unknown = TestDebs.pin(locked, Digest.sha256(new byte[0]));
    Digest diffId =
        new RootCache(folder.resolve("here"), Mirrors.only(List.of(mirror)), Progress.SILENT)
            .assemble((DebsRoot) unknown.root(), unknown.epoch())
            .diffId();
    pin = TestDebs.pin(locked, diffId);
    pinFile = folder.resolve("pin.toml");
    Files.writeString(pinFile, PinText.of(pin, (DebsRoot) pin.root()));
  }

  /** What root alone could put on the disk as it is. */
  private static byte[] odd() throws Exception {
    return new TestDebs()
        .directory("./usr/closed/", 0555)
        .file("./usr/closed/unreadable", 0000, "nobody's")
        .hardLink("./usr/closed/again", "./usr/closed/unreadable")
        .owned("./usr/bin/others", 1234, 4321, 1)
        .deb();
  }

  /** Has a process make the root, and looks at what stands on the disk from here. */
  private void assertTheSame(List<String> command, Path cache) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals(((DebsRoot) pin.root()).diffId().toString(), said.strip());
    RootCache roots = new RootCache(cache, Mirrors.only(List.of()), Progress.SILENT);
    assertEquals(new CacheCheck(3, 3, true, List.of()), roots.check(pin, false));
  }

  private static Stream<Arguments> elsewhere() {
    return Stream.of(
        Arguments.of("umask 077", List.of("sh", "-c", "umask 077; exec \"$@\"", "sh"), List.of()),
        Arguments.of("a time zone", List.of("env", "TZ=Pacific/Kiritimati"), List.of()),
        Arguments.of("a locale of ASCII alone", List.of("env", "LC_ALL=C"), List.of()),
        Arguments.of(
            "a language with other digits, and one processor",
            List.of(),
            List.of("-Duser.language=ar", "-Duser.country=EG", "-XX:ActiveProcessorCount=1")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("elsewhere")
  void the_same_packages_give_the_same_diff_id(
      String what, List<String> program, List<String> options) throws Exception {
    Path cache = folder.resolve("cache");
    assertTheSame(
        OwnJvm.under(program, FetchProcess.command(options, cache, mirror, pinFile)), cache);
  }

  @Test
  @Needs(Component.READING_USER)
  void an_ordinary_user_gets_the_same_diff_id_too() throws Exception {
    Path cache = Nobody.folder(folder.resolve("cache"));
    assertTheSame(Nobody.command(FetchProcess.command(List.of(), cache, mirror, pinFile)), cache);
    Path tree = cache.resolve("roots/sha256").resolve(((DebsRoot) pin.root()).diffId().hex());
    assertEquals(Nobody.NAME, Files.getOwner(tree.resolve("tree/usr/bin/others")).getName());
  }
}
