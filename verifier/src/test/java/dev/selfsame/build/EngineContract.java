package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every engine must do. */
@Timeout(180)
public abstract class EngineContract {
  @TempDir protected Path folder;
  private Engine engine;
  private Bench bench;

  /** A new engine whose scratch folders are below {@code spool}. */
  protected abstract Engine engine(Path spool);

  /** What a command found out, without what this engine cannot hide on this machine. */
  protected String seen(String world) {
    return world;
  }

  /** Whether the engine can tell that memory ran out from any other killing. */
  protected boolean namesMemory() {
    return true;
  }

  @BeforeEach
  void set_up() throws IOException {
    engine = engine(folder.resolve("spool"));
    bench = new Bench(folder);
  }

  @AfterEach
  void nothing_is_left() throws Exception {
    assertEquals(List.of(), bench.alive(), "processes left");
    if (Files.exists(folder.resolve("spool"))) {
      try (var left = Files.list(folder.resolve("spool"))) {
        assertEquals(List.of(), left.toList(), "scratch folders left");
      }
    }
  }

  @Test
  void it_works_here_and_says_its_version() {
    Engine.Probe.Works works = assertInstanceOf(Engine.Probe.Works.class, engine.probe());
    assertFalse(works.version().isBlank());
  }

  @Test
  void the_command_sees_the_same_world_on_every_engine() throws Exception {
    assertEquals(World.expected(), seen(bench.shell(engine, World.PROBE)));
  }

  @Test
  void outputs_reach_the_host_and_scratch_does_not() throws Exception {
    assertEquals(0, bench.exit(engine, "echo made > /out/file; mkdir /out/d; echo x > /build/y"));
    assertEquals("made\n", Files.readString(bench.out().resolve("file")));
    Files.delete(bench.out().resolve("d"));
  }

  @Test
  void inputs_and_root_cannot_be_written() throws Exception {
    String seen =
        bench.shell(
            engine,
            "for f in /src/new /usr/new /new /dev/new /src/input /proc/sys/kernel/hostname; do"
                + " (echo x > $f) 2>/dev/null && echo wrote $f; done; rm -f /src/input 2>/dev/null; ls /src");
    assertEquals("input\nrunnable\n", seen);
  }

  @Test
  void the_exit_status_is_the_commands_own() throws Exception {
    assertEquals(7, bench.exit(engine, "exit 7"));
    assertEquals(128 + 9, bench.exit(engine, "kill -9 $$"));
    assertEquals(127, bench.exit(engine, "/no/such/program"));
  }

  @Test
  void output_is_interleaved_as_written() throws Exception {
    assertEquals("a\nb\nc\n", bench.shell(engine, "echo a; echo b >&2; echo c"));
  }

  @Test
  void a_path_that_the_root_lacks_can_be_mounted() throws Exception {
    Sandbox moved = bench.sandbox("pwd; cat input; touch /elsewhere/opt/build/x", bench.limits());
    moved =
        new Sandbox(
            moved.root(),
            moved.rootDiffId(),
            moved.command(),
            moved.environment(),
            "/elsewhere/source",
            List.of(
                new Sandbox.Mount(bench.src(), "/elsewhere/source", Sandbox.Access.READ_ONLY),
                new Sandbox.Mount(bench.out(), "/usr/share/out put", Sandbox.Access.WRITABLE)),
            List.of("/elsewhere/opt/build"),
            moved.identity(),
            moved.limits(),
            moved.log());
    assertInstanceOf(Ending.Exited.class, engine.run(moved));
    assertEquals("/elsewhere/source\nhello\n", Files.readString(moved.log()));
  }

  @Test
  void a_varied_identity_is_what_the_command_sees() throws Exception {
    Sandbox sandbox = bench.sandbox("id -u; uname -n; umask; nproc", bench.limits());
    Sandbox varied = bench.as(sandbox, new Sandbox.Identity(4321, "elsewhere", 077, 1, false));
    assertInstanceOf(Ending.Exited.class, engine.run(varied));
    assertEquals("4321\nelsewhere\n0077\n1\n", Files.readString(varied.log()));
  }

  @Test
  void the_root_user_within_has_no_capabilities() throws Exception {
    Sandbox sandbox =
        bench.sandbox("id -u; grep Cap /proc/self/status; touch /src/x", bench.limits());
    Sandbox varied = bench.as(sandbox, new Sandbox.Identity(0, "elsewhere", 022, 0, false));
    assertInstanceOf(Ending.Exited.class, engine.run(varied));
    String seen = Files.readString(varied.log());
    assertTrue(seen.startsWith("0\n"), seen);
    assertEquals(5, seen.lines().filter(line -> line.endsWith("\t0000000000000000")).count(), seen);
  }

  @Test
  void the_kernel_name_can_be_an_old_one() throws Exception {
    Sandbox sandbox = bench.sandbox("uname -r", bench.limits());
    Sandbox varied = bench.as(sandbox, new Sandbox.Identity(1000, "elsewhere", 022, 0, true));
    assertInstanceOf(Ending.Exited.class, engine.run(varied));
    assertTrue(Files.readString(varied.log()).startsWith("2.6."));
  }

  @Test
  void a_command_that_hangs_is_stopped() throws Exception {
    Ending ending = bench.run(engine, bench.marked() + " & sleep 1000", bench.wall(2));
    assertInstanceOf(Ending.TimedOut.class, ending);
  }

  @Test
  void what_a_command_leaves_behind_is_stopped() throws Exception {
    assertEquals(0, bench.exit(engine, "(setsid " + bench.marked() + " &) ; exit 0"));
  }

  @Test
  void a_fork_bomb_is_stopped() throws Exception {
    seesForkBomb(engine);
  }

  protected final void seesForkBomb(Engine engine) throws Exception {
    Ending ending = bench.run(engine, bench.bomb(), bench.processes(60));
    assertEquals("processes", assertInstanceOf(Ending.OverLimit.class, ending).limit());
  }

  @Test
  void a_memory_hog_is_stopped() throws Exception {
    Ending ending = bench.run(engine, bench.hog(), bench.memory(200L << 20));
    if (namesMemory()) {
      assertEquals("memory", assertInstanceOf(Ending.OverLimit.class, ending).limit());
    } else {
      assertEquals(128 + 9, assertInstanceOf(Ending.Exited.class, ending).status());
    }
  }

  @Test
  void a_disk_filler_is_stopped() throws Exception {
    for (String where : List.of("/build", "/out", "/tmp")) {
      Ending ending = bench.run(engine, bench.filler(where), bench.disk(50L << 20));
      assertEquals("disk", assertInstanceOf(Ending.OverLimit.class, ending).limit(), where);
    }
  }

  @Test
  void a_file_larger_than_the_disk_limit_is_stopped() throws Exception {
    Ending ending =
        bench.run(engine, "head -c 300000000 /dev/zero >/build/f", bench.disk(20L << 20));
    assertEquals("disk", assertInstanceOf(Ending.OverLimit.class, ending).limit());
  }

  @Test
  void a_log_flooder_is_stopped_and_its_log_cut() throws Exception {
    Ending ending = bench.run(engine, "yes", bench.log(100_000));
    assertEquals("log", assertInstanceOf(Ending.OverLimit.class, ending).limit());
    assertEquals(100_000, Files.size(bench.logFile()));
  }

  @Test
  void a_missing_input_is_a_failure_of_the_sandbox() throws Exception {
    Sandbox sandbox = bench.sandbox("true", bench.limits());
    Files.delete(bench.src().resolve("input"));
    Files.delete(bench.src().resolve("runnable"));
    Files.delete(bench.src());
    assertThrows(Failure.class, () -> engine.run(sandbox));
  }

  @Test
  void an_interrupt_ends_everything() throws Exception {
    Sandbox sandbox = bench.sandbox("echo up; " + bench.marked(), bench.limits());
    AtomicReference<Object> result = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                result.set(engine.run(sandbox));
              } catch (InterruptedException | RuntimeException e) {
                result.set(e);
              } finally {
                done.countDown();
              }
            });
    bench.awaitAlive(done);
    thread.interrupt();
    done.await();
    assertInstanceOf(InterruptedException.class, result.get());
  }

  @Test
  void a_shutdown_ends_everything() throws Exception {
    Sandbox sandbox = bench.sandbox("echo up; " + bench.marked(), bench.limits());
    AtomicReference<Object> result = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    Thread.ofPlatform()
        .start(() -> {
          try {
            result.set(engine.run(sandbox));
          } catch (InterruptedException | RuntimeException e) {
            result.set(e);
          } finally {
            done.countDown();
          }
        });
    bench.awaitAlive(done);
    engine.killAll();
    assertEquals(List.of(), bench.alive());
    done.await();
    assertInstanceOf(InterruptedException.class, result.get());
  }

  @Test
  void the_network_cannot_be_reached() throws Exception {
    String seen =
        bench.shell(
            engine,
            "cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '; tail -n +2 /proc/net/route;"
                + " perl -MSocket -e 'socket(S,PF_INET,SOCK_STREAM,0);"
                + " print connect(S,sockaddr_in(80,inet_aton(\"192.0.2.1\")))?\"up\":$!'");
    assertEquals("lo\nNetwork is unreachable", seen);
  }

  static Duration seconds(int n) {
    return Duration.ofSeconds(n);
  }
}
