package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.fetch.HttpOrigin;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.fetch.Origin;
import dev.selfsame.pins.fetch.ProxiedClient;
import dev.selfsame.pins.fetch.Wanted;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * What a root for builds has no use for and a distribution is full of: packages of hundreds of
 * programs and plugins. They are pinned as a root's are, and fetched as they are.
 */
final class TrixiePackages {
  private static final String SNAPSHOT = "20261122T091544Z";

  private TrixiePackages() {}

  /** Unpacks the files of every package beside each other, in an empty folder. */
  static void unpack(Path folder) throws IOException, InterruptedException {
    Mirrors mirrors = Mirrors.ofMachine(Path.of("/etc/apt")).through(System.getenv());
    Path cache = UserFolders.of(System.getenv()).cache();
    try (ProxiedClient client = mirrors.client();
        Downloads downloads = new Downloads(cache);
        Progress.Step step = Progress.SILENT.begin("", 0, Progress.Unit.BYTES)) {
      List<CompletableFuture<Path>> packages = new ArrayList<>();
      for (String line : Files.readAllLines(Fixtures.path("trixie.txt"))) {
        if (!line.startsWith("#")) {
          packages.add(downloads.begin(wanted(line.split(" ", -1), mirrors, client), step));
        }
      }
      for (CompletableFuture<Path> one : packages) {
        unpack(Downloads.await(one), folder);
      }
    }
  }

  private static Wanted wanted(String[] pinned, Mirrors mirrors, ProxiedClient client) {
    List<Origin> origins = new ArrayList<>();
    for (URI place : mirrors.places("debian", SNAPSHOT, pinned[0])) {
      origins.add(new HttpOrigin(client, place));
    }
    Digest digest = Digest.ofSha256Hex(pinned[2]);
    return new Wanted(pinned[0], digest, Long.parseLong(pinned[1]), origins);
  }

  private static void unpack(Path deb, Path folder) throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(deb));
        var ar = new ArArchiveInputStream(in)) {
      ArArchiveEntry part = ar.getNextEntry();
      while (!part.getName().equals("data.tar.xz")) {
        part = ar.getNextEntry();
      }
      try (var tar = new TarArchiveInputStream(new XZInputStream(ar))) {
        for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
          if (e.isFile() && !e.isLink() && !e.isSymbolicLink()) {
            Path file = folder.resolve(e.getName()).normalize();
            assertTrue(file.startsWith(folder), e.getName());
            Files.createDirectories(file.getParent());
            Files.copy(tar, file);
          }
        }
      }
    }
  }
}
