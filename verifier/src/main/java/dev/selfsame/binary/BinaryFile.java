package dev.selfsame.binary;

import static java.util.Objects.requireNonNull;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.OverdueException;
import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.pe.ImportObject;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file's bytes, mapped while it is open. Belongs to the thread that opened it.
 *
 * <p>Everything is read through {@link #reading}: a file that another process cuts short meanwhile
 * is then a {@link Failure}, not a fault of the virtual machine.
 */
public final class BinaryFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final Arena arena;
  private final ByteView bytes;
  private @Nullable FutureTask<Digest> hash;
  private @Nullable Owners owners;
  private final Map<DebugFile, Evidence> debug = new LinkedHashMap<>();
  private boolean instances;

  private BinaryFile(Path path, FileChannel channel, Arena arena, ByteView bytes) {
    this.path = path;
    this.channel = channel;
    this.arena = arena;
    this.bytes = bytes;
  }

  /**
   * Opens a regular file of 1 byte to 2 GiB.
   *
   * @throws Failure exit 2 where there is no such file; exit 3 where it is a folder or a device,
   *     empty, too large, or not to be read
   */
  @SuppressWarnings("MustBeClosedChecker") // close() ends the arena
  public static BinaryFile open(Path path) {
    long size = check(path);
    Arena arena = Arena.ofConfined();
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path);
      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      return new BinaryFile(path, channel, arena, ByteView.of(mapped.asByteBuffer()));
    } catch (IOException e) {
      close(channel);
      arena.close();
      throw unreadable(path, e);
    }
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // It was open for reading only: nothing is lost.
    }
  }

  private static long check(Path path) {
    if (!Files.exists(path)) {
      throw Failure.usage("no such file: " + path, "check the path");
    }
    if (!Files.isRegularFile(path)) {
      String kind = Files.isDirectory(path) ? "a folder" : "no regular file";
      throw Failure.undecided(path + " is " + kind, "give the path of one binary");
    }
    try {
      long size = Files.size(path);
      if (size == 0) {
        throw Failure.undecided(path + " is empty", "build it again, or check the path");
      }
      if (size > Integer.MAX_VALUE) {
        throw Failure.undecided(
            "%s has %d bytes, more than 2 GiB".formatted(path, size), "strip it first");
      }
      return size;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static Failure unreadable(Path path, IOException e) {
    String why = e instanceof AccessDeniedException ? "permission denied" : "";
    String detail = why.isEmpty() ? String.valueOf(e.getMessage()) : why;
    return Failure.undecided(
        "cannot read %s: %s".formatted(path, detail), "check that you may read it", e);
  }

  /** The whole file. */
  public ByteView bytes() {
    return bytes;
  }

  /** The name of the file, printable. */
  public String name() {
    Path last = path.getFileName();
    String name = last == null ? path.toString() : last.toString();
    return Printable.of(name.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * SHA-256 of the whole file.
   *
   * @throws Failure exit 3 where the file was cut short or grew meanwhile, or the disk failed
   */
  public Digest sha256() {
    hashAside();
    try {
      long time = Deadline.current().look();
      return requireNonNull(hash).get(time, TimeUnit.MILLISECONDS);
    } catch (OverdueException e) {
      throw e.in(path.toString());
    } catch (TimeoutException e) {
      throw new OverdueException(path.toString());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Failure failure ? failure : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("interrupted while " + path + " was read", "run the command again");
    }
  }

  /** Begins to hash while this thread reads. Not by the mapping: it would stay in memory whole. */
  public void hashAside() {
    if (hash == null) {
      hash = new FutureTask<>(this::hash);
      Thread.ofPlatform().daemon().name("hash").start(hash);
    }
  }

  private Digest hash() {
    try {
      Digest digest = Digest.sha256(Channels.newInputStream(channel.position(0)));
      if (channel.position() == bytes.size()) {
        return digest;
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    throw changed(null);
  }

  /** The build-id of an ELF file, in lower-case hex. */
  public Optional<String> buildId() {
    return reading(() -> elf().flatMap(DebugFile::buildId));
  }

  /** The file as ELF, where it is that. */
  Optional<ElfFile> elf() {
    return reading(() -> {
      try {
        return Format.of(bytes) instanceof Format.Elf
            ? Optional.of(ElfFile.parse(bytes))
            : Optional.empty();
      } catch (MalformedInputException e) {
        return Optional.empty();
      }
    });
  }

  /**
   * Takes names from a file that was split off this one, for as long as that is open. To be said
   * before anything is read; what is known by a build-id first, since the rest may be known by it.
   *
   * @return empty where it is now joined, else why it is another program's
   * @throws Failure exit 3 where it cannot be told
   */
  public Optional<String> join(DebugFile other) {
    Optional<Evidence> proof = other.proof(this, List.copyOf(debug.keySet()));
    if (proof.isEmpty()) {
      return Optional.of(other.otherwise(this, List.copyOf(debug.keySet())));
    }
    debug.put(other, proof.get());
    return Optional.empty();
  }

  /** Has generic instances told apart in the facts, which takes a second look at every name. */
  void tellInstances() {
    instances = true;
  }

  /** Whose the bytes are, as it is told. */
  Composition composition(List<Range> ranges, FactSheet sheet) {
    Owners all = owners(ranges, sheet);
    return instances ? all.compositionWithInstances() : all.composition();
  }

  /** All that is read of the file. */
  public BinaryFacts facts() {
    return reading(() -> BinaryReader.facts(this));
  }

  /** Every function and crate with its bytes; their names are read while the file is open. */
  public Owners owners() {
    if (owners == null) {
      facts();
    }
    return requireNonNull(owners);
  }

  /**
   * Where in the file panic messages have their line numbers: four bytes each, and the column in
   * the four that follow. Empty where the file is not one of ELF, Mach-O or PE, or they cannot be
   * found.
   */
  public List<Long> panicLines() {
    return reading(() -> {
      try {
        return panicLocations().map(PanicLocations::lines).orElse(List.of());
      } catch (MalformedInputException e) {
        return List.of();
      }
    });
  }

  private Optional<PanicLocations> panicLocations() {
    Format format = Format.of(bytes);
    if (format instanceof Format.Elf) {
      return Optional.of(ElfLocations.of(ElfFile.parse(bytes)));
    } else if (format instanceof Format.Macho) {
      return Optional.of(MachoCode.locations(MachoFile.parse(bytes)));
    }
    return format instanceof Format.Pe && !ImportObject.is(bytes)
        ? Optional.of(PeCode.locations(PeFile.parse(bytes)))
        : Optional.empty();
  }

  /** The same, read once. */
  Owners owners(List<Range> ranges, FactSheet sheet) {
    if (owners == null) {
      owners = BinaryReader.owners(bytes, debug, ranges, sheet);
    }
    return owners;
  }

  /**
   * Runs what reads {@link #bytes()}.
   *
   * @throws Failure exit 3 where the file was cut short meanwhile, or the disk failed
   * @throws OverdueException naming this file, where a {@link Deadline} that was set has passed
   */
  public <T> T reading(Supplier<T> work) {
    try {
      return inTime(work);
    } catch (InternalError e) {
      // "a fault occurred in an unsafe memory access operation": the mapping's page is gone.
      throw changed(e);
    }
  }

  private <T> T inTime(Supplier<T> work) {
    try {
      Deadline.current().look();
      return work.get();
    } catch (OverdueException e) {
      throw e.in(path.toString());
    }
  }

  /**
   * The same for what reads another file too, within that one's {@link #reading}: what is not known
   * to be of this one is for that one to tell.
   */
  <T> T readingBeside(Supplier<T> work) {
    try {
      return inTime(work);
    } catch (InternalError e) {
      if (isCutShort()) {
        throw changed(e);
      }
      throw e;
    }
  }

  private boolean isCutShort() {
    try {
      return channel.size() < bytes.size();
    } catch (IOException e) {
      return false;
    }
  }

  private Failure changed(@Nullable Throwable cause) {
    return new Failure(
        ExitCode.UNDECIDED,
        path + " changed or became unreadable while it was read",
        "copy it aside, then try again",
        cause);
  }

  @Override
  public void close() {
    // A hash that nobody waits for ends with the channel.
    close(channel);
    arena.close();
  }
}
