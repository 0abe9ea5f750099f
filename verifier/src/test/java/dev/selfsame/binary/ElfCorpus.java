package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.build.TestRoot;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every ELF file of the pinned trixie root and of further packages of trixie, which are the same
 * everywhere, each content once; links are not followed. {@code -Dselfsame.elf=all} adds those of
 * this machine and of the other roots that builds were pinned to, whatever they are.
 */
final class ElfCorpus {
  private static final boolean ALL = "all".equals(System.getProperty("selfsame.elf"));

  /** Of a package that tells which machines can be emulated: LLVM has words for theirs alone. */
  private static final String OTHER_MACHINES = "arch-test";

  private static final List<String> FOLDERS =
      List.of("usr/bin", "usr/lib", "usr/libexec", "usr/sbin");

  private final Set<Object> inodes = new HashSet<>();
  private final Map<Long, List<Path>> bySize = new HashMap<>();

  private ElfCorpus() {}

  /**
   * The largest first.
   *
   * @param packages a folder with further packages of trixie
   * @throws dev.selfsame.outcome.Failure where the trixie root is not here and cannot be fetched
   */
  static List<Path> files(Path packages) throws IOException {
    ElfCorpus corpus = new ElfCorpus();
    for (Path root : roots(packages)) {
      for (String folder : FOLDERS) {
        if (Files.isDirectory(root.resolve(folder))) {
          corpus.add(root.resolve(folder));
        }
      }
    }
    List<Path> all = new ArrayList<>();
    for (long size :
        corpus.bySize.keySet().stream().sorted((a, b) -> Long.compare(b, a)).toList()) {
      all.addAll(distinct(corpus.bySize.getOrDefault(size, List.of())));
    }
    return all;
  }

  private static List<Path> roots(Path packages) throws IOException {
    if (!ALL) {
      return List.of(TestRoot.folder(), packages);
    }
    List<Path> roots = new ArrayList<>(List.of(TestRoot.folder(), packages, Path.of("/")));
    String home = System.getenv().getOrDefault("HOME", "/");
    Path pinned = Path.of(home, ".cache/selfsame/roots/sha256");
    if (Files.isDirectory(pinned)) {
      try (Stream<Path> trees = Files.list(pinned)) {
        trees
            .map(tree -> tree.resolve("tree"))
            .filter(tree -> !tree.equals(TestRoot.folder()))
            .sorted()
            .forEach(roots::add);
      }
    }
    return roots;
  }

  private void add(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about)
              throws IOException {
            if (about.isRegularFile() && about.size() > 64 && isElf(file) && isNew(about)) {
              bySize.computeIfAbsent(about.size(), size -> new ArrayList<>()).add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes about) {
            return each.endsWith(OTHER_MACHINES)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private boolean isNew(BasicFileAttributes about) {
    Object inode = about.fileKey();
    return inode == null || inodes.add(inode);
  }

  private static boolean isElf(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      return ElfHeader.isElf(ByteView.of(in.readNBytes(4)));
    }
  }

  private static List<Path> distinct(List<Path> files) throws IOException {
    if (files.size() == 1) {
      return files;
    }
    Set<String> seen = new HashSet<>();
    List<Path> kept = new ArrayList<>();
    for (Path file : files) {
      if (seen.add(digest(file))) {
        kept.add(file);
      }
    }
    return kept;
  }

  private static String digest(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[1 << 18];
      for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
