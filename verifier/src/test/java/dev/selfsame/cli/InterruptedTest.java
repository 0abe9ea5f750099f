package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.Bench;
import dev.selfsame.build.TestProject;
import dev.selfsame.build.TestRoot;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.fetch.Claim;
import dev.selfsame.pins.fetch.Shelf;
import dev.selfsame.pins.lock.PinText;
import dev.selfsame.pins.root.TestDebs;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ctrl-C, as the signal that it is, to the program in a process of its own: it says so, and leaves
 * neither files nor processes. What the same command does meanwhile is seen at the same time.
 */
@Timeout(600)
class InterruptedTest {
  @TempDir private Path home;

  /** JUnit warns of links that lead out of its folder. */
  @AfterEach
  void return_the_root() throws IOException {
    FileTree.delete(cache());
  }

  private Path cache() {
    return home.resolve(".cache/selfsame");
  }

  private String said() throws IOException {
    return Files.readString(home.resolve("said"));
  }

  private static List<String> listing(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Process start(ProcessBuilder program) throws IOException {
    return program.redirectErrorStream(true).redirectOutput(home.resolve("said").toFile()).start();
  }

  private void await(Process process, Callable<Boolean> until) throws Exception {
    while (process.isAlive() && !until.call()) {
      Thread.sleep(20);
    }
    assertTrue(process.isAlive(), said());
  }

  /**
   * @param end of the line of error
   */
  private void assertInterrupted(Process process, String end) throws Exception {
    OwnProcess.interrupt(process);
    assertEquals(3, process.waitFor(), said());
    List<String> lines = said().lines().toList();
    String error = lines.get(lines.size() - 2);
    assertTrue(error.startsWith("error: ") && error.endsWith(end), said());
    assertTrue(lines.getLast().startsWith("hint: "), said());
  }

  private ProcessBuilder program(TestProject project, String... words) throws IOException {
    TestRoot.lendTo(cache());
    ProcessBuilder program = OwnProcess.hearing(home, words);
    program.environment().put("CARGO_SOURCE_CRATES_IO_REPLACE_WITH", "test");
    program.environment().put("CARGO_REGISTRIES_TEST_INDEX", "sparse+" + project.registry.index());
    return program;
  }

  private Process build(TestProject project) throws IOException {
    return start(program(project, words(project)));
  }

  /** The demo, with a small project in the example agent's place. */
  private Process demo(TestProject project, String... more) throws IOException {
    Path clone = home.resolve("clone");
    Path examples = Files.createDirectories(clone.resolve("verifier/examples"));
    Files.createSymbolicLink(examples.resolve("agent"), project.folder);
    String shown = home.resolve("shown").toString();
    List<String> words = new ArrayList<>(List.of("demo", shown, "--engine", "bwrap"));
    words.addAll(List.of(more));
    ProcessBuilder program = program(project, words.toArray(String[]::new));
    List<String> command = program.command();
    Path temporary = Files.createDirectory(home.resolve("tmp"));
    List<String> options =
        List.of("-Dselfsame.home=" + clone, "-Djava.io.tmpdir=" + temporary.toAbsolutePath());
    command.addAll(command.indexOf("-cp"), options);
    return start(program);
  }

  private static String[] words(TestProject project) {
    String out = project.out.toString();
    return new String[] {"build", project.folder.toString(), "--out", out, "--engine", "bwrap"};
  }

  /** What a build script does to be seen on the host. */
  private static String sleeping(Bench bench) {
    String seconds = bench.marked().substring("sleep ".length());
    return "Command::new(\"sleep\").arg(\"%s\").status().unwrap(); \"\".into()".formatted(seconds);
  }

  /** What the kernel ends with a namespace may go a moment after who made that. */
  private static void awaitNone(Bench bench) throws Exception {
    for (int i = 0; i < 400 && !bench.alive().isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertEquals(List.of(), bench.alive());
  }

  private void assertNothingIsLeft(Process build) throws IOException {
    assertEquals(List.of(), listing(cache().resolve("work")));
    assertTrue(listing(home).stream().noneMatch(name -> name.contains("out")), said());
    Path memory = Path.of("/dev/shm");
    if (Files.isDirectory(memory)) {
      String job = "selfsame-job-%d-".formatted(build.pid());
      assertTrue(listing(memory).stream().noneMatch(name -> name.startsWith(job)), said());
    }
  }

  @Test
  @Needs(Component.BWRAP)
  void a_build_ends_while_a_crate_comes_and_another_into_the_same_folder_is_told()
      throws Exception {
    try (TestProject project = new TestProject(home)) {
      var crate = project.registry.addLibrary("extra", "1.0.0", "");
      project.manifest("[dependencies]\nextra = \"1\"\n").lock(crate).commit();
      CountDownLatch half = project.registry.hold(crate);
      Process build = build(project);
      try {
        await(build, () -> half.getCount() == 0);
        Captured other = new Captured(home);
        assertEquals(3, other.run(words(project)), other.err());
        String told = "error: another build is writing to " + project.out + "\n";
        assertTrue(other.err().contains(told), other.err());
        assertInterrupted(build, "interrupted");
      } finally {
        build.destroyForcibly();
      }
      assertEquals(List.of(), listing(cache().resolve("crates")));
      assertNothingIsLeft(build);
    }
  }

  @Test
  @Needs(Component.BWRAP)
  void a_build_ends_while_cargo_runs() throws Exception {
    Bench bench = new Bench(home.resolve("bench"));
    try (TestProject project = new TestProject(home)) {
      project.script(sleeping(bench)).commit();
      Process build = build(project);
      try {
        await(build, () -> !bench.alive().isEmpty());
        assertInterrupted(build, "interrupted");
      } finally {
        build.destroyForcibly();
      }
      awaitNone(bench);
      assertNothingIsLeft(build);
    }
  }

  private void assertNoDemoIsLeft(Process demo) throws IOException {
    assertNothingIsLeft(demo);
    assertTrue(listing(home).stream().noneMatch(name -> name.contains("shown")), said());
    List<String> temporary = listing(home.resolve("tmp"));
    assertTrue(temporary.stream().noneMatch(name -> name.startsWith("selfsame")), temporary + "");
    assertEquals(1, said().lines().filter(line -> line.startsWith("error: ")).count(), said());
  }

  @Test
  @Needs(Component.BWRAP)
  void a_demo_ends_while_a_package_of_its_root_comes() throws Exception {
    byte[] noise = new byte[200_000];
    new Random(3).nextBytes(noise);
    byte[] deb = new TestDebs().file("./usr/big", 0644, HexFormat.of().formatHex(noise)).deb();
    Pin pin = TestDebs.pin(List.of(TestDebs.locked("big", deb)), Digest.sha256(deb));
    String text = PinText.of(pin, (DebsRoot) pin.root());
    Path file = home.resolve("pin.toml");
    Files.writeString(file, text.replace("\"test\"", "\"" + TestProject.PIN + "\""));
    try (TestProject project = new TestProject(home);
        Shelf shelf = new Shelf(Shelf.Manner.PAUSES)) {
      project.commit();
      shelf.put("/pool/main/x/big_1_amd64.deb", deb);
      String mirror = shelf.base().toString();
      Process demo = demo(project, "--pin-file", file.toString(), "--mirror", mirror);
      try {
        await(demo, () -> !shelf.requests().isEmpty());
        assertInterrupted(demo, " was broken off");
      } finally {
        demo.destroyForcibly();
      }
      assertEquals(List.of("sha256"), listing(cache().resolve("roots")));
      assertNoDemoIsLeft(demo);
    }
  }

  @Test
  @Needs(Component.BWRAP)
  void a_demo_ends_while_a_crate_comes() throws Exception {
    try (TestProject project = new TestProject(home)) {
      var crate = project.registry.addLibrary("extra", "1.0.0", "");
      project.manifest("[dependencies]\nextra = \"1\"\n").lock(crate).commit();
      CountDownLatch half = project.registry.hold(crate);
      Process demo = demo(project);
      try {
        await(demo, () -> half.getCount() == 0);
        assertInterrupted(demo, "interrupted");
      } finally {
        demo.destroyForcibly();
      }
      assertEquals(List.of(), listing(cache().resolve("crates")));
      assertNoDemoIsLeft(demo);
    }
  }

  @Test
  @Needs(Component.BWRAP)
  void a_demo_ends_while_a_build_and_one_by_hand_run() throws Exception {
    Bench bench = new Bench(home.resolve("bench"));
    try (TestProject project = new TestProject(home)) {
      project.script(sleeping(bench)).commit();
      Process demo = demo(project);
      try {
        // On one CPU they take turns.
        int beside = Math.min(2, Runtime.getRuntime().availableProcessors());
        await(demo, () -> bench.alive().size() >= beside);
        assertInterrupted(demo, "interrupted");
      } finally {
        demo.destroyForcibly();
      }
      awaitNone(bench);
      assertNoDemoIsLeft(demo);
    }
  }

  /** Its keys lie there by then, without a passphrase. */
  @Test
  @Needs(Component.BWRAP)
  void a_demo_ends_while_it_makes_the_image_that_it_is_to_sign() throws Exception {
    Digest runtime = ((DebsRoot) PinCatalogue.shipped().find("trixie-runtime").root()).diffId();
    try (TestProject project = new TestProject(home);
        Claim _ = Claim.take(cache().resolve("locks"), "root-" + runtime.hex(), () -> {})) {
      String settings = Files.readString(project.folder.resolve("selfsame.toml"));
      project.write("selfsame.toml", settings + "[image]\nbase = \"trixie-runtime\"\n").commit();
      Process demo = demo(project);
      try {
        String waits = "waiting for another process that assembles the same root";
        await(demo, () -> said().contains(waits));
        assertTrue(Files.exists(home.resolve(".shown.partial/keys/promoter.key")), said());
        assertInterrupted(demo, " was broken off");
      } finally {
        demo.destroyForcibly();
      }
      assertNoDemoIsLeft(demo);
    }
  }

  @Test
  @Needs(Component.APT)
  @Needs(Component.GPGV)
  void a_lock_ends_while_a_package_comes_and_two_of_one_pin_take_turns() throws Exception {
    SignedMirror mirror = new SignedMirror(home.resolve("mirror"));
    byte[] noise = new byte[200_000];
    new Random(3).nextBytes(noise);
    byte[] deb = new TestDebs().file("./usr/big", 0644, HexFormat.of().formatHex(noise)).deb();
    var big = new SignedMirror.Package("big", "1", "", deb);
    mirror.release(Instant.parse("2026-01-01T10:00:00Z"), List.of(big));
    try (Shelf shelf = new Shelf(Shelf.Manner.PAUSES)) {
      mirror.serve(shelf);
      Process lock = start(OwnProcess.hearing(home, lock(mirror, shelf, "broken-off")));
      try {
        await(lock, () -> asked(shelf, big) == 1);
        assertInterrupted(lock, " was broken off");
      } finally {
        lock.destroyForcibly();
      }
      assertFalse(Files.exists(home.resolve("broken-off")));
      assertEquals(List.of(), listing(cache().resolve("lock-work")));
      assertEquals(List.of(), listing(cache().resolve("roots")));

      Captured one = new Captured(home);
      Captured two = new Captured(home);
      FutureTask<Integer> first = beside(() -> one.run(lock(mirror, shelf, "one")));
      while (asked(shelf, big) < 2 && !first.isDone()) {
        Thread.sleep(20);
      }
      FutureTask<Integer> second = beside(() -> two.run(lock(mirror, shelf, "two")));
      String waits = "waiting for another process that locks the same pin\n";
      while (!two.err().contains(waits) && !second.isDone()) {
        Thread.sleep(20);
      }
      assertFalse(first.isDone(), one.err());
      shelf.release();
      assertEquals(0, first.get(), one.err());
      assertEquals(0, second.get(), two.err());
      assertTrue(two.err().contains(waits), two.err());
      assertEquals(Files.readString(home.resolve("one")), Files.readString(home.resolve("two")));
    }
  }

  private static String[] lock(SignedMirror mirror, Shelf shelf, String file) {
    String words =
        "pins lock small --suite trixie --package big --mirror %s --keyring %s --out %s"
            .formatted(shelf.base(), mirror.keyring(), file);
    return words.split(" ");
  }

  private static long asked(Shelf shelf, SignedMirror.Package one) {
    return shelf.requests().stream().filter(r -> r.startsWith("/" + one.path() + " ")).count();
  }

  private static FutureTask<Integer> beside(Callable<Integer> work) {
    FutureTask<Integer> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }
}
