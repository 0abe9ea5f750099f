package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * What one layer of an image says of one path. The whole layer is read: unpackers go by the last
 * entry of a name, so one that comes twice has no answer.
 */
final class LayerLook {
  /** What it says. */
  sealed interface Found {
    record Copied(Path file) implements Found {}

    /**
     * A symbolic link.
     *
     * @param whole whether the path itself is the link, not a folder above it
     */
    record Leads(String path, boolean whole) implements Found {}

    /**
     * A hard link.
     *
     * @param from the layers and entries that were there when it was made
     */
    record Linked(String path, Reach from) implements Found {}

    record Hidden() implements Found {}
  }

  /**
   * How far up is looked.
   *
   * @param layer the highest, counted from 0
   * @param before the number of that layer's first entry which does not count, from 1
   */
  record Reach(int layer, long before) {
    static Reach whole(int layer) {
      return new Reach(layer, Long.MAX_VALUE);
    }

    boolean isWhole() {
      return before == Long.MAX_VALUE;
    }
  }

  /** Where a file's bytes go. */
  interface Keep {
    Path keep(String name, InputStream content) throws IOException;
  }

  private final String image;
  private final String wanted;
  private final Reach reach;
  private final Keep keep;
  private long count;
  private boolean hidden;
  private Optional<Found> found = Optional.empty();
  // The folder above the path that is a link here.
  private String turned = "";

  /**
   * @param image for messages
   * @param wanted a clean path
   */
  LayerLook(String image, String wanted, Reach reach, Keep keep) {
    this.image = image;
    this.wanted = wanted;
    this.reach = reach;
    this.keep = keep;
  }

  /**
   * Looks once.
   *
   * @param effort what is unpacked is counted there
   * @throws Failure (undecided) where it is no regular file, or is there twice
   */
  Optional<Found> in(Path layer, Effort effort) throws IOException {
    LayerEntries.each(layer, effort, this::look);
    // What this layer itself has comes before what it hides of lower ones.
    return found.isEmpty() && hidden ? Optional.of(new Found.Hidden()) : found;
  }

  private void look(TarArchiveEntry entry, String name, InputStream content) throws IOException {
    count++;
    if (name.equals(wanted)) {
      requireFirst();
      found = Optional.of(entry(entry, content));
    } else if (wanted.startsWith(name + "/")) {
      above(entry, name);
    } else {
      hidden |= count < reach.before() && LayerEntries.hides(name, wanted);
    }
  }

  private void above(TarArchiveEntry entry, String name) {
    if (entry.isDirectory() && !entry.isSymbolicLink() && !entry.isLink()) {
      if (!turned.isEmpty() && name.length() >= turned.length()) {
        requireFirst();
      }
      return;
    }
    requireFirst();
    if (!entry.isSymbolicLink()) {
      throw Failure.undecided(
          "%s in %s is no folder".formatted(name, image), "check the path within the image");
    }
    turned = name;
    String rest = wanted.substring(name.length());
    found = Optional.of(new Found.Leads(link(name, entry) + rest, false));
  }

  /** What comes after a hard link to it was made, unpackers do not agree on either. */
  private void requireFirst() {
    if (found.isPresent() || count >= reach.before()) {
      throw Failure.undecided(
          "a layer of %s has %s more than once, or replaces a folder above it"
              .formatted(image, wanted),
          "which one counts depends on who unpacks it: build the image anew");
    }
  }

  private Found entry(TarArchiveEntry entry, InputStream content) throws IOException {
    if (entry.isSymbolicLink()) {
      return new Found.Leads(link(wanted, entry), true);
    } else if (entry.isLink()) {
      return new Found.Linked(
          ImagePath.of(entry.getLinkName(), image), new Reach(reach.layer(), count));
    } else if (!entry.isFile()
        || entry.isFIFO()
        || entry.isCharacterDevice()
        || entry.isBlockDevice()) {
      throw Failure.undecided(
          "%s in %s is no regular file".formatted(wanted, image), "name one file of the image");
    }
    return new Found.Copied(keep.keep(wanted, content));
  }

  private String link(String name, TarArchiveEntry entry) {
    return ImagePath.resolve(name, entry.getLinkName(), image);
  }
}
