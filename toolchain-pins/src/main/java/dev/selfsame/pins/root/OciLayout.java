package dev.selfsame.pins.root;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingOutputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** An OCI image layout's blobs, each a file that has its digest's name. */
final class OciLayout {
  private static final String BLOBS = "blobs/sha256/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Map<Digest, Path> blobs = new TreeMap<>();

  private OciLayout(Path folder) {
    this.folder = folder;
  }

  /** Takes a layout's tar apart. */
  static OciLayout unpack(Path archive, Path folder) throws IOException {
    OciLayout layout = new OciLayout(folder);
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new BufferedInputStream(Files.newInputStream(archive), 1 << 17))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (e.getName().startsWith(BLOBS) && !e.isDirectory()) {
          layout.keep(tar, Digest.ofSha256Hex(e.getName().substring(BLOBS.length())));
        }
      }
    }
    return layout;
  }

  /**
   * The image with its labels sorted by name. Jib has them in the order of a hash table, which no
   * specification fixes, so that another JDK might give another digest.
   */
  OciImage inOrder(Digest manifest) throws IOException {
    ObjectNode described = json(manifest);
    ObjectNode reference = (ObjectNode) described.required("config");
    Digest config = Digest.parse(reference.required("digest").textValue());
    ObjectNode configured = json(config);
    ObjectNode settings = (ObjectNode) configured.required("config");
    JsonNode labels = settings.path("Labels");
    ObjectNode sorted = JSON.createObjectNode();
    TreeSet<String> names = new TreeSet<>();
    labels.fieldNames().forEachRemaining(names::add);
    names.forEach(name -> sorted.set(name, labels.get(name)));
    settings.set("Labels", sorted);
    byte[] bytes = JSON.writeValueAsBytes(configured);
    reference.put("digest", replace(config, bytes).toString()).put("size", bytes.length);
    Digest whole = replace(manifest, JSON.writeValueAsBytes(described));
    return new OciImage(
        whole,
        blobs.entrySet().stream()
            .map(blob -> new OciImage.Part(blob.getKey(), blob.getValue()))
            .toList());
  }

  private ObjectNode json(Digest digest) throws IOException {
    Path file = blobs.get(digest);
    if (file != null && JSON.readTree(file.toFile()) instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("the image has no document " + digest);
  }

  private Digest replace(Digest old, byte[] bytes) throws IOException {
    Path before = blobs.remove(old);
    if (before != null) {
      Files.delete(before);
    }
    Digest digest = Digest.sha256(bytes);
    blobs.put(digest, Files.write(folder.resolve(digest.hex()), bytes));
    return digest;
  }

  private void keep(InputStream in, Digest digest) throws IOException {
    Path file = folder.resolve(digest.hex());
    try (DigestingOutputStream out = new DigestingOutputStream(Files.newOutputStream(file))) {
      in.transferTo(out);
      if (!out.digest().equals(digest)) {
        throw new IOException("a part of the image is not what its digest says: " + digest);
      }
    }
    blobs.put(digest, file);
  }
}
