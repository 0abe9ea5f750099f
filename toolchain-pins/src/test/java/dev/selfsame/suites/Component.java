package dev.selfsame.suites;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real component that some suites need, how to see that it works, and what brings it. */
public enum Component {
  BWRAP("bubblewrap", "bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"),
  UNSHARE("util-linux", "unshare", "--user", "--map-root-user", "--mount", "--net", "true"),
  MOUNT(
      "util-linux and mount (tests run as root, and may mount)",
      "unshare",
      "--mount",
      "mount",
      "-t",
      "tmpfs",
      "none",
      "/tmp"),
  DOCKER("docker.io (and a running dockerd)", "docker", "version"),
  PODMAN(
      "podman (and its service: systemctl start podman.socket)",
      "podman",
      "--url",
      "unix:///run/podman/podman.sock",
      "version"),
  /** Of itself, without its service. */
  PODMAN_5("Podman 5 (.ci/clients brings it)", "podman-5", "version"),
  ORDINARY_USER(
      "util-linux (tests run as root, for a second user)", "runuser", "-u", "nobody", "true"),
  READING_USER(
      "util-linux (tests run as root with all its capabilities, for a second user)",
      Nobody.command(List.of("true"))),
  /** PostgreSQL refuses root, so there the embedded one runs in a user namespace. */
  POSTGRES_USER(
      "util-linux, and user namespaces (PostgreSQL does not run as root)",
      "sh",
      "-c",
      "[ \"$(id -u)\" -ne 0 ] || unshare --user true"),
  REDIS("redis-server", "redis-server", "--version"),
  COSIGN("cosign (.ci/clients brings it)", "cosign", "version"),
  COSIGN_SID("cosign of Debian sid (.ci/clients brings it)", "cosign-sid", "version"),
  CRANE("crane (.ci/clients brings it)", "crane", "version"),
  ORAS("oras (.ci/clients brings it)", "oras", "version"),
  NOTATION("notation (.ci/clients brings it)", "notation", "version"),
  SKOPEO("skopeo", "skopeo", "--version"),
  S3PROXY("S3Proxy (.ci/s3proxy brings it)", "s3proxy", "--version"),
  /** It has no option that does nothing, so it is only looked for. */
  OCI_CONFORMANCE(
      "the OCI conformance suite (.ci/clients brings it)",
      "sh",
      "-c",
      "PATH=$PATH:$HOME/.cache/selfsame/tools/bin command -v oci-conformance"),
  ACTIONLINT("actionlint (.ci/clients brings it)", "actionlint", "-version"),
  SHELLCHECK("shellcheck", "shellcheck", "--version"),
  GCC("gcc and libc6-dev", "gcc", "--version"),
  BINUTILS("binutils", "readelf", "--version"),
  BINUTILS_ZSTD("binutils, from 2.40 on", "sh", "-c", "objcopy --help | grep -q 'compress.*zstd'"),
  LLVM("llvm", "llvm-cxxfilt", "--version"),
  BASH("bash", "bash", "--version"),
  SCRIPT("bsdutils", "script", "--version"),
  ZSH("zsh", "zsh", "--version"),
  GROFF("groff-base", "groff", "--version"),
  NPM("npm", "npm", "--version"),
  GIT("git", "git", "--version"),
  GPGV("gpgv", "gpgv", "--version"),
  CURL("curl", "curl", "--version"),
  APT("apt", "apt-get", "--version"),
  CHROMIUM("chromium", "chromium", "--version"),
  KUBECTL("kubernetes-client", "kubectl", "version", "--client"),
  SYSTEMD_ANALYZE("systemd", "systemd-analyze", "--version"),
  /** Whether it starts as process 1 of a machine of its own is for the tests to find. */
  SYSTEMD(
      "systemd and util-linux (tests run as root, and may make namespaces)",
      "sh",
      "-c",
      "[ -x /lib/systemd/systemd ]"
          + " && unshare --mount --pid --cgroup --ipc --uts --fork setpriv --pdeathsig KILL true"),
  DOCKER_REGISTRY("docker-registry", "docker-registry", "--version"),
  CARGO("rustc and cargo, or rustup", "cargo", "--version"),
  RUST_2024(
      "rustc-web and cargo-web (Debian 12), rustc and cargo (Debian 13), or rustup",
      "rustc",
      "--edition",
      "2024",
      "--print",
      "cfg"),
  TRIXIE_PACKAGES("a way to Debian's archive, where they are not in the cache", "true") {
    @Override
    Optional<String> absence() {
      return DebianArchive.absence("/dev/selfsame/binary/trixie.txt");
    }
  };

  private final String bringer;
  private final List<String> probe;

  Component(String bringer, String... probe) {
    this(bringer, List.of(probe));
  }

  Component(String bringer, List<String> probe) {
    this.bringer = bringer;
    this.probe = probe;
  }

  /** The Debian package that brings it. */
  public String bringer() {
    return bringer;
  }

  /** Where the component's program is: on PATH, or in the cache that {@code .ci/run} fills. */
  public Optional<Path> program() {
    return program(probe.getFirst());
  }

  /** Where a program is: on PATH, or in the cache that {@code .ci/run} fills. */
  public static Optional<Path> program(String name) {
    String home = System.getenv().getOrDefault("HOME", "/root");
    Stream<Path> folders =
        Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).map(Path::of),
            Stream.of(Path.of(home, ".cache/selfsame/tools/bin")));
    return folders.map(folder -> folder.resolve(name)).filter(Files::isExecutable).findFirst();
  }

  /** Runs the probe: empty when the component works, else why it does not. */
  Optional<String> absence() {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      return Optional.of("no " + probe.getFirst() + " on PATH");
    }
    try {
      List<String> command =
          Stream.concat(Stream.of(program.get().toString()), probe.stream().skip(1)).toList();
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.of(String.join(" ", probe) + " hangs");
      }
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of(String.join(" ", probe) + " exits with " + process.exitValue());
    } catch (IOException | InterruptedException e) {
      return Optional.of(e.toString());
    }
  }
}
