package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Finds entries of an image whose name goes through a symbolic link of the same image. One unpacker
 * writes such an entry where the link leads, another puts a folder in the link's place (an overlay
 * that unpacks each layer by itself): so what a path holds that it may lead to, cannot be told.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md">OCI Image 1.1,
 *     layers</a>, which does not say
 */
final class WrittenThrough {
  private static final int MAX_FOLLOWED = 40;
  private static final int MAX_NAMES = 10_000;

  /** In characters of all names and of what is written in links. */
  private static final long MAX_KEPT = 100_000_000;

  /** What one name costs beside its characters, counted in bytes that are read. */
  private static final int NAME_COST = 100;

  private final List<Path> layers;
  private final String image;
  private final Effort effort;
  private long kept;
  // By a link's path, what is written in it; a path may be another link in another layer.
  private final Map<String, Set<String>> links = new HashMap<>();

  private WrittenThrough(List<Path> layers, String image, Effort effort) {
    this.layers = layers;
    this.image = image;
    this.effort = effort;
  }

  /**
   * Looks through all layers.
   *
   * @param asked clean paths
   * @param effort what is unpacked, and where links lead, is counted there
   * @throws Failure (undecided) where one of them may be what another entry is written to
   */
  static void refuse(List<Path> layers, List<String> asked, String image, Effort effort)
      throws IOException {
    WrittenThrough look = new WrittenThrough(layers, image, effort);
    look.collect();
    if (!look.links.isEmpty()) {
      look.requireNone(asked);
    }
  }

  /** Every link that any layer has, whether or not a later one takes it away. */
  private void collect() throws IOException {
    for (Path layer : layers) {
      LayerEntries.each(
          layer,
          effort,
          (entry, name, _) -> {
            if (entry.isSymbolicLink()) {
              add(name, Set.of(entry.getLinkName()));
            } else if (entry.isLink()) {
              // A hard link to a symbolic one is one too, and leads on from its own folder.
              add(name, links.getOrDefault(ImagePath.clean(entry.getLinkName()), Set.of()));
            }
          });
    }
    // A link may itself be written to where another one leads.
    boolean more = !links.isEmpty();
    while (more) {
      more = false;
      for (String name : List.copyOf(links.keySet())) {
        for (String other : elsewhere(name)) {
          more |= add(other, Set.copyOf(links.getOrDefault(name, Set.of())));
        }
      }
    }
  }

  private boolean add(String name, Set<String> targets) {
    boolean more = false;
    for (String target : targets) {
      effort.spend(NAME_COST);
      if (links.computeIfAbsent(name, _ -> new HashSet<>()).add(target)) {
        more = true;
        kept += name.length() + target.length();
      }
    }
    if (kept > MAX_KEPT) {
      throw Failure.undecided(image + " has too many links", "do not use this image");
    }
    return more;
  }

  private void requireNone(List<String> asked) throws IOException {
    for (Path layer : layers) {
      LayerEntries.each(
          layer,
          effort,
          (entry, name, _) -> {
            for (String other : elsewhere(name)) {
              for (String path : asked) {
                requireApart(entry, name, other, path);
              }
            }
          });
    }
  }

  private void requireApart(TarArchiveEntry entry, String name, String other, String path) {
    boolean folder = entry.isDirectory() && !entry.isSymbolicLink() && !entry.isLink();
    if (other.equals(path)
        || (!folder && path.startsWith(other + "/"))
        || LayerEntries.hides(other, path)) {
      throw Failure.undecided(
          "%s has an entry %s that may be written to %s, through a link"
              .formatted(image, name, path),
          "whether it is depends on who unpacks the image: build it anew without that link");
    }
  }

  /** Where else an entry may be written to, but for its own name. */
  private List<String> elsewhere(String name) {
    if (through(name).isEmpty()) {
      return List.of();
    }
    Set<String> all = new HashSet<>();
    List<String> last = List.of(name);
    // As many links as a kernel follows in one path.
    for (int links = 0; !last.isEmpty(); links++) {
      if (links > MAX_FOLLOWED || all.size() > MAX_NAMES) {
        throw Failure.undecided(
            "%s has an entry %s behind more links than are followed".formatted(image, name),
            "do not use this image");
      }
      last = last.stream().flatMap(one -> through(one).stream()).filter(all::add).toList();
    }
    return List.copyOf(all);
  }

  /** One step through each folder above a name that is a link. */
  private List<String> through(String name) {
    effort.spend(NAME_COST);
    List<String> names = new ArrayList<>();
    for (int at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
      effort.spend(at);
      String link = name.substring(0, at);
      for (String target : links.getOrDefault(link, Set.of())) {
        names.add(ImagePath.clean(ImagePath.resolve(link, target, image) + name.substring(at)));
      }
    }
    return names;
  }
}
