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
 * <p>Source of the numbers: Linux, {@code include/uapi/linux/stat.h} and {@code fcntl.h}; they are
 * the same on every processor.
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

  /** Null where it cannot be called. */
  private static final @Nullable MethodHandle STATX = statx();

  private final Path path;
  private final LinkOption[] options;
  private final MemorySegment name;

  /**
   * @param options as {@link FileLook#of} takes them
   */
  public OftenSeen(Path path, LinkOption... options) {
    this.path = path;
    this.options = options.clone();
    this.name = Arena.ofAuto().allocateFrom(path.toString());
  }

  @SuppressWarnings("restricted") // The program's manifest allows it.
  private static @Nullable MethodHandle statx() {
    try {
      Linker linker = Linker.nativeLinker();
      FunctionDescriptor form =
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS);
      return linker
          .defaultLookup()
          .find("statx")
          .map(symbol -> linker.downcallHandle(symbol, form))
          .orElse(null);
    } catch (RuntimeException notHere) {
      return null; // Another system, or a JDK that was told to refuse it.
    }
  }

  /**
   * Looks at it.
   *
   * @throws IOException where it is absent or cannot be looked at
   */
  public FileLook look() throws IOException {
    MethodHandle statx = STATX;
    if (statx != null) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment found = arena.allocate(LENGTH, Long.BYTES);
        int flags = options.length == 0 ? 0 : NO_FOLLOW;
        int status = (int) statx.invokeExact(HERE, name, flags, CTIME_INODE_SIZE, found);
        if (status == 0 && told(found)) {
          return new FileLook(
              found.get(ValueLayout.JAVA_LONG, INODE),
              found.get(ValueLayout.JAVA_LONG, SIZE),
              Instant.ofEpochSecond(
                  found.get(ValueLayout.JAVA_LONG, SECONDS),
                  found.get(ValueLayout.JAVA_INT, NANOS)));
        }
      } catch (Error | RuntimeException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("statx takes what it is given", e);
      }
    }
    return FileLook.of(path, options);
  }

  private static boolean told(MemorySegment found) {
    return (found.get(ValueLayout.JAVA_INT, 0) & CTIME_INODE_SIZE) == CTIME_INODE_SIZE;
  }
}
