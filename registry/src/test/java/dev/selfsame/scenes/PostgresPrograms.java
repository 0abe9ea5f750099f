package dev.selfsame.scenes;

import dev.selfsame.files.FileTree;
import dev.selfsame.suites.Component;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Where PostgreSQL's programs are: Debian's, or those that Maven brings to a bare machine. */
final class PostgresPrograms {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  private PostgresPrograms() {}

  /** The folder with {@code initdb} and {@code postgres}. */
  static Path folder() throws IOException {
    Optional<Path> debian = debian();
    if (debian.isPresent()) {
      return debian.get();
    }
    Optional<Path> onPath = Component.program("initdb").map(Path::getParent);
    return onPath.isPresent() ? onPath.get() : embedded();
  }

  /** The newest; Debian keeps them off PATH. */
  private static Optional<Path> debian() throws IOException {
    if (!Files.isDirectory(DEBIAN)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.naturalOrder());
    }
  }

  /** Unpacked once for all suites of the module. */
  private static Path embedded() throws IOException {
    Path target =
        Path.of(System.getProperty("selfsame.basedir", ""), "target/postgres").toAbsolutePath();
    if (!Files.isDirectory(target)) {
      Path part =
          Files.createTempDirectory(Files.createDirectories(target.getParent()), "postgres");
      unpack(part);
      try {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        // The other process of the tests was first.
        FileTree.delete(part);
        if (!Files.isDirectory(target)) {
          throw e;
        }
      }
    }
    return target.resolve("bin");
  }

  private static void unpack(Path into) throws IOException {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    String machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
    String archive = "/postgres-%s-%s.txz".formatted(system, machine);
    try (InputStream in = PostgresPrograms.class.getResourceAsStream(archive)) {
      if (in == null) {
        throw new IOException("no PostgreSQL on this machine, and Maven brings no " + archive);
      }
      TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(in));
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = into.resolve(entry.getName()).normalize();
        Files.createDirectories(entry.isDirectory() ? file : file.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
          Files.copy(tar, file);
          boolean runs = (entry.getMode() & 0100) != 0;
          Files.setPosixFilePermissions(
              file, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }
}
