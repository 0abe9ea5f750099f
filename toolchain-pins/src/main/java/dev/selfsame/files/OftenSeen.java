package dev.selfsame.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder that is looked at for each request of a server. The JDK tells a ctime through
 * maps and names alone, at several times the cost of the system call; so {@code statx} is called
 * here, and the JDK asked where that gives nothing. To load what calls it costs tens of
 * milliseconds: whoever looks once uses {@link FileLook#of}.
 *
 * <p>On file systems that are known to be this machine's own it is called without leave of the
 * virtual machine, which takes half the time. All of its threads may have to wait for such a call,
 * and one that asks another machine may hang: there it is called in the ordinary way. What the path
 * was on when it was first named counts.
 *
 * <p>Source of the numbers: Linux, {@code include/uapi/linux/stat.h}, {@code fcntl.h} and {@code
 * magic.h}; they are the same on every processor.
 */
public final class OftenSeen {
  private static final int HERE = -100;
  private static final int NO_FOLLOW = 0x100;
  private static final int CTIME_INODE_SIZE = 0x80 | 0x100 | 0x200;
  private static final long LENGTH = 256;
  private static final long INODE = 32;
  private static final long SIZE = 40;
  private static final long SECONDS = 96;
  private static final long NANOS = 104;

  private static final long EXT4 = 0xef53;
  private static final long XFS = 0x58465342;
  private static final long BTRFS = 0x9123683eL;
  private static final long TMPFS = 0x01021994;

  private static final FunctionDescriptor STATX_FORM =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS);

  /** Null where it cannot be called. */
  private static final @Nullable MethodHandle STATX = call("statx", STATX_FORM);

  /** As the other, into an array, and without leave. */
  private static final @Nullable MethodHandle QUICK_STATX =
      call("statx", STATX_FORM, Linker.Option.critical(true));

  private static final @Nullable MethodHandle STATFS =
      call(
          "statfs",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

  private final Path path;
  private final LinkOption[] options;
  private final MemorySegment name;
  private final boolean local;

  /**
   * @param options as {@link FileLook#of} takes them
   */
  public OftenSeen(Path path, LinkOption... options) {
    this.path = path;
    this.options = options.clone();
    this.name = Arena.ofAuto().allocateFrom(path.toString());
    this.local = isLocal(name);
  }

  @SuppressWarnings("restricted") // The program's manifest allows it.
  private static @Nullable MethodHandle call(
      String function, FunctionDescriptor form, Linker.Option... how) {
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find(function)
          .map(symbol -> linker.downcallHandle(symbol, form, how))
          .orElse(null);
    } catch (RuntimeException notHere) {
      return null; // Another system, or a JDK that was told to refuse it.
    }
  }

  /** Whether a file is on one of this machine's own file systems; no where that is not told. */
  private static boolean isLocal(MemorySegment name) {
    MethodHandle statfs = STATFS;
    if (statfs == null) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(LENGTH, Long.BYTES);
      int status = (int) statfs.invokeExact(name, found);
      long type = found.get(ValueLayout.JAVA_LONG, 0);
      return status == 0 && (type == EXT4 || type == XFS || type == BTRFS || type == TMPFS);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("statfs takes what it is given", e);
    }
  }

  /**
   * Looks at it.
   *
   * @throws IOException where it is absent or cannot be looked at
   */
  public FileLook look() throws IOException {
    FileLook look = local ? quickly() : slowly();
    return look == null ? FileLook.of(path, options) : look;
  }

  private @Nullable FileLook quickly() {
    MethodHandle statx = QUICK_STATX;
    if (statx == null) {
      return null;
    }
    MemorySegment found = MemorySegment.ofArray(new long[(int) (LENGTH / Long.BYTES)]);
    try {
      int status = (int) statx.invokeExact(HERE, name, flags(), CTIME_INODE_SIZE, found);
      return status == 0 ? told(found) : null;
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("statx takes what it is given", e);
    }
  }

  private @Nullable FileLook slowly() {
    MethodHandle statx = STATX;
    if (statx == null) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(LENGTH, Long.BYTES);
      int status = (int) statx.invokeExact(HERE, name, flags(), CTIME_INODE_SIZE, found);
      return status == 0 ? told(found) : null;
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("statx takes what it is given", e);
    }
  }

  private int flags() {
    return options.length == 0 ? 0 : NO_FOLLOW;
  }

  private static @Nullable FileLook told(MemorySegment found) {
    if ((found.get(ValueLayout.JAVA_INT, 0) & CTIME_INODE_SIZE) != CTIME_INODE_SIZE) {
      return null;
    }
    return new FileLook(
        found.get(ValueLayout.JAVA_LONG, INODE),
        found.get(ValueLayout.JAVA_LONG, SIZE),
        Instant.ofEpochSecond(
            found.get(ValueLayout.JAVA_LONG, SECONDS), found.get(ValueLayout.JAVA_INT, NANOS)));
  }
}
