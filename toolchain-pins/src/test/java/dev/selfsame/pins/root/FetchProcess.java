package dev.selfsame.pins.root;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /**
   * The words that start one.
   *
   * @param options more options of the JVM
   */
  static List<String> command(List<String> options, Path cache, String mirror, Path pin) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:-UsePerfData"));
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(FetchProcess.class.getName());
    command.addAll(List.of(cache.toString(), mirror, pin.toString()));
    return command;
  }

  /** Starts one; {@code prefix} is shell text before the command, such as {@code ulimit -f 8;}. */
  static Process start(String prefix, Path cache, String mirror, Path pin, Path output)
      throws IOException {
    return new ProcessBuilder(
            OwnJvm.under(
                List.of("/bin/sh", "-c", prefix + " exec \"$@\"", "sh"),
                command(List.of(), cache, mirror, pin)))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
