package dev.selfsame.deploy.host;

import dev.selfsame.outcome.Failure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** systemd, through the program {@code systemctl} and, for lines, {@code journalctl}. */
public final class SystemctlProgram implements Systemctl {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MOST = 1 << 20;
  private static final int LINES = 20;
  private static final Pattern PATH = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|\\S+");
  private static final String PROPERTIES =
      "LoadState,ActiveState,MainPID,NRestarts,Result,InvocationID,FragmentPath,DropInPaths,"
          + "NeedDaemonReload";

  private final Path systemctl;
  private final Optional<Path> journalctl;

  /**
   * @param systemctl the program
   * @param journalctl the program, if it is there
   */
  public SystemctlProgram(Path systemctl, Optional<Path> journalctl) {
    this.systemctl = systemctl;
    this.journalctl = journalctl;
  }

  @Override
  public State state(String unit) throws InterruptedException {
    Map<String, String> properties = new HashMap<>();
    String said = systemctl("show", "--property=" + PROPERTIES, unit);
    for (String line : said.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        properties.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    try {
      return new State(
          properties.getOrDefault("LoadState", ""),
          properties.getOrDefault("ActiveState", ""),
          Long.parseLong(properties.getOrDefault("MainPID", "0")),
          Long.parseLong(properties.getOrDefault("NRestarts", "0")),
          properties.getOrDefault("Result", ""),
          properties.getOrDefault("InvocationID", ""),
          new Sources(
              properties.getOrDefault("FragmentPath", ""),
              paths(properties.getOrDefault("DropInPaths", "")),
              properties.getOrDefault("NeedDaemonReload", "").equals("yes")));
    } catch (NumberFormatException e) {
      throw Failure.undecided(
          "systemctl show %s does not say what was asked".formatted(unit), "look at it by hand", e);
    }
  }

  /** As systemctl prints them: apart by spaces, one that has a space in itself quoted. */
  private static List<String> paths(String text) {
    return PATH.matcher(text)
        .results()
        .map(path ->
            path.group(1) == null ? path.group() : path.group(1).replaceAll("\\\\(.)", "$1"))
        .toList();
  }

  @Override
  public void reload() throws InterruptedException {
    systemctl("daemon-reload");
  }

  @Override
  public void forget(String unit) throws InterruptedException {
    // Refused for one that is not loaded, and so has never failed.
    run(List.of(systemctl.toString(), "--no-ask-password", "reset-failed", unit));
  }

  @Override
  public void start(String unit, Duration patience) throws InterruptedException {
    Optional<Said> said =
        runFor(patience, List.of(systemctl.toString(), "--no-ask-password", "start", unit));
    if (said.isEmpty()) {
      throw Failure.no(
          "%s was not started within %d ms: %s"
              .formatted(
                  unit, patience.toMillis(), waited(unit).orElse("systemd does not say why")),
          "see what it waits for; health.timeout gives it longer");
    }
    if (said.get().status() != 0) {
      throw Failure.no(
          "systemctl start %s: %s".formatted(unit, said.get().text()), "see its last lines");
    }
  }

  /** Why a unit's start is under way: it goes on itself, or others have to end before it. */
  private Optional<String> waited(String unit) throws InterruptedException {
    List<String> running =
        systemctl("list-jobs", "--plain", "--no-legend")
            .lines()
            .map(line -> line.strip().split("\\s+", -1))
            .filter(job -> job.length == 4 && job[3].equals("running"))
            .map(job -> job[1])
            .sorted()
            .limit(3)
            .toList();
    if (running.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        running.contains(unit)
            ? "its start is still under way"
            : "it waits for " + String.join(", ", running));
  }

  @Override
  public void stop(String unit, Duration grace) throws InterruptedException {
    systemctl(PATIENCE.plus(grace), "stop", unit);
  }

  @Override
  public void enable(String unit) throws InterruptedException {
    systemctl("enable", unit);
  }

  @Override
  public void disable(String unit) throws InterruptedException {
    systemctl("disable", unit);
  }

  @Override
  public List<String> lastLines(String unit, Instant since) throws InterruptedException {
    if (journalctl.isEmpty()) {
      return List.of();
    }
    // What a process wrote just before its end may not have been taken up yet.
    journal("--sync");
    Said said =
        journal(
            "--output=cat",
            "--lines=" + LINES,
            "--since=@%d.%06d".formatted(since.getEpochSecond(), since.getNano() / 1000),
            "--unit=" + unit);
    return said.status() == 0 ? said.text().lines().toList() : List.of();
  }

  private Said journal(String... which) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(journalctl.orElseThrow().toString());
    command.addAll(List.of("--quiet", "--no-pager"));
    command.addAll(List.of(which));
    return run(command);
  }

  private String systemctl(String... arguments) throws InterruptedException {
    return systemctl(PATIENCE, arguments);
  }

  private String systemctl(Duration patience, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(systemctl.toString(), "--no-ask-password"));
    command.addAll(List.of(arguments));
    Said said = run(command, patience);
    if (said.status() != 0) {
      throw Failure.undecided(
          "systemctl %s: %s".formatted(String.join(" ", arguments), said.text()),
          "does systemd run here? systemctl is-system-running");
    }
    return said.text();
  }

  private record Said(int status, String text) {}

  private static Said run(List<String> command) throws InterruptedException {
    return run(command, PATIENCE);
  }

  private static Said run(List<String> command, Duration patience) throws InterruptedException {
    return runFor(patience, command)
        .orElseThrow(() ->
            Failure.undecided(
                "%s has not ended for %d s"
                    .formatted(String.join(" ", command), patience.toSeconds()),
                "look at it by hand, then deploy again"));
  }

  /** Empty where it has not ended in time; then it is ended. */
  private static Optional<Said> runFor(Duration patience, List<String> command)
      throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.redirectInput(new File("/dev/null")).redirectErrorStream(true);
    try {
      Process process = builder.start();
      try {
        CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> read(process));
        return process.waitFor(patience)
            ? Optional.of(new Said(process.exitValue(), text.join().strip()))
            : Optional.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot run %s: %s".formatted(command.getFirst(), e.getMessage()),
          "a systemd: target needs systemd",
          e);
    }
  }

  private static String read(Process process) {
    try (InputStream in = process.getInputStream()) {
      return new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
