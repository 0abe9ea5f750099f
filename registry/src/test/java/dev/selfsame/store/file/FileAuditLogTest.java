package dev.selfsame.store.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditLog.Entry;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class FileAuditLogTest {
  private static final int THREADS = 32;
  private static final int EACH = 300;
  private static final int ASKED = 50;
  private static final int DISK_KIB = 1024;

  @TempDir private Path folder;

  /** Of something that was handed out. */
  static Entry entry(String place) {
    return entry("pull manifest", place);
  }

  /** Of something that was changed. */
  static Entry change(String place) {
    return entry("push manifest", place);
  }

  private static Entry entry(String action, String place) {
    return new Entry(
        "ci",
        "127.0.0.1",
        action,
        place,
        Optional.of("production"),
        200,
        Optional.empty(),
        Optional.empty());
  }

  private static <T> List<T> together(Callable<T> work) throws Exception {
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> all = IntStream.range(0, THREADS).mapToObj(_ -> pool.submit(work)).toList();
      List<T> done = new ArrayList<>();
      for (Future<T> one : all) {
        done.add(one.get());
      }
      return done;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception why ? why : e;
    }
  }

  /** The places of all entries, in a chain that holds. */
  private static List<String> places(Path file) {
    List<String> places = new ArrayList<>();
    ChainedFile.check(file, (_, line) -> places.add(line.path("place").asText()));
    return places;
  }

  @Test
  void entries_of_many_threads_are_there_once_each_in_one_chain_and_in_each_ones_order()
      throws Exception {
    Path file = folder.resolve("audit.log");
    FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC());
    together(() -> {
      String name = "deploy/t" + Thread.currentThread().threadId();
      for (int i = 0; i < EACH; i++) {
        String place = name + "/" + i;
        log.record(i % 5 == 0 ? change(place) : entry(place));
      }
      return name;
    });
    log.close();
    List<String> places = places(file);
    assertEquals(THREADS * EACH, places.size());
    assertEquals(THREADS * EACH, new HashSet<>(places).size());
    for (String thread : Set.copyOf(places.stream().map(FileAuditLogTest::thread).toList())) {
      assertEquals(
          IntStream.range(0, EACH).mapToObj(i -> thread + "/" + i).toList(),
          places.stream().filter(place -> thread(place).equals(thread)).toList());
    }
    FileAuditLog again = FileAuditLog.open(file, Clock.systemUTC());
    again.record(entry("deploy/after"));
    again.close();
    assertEquals("deploy/after", places(file).getLast());
  }

  private static String thread(String place) {
    return place.substring(0, place.lastIndexOf('/'));
  }

  @Test
  void what_changed_something_is_in_the_file_at_once_and_what_was_recorded_before_it()
      throws Exception {
    Path file = folder.resolve("audit.log");
    try (FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC())) {
      for (int i = 1; i <= 100; i++) {
        log.record(entry("deploy/" + i));
        log.record(change("staging/" + i));
        assertEquals(2 * i, Files.readAllLines(file).size());
      }
    }
  }

  @Test
  void a_change_that_others_record_beside_is_in_the_file_at_once() throws Exception {
    Path file = folder.resolve("audit.log");
    try (FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC())) {
      together(() -> {
        for (int i = 0; i < ASKED; i++) {
          String mine = "staging/t%d/%d".formatted(Thread.currentThread().threadId(), i);
          log.record(entry("deploy/other"));
          log.record(change(mine));
          assertTrue(Files.readString(file).contains('"' + mine + '"'), mine);
        }
        return true;
      });
    }
  }

  /** Whether somebody has to be woken for it is not the same each time. */
  @Test
  @Timeout(60)
  void what_was_handed_out_is_in_the_file_soon_though_nobody_asks() throws Exception {
    Path file = folder.resolve("audit.log");
    try (FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC())) {
      for (int i = 1; i <= 20; i++) {
        log.record(entry("deploy/" + i));
        awaitLines(file, i);
      }
      together(() -> {
        for (int i = 0; i < ASKED; i++) {
          log.record(entry("deploy/together"));
          Thread.sleep(i % 3);
        }
        return true;
      });
      awaitLines(file, 20 + THREADS * ASKED);
    }
  }

  private static void awaitLines(Path file, int count) throws Exception {
    while (Files.readAllLines(file).size() < count) {
      Thread.sleep(1);
    }
  }

  @Test
  void whoever_is_interrupted_and_closes_the_log_loses_nothing_of_it() throws Exception {
    Path file = folder.resolve("audit.log");
    FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC());
    for (int i = 0; i < EACH; i++) {
      log.record(entry("deploy/" + i));
    }
    Thread.currentThread().interrupt();
    log.close();
    assertTrue(Thread.interrupted());
    assertEquals(EACH, places(file).size());
  }

  @Test
  void whoever_asks_for_trouble_finds_in_the_file_what_was_recorded_before() throws Exception {
    Path file = folder.resolve("audit.log");
    try (FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC())) {
      together(() -> {
        for (int i = 0; i < ASKED; i++) {
          String mine = "deploy/t%d/%d".formatted(Thread.currentThread().threadId(), i);
          log.record(entry(mine));
          assertEquals(Optional.empty(), log.trouble());
          assertTrue(Files.readString(file).contains('"' + mine + '"'), mine);
        }
        return true;
      });
    }
  }

  private static void put(int number, LineBuffer line) {
    line.put("who", "ä");
    line.put("n", number);
  }

  @Test
  void lines_in_one_write_are_those_of_a_write_for_each() throws IOException {
    Clock still = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
    List<Integer> numbers = IntStream.range(0, 1000).boxed().toList();
    Path one = folder.resolve("one");
    try (ChainedFile file = ChainedFile.open(one, still)) {
      assertEquals(1000, file.append(numbers, FileAuditLogTest::put).seq());
      assertEquals(1001, file.append(List.of(0), FileAuditLogTest::put).seq());
    }
    Path many = folder.resolve("many");
    try (ChainedFile file = ChainedFile.open(many, still)) {
      numbers.forEach(each -> file.append(List.of(each), FileAuditLogTest::put));
      file.append(List.of(0), FileAuditLogTest::put);
    }
    assertArrayEquals(Files.readAllBytes(many), Files.readAllBytes(one));
    assertEquals(1001, ChainedFile.check(one, (_, _) -> {}).seq());
  }

  /** The log of changes makes its lines otherwise. */
  @Test
  void a_line_is_the_same_whichever_way_it_is_made() throws IOException {
    Clock still = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
    List<String> texts =
        List.of(
            "plain",
            "",
            "a \"word\" of \\ and /",
            "\n\t\0\37\177",
            "ä€\uD83D\uDE00",
            "long ".repeat(20_000));
    Path bytes = folder.resolve("bytes");
    try (ChainedFile file = ChainedFile.open(bytes, still)) {
      file.append(
          texts,
          (text, line) -> {
            line.put("text", text);
            line.put("n", 7);
          });
    }
    Path nodes = folder.resolve("nodes");
    try (ChainedFile file = ChainedFile.open(nodes, still)) {
      texts.forEach(
          text -> file.append(still.instant(), line -> line.put("text", text).put("n", 7)));
    }
    assertArrayEquals(Files.readAllBytes(nodes), Files.readAllBytes(bytes));
    List<String> read = new ArrayList<>();
    ChainedFile.check(bytes, (_, line) -> read.add(line.path("text").asText()));
    assertEquals(texts, read);
  }

  /** Such as stays of a text that was cut in the middle of a character. */
  @Test
  void half_a_character_does_not_keep_an_entry_out() throws IOException {
    Path file = folder.resolve("audit.log");
    try (FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC())) {
      log.record(entry("deploy/\uD83D"));
      log.record(entry("deploy/after"));
    }
    assertEquals(List.of("deploy/?", "deploy/after"), places(file));
  }

  /** What a kill or a crash leaves of several lines that were written at once. */
  @Test
  void of_a_write_that_was_cut_at_any_place_the_whole_lines_stay() throws IOException {
    Path file = folder.resolve("audit.log");
    try (ChainedFile lines = ChainedFile.open(file, Clock.systemUTC())) {
      lines.append(List.of(1), FileAuditLogTest::put);
      lines.append(List.of(2, 3, 4), FileAuditLogTest::put);
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length <= whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(file, cut);
      long lines = new String(cut, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
      try (ChainedFile again = ChainedFile.open(file, Clock.systemUTC())) {
        assertEquals(lines, again.last().seq());
        assertEquals(lines + 1, again.append(List.of(5), FileAuditLogTest::put).seq());
      }
      assertEquals(lines + 1, ChainedFile.check(file, (_, _) -> {}).seq());
    }
  }

  @Test
  void what_cannot_be_recorded_is_told_to_who_records_and_to_who_asks() {
    FileAuditLog log = FileAuditLog.open(folder.resolve("audit.log"), Clock.systemUTC());
    log.close();
    Failure failure = assertThrows(Failure.class, () -> log.record(entry("deploy/late")));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(log.trouble().isPresent());
  }

  @Test
  @Needs(Component.UNSHARE)
  void on_a_full_disk_what_fits_is_written_and_the_rest_once_there_is_room() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Process process =
        new ProcessBuilder(
                OwnJvm.mounted(
                    "mount -t tmpfs -o size=%dk none \"$0\" && exec \"$@\"".formatted(DISK_KIB),
                    disk,
                    OwnJvm.command(AuditOnFullDisk.class, List.of("-Xmx64m"), disk.toString())))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals("well\n", said);
  }
}
