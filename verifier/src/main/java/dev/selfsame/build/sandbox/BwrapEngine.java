package dev.selfsame.build.sandbox;

import dev.selfsame.build.Ending;
import dev.selfsame.build.Engine;
import dev.selfsame.build.Sandbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Bubblewrap: no daemon, no root user. Source: bwrap(1), version 0.8 and later. */
public final class BwrapEngine implements Engine {
  private static final String PACKAGE = "bubblewrap";
  private static final List<String> NAMESPACES =
      List.of(
          "--unshare-user",
          "--unshare-ipc",
          "--unshare-pid",
          "--unshare-net",
          "--unshare-uts",
          "--unshare-cgroup-try",
          "--disable-userns",
          "--die-with-parent",
          "--new-session",
          "--as-pid-1",
          "--cap-drop",
          "ALL",
          "--clearenv");

  private final HostPrograms programs;
  private final LocalSandboxes local;

  /**
   * @param programs where the host's programs are
   * @param spool folder for scratch folders, made when absent; needs room for a target folder
   */
  public BwrapEngine(HostPrograms programs, Path spool) {
    this.programs = programs;
    this.local = new LocalSandboxes(name(), programs, spool);
  }

  @Override
  public String name() {
    return "bwrap";
  }

  @Override
  public Probe probe() {
    Optional<Path> bwrap = programs.find("bwrap");
    if (bwrap.isEmpty()) {
      return new Probe.Absent("no bwrap on PATH", "apt install " + PACKAGE);
    }
    Try help = Try.of(List.of(bwrap.get().toString(), "--help"));
    if (!help.output().contains("--disable-userns")) {
      return new Probe.Absent("bwrap is older than 0.8", "a newer " + PACKAGE);
    }
    String version = Try.of(List.of(bwrap.get().toString(), "--version")).output();
    return local.probe(version, this);
  }

  @Override
  public Ending run(Sandbox sandbox) throws InterruptedException {
    return local.run(sandbox, scratch -> words(sandbox, scratch));
  }

  private List<String> words(Sandbox sandbox, Scratch scratch) {
    List<String> words = new ArrayList<>();
    words.add(programs.need("bwrap", PACKAGE));
    words.addAll(NAMESPACES);
    words.addAll(identity(sandbox.identity()));
    View.of(sandbox, scratch.mounts()).forEach(step -> words.addAll(words(step)));
    words.addAll(List.of("--chdir", "/", "--"));
    return words;
  }

  @Override
  public void killAll() {
    local.killAll();
  }

  private static List<String> identity(Sandbox.Identity identity) {
    String id = Integer.toString(identity.uid());
    return List.of("--uid", id, "--gid", id, "--hostname", identity.hostname());
  }

  private static List<String> words(View.Step step) {
    return switch (step) {
      case View.Step.Bind(Path host, String inside, boolean writable) ->
          List.of(writable ? "--bind" : "--ro-bind", host.toString(), inside);
      case View.Step.Memory(String inside, int mode, long bytes) ->
          List.of("--perms", octal(mode), "--size", Long.toString(bytes), "--tmpfs", inside);
      case View.Step.Folder(String inside, int mode) ->
          List.of("--perms", octal(mode), "--dir", inside);
      case View.Step.Link(String inside, String target) -> List.of("--symlink", target, inside);
      case View.Step.Processes(String inside) -> List.of("--proc", inside);
      case View.Step.Devices(String inside) -> List.of("--dev", inside);
      case View.Step.Hidden(String inside, boolean folder) ->
          folder ? List.of("--tmpfs", inside) : List.of("--dev-bind", "/dev/null", inside);
      case View.Step.Frozen(String inside) -> List.of("--remount-ro", inside);
    };
  }

  private static String octal(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }
}
