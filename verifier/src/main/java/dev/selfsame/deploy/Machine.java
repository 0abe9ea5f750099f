package dev.selfsame.deploy;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.ReadableBlobs;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** Which machine a program is for, from the header of its file (ELF gABI, e_machine). */
public final class Machine {
  /** Said of whatever is no program of Linux on a machine that is known here. */
  public static final String UNKNOWN = "unknown";

  /** How many bytes of a file say that. */
  public static final int HEADER = 20;

  private static final int X86_64 = 62;
  private static final int AARCH64 = 183;

  private Machine() {}

  /** Reads, and so hashes, a whole blob; {@code amd64}, {@code arm64} or {@link #UNKNOWN}. */
  static String of(ReadableBlobs blobs, Digest artifact) {
    Start start = new Start();
    blobs.copy(artifact, start);
    return of(start.bytes.toByteArray());
  }

  /** As the other, by the first bytes of a file. */
  public static String of(byte[] start) {
    boolean elf =
        start.length >= HEADER
            && start[0] == 0x7f
            && start[1] == 'E'
            && start[2] == 'L'
            && start[3] == 'F'
            && start[5] == 1;
    int machine = elf ? (start[18] & 0xff) | (start[19] & 0xff) << 8 : 0;
    return switch (machine) {
      case X86_64 -> "amd64";
      case AARCH64 -> "arm64";
      default -> UNKNOWN;
    };
  }

  /** As OCI images name what the kernel calls {@code x86_64} or {@code aarch64}. */
  public static String named(String kernel) {
    return switch (kernel) {
      case "x86_64", "amd64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default -> kernel;
    };
  }

  /** Keeps the first bytes. */
  private static final class Start extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEADER);

    @Override
    public void write(int b) {
      if (bytes.size() < HEADER) {
        bytes.write(b);
      }
    }

    @Override
    public void write(byte[] from, int off, int len) {
      bytes.write(from, off, Math.min(len, HEADER - bytes.size()));
    }
  }
}
