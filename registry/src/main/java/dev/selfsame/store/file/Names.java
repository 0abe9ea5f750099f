package dev.selfsame.store.file;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.nio.file.Path;
import java.util.function.Function;

/** What the names of files in the registry stand for. */
final class Names {
  private Names() {}

  /** No artifact name has a {@code +}, so that the two forms never meet. */
  static String folderOf(ArtifactName name) {
    return name.value().replace('/', '+');
  }

  static ArtifactName artifact(String folderName, Path in) {
    return parse(folderName, in, text -> new ArtifactName(text.replace('+', '/')));
  }

  static ChannelName channel(String folderName, Path in) {
    return parse(folderName, in, ChannelName::new);
  }

  static Digest digest(Digest.Algorithm algorithm, String hex, Path in) {
    return parse(hex, in, text -> new Digest(algorithm, text));
  }

  private static <T> T parse(String text, Path in, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw foreign(text, in);
    }
  }

  static Failure foreign(String fileName, Path in) {
    return Failure.badEvidence(
        "a file that is none of the registry's stands in it: " + in.resolve(fileName),
        "take it away after seeing who put it there");
  }
}
