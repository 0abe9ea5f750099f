package dev.selfsame.where;

import dev.selfsame.outcome.Failure;

/** Names within an image's root, without a slash at either end. */
final class ImagePath {
  private ImagePath() {}

  /**
   * A path in its clean form.
   *
   * @param image for messages
   * @throws Failure (undecided) where {@code ..} follows a name: what it means depends on whether
   *     that name is a link
   */
  static String of(String path, String image) {
    boolean named = false;
    for (String part : path.split("/", -1)) {
      if (part.equals("..") && named) {
        throw Failure.undecided(
            "%s in %s has .. after a name".formatted(path, image), "name the file itself");
      }
      named |= !part.isEmpty() && !part.equals(".") && !part.equals("..");
    }
    return clean(path);
  }

  /** Where a symbolic link leads, as {@link #of}. */
  static String resolve(String link, String target, String image) {
    String path = of(target, image);
    return target.startsWith("/")
        ? path
        : clean(link.substring(0, link.lastIndexOf('/') + 1) + target);
  }

  /** {@code ..} at the top stays there, as in a running system. */
  static String clean(String name) {
    StringBuilder clean = new StringBuilder();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        clean.setLength(Math.max(0, clean.lastIndexOf("/")));
      } else if (!part.isEmpty() && !part.equals(".")) {
        clean.append(clean.isEmpty() ? "" : "/").append(part);
      }
    }
    return clean.toString();
  }
}
