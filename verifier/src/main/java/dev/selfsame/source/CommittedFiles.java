package dev.selfsame.source;

import dev.selfsame.outcome.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/** The blobs of a git tree, as they are stored. */
final class CommittedFiles {
  private CommittedFiles() {}

  /**
   * Every file below a tree, in byte order.
   *
   * @throws Failure (usage) for a submodule, a name that is not UTF-8, or a blob that is not here
   */
  static List<SourceEntry> of(ObjectReader objects, ObjectId tree) throws IOException {
    List<SourceEntry> entries = new ArrayList<>();
    try (TreeWalk walk = new TreeWalk(objects)) {
      walk.addTree(tree);
      walk.setRecursive(true);
      while (walk.next()) {
        entries.add(entry(walk, objects));
      }
    }
    entries.sort(SourceEntry.BYTE_ORDER);
    return entries;
  }

  private static SourceEntry entry(TreeWalk walk, ObjectReader objects) throws IOException {
    String path = SourceEntry.path(walk.getRawPath());
    FileMode mode = walk.getFileMode(0);
    if (mode.equals(FileMode.GITLINK)) {
      throw SourceEntry.submodule(path);
    }
    ObjectId id = walk.getObjectId(0);
    ObjectLoader blob = open(objects, id, path);
    return new SourceEntry(path, kind(mode), blob.getSize(), () -> content(objects, id, path));
  }

  static SourceEntry.Kind kind(FileMode mode) {
    if (mode.equals(FileMode.SYMLINK)) {
      return SourceEntry.Kind.LINK;
    }
    return mode.equals(FileMode.EXECUTABLE_FILE)
        ? SourceEntry.Kind.EXECUTABLE
        : SourceEntry.Kind.FILE;
  }

  private static InputStream content(ObjectReader objects, ObjectId id, String path)
      throws IOException {
    ObjectLoader blob = open(objects, id, path);
    return blob.isLarge() ? blob.openStream() : new ByteArrayInputStream(blob.getCachedBytes());
  }

  private static ObjectLoader open(ObjectReader objects, ObjectId id, String path)
      throws IOException {
    try {
      return objects.open(id);
    } catch (MissingObjectException e) {
      throw Failure.undecided(
          "this clone lacks the content of %s (blob %s)".formatted(path, id.name()),
          "a partial clone has it fetched by: git checkout HEAD",
          e);
    }
  }
}
