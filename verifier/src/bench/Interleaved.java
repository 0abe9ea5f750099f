import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Times whole processes side by side: every command once a round, in turn, so that a machine which
 * slows down slows all of them; one warm-up round is not counted. Prints medians as a table.
 *
 * <p>{@code java Interleaved.java ROUNDS LABEL=COMMAND…}; a command is run by bash, and every run must
 * exit as its warm-up did.
 */
public final class Interleaved {
  private record Sample(double wall, double cpu) {}

  private record Ran(int status, Sample sample) {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(args[0]);
    Map<String, String> commands = new LinkedHashMap<>();
    for (String arg : Arrays.asList(args).subList(1, args.length)) {
      int equals = arg.indexOf('=');
      commands.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    Map<String, Integer> statuses = new LinkedHashMap<>();
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (var command : commands.entrySet()) {
        Ran ran = run(command.getValue());
        Integer first = statuses.putIfAbsent(command.getKey(), ran.status());
        if (first != null && first != ran.status()) {
          throw new IllegalStateException(
              command.getKey() + " exited with " + ran.status() + ", before with " + first);
        }
        if (round >= 0) {
          samples.computeIfAbsent(command.getKey(), k -> new ArrayList<>()).add(ran.sample());
        }
      }
    }
    print(rounds, statuses, samples);
  }

  private static void print(
      int rounds, Map<String, Integer> statuses, Map<String, List<Sample>> samples) {
    System.out.printf(
        Locale.ROOT,
        "%d rounds, %d CPUs, load %s%n%n| command | wall s (min–max) | CPU s (min–max) | exit |%n|---|---|---|---|%n",
        rounds,
        Runtime.getRuntime().availableProcessors(),
        load());
    samples.forEach(
        (label, list) -> {
          double[] wall = list.stream().mapToDouble(Sample::wall).sorted().toArray();
          double[] cpu = list.stream().mapToDouble(Sample::cpu).sorted().toArray();
          System.out.printf(
              Locale.ROOT,
              "| %s | %.3f (%.3f–%.3f) | %.3f (%.3f–%.3f) | %d |%n",
              label,
              median(wall),
              wall[0],
              wall[wall.length - 1],
              median(cpu),
              cpu[0],
              cpu[cpu.length - 1],
              statuses.get(label));
        });
  }

  private static double median(double[] sorted) {
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** bash's own {@code time} gives the CPU of the process and of all that it waited for. */
  private static Ran run(String command) throws IOException, InterruptedException {
    Path times = Files.createTempFile("bench", null);
    try {
      String script =
          "TIMEFORMAT='%3R %3U %3S'; { time { " + command + "; } >/dev/null 2>&1; } 2>" + times + "; exit $?";
      Process process =
          new ProcessBuilder("bash", "-c", script)
              .redirectInput(Path.of("/dev/null").toFile())
              .inheritIO()
              .start();
      if (!process.waitFor(30, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("hangs: " + command);
      }
      String[] figures = Files.readString(times, StandardCharsets.UTF_8).strip().split(" ");
      double cpu = Double.parseDouble(figures[1]) + Double.parseDouble(figures[2]);
      return new Ran(process.exitValue(), new Sample(Double.parseDouble(figures[0]), cpu));
    } finally {
      Files.delete(times);
    }
  }
}
