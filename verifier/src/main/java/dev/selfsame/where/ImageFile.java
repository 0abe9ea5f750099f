package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import dev.selfsame.where.LayerLook.Found;
import dev.selfsame.where.LayerLook.Reach;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds one file in an image's layers, highest first (OCI Image 1.1, Image Layer Filesystem
 * Changeset): links are followed within the image, whiteouts hide what lower layers have. A hard
 * link stands for what was there when it was made, not for what a higher layer has by that name.
 *
 * @param layers blobs from the lowest to the highest
 * @param image for messages
 */
record ImageFile(List<Path> layers, String image) {
  private static final int MAX_LINKS = 16;

  ImageFile {
    layers = List.copyOf(layers);
  }

  Path copy(String path, Scratch scratch) throws IOException {
    return copy(path, scratch, Effort.of(image, layers));
  }

  Path copy(String path, Scratch scratch, Effort effort) throws IOException {
    String wanted = ImagePath.of(path, image);
    List<String> asked = new ArrayList<>();
    Reach reach = Reach.whole(layers.size() - 1);
    for (int links = 0; links <= MAX_LINKS; links++) {
      asked.add(wanted);
      switch (search(wanted, reach, scratch, effort).orElseGet(Found.Hidden::new)) {
        case Found.Copied(Path file) -> {
          WrittenThrough.refuse(layers, asked, image, effort);
          return file;
        }
        case Found.Hidden _ ->
            throw Failure.undecided(
                "no file %s in %s".formatted(path, image), "check the path within the image");
        case Found.Leads(String target, boolean whole) -> {
          // It would lead on from the hard link's own folder, or not, as the unpacker has it.
          if (whole && !reach.isWhole()) {
            throw Failure.undecided(
                "%s in %s is a hard link to a symbolic link".formatted(path, image),
                "name the file itself");
          }
          wanted = target;
        }
        case Found.Linked(String target, Reach from) -> {
          wanted = target;
          reach = from;
        }
      }
    }
    throw Failure.undecided(
        "links lead in circles from %s in %s".formatted(path, image), "name the file itself");
  }

  private Optional<Found> search(String wanted, Reach reach, Scratch scratch, Effort effort)
      throws IOException {
    for (int i = reach.layer(); i >= 0; i--) {
      Reach here = i == reach.layer() ? reach : Reach.whole(i);
      Optional<Found> found =
          new LayerLook(image, wanted, here, scratch::keep).in(layers.get(i), effort);
      if (found.isPresent()) {
        if (!(found.get() instanceof Found.Hidden)) {
          requireFolders(wanted, i, effort);
        }
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * Makes sure that no lower layer has a link where this one goes through a folder: the entry would
   * be written where that link leads, and a higher layer may have replaced it there.
   */
  private void requireFolders(String wanted, int above, Effort effort) throws IOException {
    for (int i = above - 1; i >= 0; i--) {
      Optional<Found> found =
          new LayerLook(image, wanted, Reach.whole(i), (name, _) -> Path.of(name))
              .in(layers.get(i), effort);
      if (found.isPresent() && found.get() instanceof Found.Hidden) {
        return;
      } else if (found.isPresent()
          && found.get() instanceof Found.Leads(_, boolean whole)
          && !whole) {
        throw Failure.undecided(
            "a folder above %s in %s is a link in a lower layer".formatted(wanted, image),
            "name the file where that link leads");
      }
    }
  }
}
