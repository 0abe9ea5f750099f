package dev.selfsame.compare.tree;

import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.evidence.TreeComparison.Kind;
import dev.selfsame.evidence.TreeComparison.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/** What stands under a name on this machine. */
final class FileNode {
  /** Of a Unix mode. Source: {@code stat.h}. */
  private static final int TYPE = 0170000;

  private static final int PIPE = 0010000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int SOCKET = 0140000;

  private FileNode() {}

  /** Reads what stands there; a link is not followed. */
  static Node of(Path path, Bounds.Meter meter) throws IOException {
    if (Files.isSymbolicLink(path)) {
      String link = printable(Files.readSymbolicLink(path));
      return new Node(Kind.LINK, 0, null, "", link);
    }
    boolean unix = FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
    Map<String, Object> about =
        unix ? Files.readAttributes(path, "unix:mode,rdev", LinkOption.NOFOLLOW_LINKS) : Map.of();
    String mode = about.get("mode") instanceof Integer bits ? Trees.octal(bits & 07777) : "";
    if (Files.isDirectory(path)) {
      return new Node(Kind.FOLDER, 0, null, mode, "");
    } else if (!Files.isRegularFile(path)) {
      return new Node(Kind.SPECIAL, 0, null, mode, special(about));
    }
    try (InputStream in = meter.metered(Files.newInputStream(path))) {
      return Trees.file(in, mode);
    }
  }

  /** In the words that a tar's entry has. */
  private static String special(Map<String, Object> about) {
    int type = about.get("mode") instanceof Integer bits ? bits & TYPE : 0;
    long device = about.get("rdev") instanceof Long number ? number : 0;
    return switch (type) {
      case PIPE -> "pipe";
      case SOCKET -> "socket";
      case CHARACTER_DEVICE -> device("character", device);
      case BLOCK_DEVICE -> device("block", device);
      default -> "of no known kind";
    };
  }

  /** Linux keeps both numbers in one, in pieces. Source: glibc, {@code sys/sysmacros.h}. */
  private static String device(String kind, long number) {
    long major = ((number >>> 8) & 0xfff) | ((number >>> 32) & 0xffff_f000L);
    long minor = (number & 0xff) | ((number >>> 12) & 0xffff_ff00L);
    return TarKind.device(kind, major, minor);
  }

  /** A name that the machine's own encoding cannot say, byte by byte. */
  static String printable(Path path) {
    String text = path.toString();
    return text.indexOf('\ufffd') < 0
        ? Printable.of(text.getBytes(StandardCharsets.UTF_8))
        : Printable.of(bytes(path));
  }

  /** The bytes of a name: of a path on Linux, only its URI tells them. */
  private static byte[] bytes(Path path) {
    Path absolute = path.isAbsolute() ? path : Path.of("/").resolve(path);
    String raw = absolute.toUri().getRawPath();
    int end = raw.endsWith("/") ? raw.length() - 1 : raw.length();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = path.isAbsolute() ? 0 : 1; i < end; i++) {
      boolean escaped = raw.charAt(i) == '%';
      bytes.write(escaped ? Integer.parseInt(raw, i + 1, i + 3, 16) : raw.charAt(i));
      i += escaped ? 2 : 0;
    }
    return bytes.toByteArray();
  }
}
