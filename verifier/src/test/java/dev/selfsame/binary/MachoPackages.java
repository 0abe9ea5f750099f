package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.FatFile;
import dev.selfsame.binary.macho.MachoHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The Mach-O files of pinned npm packages, fetched by the machine's own npm and kept in a cache.
 */
final class MachoPackages {
  private static final Path CACHE =
      Path.of(System.getProperty("user.home"), ".cache/selfsame/oracle/macho");

  private MachoPackages() {}

  /** A published file. */
  record Released(String name, Path path) {}

  /** Every Mach-O or universal file of every package, in the order of the list, in a folder. */
  static List<Released> files(Path folder) throws Exception {
    List<Released> files = new ArrayList<>();
    for (String line : Files.readAllLines(Fixtures.path("macho/packages.txt"))) {
      if (!line.startsWith("#")) {
        String[] parts = line.split(" ");
        unpack(parts[0], fetched(parts[0], parts[1]), folder, files);
      }
    }
    return files;
  }

  private static Path fetched(String name, String integrity) throws Exception {
    String file = name.replaceFirst("^@", "").replaceAll("[/@]", "-") + ".tgz";
    Path kept = CACHE.resolve(file);
    if (!Files.exists(kept)) {
      Files.createDirectories(CACHE);
      Path folder = Files.createTempDirectory(CACHE, "fetch");
      run("npm", "pack", "--silent", "--pack-destination", folder.toString(), name);
      Path packed;
      try (Stream<Path> all = Files.list(folder)) {
        packed = all.findFirst().orElseThrow();
      }
      assertEquals(integrity, integrity(packed), name);
      Files.move(packed, kept, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(folder);
    }
    assertEquals(integrity, integrity(kept), kept + " is not what was pinned: delete it");
    return kept;
  }

  private static String integrity(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file));
      return "sha512-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void unpack(String name, Path tgz, Path folder, List<Released> into)
      throws IOException {
    try (var gzip = new GZIPInputStream(Files.newInputStream(tgz));
        var tar = new TarArchiveInputStream(gzip)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile() && entry.getSize() > 1000) {
          byte[] head = tar.readNBytes(64);
          ByteView view = ByteView.of(head);
          if (MachoHeader.isMacho(view) || FatFile.isFat(view)) {
            Path file = folder.resolve("file" + into.size());
            try (var out = Files.newOutputStream(file)) {
              out.write(head);
              tar.transferTo(out);
            }
            into.add(new Released(name + " " + entry.getName(), file));
          }
        }
      }
    }
    assertTrue(
        into.stream().anyMatch(p -> p.name().startsWith(name)), name + " has no Mach-O file");
  }

  /** What a program prints, a character for each byte. */
  static String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor(), String.join(" ", command));
    return new String(output, StandardCharsets.ISO_8859_1);
  }
}
