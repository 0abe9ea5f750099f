package dev.selfsame.pins.root;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.DebsRoot.Deb;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.fetch.Claim;
import dev.selfsame.pins.fetch.DebWants;
import dev.selfsame.pins.fetch.DiskTrouble;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.fetch.Wanted;
import dev.selfsame.pins.oci.ImagePull;
import dev.selfsame.pins.oci.PulledImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The roots that stand on this machine's disk, by DiffID. Safe with many processes at once. */
public final class RootCache {
  private static final String TREE = "tree";
  private static final String ENTRIES = "entries";

  private final Path cacheFolder;
  private final Mirrors mirrors;
  private final Progress progress;

  /**
   * @param cacheFolder such as {@code ~/.cache/selfsame}
   * @param mirrors where what is missing is fetched from
   */
  public RootCache(Path cacheFolder, Mirrors mirrors, Progress progress) {
    this.cacheFolder = cacheFolder;
    this.mirrors = mirrors;
    this.progress = progress;
  }

  /**
   * The root of a pin, fetched and assembled where the cache lacks it.
   *
   * @throws Failure (undecided) where it cannot be had; (usage) where the packages give another
   *     DiffID than the pin says
   */
  public Root provide(Pin pin) {
    return switch (pin.root()) {
      case DebsRoot debs -> provide(pin, debs);
      case ImageRoot image -> provide(pin, image);
    };
  }

  /**
   * Reads all that the cache has of a pin again and hashes it.
   *
   * @param repair whether what is damaged is removed, so that it is fetched anew
   */
  public CacheCheck check(Pin pin, boolean repair) {
    List<String> damage = new ArrayList<>();
    int present = 0;
    int total = 0;
    try (Downloads downloads = new Downloads(cacheFolder)) {
      if (pin.root() instanceof DebsRoot debs) {
        total = debs.debs().size();
        for (Deb deb : debs.debs()) {
          Path blob = downloads.placeOf(deb.sha256());
          if (Files.exists(blob)) {
            present++;
            if (!Digest.sha256(blob).equals(deb.sha256())) {
              damage.add("package " + deb.name() + " (" + blob + ")");
              remove(blob, repair);
            }
          }
        }
      }
      Optional<Root> root = find(pin);
      if (root.isPresent() && !intact(root.get())) {
        damage.add("root " + root.get().directory());
        if (repair) {
          retire(pin);
        }
      }
      return new CacheCheck(present, total, root.isPresent(), damage);
    } catch (IOException e) {
      throw DiskTrouble.failure("checking " + pin.id(), cacheFolder, e);
    } catch (InterruptedException e) {
      throw brokenOff();
    }
  }

  /**
   * Takes a damaged root out of its place whole, and then deletes it: half of one would count as a
   * root, for whoever looks meanwhile or after this process was killed.
   */
  private void retire(Pin pin) throws IOException, InterruptedException {
    String key = keyOf(pin);
    try (Claim _ = claim("root-" + key)) {
      Optional<Root> root = find(pin);
      // Who held the claim before may have made it anew.
      if (root.isPresent() && !intact(root.get())) {
        Path place = placeOf(root.get().diffId());
        Path work = workOf(key);
        FileTree.delete(work);
        Files.move(place, work, StandardCopyOption.ATOMIC_MOVE);
        AtomicFile.syncFolder(folderOf(root.get().diffId()));
        FileTree.delete(work);
      }
    }
  }

  /** The root of a pin where the cache has it; nothing is fetched. */
  public Optional<Root> find(Pin pin) {
    return switch (pin.root()) {
      case DebsRoot debs -> at(debs.diffId());
      case ImageRoot image ->
          pointer(pin).filter(seen -> seen.fits(image)).flatMap(seen -> at(seen.root()));
    };
  }

  /**
   * The id of the image that a pin's root was unpacked from, which is the digest of its
   * configuration; empty for a root of packages, and where the cache has none.
   */
  public Optional<Digest> imageOf(Pin pin) {
    return seenOf(pin).map(ImagePointer::config);
  }

  /** The digest of that image's manifest, which a pin by an index does not name itself. */
  public Optional<Digest> manifestOf(Pin pin) {
    return seenOf(pin).map(ImagePointer::manifest);
  }

  private Optional<ImagePointer> seenOf(Pin pin) {
    return pin.root() instanceof ImageRoot ? pointer(pin) : Optional.empty();
  }

  private Optional<Root> at(Digest diffId) {
    Path tree = placeOf(diffId).resolve(TREE);
    return Files.isDirectory(tree) ? Optional.of(new Root(tree, diffId)) : Optional.empty();
  }

  private boolean intact(Root root) {
    Path entries = placeOf(root.diffId()).resolve(ENTRIES);
    try {
      OutputStream nowhere = OutputStream.nullOutputStream();
      TreeCheck.check(root.directory(), entries);
      return LayerTar.write(root.directory(), entries, nowhere).equals(root.diffId());
    } catch (IOException e) {
      progress.note(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private static void remove(Path path, boolean really) throws IOException {
    if (really) {
      FileTree.delete(path);
    }
  }

  /**
   * The root of a pin as an image that Docker and Podman load.
   *
   * @throws Failure as {@link #provide}
   */
  public OciArchive image(Pin pin) {
    Root root = provide(pin);
    Path folder = cacheFolder.resolve("images").resolve(root.diffId().algorithm().prefix());
    Path place = folder.resolve(root.diffId().hex());
    Path work = cacheFolder.resolve("images").resolve("work-" + root.diffId().hex());
    try (Claim _ = claim("image-" + root.diffId().hex())) {
      if (!Files.isDirectory(place)) {
        FileTree.delete(work);
        Files.createDirectories(work);
        try (Progress.Step _ =
            progress.begin("making an image of the root", 0, Progress.Unit.NONE)) {
          Path entries = placeOf(root.diffId()).resolve(ENTRIES);
          new RootImage(work, root, entries, pin.architecture()).make();
          DiskSync.flush(work);
          Files.createDirectories(folder);
          Files.move(work, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          FileTree.delete(work);
        }
      }
      return new OciArchive(
          place.resolve(RootImage.ARCHIVE),
          RootImage.nameOf(root.diffId()),
          root.diffId(),
          Digest.parse(Files.readString(place.resolve(RootImage.CONFIG))),
          Digest.parse(Files.readString(place.resolve(RootImage.MANIFEST))));
    } catch (IOException e) {
      throw DiskTrouble.failure("making an image of " + pin.id(), cacheFolder, e);
    } catch (InterruptedException e) {
      throw brokenOff();
    }
  }

  /**
   * An image of a program, above the root of a pin.
   *
   * @param binary the program, which nobody changes meanwhile
   * @param work an empty folder, in which the image's parts are left
   * @throws Failure as {@link #provide}; (usage) where the pin's root is not one to run programs
   *     on, or has no room for the program
   */
  public OciImage image(Pin pin, Path binary, BinaryLayer layer, ImageConfig config, Path work) {
    if (!(pin.root() instanceof DebsRoot debs) || debs.use() != RootUse.RUNTIME) {
      throw Failure.usage(
          "pin %s is not one to run programs on".formatted(pin.id()),
          "name a runtime pin as the image's base: selfsame pins list");
    }
    Root root = provide(pin);
    try (Progress.Step _ = progress.begin("making the image", 0, Progress.Unit.NONE)) {
      Path entries = placeOf(root.diffId()).resolve(ENTRIES);
      return new RuntimeImage(root, entries, pin.architecture()).make(binary, layer, config, work);
    } catch (IOException e) {
      throw DiskTrouble.failure("making an image of " + binary, work, e);
    } catch (InterruptedException e) {
      throw brokenOff();
    }
  }

  /**
   * Assembles packages that no pin file fixes yet.
   *
   * @param epoch latest time of any file, seconds since 1970-01-01T00:00Z
   */
  public Root assemble(DebsRoot debs, long epoch) {
    Path work = cacheFolder.resolve("roots").resolve("locking");
    try (Claim _ = claim("root-locking")) {
      try {
        return publish(work, build(work, debs, epoch));
      } finally {
        FileTree.delete(work);
      }
    } catch (IOException e) {
      throw DiskTrouble.failure("assembling a root", cacheFolder, e);
    } catch (InterruptedException e) {
      throw brokenOff();
    }
  }

  private Root provide(Pin pin, DebsRoot debs) {
    Root root = new Root(placeOf(debs.diffId()).resolve(TREE), debs.diffId());
    if (Files.isDirectory(root.directory())) {
      return root;
    }
    String key = keyOf(pin);
    Path work = workOf(key);
    try (Claim _ = claim("root-" + key)) {
      if (Files.isDirectory(root.directory())) {
        return root;
      }
      try {
        Digest found = build(work, debs, pin.epoch());
        if (!found.equals(debs.diffId())) {
          throw Failure.usage(
              "pin %s says DiffID %s, but its packages give %s"
                  .formatted(pin.id(), debs.diffId(), found),
              "the pin file is wrong or of another version of Selfsame: selfsame pins lock");
        }
        return publish(work, found);
      } finally {
        FileTree.delete(work);
      }
    } catch (IOException e) {
      throw DiskTrouble.failure("assembling the root of " + pin.id(), cacheFolder, e);
    } catch (InterruptedException e) {
      throw brokenOff();
    }
  }

  /**
   * An image's own DiffIDs are those of its layers; the root's is that of all of them flattened.
   */
  private Root provide(Pin pin, ImageRoot image) {
    String key = keyOf(pin);
    Path work = workOf(key);
    try (Claim _ = claim("root-" + key)) {
      Optional<Root> root = find(pin);
      if (root.isPresent()) {
        return root.get();
      }
      FileTree.delete(work);
      Files.createDirectories(work.resolve(TREE));
      try {
        ImagePointer seen = unpack(pin, image, work);
        Root made = publish(work, seen.root());
        AtomicFile.write(pointers().resolve(key), seen.text());
        return made;
      } finally {
        FileTree.delete(work);
      }
    } catch (IOException e) {
      throw DiskTrouble.failure("unpacking the image of " + pin.id(), cacheFolder, e);
    } catch (InterruptedException e) {
      throw brokenOff();
    }
  }

  private ImagePointer unpack(Pin pin, ImageRoot image, Path work)
      throws IOException, InterruptedException {
    PulledImage pulled;
    try (Downloads downloads = new Downloads(cacheFolder)) {
      pulled = new ImagePull(downloads, mirrors, progress, image.reference()).pull(pin, image);
      LayeredTree tree = new LayeredTree(work.resolve(TREE));
      LayerStack stack = new LayerStack(tree, LayerStack.Limits.USUAL);
      try (Progress.Step step =
          progress.begin("unpacking layers", pulled.layers().size(), Progress.Unit.ITEMS)) {
        for (PulledImage.Layer layer : pulled.layers()) {
          stack.apply(layer);
          step.advance(1);
        }
      }
      if (stack.devices() > 0) {
        progress.note("%d device nodes of the image were left out".formatted(stack.devices()));
      }
      LayerStack.mountPoints(tree);
      tree.finish(work.resolve(ENTRIES));
    }
    Digest diffId =
        LayerTar.write(work.resolve(TREE), work.resolve(ENTRIES), OutputStream.nullOutputStream());
    return new ImagePointer(diffId, pulled.manifest(), pulled.config(), image.index());
  }

  /** What a pin's root is claimed by while it is made or taken away. */
  private static String keyOf(Pin pin) {
    return switch (pin.root()) {
      case DebsRoot debs -> debs.diffId().hex();
      case ImageRoot(var _, var index, var manifest, var _) ->
          manifest != null
              ? manifest.hex()
              : Objects.requireNonNull(index).hex() + "-" + pin.architecture();
    };
  }

  private Path workOf(String key) {
    return cacheFolder.resolve("roots").resolve("work-" + key);
  }

  private Path pointers() {
    return cacheFolder.resolve("image-roots");
  }

  private Optional<ImagePointer> pointer(Pin pin) {
    try {
      return ImagePointer.parse(Files.readString(pointers().resolve(keyOf(pin))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Builds into {@code work}, which nobody else uses; what a killed process left there goes. */
  private Digest build(Path work, DebsRoot debs, long epoch) throws IOException {
    FileTree.delete(work);
    Files.createDirectories(work.resolve(TREE));
    try (Downloads downloads = new Downloads(cacheFolder);
        Progress.Step fetching =
            progress.begin(
                "fetching %d packages".formatted(debs.debs().size()),
                debs.downloadBytes(),
                Progress.Unit.BYTES);
        Progress.Step assembling =
            progress.begin("assembling the root", debs.debs().size(), Progress.Unit.ITEMS);
        OutputStream list =
            new BufferedOutputStream(Files.newOutputStream(work.resolve(ENTRIES)))) {
      Map<Deb, CompletableFuture<Path>> files = new LinkedHashMap<>();
      for (Wanted wanted : DebWants.of(debs, mirrors)) {
        Deb deb = debs.debs().get(files.size());
        files.put(deb, downloads.begin(wanted, fetching));
      }
      RootBuilder builder = new RootBuilder(work.resolve(TREE), list, epoch);
      return new DebsAssembler(builder, debs.use(), epoch).assemble(debs.debs(), files, assembling);
    }
  }

  private Root publish(Path work, Digest diffId) throws IOException {
    Path place = placeOf(diffId);
    if (Files.isDirectory(place)) {
      FileTree.delete(work);
    } else {
      DiskSync.flush(work);
      Path folder = folderOf(diffId);
      Files.createDirectories(folder);
      Files.move(work, place, StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(folder);
    }
    return new Root(place.resolve(TREE), diffId);
  }

  private Path placeOf(Digest diffId) {
    return folderOf(diffId).resolve(diffId.hex());
  }

  private Path folderOf(Digest diffId) {
    return cacheFolder.resolve("roots").resolve(diffId.algorithm().prefix());
  }

  private Claim claim(String name) throws IOException, InterruptedException {
    return Claim.take(
        cacheFolder.resolve("locks"),
        name,
        () -> progress.note("waiting for another process that assembles the same root"));
  }

  private static Failure brokenOff() {
    Thread.currentThread().interrupt();
    return Failure.undecided("assembling the root was broken off", "try again");
  }
}
