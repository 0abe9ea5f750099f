package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.compare.tree.Archives;
import dev.selfsame.files.UserFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTimeTest {
  private static final Path A = Fixtures.path("hello-abort");
  private static final Path B = Fixtures.path("hello-symbols");

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** After some looks, whoever looks twice finds that an hour is over. */
  private static final class Hours implements InstantSource {
    private Instant now = Instant.EPOCH;
    private int still;

    Hours(int still) {
      this.still = still;
    }

    @Override
    public Instant instant() {
      if (still > 0) {
        still--;
      } else {
        now = now.plus(Duration.ofHours(1));
      }
      return now;
    }
  }

  private int run(InstantSource clock, Object... arguments) {
    out.reset();
    err.reset();
    Map<String, String> environment = Map.of("HOME", folder.toString());
    return new Main(
            new Surroundings(
                environment,
                clock.withZone(ZoneOffset.UTC),
                UserFolders.of(environment),
                folder,
                new Console(stream(out), stream(err), false, false)))
        .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream into) {
    return new PrintStream(into, false, StandardCharsets.UTF_8);
  }

  /** That it could not tell, and says of what and after how long, and nothing else. */
  private void late(Object file, String limit, Object... arguments) {
    assertEquals(3, run(new Hours(0), arguments), text(out) + text(err));
    assertEquals(
        "error: reading %s took longer than %s\nhint: raise --timeout\n".formatted(file, limit),
        text(err));
    assertEquals("", text(out));
  }

  private static String text(ByteArrayOutputStream said) {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void a_binary_that_is_not_read_in_time_is_told_by_name_with_the_limit() {
    Path page = folder.resolve("page.html");
    late(A, "1s", "inspect", "--timeout", "1s", A);
    late(A, "2m", "inspect", "--timeout", "2m", "--by", "instance", "--json", "--html", page, A);
    late(A, "10m", "inspect", A);
    late(A, "1s", "compare", "--timeout", "1s", A, B);
    late(A, "10m", "compare", "--json", "--html", page, A, B);
    late(A, "1s", "compare", "--timeout", "1s", A, B, B);
    assertFalse(Files.exists(page));
  }

  @Test
  void folders_and_what_is_in_them_are_told_so_too() throws IOException {
    Path first = Files.createDirectory(folder.resolve("first"));
    Path second = Files.createDirectory(folder.resolve("second"));
    Files.copy(A, first.resolve("agent"));
    Files.copy(B, second.resolve("agent"));
    late(first, "1s", "compare", "--timeout", "1s", first, second);
    late(first, "1s", "compare", "--timeout", "1s", "--name", "agent", first, second);
  }

  /** Not where it was unpacked to. */
  @Test
  void a_file_of_an_archive_is_told_by_its_name_within_it() throws IOException {
    Path first =
        new Archives()
            .file("bin/agent", 0755, Files.readAllBytes(Fixtures.path("bare-full")))
            .write(folder.resolve("first.tar.gz"));
    Path second =
        new Archives()
            .file("bin/agent", 0755, Files.readAllBytes(Fixtures.path("bare-symbols")))
            .write(folder.resolve("second.tar"));
    Set<String> told = lateAtEachLook(1, "compare", "--name", "bin/agent", first, second);
    String inFirst = "bin/agent of " + first;
    String inSecond = "bin/agent of " + second;
    told.remove(inFirst + " and " + inSecond);
    told.remove(inSecond + " and " + inFirst);
    assertEquals(Set.of(first.toString(), second.toString(), inFirst, inSecond), told);
  }

  @Test
  void a_debug_file_is_told_beside_its_program() {
    Path program = Fixtures.path("split/bare");
    Path debug = Fixtures.path("split/bare.dwp");
    Set<String> told = lateAtEachLook(0, "inspect", "--debug-file", debug, program);
    assertTrue(told.contains(program.toString()), told.toString());
    assertTrue(told.contains(debug.toString()), told.toString());
    assertTrue(told.contains(program + " and " + debug), told.toString());
  }

  /** What is told where the time is over at each look at the clock, until it is not. */
  private Set<String> lateAtEachLook(int status, Object... arguments) {
    Set<String> told = new TreeSet<>();
    int looks = 0;
    while (run(new Hours(looks), arguments) == 3) {
      String said = text(err).lines().findFirst().orElseThrow();
      assertTrue(said.matches("error: reading .* took longer than 10m"), said);
      told.add(said.replaceFirst("^error: reading (.*) took longer than 10m$", "$1"));
      looks++;
    }
    assertEquals(status, run(new Hours(looks), arguments), text(err));
    return told;
  }

  /** Time passes once, after some looks. */
  private static final class Leap implements InstantSource {
    private final int still;
    private int looks;

    Leap(int still) {
      this.still = still;
    }

    @Override
    public Instant instant() {
      looks++;
      return looks > still ? Instant.EPOCH.plus(Duration.ofHours(1)) : Instant.EPOCH;
    }
  }

  /** The time begins at the first look, and at no other one. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void time_that_is_over_between_two_steps_of_a_comparison_is_over(int files) {
    List<Object> arguments = new ArrayList<>(List.of("compare"));
    for (int i = 0; i < files; i++) {
      arguments.add(Fixtures.path(i == 0 ? "bare-full" : "bare-symbols"));
    }
    int still = 1;
    Leap clock = new Leap(still);
    while (run(clock, arguments.toArray()) == 3) {
      still++;
      clock = new Leap(still);
    }
    assertTrue(still > 2, still + " looks");
    assertTrue(clock.looks <= still, "in time, the limit passing after %d looks".formatted(still));
    assertEquals("", text(err));
  }

  @Test
  void no_name_of_a_file_begins_a_line() throws IOException {
    Path file = Files.copy(A, folder.resolve("a\nb"));
    late(folder + "/a\\x0ab", "10m", "inspect", file);
  }

  @Test
  void what_is_read_in_time_is_told() {
    assertEquals(0, run(Clock.systemUTC(), "inspect", "--timeout", "24h", A), text(err));
    assertTrue(text(out).startsWith("hello-abort: ELF "), text(out));
    assertEquals(1, run(Clock.systemUTC(), "compare", "--timeout", "24h", A, B), text(err));
    assertTrue(text(out).startsWith("differs: "), text(out));
  }

  /** What is looked at is another, which also stands while the machine sleeps. */
  @Test
  void the_clock_of_the_machine_may_be_set_meanwhile() {
    InstantSource watch = Surroundings.ofProcess().watch();
    Instant begun = watch.instant();
    assertTrue(begun.isBefore(Instant.EPOCH.plus(Duration.ofHours(1))), begun + " is a date");
    while (!watch.instant().isAfter(begun)) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0s", "-1s", "5", "soon", "25h", "1.5m", ""})
  void what_is_no_time_is_wrong_usage(String none) {
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("inspect", "--timeout", none, A),
            List.of("compare", "--timeout", none, A, B))) {
      assertEquals(2, run(Clock.systemUTC(), command.toArray()), text(out) + text(err));
      List<String> lines = text(err).lines().toList();
      assertEquals(2, lines.size(), text(err));
      assertTrue(lines.getFirst().startsWith("error: "), text(err));
      assertTrue(lines.getFirst().contains("--timeout"), text(err));
      assertTrue(lines.getLast().startsWith("hint: "), text(err));
      assertEquals("", text(out));
    }
  }
}
