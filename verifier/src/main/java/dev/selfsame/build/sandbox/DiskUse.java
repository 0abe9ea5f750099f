package dev.selfsame.build.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** How much is written in folders whose files come and go while they are counted. */
final class DiskUse {
  private static final long AN_ENTRY = 256;
  private long bytes;

  private DiskUse() {}

  /** Bytes of all files below {@code folders}; an entry counts for at least 256. */
  static long of(List<Path> folders) {
    DiskUse use = new DiskUse();
    folders.forEach(use::add);
    return use.bytes;
  }

  private void add(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes += Math.max(AN_ENTRY, attributes.size());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              bytes += AN_ENTRY;
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path directory, @org.jspecify.annotations.Nullable IOException gone) {
              bytes += AN_ENTRY;
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new AssertionError("the visitor throws nothing", e);
    }
  }
}
