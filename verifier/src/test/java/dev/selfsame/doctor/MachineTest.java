package dev.selfsame.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.doctor.Check.State;
import dev.selfsame.source.Repositories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

  @TempDir private Path folder;

  private Machine machine(Instant now) {
    return new Machine(folder, folder, Clock.fixed(now, ZoneOffset.UTC));
  }

  @ParameterizedTest
  @CsvSource({
    "user/max_user_namespaces, 0",
    "kernel/unprivileged_userns_clone, 0",
    "kernel/apparmor_restrict_unprivileged_userns, 1"
  })
  void why_there_are_no_user_namespaces_is_told(String file, String value) throws IOException {
    Repositories.write(folder, "sys/user/max_user_namespaces", "15000\n");
    assertEquals(State.OK, machine(NOW).namespaces().state());
    Repositories.write(folder, "sys/" + file, value + "\n");
    Check check = machine(NOW).namespaces();
    assertEquals(State.MISSING, check.state());
    assertTrue(Objects.requireNonNull(check.hint()).startsWith("sysctl "), check::toString);
  }

  @Test
  void a_kernel_that_says_nothing_cannot_be_told() {
    assertEquals(State.UNKNOWN, machine(NOW).namespaces().state());
  }

  @Test
  void too_little_room_is_missing() {
    Path none = folder.resolve("not/there/yet");
    assertEquals(State.OK, Machine.disk("cache", none, 1, "XDG_CACHE_HOME").state());
    Check check = Machine.disk("cache", none, Long.MAX_VALUE, "XDG_CACHE_HOME");
    assertEquals(State.MISSING, check.state());
    assertTrue(Objects.requireNonNull(check.hint()).contains("XDG_CACHE_HOME"));
  }

  @Test
  void mirrors_are_named_by_host() throws IOException {
    assertEquals(State.MISSING, machine(NOW).mirrors().state());
    Repositories.write(
        folder,
        "sources.list",
        "deb https://mirror.example/debian trixie main\n"
            + "deb https://mirror.example/debian trixie-updates main\n");
    assertEquals(Check.ok("apt mirrors", "mirror.example"), machine(NOW).mirrors());
  }

  @Test
  void a_clock_behind_what_was_written_is_wrong() throws IOException {
    Path file = Repositories.write(folder, "trust-root.json", "{}");
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    List<Path> written = List.of(file, folder.resolve("absent"));
    assertEquals(State.OK, machine(NOW).time(written).state());
    assertEquals(State.MISSING, machine(NOW.minusSeconds(600)).time(written).state());
    assertEquals(
        State.MISSING, machine(Instant.parse("1970-01-02T00:00:00Z")).time(written).state());
  }

  @Test
  void a_mapped_cache_is_in_use() throws IOException {
    Path maps =
        Repositories.write(
            folder,
            "maps",
            "7f00-7f01 r--p 0 08:01 42    /usr/lib/jvm/lib/server/libjvm.so\n"
                + "7f02-7f03 rw-p 0 08:01 43    /srv/selfsame/verifier/target/verify.aot\n");
    assertEquals("in use: /srv/selfsame/verifier/target/verify.aot", Program.cache(maps).text());
    Repositories.write(folder, "maps", "7f00-7f01 r--p 0 08:01 42    /lib/libc.so\n");
    assertEquals(State.MISSING, Program.cache(maps).state());
    assertEquals(State.UNKNOWN, Program.cache(folder.resolve("absent")).state());
  }

  @Test
  void a_runtime_without_a_compiler_is_told_of() throws IOException {
    Check check = Program.java(folder);
    assertEquals(State.MISSING, check.state());
    assertTrue(String.valueOf(check.hint()).contains("JDK 25"), check::toString);
    Path compiler = Repositories.write(folder, "bin/javac", "");
    assertTrue(compiler.toFile().setExecutable(true));
    assertEquals(State.OK, Program.java(folder).state());
  }

  @Test
  void whatever_is_not_ok_says_what_to_do() {
    Check failed =
        Check.of(
            "a",
            () -> {
              throw new IllegalStateException("two\nlines");
            });
    assertEquals(State.UNKNOWN, failed.state());
    assertTrue(failed.text().endsWith("two lines"), failed::toString);
    assertTrue(String.valueOf(failed.hint()).contains("bug"), failed::toString);
    assertThrows(
        IllegalArgumentException.class, () -> new Check("a", State.UNKNOWN, true, "?", null));
  }

  @Test
  void what_cannot_be_told_does_not_count_as_there() {
    Check fine = Check.ok("a", "fine").asNeeded();
    Check unknown = Check.unknown("b", "no idea", "ask somebody");
    assertTrue(Diagnosis.of(List.of(fine, unknown)).able());
    assertEquals(false, Diagnosis.of(List.of(fine, unknown.asNeeded())).able());
  }
}
