package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.selfsame.build.docker.DockerEngine;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Normalise;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.root.Root;
import dev.selfsame.pins.root.RootCache;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.where.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The root of an image pin, pulled from a real registry, as the engines use it. */
@Needs(Component.DOCKER_REGISTRY)
@Needs(Component.BWRAP)
@Needs(Component.UNSHARE)
@Needs(Component.DOCKER)
@Timeout(600)
final class PulledRootTest {
  /** Of the shipped root what assembles and links, and what engines themselves run within. */
  private static final String TOOLS =
      """
      bin lib lib64 usr usr/bin usr/lib usr/lib64 usr/lib/x86_64-linux-gnu
      usr/bin/sh usr/bin/dash usr/bin/env usr/bin/true usr/bin/cat usr/bin/timeout
      usr/bin/du usr/bin/tail usr/bin/cut
      usr/bin/as usr/bin/x86_64-linux-gnu-as
      usr/bin/ld usr/bin/x86_64-linux-gnu-ld usr/bin/x86_64-linux-gnu-ld.bfd
      usr/lib64/ld-linux-x86-64.so.2 usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
      usr/lib/x86_64-linux-gnu/libc.so.6 usr/lib/x86_64-linux-gnu/libbfd-*.so
      usr/lib/x86_64-linux-gnu/libctf.so.* usr/lib/x86_64-linux-gnu/libjansson.so.*
      usr/lib/x86_64-linux-gnu/libsframe.so.* usr/lib/x86_64-linux-gnu/libz.so.*
      usr/lib/x86_64-linux-gnu/libzstd.so.*
      """
          .replace('\n', ' ');

  /** Says the text that the image holds. */
  private static final String PROGRAM =
      """
              .data
      text:   .incbin "text"
              .set length, . - text
              .text
              .globl _start
      _start: mov $1, %eax
              mov $1, %edi
              lea text(%rip), %rsi
              mov $length, %edx
              syscall
              mov $60, %eax
              xor %edi, %edi
              syscall
              .section .note.GNU-stack, "", @progbits
      """;

  private static final String SCRIPT =
      """
      set -e
      [ ! -e /usr/share/small/dropped ]
      as -I /usr/share/small -o /build/small.o program.s
      ld -o /build/small /build/small.o
      /build/small
      cat /build/small >/out/small
      """;

  private static final String UPPER = "of the upper layer\n";

  @TempDir private Path folder;

  @Test
  void every_engine_builds_the_same_program_in_it() throws Exception {
    RootCache roots =
        new RootCache(
            folder.resolve("cache"), Mirrors.ofMachine(folder.resolve("no-apt")), Progress.SILENT);
    Pin pin;
    Root root;
    try (Registry registry = Registry.start(folder)) {
      Digest manifest = registry.pushImage("test/tools", "1", layers());
      String name = registry.address() + "/test/tools:1";
      ImageRoot image = new ImageRoot(name, null, manifest, null);
      pin = new Pin("pulled", "linux/amd64", null, null, 0, image, Normalise.USUAL, manifest);
      root = roots.provide(pin);
    }
    try {
      Path spool = folder.resolve("spool");
      Digest built = build(ChildMain.engine("bwrap", spool), root);
      assertEquals(built, build(ChildMain.engine("unshare", spool), root));
      Engine docker = DockerEngine.docker(System.getenv(), diffId -> roots.image(pin).file());
      assertEquals(built, build(docker, root));
    } finally {
      String hex = root.diffId().hex();
      Child.shell(
          "docker image rm --force selfsame-root:%s selfsame/root:%s >/dev/null 2>&1 || :"
              .formatted(hex, hex));
    }
  }

  private Digest build(Engine engine, Root root) throws Exception {
    Path own = Files.createDirectory(folder.resolve(engine.name()));
    Path source = Files.createDirectory(own.resolve("source"));
    Files.writeString(source.resolve("program.s"), PROGRAM);
    Path out = Files.createDirectory(own.resolve("out"));
    Sandbox sandbox =
        new Sandbox(
            root.directory(),
            root.diffId(),
            List.of("/bin/sh", "-c", SCRIPT),
            Map.of("PATH", "/usr/bin:/bin"),
            "/src",
            List.of(
                new Sandbox.Mount(source, "/src", Sandbox.Access.READ_ONLY),
                new Sandbox.Mount(out, "/out", Sandbox.Access.WRITABLE)),
            List.of("/build"),
            new Sandbox.Identity(1000, "selfsame", 022, 0, false),
            new Sandbox.Limits(Duration.ofMinutes(2), 1L << 30, 100, 1L << 30, 1 << 20),
            own.resolve("log"));
    Ending ending = engine.run(sandbox);
    String log = engine.name() + ": " + Files.readString(sandbox.log());
    assertEquals(0, assertInstanceOf(Ending.Exited.class, ending, log).status(), log);
    assertEquals(engine.name() + ": " + UPPER, log);
    return Digest.sha256(out.resolve("small"));
  }

  /** Lowest first: the last one has another text than the one below it, and drops a file. */
  private List<byte[]> layers() throws Exception {
    Path lower = Files.createDirectories(folder.resolve("lower/usr/share/small"));
    Files.writeString(lower.resolve("text"), "of the lower layer\n");
    Files.writeString(lower.resolve("dropped"), "");
    Path upper = Files.createDirectories(folder.resolve("upper/usr/share/small"));
    Files.writeString(upper.resolve("text"), UPPER);
    Files.writeString(upper.resolve(".wh.dropped"), "");
    return List.of(
        tar(TestRoot.folder(), "--no-recursion " + TOOLS),
        tar(folder.resolve("lower"), "usr"),
        tar(folder.resolve("upper"), "usr"));
  }

  private byte[] tar(Path from, String names) throws Exception {
    Path file = folder.resolve("layer.tar");
    Child.shell(
        "cd '%s' && tar --create --file='%s' --owner=0 --group=0 --mode=a+rX --mtime=@0 %s"
            .formatted(from, file, names));
    return Files.readAllBytes(file);
  }
}
