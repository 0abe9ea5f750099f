package dev.selfsame.build.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.selfsame.build.Ending;
import dev.selfsame.build.Engine;
import dev.selfsame.build.Sandbox;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * util-linux's unshare(1) for the namespaces, and a script for perl-base that makes the mounts:
 * both are on every Debian, so this engine needs nothing installed. Source: unshare(1),
 * user_namespaces(7), pivot_root(2).
 */
public final class UnshareEngine implements Engine {
  private static final String SCRIPT = "enter.pl";

  private final HostPrograms programs;
  private final LocalSandboxes local;

  /**
   * @param programs where the host's programs are
   * @param spool folder for scratch folders, made when absent; needs room for a target folder
   */
  public UnshareEngine(HostPrograms programs, Path spool) {
    this.programs = programs;
    this.local = new LocalSandboxes(name(), programs, spool);
  }

  @Override
  public String name() {
    return "unshare";
  }

  @Override
  public Probe probe() {
    if (programs.find("unshare").isEmpty()) {
      return new Probe.Absent("no unshare on PATH", "apt install util-linux");
    }
    if (programs.find("perl").isEmpty()) {
      return new Probe.Absent("no perl on PATH", "apt install perl-base");
    }
    String version = Try.of(List.of(programs.need("unshare", "util-linux"), "--version")).output();
    return local.probe(version, this);
  }

  @Override
  public Ending run(Sandbox sandbox) throws InterruptedException {
    return local.run(sandbox, scratch -> words(sandbox, scratch));
  }

  private List<String> words(Sandbox sandbox, Scratch scratch) {
    List<String> words = new ArrayList<>();
    words.add(programs.need("unshare", "util-linux"));
    words.addAll(
        List.of("--user", "--map-root-user", "--mount", "--net", "--uts", "--ipc", "--cgroup"));
    words.addAll(List.of("--pid", "--fork", "--kill-child=KILL", "--"));
    words.add(programs.need("perl", "perl-base"));
    words.addAll(enter(sandbox, scratch));
    return words;
  }

  @Override
  public void killAll() {
    local.killAll();
  }

  /** Writes the script and its plan beside the scratch folders. */
  private static List<String> enter(Sandbox sandbox, Scratch scratch) {
    Path script = scratch.folder().resolve(SCRIPT);
    Path plan = scratch.folder().resolve("plan");
    Path top = scratch.folder().resolve("root");
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        List.of(
            sandbox.identity().hostname(),
            Integer.toString(sandbox.identity().uid()),
            top.toString()));
    View.of(sandbox, scratch.mounts()).forEach(step -> lines.add(words(step)));
    try (InputStream text = UnshareEngine.class.getResourceAsStream(SCRIPT)) {
      if (text == null) {
        throw new IllegalStateException("no " + SCRIPT + " in the program");
      }
      Files.createDirectory(top);
      Files.copy(text, script);
      Files.write(plan, lines.stream().map(UnshareEngine::line).toList());
    } catch (IOException e) {
      throw Failure.undecided(
          "writing to the scratch folder " + scratch.folder() + ": " + e.getMessage(),
          "free some space there, or name another folder in XDG_CACHE_HOME",
          e);
    }
    return List.of(script.toString(), plan.toString(), machine());
  }

  private static String machine() {
    String name = System.getProperty("os.arch", "");
    return name.equals("amd64") ? "x86_64" : name;
  }

  private static List<String> words(View.Step step) {
    return switch (step) {
      case View.Step.Bind(Path host, String inside, boolean writable) ->
          List.of("bind", inside, host.toString(), writable ? "1" : "0");
      case View.Step.Memory(String inside, int mode, long bytes) ->
          List.of("memory", inside, octal(mode), Long.toString(bytes));
      case View.Step.Folder(String inside, int mode) -> List.of("folder", inside, octal(mode));
      case View.Step.Link(String inside, String target) -> List.of("link", inside, target);
      case View.Step.Processes(String inside) -> List.of("processes", inside);
      case View.Step.Devices(String inside) -> List.of("devices", inside);
      case View.Step.Hidden(String inside, boolean folder) ->
          List.of("hidden", inside, folder ? "1" : "0");
      case View.Step.Frozen(String inside) -> List.of("frozen", inside);
    };
  }

  private static String octal(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }

  /** Words with tabs between; what could be taken for a separator is percent-encoded. */
  private static String line(List<String> words) {
    return String.join("\t", words.stream().map(UnshareEngine::encode).toList());
  }

  private static String encode(String word) {
    StringBuilder out = new StringBuilder();
    for (byte b : word.getBytes(UTF_8)) {
      out.append(
          b <= ' ' || b == '%' || b == 0x7f
              ? String.format(Locale.ROOT, "%%%02X", b)
              : String.valueOf((char) b));
    }
    return out.toString();
  }
}
