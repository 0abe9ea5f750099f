package dev.selfsame.pins.lock;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets apt-get choose packages, over a copy of checked indices on the disk: it has no network, no
 * root user, no say over the machine, and ignores the machine's own configuration.
 */
final class AptResolver {
  private static final int SECONDS = 120;

  /** {@code 'copy:/…/pool/…deb' NAME SIZE SHA256:HEX}, as {@code --print-uris} writes it. */
  private static final Pattern URI_LINE =
      Pattern.compile("'copy:([^']+)' \\S+ (\\d+) SHA256:([0-9a-f]{64})");

  private final Path folder;
  private final String architecture;

  /** What apt chose: a path below a repository, with the hash that apt knows for it. */
  record Chosen(Path file, long size, String sha256) {}

  /** A repository on the disk. */
  record Repository(Path base, String suite, List<String> components, Path keyring) {}

  AptResolver(Path folder, String architecture) {
    this.folder = folder;
    this.architecture = architecture;
  }

  /**
   * The packages, without recommended ones.
   *
   * @param depending whether all that they depend on comes too
   * @throws Failure (undecided) where apt is absent or finds no solution
   */
  List<Chosen> resolve(List<Repository> repositories, List<String> packages, boolean depending)
      throws IOException, InterruptedException {
    prepare(repositories);
    run(List.of("apt-get", "-q", "update"), "reading the indices");
    List<String> install = new ArrayList<>(List.of("apt-get", "-q", "-y", "--print-uris"));
    install.addAll(
        List.of("-o", "Acquire::ForceHash=SHA256", depending ? "install" : "download", "--"));
    install.addAll(packages);
    List<Chosen> chosen = new ArrayList<>();
    for (String line : run(install, "choosing packages").lines().toList()) {
      Matcher uri = URI_LINE.matcher(line);
      if (uri.matches()) {
        // apt writes some characters of a path as %XX.
        String path =
            java.net.URLDecoder.decode(uri.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        chosen.add(new Chosen(Path.of(path), Long.parseLong(uri.group(2)), uri.group(3)));
      }
    }
    return chosen;
  }

  private void prepare(List<Repository> repositories) throws IOException {
    for (String name : List.of("state/lists/partial", "cache/archives/partial", "none")) {
      Files.createDirectories(folder.resolve(name));
    }
    Files.write(folder.resolve("status"), new byte[0]);
    StringBuilder sources = new StringBuilder();
    for (Repository r : repositories) {
      sources.append(
          "deb [signed-by=%s by-hash=no] copy:%s %s %s%n"
              .formatted(r.keyring(), r.base(), r.suite(), String.join(" ", r.components())));
    }
    AtomicFile.write(folder.resolve("sources.list"), sources.toString());
    AtomicFile.write(
        folder.resolve("apt.conf"),
        """
        Dir "%1$s";
        Dir::State "%1$s/state";
        Dir::State::status "%1$s/status";
        Dir::Cache "%1$s/cache";
        Dir::Etc "%1$s";
        Dir::Etc::sourcelist "%1$s/sources.list";
        Dir::Etc::sourceparts "%1$s/none";
        Dir::Etc::parts "%1$s/none";
        Dir::Etc::main "%1$s/none/apt.conf";
        Dir::Etc::preferences "%1$s/none/preferences";
        Dir::Etc::preferencesparts "%1$s/none";
        Dir::Etc::trusted "%1$s/none/trusted.gpg";
        Dir::Etc::trustedparts "%1$s/none";
        Dir::Log "%1$s/cache";
        APT::Architecture "%2$s";
        APT::Architectures { "%2$s"; };
        APT::Install-Recommends "false";
        APT::Sandbox::User "";
        Acquire::Check-Valid-Until "false";
        Acquire::Check-Date "false";
        Acquire::Languages "none";
        """
            .formatted(folder, architecture));
  }

  private String run(List<String> command, String doing) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("APT_CONFIG", folder.resolve("apt.conf").toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw Failure.undecided(
          "apt-get is not on this machine, and a lock needs it to choose packages",
          "make the lock on a Debian machine; the pin file then works everywhere",
          e);
    }
    try {
      process.getOutputStream().close();
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw Failure.undecided(
            "%s: apt-get says: %s".formatted(doing, errors(text)),
            "check the names of the packages and the suites");
      }
      return text;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String errors(String output) {
    List<String> errors =
        output
            .lines()
            .filter(l -> l.startsWith("E: ") || l.contains("Depends:"))
            .map(String::strip)
            .limit(4)
            .toList();
    return errors.isEmpty() ? "nothing" : String.join("; ", errors);
  }
}
