package dev.selfsame.binary;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads files in the memory that it is given: {@code whole FILE} as it is, {@code numbers FILE}
 * with the begin of each of its structures overwritten by the largest numbers. It prints what
 * became of it in a line.
 */
public final class ForgedMain {
  /** Bytes of a structure that are overwritten, four at a time: of headers, and of others. */
  private static final int HEADERS = 128;

  private static final int OTHERS = 16;

  /** Of a problem, its end, which says what is wrong. */
  private static final int SHOWN = 200;

  private ForgedMain() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (int i = 0; i < arguments.length; i += 2) {
      Path file = Path.of(arguments[i + 1]);
      out.printf("%s: %s%n", file.getFileName(), told(arguments[i], file));
    }
  }

  private static String told(String how, Path file) throws IOException {
    try {
      return how.equals("whole") ? whole(file) : numbers(Files.readAllBytes(file));
    } catch (OutOfMemoryError e) {
      return "out of memory";
    }
  }

  private static String whole(Path file) {
    BinaryFacts facts = BinaryReader.read(file);
    String problems =
        facts.problems().stream()
            .map(line -> line.substring(Math.max(0, line.length() - SHOWN)))
            .collect(Collectors.joining(" | "));
    return "%d ranges, %s".formatted(facts.ranges().size(), problems);
  }

  private static String numbers(byte[] file) {
    List<Range> ranges = InMemory.read(file).ranges();
    long read = 0;
    for (Range range : ranges) {
      int head = range.category() == Category.HEADERS ? HEADERS : OTHERS;
      long end = Math.min(range.offset() + Math.min(head, range.size()), file.length - 3L);
      for (int at = (int) range.offset(); at < end; at += 4) {
        for (byte last : new byte[] {(byte) 0xff, 0x7f}) {
          byte[] forged = file.clone();
          forged[at] = (byte) 0xff;
          forged[at + 1] = (byte) 0xff;
          forged[at + 2] = (byte) 0xff;
          forged[at + 3] = last;
          read += InMemory.read(forged).size();
        }
      }
    }
    return "%d bytes of %d ranges".formatted(read, ranges.size());
  }
}
