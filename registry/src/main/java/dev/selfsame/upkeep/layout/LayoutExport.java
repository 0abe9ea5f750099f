package dev.selfsame.upkeep.layout;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
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

  private final Set<Digest> written = new HashSet<>();

  /** Manifests that were written, with how many levels of indexes each has below it. */
  private final Map<Digest, Integer> levels = new HashMap<>();

  /** Manifests that were written, and whose referrers were not looked for yet. */
  private final Deque<Digest> subjects = new ArrayDeque<>();

  /** Entries of the index after those with a tag: what refers to what is exported. */
  private final Map<Digest, LayoutIndex.Entry> referring = new LinkedHashMap<>();

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
   * @throws Failure exit 1 where there is no such thing, or nothing with a tag, or something is not
   *     promoted now; exit 2 where the folder is there; exit 3 where something cannot be read or
   *     written, or no import would take it; exit 4 where bytes or evidence do not hold
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
    if (e.code() == OciError.Code.UNAVAILABLE) {
      return Failure.undecided(why, "look at the registry's disk");
    }
    return e.isOfEvidence()
        ? Failure.badEvidence(why, "selfsame registry fsck shows what else does not hold")
        : Failure.no(why, "selfsame registry export --help shows what can be named");
  }

  private Exported fill(Path work, Optional<Reference> one) throws IOException {
    List<LayoutIndex.Entry> entries = new ArrayList<>();
    if (one.isPresent()) {
      StoredManifest manifest = from.manifest(repository, one.get());
      entries.add(entry(manifest, one.get() instanceof Reference.ByTag(TagName tag) ? tag : null));
      write(work, manifest);
    } else {
      @Nullable String after = null;
      for (List<TagName> page = from.allTags(repository, after, PAGE);
          !page.isEmpty();
          page = from.allTags(repository, after, PAGE)) {
        for (TagName tag : page) {
          StoredManifest manifest = from.manifest(repository, new Reference.ByTag(tag));
          entries.add(entry(manifest, tag));
          write(work, manifest);
        }
        after = page.getLast().value();
      }
    }
    if (entries.isEmpty()) {
      throw Failure.no(
          "nothing in %s has a tag".formatted(repository),
          "name a manifest: %s@sha256:HEX".formatted(repository));
    }
    if (repository.isDeploy()) {
      requireStill(entries);
    }
    int tags = (int) entries.stream().filter(entry -> entry.name() != null).count();
    entries.addAll(referring.values());
    LayoutIndex.write(work, entries, LayoutIndex.MOST_BYTES);
    AtomicFile.write(work.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return new Exported(tags, levels.size(), written.size(), bytes);
  }

  /** What is deployed may end, or be another, while it is copied: its evidence is missing then. */
  private void requireStill(List<LayoutIndex.Entry> entries) {
    for (LayoutIndex.Entry entry : entries) {
      Reference reference =
          entry.name() == null
              ? new Reference.ByDigest(entry.digest())
              : new Reference.ByTag(new TagName(entry.name()));
      if (!from.manifest(repository, reference).digest().equals(entry.digest())) {
        throw Failure.undecided(
            "%s changed while %s was exported".formatted(entry.name(), repository),
            "run the command again");
      }
    }
  }

  private static LayoutIndex.Entry entry(StoredManifest manifest, @Nullable TagName tag) {
    return new LayoutIndex.Entry(
        manifest.mediaType(),
        manifest.digest(),
        manifest.bytes().length,
        manifest.artifactType(),
        tag == null ? null : tag.value());
  }

  /** A manifest, what it needs, and what refers to any of it: a chain of these has no bound. */
  private void write(Path work, StoredManifest manifest) throws IOException {
    write(work, manifest, 0);
    while (!subjects.isEmpty()) {
      referrers(work, subjects.pop());
    }
  }

  private int write(Path work, StoredManifest manifest, int above) throws IOException {
    Integer known = levels.get(manifest.digest());
    requireLevels(manifest, above + (known == null ? 0 : known));
    if (known != null) {
      return known;
    }
    Needs needs = Needs.of(manifest);
    for (Digest blob : needs.blobs()) {
      if (written.add(blob)) {
        Content content = from.blob(repository, blob);
        file(work, blob, content.size(), out -> content.write(0, content.size(), out));
      }
    }
    int below = 0;
    for (Digest child : needs.manifests()) {
      StoredManifest listed = from.manifest(repository, new Reference.ByDigest(child));
      below = Math.max(below, 1 + write(work, listed, above + 1));
    }
    if (written.add(manifest.digest())) {
      file(work, manifest.digest(), manifest.bytes().length, out -> out.write(manifest.bytes()));
    }
    levels.put(manifest.digest(), below);
    subjects.push(manifest.digest());
    return below;
  }

  /** An import would refuse it. */
  private static void requireLevels(StoredManifest manifest, int levels) {
    if (levels > LayoutFolder.DEEPEST) {
      throw Failure.undecided(
          "%s is in indexes within indexes, of more than %d levels"
              .formatted(manifest.digest(), LayoutFolder.DEEPEST),
          "export what they list by its digest");
    }
  }

  private void referrers(Path work, Digest subject) throws IOException {
    @Nullable Digest after = null;
    for (boolean more = true; more; ) {
      Repositories.Referrers page = from.referrers(repository, subject, null, after, PAGE);
      for (Repositories.Referrer referrer : page.referrers()) {
        StoredManifest manifest =
            from.manifest(repository, new Reference.ByDigest(referrer.digest()));
        referring.put(referrer.digest(), entry(manifest, null));
        write(work, manifest, 0);
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
