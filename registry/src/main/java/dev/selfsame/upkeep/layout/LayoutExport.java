package dev.selfsame.upkeep.layout;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingInputStream;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.oci.Content;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.ReadableRepositories;
import dev.selfsame.oci.Reference;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Needs;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a repository, or one manifest of it, as an image layout: whole, or not at all. */
public final class LayoutExport {
  private static final int PAGE = 1000;

  private final ReadableRepositories from;
  private final RepositoryName repository;

  private final JsonNodeFactory json = JsonNodeFactory.instance;
  private final Set<Digest> written = new HashSet<>();

  /** Entries of the index after those with a tag: what refers to what is exported. */
  private final Map<Digest, ObjectNode> referring = new LinkedHashMap<>();

  private int manifests;
  private long bytes;

  public LayoutExport(ReadableRepositories from, RepositoryName repository) {
    this.from = from;
    this.repository = repository;
  }

  /**
   * What was exported.
   *
   * @param tags how many
   * @param manifests how many, those that refer to others included
   * @param blobs how many files, manifests included
   * @param bytes of all of them
   */
  public record Exported(int tags, int manifests, int blobs, long bytes) {}

  /**
   * Exports.
   *
   * @param one what; empty for everything that has a tag
   * @param to a folder that is not there yet
   * @throws Failure exit 1 where there is no such thing; exit 2 where the folder is there; exit 3
   *     where something cannot be read or written; exit 4 where bytes do not fit their digest
   */
  public Exported to(Path to, Optional<Reference> one) {
    Path target = to.toAbsolutePath().normalize();
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.usage("it is there already: " + to, "name a new folder with --to");
    }
    Path parent = Objects.requireNonNull(target.getParent());
    Path work =
        parent.resolve(".%s.%d.tmp".formatted(target.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.createDirectories(parent);
      FileTree.delete(work);
      Files.createDirectory(work);
      Exported exported = fill(work, one);
      Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(parent);
      return exported;
    } catch (OciError e) {
      throw refused(e);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write %s: %s".formatted(to, e.getMessage()),
          "check free space and permissions",
          e);
    } finally {
      deleteQuietly(work);
    }
  }

  private static void deleteQuietly(Path work) {
    try {
      FileTree.delete(work);
    } catch (IOException e) {
      return; // The export has failed already, and says why.
    }
  }

  private static Failure refused(OciError e) {
    String why = String.valueOf(e.getMessage());
    return e.code() == OciError.Code.UNAVAILABLE
        ? Failure.undecided(why, "look at the registry's disk")
        : Failure.no(why, "selfsame registry export --help shows what can be named");
  }

  private Exported fill(Path work, Optional<Reference> one) throws IOException {
    ArrayNode entries = json.arrayNode();
    int tags = 0;
    if (one.isPresent()) {
      StoredManifest manifest = from.manifest(repository, one.get());
      write(work, manifest);
      TagName tag = one.get() instanceof Reference.ByTag(TagName named) ? named : null;
      entries.add(entry(manifest, tag));
      tags = tag == null ? 0 : 1;
    } else {
      @Nullable String after = null;
      for (List<TagName> page = from.tags(repository, after, PAGE);
          !page.isEmpty();
          page = from.tags(repository, after, PAGE)) {
        for (TagName tag : page) {
          StoredManifest manifest = from.manifest(repository, new Reference.ByTag(tag));
          write(work, manifest);
          entries.add(entry(manifest, tag));
          tags++;
        }
        after = page.getLast().value();
      }
    }
    referring.values().forEach(entries::add);
    ObjectNode index = json.objectNode();
    index.put("schemaVersion", 2);
    index.put("mediaType", "application/vnd.oci.image.index.v1+json");
    index.set("manifests", entries);
    AtomicFile.write(work.resolve("index.json"), index.toString());
    AtomicFile.write(work.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return new Exported(tags, manifests, written.size(), bytes);
  }

  private ObjectNode entry(StoredManifest manifest, @Nullable TagName tag) {
    ObjectNode entry = json.objectNode();
    entry.put("mediaType", manifest.mediaType());
    entry.put("digest", manifest.digest().toString());
    entry.put("size", manifest.bytes().length);
    if (manifest.artifactType() != null) {
      entry.put("artifactType", manifest.artifactType());
    }
    if (tag != null) {
      entry.putObject("annotations").put(LayoutFolder.REF_NAME, tag.value());
    }
    return entry;
  }

  /** A manifest, what it needs, and what refers to it. */
  private void write(Path work, StoredManifest manifest) throws IOException {
    if (!written.add(manifest.digest())) {
      return;
    }
    manifests++;
    Needs needs = Needs.of(manifest);
    for (Digest blob : needs.blobs()) {
      if (written.add(blob)) {
        Content content = from.blob(repository, blob);
        file(work, blob, content.size(), out -> content.write(0, content.size(), out));
      }
    }
    for (Digest child : needs.manifests()) {
      write(work, from.manifest(repository, new Reference.ByDigest(child)));
    }
    file(work, manifest.digest(), manifest.bytes().length, out -> out.write(manifest.bytes()));
    referrers(work, manifest.digest());
  }

  private void referrers(Path work, Digest subject) throws IOException {
    @Nullable Digest after = null;
    for (boolean more = true; more; ) {
      Repositories.Referrers page = from.referrers(repository, subject, null, after, PAGE);
      for (Repositories.Referrer referrer : page.referrers()) {
        StoredManifest manifest =
            from.manifest(repository, new Reference.ByDigest(referrer.digest()));
        referring.put(referrer.digest(), entry(manifest, null));
        write(work, manifest);
        after = referrer.digest();
      }
      more = page.more();
    }
  }

  private void file(Path work, Digest digest, long size, AtomicFile.Writer writer)
      throws IOException {
    Path file = LayoutFolder.place(work, digest);
    AtomicFile.write(file, writer);
    try (InputStream in = Files.newInputStream(file);
        DigestingInputStream hash = new DigestingInputStream(in, digest.algorithm())) {
      hash.transferTo(OutputStream.nullOutputStream());
      if (!hash.digest().equals(digest)) {
        throw Failure.badEvidence(
            "the registry's bytes of %s are not its own".formatted(digest),
            "selfsame registry fsck shows what else was altered");
      }
    }
    bytes += size;
  }
}
