package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A small source folder, an output folder and a root, to run shell lines with. */
public final class Bench {
  private static final Sandbox.Limits LIMITS =
      new Sandbox.Limits(Duration.ofMinutes(2), 2L << 30, 500, 1L << 30, 10 << 20);

  private final Path folder;
  // A number of seconds that no other sleep on this machine has.
  private final String marker = "9" + ThreadLocalRandom.current().nextInt(10_000_000, 99_999_999);

  public Bench(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(src());
    Files.createDirectories(out());
    Files.writeString(src().resolve("input"), "hello\n");
    Files.writeString(src().resolve("runnable"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(src(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(
        src().resolve("input"), PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(
        src().resolve("runnable"), PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : List.of("input", "runnable", ".")) {
      Files.setLastModifiedTime(
          src().resolve(name), FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    }
    Files.setPosixFilePermissions(out(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path src() {
    return folder.resolve("src");
  }

  Path out() {
    return folder.resolve("out");
  }

  Path logFile() {
    return folder.resolve("log");
  }

  public Sandbox sandbox(String script, Sandbox.Limits limits) {
    return new Sandbox(
        TestRoot.folder(),
        TestRoot.diffId(),
        List.of("/bin/sh", "-c", script),
        Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8", "ODD", "a b'c\"d=e"),
        "/src",
        List.of(
            new Sandbox.Mount(src(), "/src", Sandbox.Access.READ_ONLY),
            new Sandbox.Mount(out(), "/out", Sandbox.Access.WRITABLE)),
        List.of("/build"),
        new Sandbox.Identity(1000, "selfsame", 022, 0, false),
        limits,
        logFile());
  }

  public Sandbox as(Sandbox sandbox, Sandbox.Identity identity) {
    return new Sandbox(
        sandbox.root(),
        sandbox.rootDiffId(),
        sandbox.command(),
        sandbox.environment(),
        sandbox.workFolder(),
        sandbox.mounts(),
        sandbox.scratch(),
        identity,
        sandbox.limits(),
        sandbox.log());
  }

  public Ending run(Engine engine, String script, Sandbox.Limits limits)
      throws InterruptedException {
    return engine.run(sandbox(script, limits));
  }

  int exit(Engine engine, String script) throws InterruptedException {
    return assertInstanceOf(Ending.Exited.class, run(engine, script, LIMITS)).status();
  }

  public String shell(Engine engine, String script) throws Exception {
    run(engine, script, LIMITS);
    return Files.readString(logFile());
  }

  public Sandbox.Limits limits() {
    return LIMITS;
  }

  Sandbox.Limits wall(int seconds) {
    return new Sandbox.Limits(
        Duration.ofSeconds(seconds),
        LIMITS.memoryBytes(),
        LIMITS.processes(),
        LIMITS.diskBytes(),
        LIMITS.logBytes());
  }

  Sandbox.Limits processes(int most) {
    return new Sandbox.Limits(
        LIMITS.wall(), LIMITS.memoryBytes(), most, LIMITS.diskBytes(), LIMITS.logBytes());
  }

  Sandbox.Limits memory(long bytes) {
    return new Sandbox.Limits(
        LIMITS.wall(), bytes, LIMITS.processes(), LIMITS.diskBytes(), LIMITS.logBytes());
  }

  Sandbox.Limits disk(long bytes) {
    return new Sandbox.Limits(
        LIMITS.wall(), LIMITS.memoryBytes(), LIMITS.processes(), bytes, LIMITS.logBytes());
  }

  Sandbox.Limits log(long bytes) {
    return new Sandbox.Limits(
        LIMITS.wall(), LIMITS.memoryBytes(), LIMITS.processes(), LIMITS.diskBytes(), bytes);
  }

  /** Starts processes without end. */
  String bomb() {
    return "perl -e '$0 = \"" + marked() + "\"; fork while 1' & sleep 60";
  }

  /** Takes memory without end: one allocation that grows with what is read. */
  String hog() {
    return "tr '\\0' 'x' </dev/zero | tail -n 1 >/dev/null";
  }

  /** Writes files into a folder without end. */
  String filler(String folder) {
    return "n=0; while :; do n=$((n+1)); head -c 4000000 /dev/zero >"
        + folder
        + "/f$n || exit 3; done";
  }

  /** A long sleep that {@link #alive} can find on the host. */
  public String marked() {
    return "sleep " + marker;
  }

  /** The marked processes that the host has just now. */
  public List<String> alive() throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String line = commandLine(process);
        if (line.startsWith("sleep " + marker)) {
          found.add(process.getFileName() + ": " + line);
        }
      }
    }
    return found;
  }

  /** Waits until the marked process runs, or until its run has ended without it. */
  void awaitAlive(CountDownLatch ended) throws Exception {
    while (alive().isEmpty() && !ended.await(20, TimeUnit.MILLISECONDS)) {
      Thread.onSpinWait();
    }
  }

  private static String commandLine(Path process) {
    try {
      byte[] line = Files.readAllBytes(process.resolve("cmdline"));
      return new String(line, StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException ended) {
      return "";
    }
  }
}
