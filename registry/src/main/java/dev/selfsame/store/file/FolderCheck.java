package dev.selfsame.store.file;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.AuditMark;
import dev.selfsame.store.Blob;
import dev.selfsame.store.BlobsCheck;
import dev.selfsame.store.ChainCheck;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.Changes;
import dev.selfsame.store.ChannelName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at a registry's files by name and kind, and puts aside what is none of the registry's.
 *
 * @param registry the registry
 */
public record FolderCheck(RegistryFolder registry) implements BlobsCheck {
  private static final Pattern RECORD = Pattern.compile("[1-9][0-9]{0,17}\\.json");
  private static final Pattern UPLOAD = Pattern.compile("[0-9a-f]{32}");

  /** How many names lead to a file of each folder. */
  private enum Depth {
    BLOBS("blobs", 3),
    SUBJECTS("subjects", 3),
    STAGING("staging", 2),
    DEPLOYMENTS("deployments", 2),
    CHANNELS("channels", 3),
    UPLOADS("uploads", 1);

    private final String folder;
    private final int names;

    Depth(String folder, int names) {
      this.folder = folder;
      this.names = names;
    }
  }

  /** Files that stand where none of the registry's does, as paths within its folder. */
  @Override
  public List<Stray> strays() {
    List<Path> strays = new ArrayList<>();
    for (Depth depth : Depth.values()) {
      Path root = registry.path().resolve(depth.folder);
      if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
        walk(depth, root, strays);
      }
    }
    return strays.stream()
        .sorted()
        .map(stray -> new Stray(stray.toString(), () -> quarantine(stray).toString()))
        .toList();
  }

  @Override
  public List<Blob> blobs() {
    Path root = registry.path().resolve(Depth.BLOBS.folder);
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    List<Blob> blobs = new ArrayList<>();
    try (Stream<Path> files =
        Files.find(
            root,
            Depth.BLOBS.names,
            (file, attributes) ->
                attributes.isRegularFile() && isFile(Depth.BLOBS, root.relativize(file)))) {
      for (Path file : files.sorted().toList()) {
        Path name = root.relativize(file);
        Digest.Algorithm algorithm = algorithm(name.getName(0).toString()).orElseThrow();
        blobs.add(new Blob(new Digest(algorithm, name.getName(2).toString()), Files.size(file)));
      }
      return blobs;
    } catch (IOException e) {
      throw Trouble.reading(root, e);
    } catch (UncheckedIOException e) {
      throw Trouble.reading(root, new IOException(e.getMessage(), e));
    }
  }

  private void walk(Depth depth, Path root, List<Path> strays) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              if (folder.equals(root) || isFolder(depth, root.relativize(folder))) {
                return FileVisitResult.CONTINUE;
              }
              strays.add(registry.path().relativize(folder));
              return FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!attributes.isRegularFile() || !isFile(depth, root.relativize(file))) {
                strays.add(registry.path().relativize(file));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw Trouble.reading(root, e);
    }
  }

  private static boolean isFolder(Depth depth, Path path) {
    if (path.getNameCount() >= depth.names) {
      return false;
    }
    String last = String.valueOf(path.getFileName());
    boolean first = path.getNameCount() == 1;
    return switch (depth) {
      case BLOBS -> first ? algorithm(last).isPresent() : last.matches("[0-9a-f]{2}");
      case SUBJECTS ->
          first
              ? algorithm(last).isPresent()
              : holds(() -> new Digest(algorithm(path.getName(0).toString()).orElseThrow(), last));
      case STAGING, DEPLOYMENTS -> isName(last);
      case CHANNELS -> first ? isName(last) : holds(() -> new ChannelName(last));
      case UPLOADS -> false;
    };
  }

  private static boolean isFile(Depth depth, Path path) {
    String last = String.valueOf(path.getFileName());
    if (path.getNameCount() != depth.names) {
      return false;
    }
    return switch (depth) {
      case BLOBS ->
          last.startsWith(path.getName(1).toString())
              && holds(() -> new Digest(algorithm(path.getName(0).toString()).orElseThrow(), last));
      case SUBJECTS, STAGING, DEPLOYMENTS -> holds(() -> Digest.ofSha256Hex(last));
      case CHANNELS -> RECORD.matcher(last).matches();
      case UPLOADS -> UPLOAD.matcher(last).matches();
    };
  }

  private static boolean isName(String folder) {
    return !folder.contains("/") && holds(() -> new ArtifactName(folder.replace('+', '/')));
  }

  private static Optional<Digest.Algorithm> algorithm(String prefix) {
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      if (algorithm.prefix().equals(prefix)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Runnable parser) {
    try {
      parser.run();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String setAside(Blob blob) {
    Digest digest = blob.digest();
    Path file =
        Path.of("blobs", digest.algorithm().prefix(), digest.hex().substring(0, 2), digest.hex());
    return quarantine(file).toString();
  }

  /**
   * Moves a file or folder into {@code quarantine/}, where nothing reads it.
   *
   * @param file its path within the registry's folder
   * @return where it is now, within the registry's folder
   * @throws Failure exit 3 where it cannot be moved
   */
  public Path quarantine(Path file) {
    Path from = registry.path().resolve(file);
    Path folder = registry.path().resolve("quarantine");
    try {
      Folders.create(folder);
      String name = file.toString().replace('/', '+');
      Path to = folder.resolve(name);
      for (int n = 2; Files.exists(to, LinkOption.NOFOLLOW_LINKS); n++) {
        to = folder.resolve(name + "." + n);
      }
      Files.move(from, to);
      AtomicFile.syncFolder(folder);
      return registry.path().relativize(to);
    } catch (IOException e) {
      throw Trouble.writing(from, e);
    }
  }

  /** The log of changes, to be read without a change to it, also of its last line. */
  public Optional<LogFile> log() {
    Path file = logFile();
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(new LogFile(file))
        : Optional.empty();
  }

  private Path logFile() {
    return registry.path().resolve("repositories.log");
  }

  /** The audit log, if there is one, or was one by what the log of changes says. */
  public Optional<ChainCheck> audit() {
    Path log = logFile();
    return audit(() -> Files.exists(log) ? AuditMarks.in(log) : AuditMarks.none());
  }

  /**
   * As the other, of a server whose changes are not in this folder.
   *
   * @param noted what they say of the audit log here
   */
  public Optional<ChainCheck> audit(AuditMark.Marks noted) {
    return audit(() -> AuditMarks.of(noted));
  }

  private Optional<ChainCheck> audit(Supplier<AuditMarks> marks) {
    Path file = registry.path().resolve("audit.log");
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !marks.get().isEmpty()
        ? Optional.of(new AuditFile(file, marks))
        : Optional.empty();
  }

  /**
   * An audit log.
   *
   * @param known what the log of changes says of it, read before the audit log itself: a server may
   *     be at work
   */
  private record AuditFile(Path file, Supplier<AuditMarks> known) implements ChainCheck {
    @Override
    public Report run() {
      AuditMarks marks = known.get();
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        marks.requireAllMet(Place.START, file);
        return new Report(Place.START, false);
      }
      Place last = ChainedFile.check(file, (line, _) -> marks.meet(line, file));
      marks.requireAllMet(last, file);
      // A server that is at work may be in the middle of a line.
      return new Report(last, !ChainedFile.isOpen(file) && isLonger(file, last));
    }

    @Override
    public void cutOff() {
      ChainedFile.open(file, Clock.systemUTC()).close();
    }
  }

  private static boolean isLonger(Path file, Place last) {
    try {
      return Files.size(file) > last.end();
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    }
  }

  /** A log of changes that is only read. */
  public record LogFile(Path file) implements Changes {
    @Override
    public Place last() {
      return ChainedFile.check(file, (_, _) -> {});
    }

    @Override
    public void read(Place after, Reader reader) {
      ChainedFile.check(file, (place, line) -> FileChangeLog.take(place, line, reader, file));
    }

    /** Whether something follows the last change that has its end. */
    public boolean isTorn() {
      return isLonger(file, last());
    }
  }
}
