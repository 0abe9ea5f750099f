package dev.selfsame.deploy.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/** The end of a log. */
final class LogTail {
  private static final int BYTES = 1 << 16;
  private static final int LINES = 20;

  private LogTail() {}

  /** The last lines, at most 20 of at most 64 KB; empty where there is no log. */
  static List<String> of(Path log) {
    try (FileChannel channel =
        FileChannel.open(log, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      long from = Math.max(0, channel.size() - BYTES);
      ByteBuffer end = ByteBuffer.allocate(BYTES);
      channel.position(from);
      while (end.hasRemaining() && channel.read(end) >= 0) {}
      String text = new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
      List<String> lines = text.lines().toList();
      // A first line that was cut is no line.
      List<String> whole = from > 0 && lines.size() > 1 ? lines.subList(1, lines.size()) : lines;
      return whole.subList(Math.max(0, whole.size() - LINES), whole.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
