package dev.selfsame.pins.lock;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.DebsRoot.Deb;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tukaani.xz.XZInputStream;

/** A suite's packages by the path of their file. Source: Debian repository format, "Packages". */
final class PackagesIndex {
  private static final int XZ_MEMORY_KIB = 256 * 1024;

  private final Map<String, Deb> byPath = new HashMap<>();

  private PackagesIndex() {}

  /**
   * Reads a {@code Packages.xz} whose hash was checked.
   *
   * @param archive the archive that its paths are below
   */
  static PackagesIndex read(Path file, String archive) throws IOException {
    PackagesIndex index = new PackagesIndex();
    try (InputStream in = Files.newInputStream(file);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    new XZInputStream(in, XZ_MEMORY_KIB), StandardCharsets.UTF_8))) {
      Map<String, String> fields = new HashMap<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isEmpty()) {
          index.add(fields, archive);
          fields.clear();
        } else if (!line.startsWith(" ") && line.indexOf(": ") > 0) {
          int colon = line.indexOf(": ");
          fields.put(line.substring(0, colon), line.substring(colon + 2));
        }
      }
      index.add(fields, archive);
    }
    return index;
  }

  Optional<Deb> find(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  private void add(Map<String, String> fields, String archive) {
    if (fields.isEmpty()) {
      return;
    }
    String path = need(fields, "Filename");
    byPath.put(
        path,
        new Deb(
            need(fields, "Package"),
            need(fields, "Version"),
            need(fields, "Architecture"),
            archive,
            path,
            Long.parseLong(need(fields, "Size")),
            Digest.ofSha256Hex(need(fields, "SHA256"))));
  }

  private static String need(Map<String, String> fields, String name) {
    return Optional.ofNullable(fields.get(name))
        .orElseThrow(() ->
            Failure.badEvidence(
                "package %s has no %s in its index"
                    .formatted(fields.getOrDefault("Package", "?"), name),
                "try another mirror with --mirror URL"));
  }
}
