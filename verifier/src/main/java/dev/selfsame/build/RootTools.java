package dev.selfsame.build;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where Rust is in a root.
 *
 * @param cargo absolute path of cargo within the root
 * @param path the build's PATH
 */
record RootTools(String cargo, String path) {
  private static final String USUAL =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String RUSTUP = "usr/local/rustup/toolchains";

  /**
   * Looks into a root: a rustup toolchain as the official images have it (its own programs, not
   * rustup's proxies in front of them, which look at the project for another toolchain), then
   * Debian's packages.
   *
   * @throws Failure (usage) where the root has no cargo
   */
  static RootTools find(Path root, String pin) {
    List<String> folders = new ArrayList<>();
    try (DirectoryStream<Path> chains = Files.newDirectoryStream(root.resolve(RUSTUP))) {
      chains.forEach(chain -> folders.add("/%s/%s/bin".formatted(RUSTUP, chain.getFileName())));
    } catch (IOException e) {
      // No rustup in this root.
    }
    folders.sort(null);
    folders.addAll(List.of("/usr/local/bin", "/usr/bin", "/usr/local/cargo/bin"));
    for (String folder : folders) {
      String cargo = folder + "/cargo";
      // A link may point to a place within the root, so only its presence is asked.
      if (Files.exists(root.resolve(cargo.substring(1)), LinkOption.NOFOLLOW_LINKS)) {
        boolean usual = List.of(USUAL.split(":")).contains(folder);
        return new RootTools(cargo, usual ? USUAL : folder + ":" + USUAL);
      }
    }
    throw Failure.usage(
        "the environment of pin %s holds no cargo".formatted(pin),
        "choose a pin with Rust in it: selfsame pins list");
  }
}
