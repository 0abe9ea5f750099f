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
import org.junit.jupiter.api.io.TempDir;

final class FileAuditLogTest {
  private static final int THREADS = 32;
  private static final int EACH = 300;
  private static final int ASKED = 50;
  private static final int DISK_KIB = 1024;

  @TempDir private Path folder;

  static Entry entry(String place) {
    return new Entry(
        "ci",
        "127.0.0.1",
        "pull manifest",
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
        log.record(entry(name + "/" + i));
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
  void an_entry_of_one_thread_alone_is_in_the_file_at_once() throws Exception {
    Path file = folder.resolve("audit.log");
    try (FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC())) {
      for (int i = 1; i <= 100; i++) {
        log.record(entry("deploy/" + i));
        assertEquals(i, Files.readAllLines(file).size());
      }
    }
  }

  @Test
  void whoever_is_interrupted_and_closes_the_log_loses_nothing_of_it() {
    Path file = folder.resolve("audit.log");
    FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC());
    for (int i = 0; i < EACH; i++) {
      log.record(entry("deploy/" + i));
    }
    Thread.currentThread().interrupt();
    log.close();
    assertTrue(Thread.interrupted());
    assertEquals(EACH, places(file).size());
    assertEquals(EACH, log.synced().seq());
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

  @Test
  void lines_in_one_write_are_those_of_a_write_for_each() throws IOException {
    Clock still = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
    List<String> fields =
        IntStream.range(0, 1000).mapToObj(i -> "\"who\":\"ä\",\"n\":" + i).toList();
    Path one = folder.resolve("one");
    try (ChainedFile file = ChainedFile.open(one, still)) {
      assertEquals(1000, file.append(fields).seq());
      assertEquals(1001, file.append(List.of(fields.getFirst())).seq());
    }
    Path many = folder.resolve("many");
    try (ChainedFile file = ChainedFile.open(many, still)) {
      fields.forEach(each -> file.append(List.of(each)));
      file.append(List.of(fields.getFirst()));
    }
    assertArrayEquals(Files.readAllBytes(many), Files.readAllBytes(one));
    assertEquals(1001, ChainedFile.check(one, (_, _) -> {}).seq());
  }

  /** What a kill or a crash leaves of several lines that were written at once. */
  @Test
  void of_a_write_that_was_cut_at_any_place_the_whole_lines_stay() throws IOException {
    Path file = folder.resolve("audit.log");
    try (ChainedFile lines = ChainedFile.open(file, Clock.systemUTC())) {
      lines.append(List.of("\"n\":1"));
      lines.append(List.of("\"n\":2", "\"n\":3", "\"n\":4"));
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length <= whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(file, cut);
      long lines = new String(cut, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
      try (ChainedFile again = ChainedFile.open(file, Clock.systemUTC())) {
        assertEquals(lines, again.last().seq());
        assertEquals(lines + 1, again.append(List.of("\"n\":5")).seq());
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
