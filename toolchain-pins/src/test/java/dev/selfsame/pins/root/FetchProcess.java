package dev.selfsame.pins.root;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.fetch.Mirrors;
import java.nio.file.Path;
import java.util.List;

/** A process of its own that provides a pin's root: {@code CACHE MIRROR PIN-FILE}. */
final class FetchProcess {
  private FetchProcess() {}

  public static void main(String[] args) {
    RootCache roots =
        new RootCache(Path.of(args[0]), Mirrors.only(List.of(args[1])), Progress.SILENT);
    try {
      System.out.println(roots.provide(PinCatalogue.read(Path.of(args[2]))).diffId());
    } catch (Failure failure) {
      System.out.println("error: " + failure.getMessage());
      System.exit(failure.code().status());
    }
  }

  /** Starts one; {@code prefix} is shell text before the command, such as {@code ulimit -f 8;}. */
  static Process start(String prefix, Path cache, String mirror, Path pin, Path output)
      throws java.io.IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            "/bin/sh",
            "-c",
            prefix + " exec \"$@\"",
            "sh",
            java,
            "-Xmx128m",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            FetchProcess.class.getName(),
            cache.toString(),
            mirror,
            pin.toString())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
