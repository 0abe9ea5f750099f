package dev.selfsame.build.sandbox;

import dev.selfsame.outcome.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the host's own programs are.
 *
 * @param folders searched in this order
 */
public record HostPrograms(List<Path> folders) {
  public HostPrograms {
    folders = List.copyOf(folders);
  }

  /** The folders of a PATH, and behind them the usual ones that a user's PATH may lack. */
  public static HostPrograms onPath(String path) {
    return new HostPrograms(
        Stream.concat(
                Stream.of(path.split(":", -1)),
                Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"))
            .filter(folder -> folder.startsWith("/"))
            .map(Path::of)
            .distinct()
            .toList());
  }

  /** The program of this name, where the host has it. */
  public Optional<Path> find(String name) {
    return folders.stream()
        .map(folder -> folder.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** The program of this name; a {@link Failure} names the package where the host lacks it. */
  String need(String name, String debianPackage) {
    return find(name)
        .orElseThrow(() ->
            Failure.undecided("no " + name + " on this machine", "apt install " + debianPackage))
        .toString();
  }
}
