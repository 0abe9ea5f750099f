package dev.selfsame.binary;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.selfsame.binary.FuzzTargets.Ar;
import dev.selfsame.binary.FuzzTargets.Debug;
import dev.selfsame.binary.FuzzTargets.Demangle;
import dev.selfsame.binary.FuzzTargets.Document;
import dev.selfsame.binary.FuzzTargets.Elf;
import dev.selfsame.binary.FuzzTargets.Macho;
import dev.selfsame.binary.FuzzTargets.Pe;
import dev.selfsame.binary.FuzzTargets.Whole;
import dev.selfsame.compare.CompareFuzz;
import dev.selfsame.compare.NormalFormFuzz;
import dev.selfsame.compare.tree.TreeFuzz;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small inputs that fuzzing found to go where no other went, read once more without jazzer. {@code
 * src/bench/fuzz keep} writes them: of a target, a file of a four-byte length before each input,
 * compressed.
 */
class FuzzCorpusTest {
  /** A target. */
  private interface Target {
    void fuzz(byte[] input) throws IOException;
  }

  private static final Map<String, Target> TARGETS =
      Map.ofEntries(
          target("elf", Elf::fuzzerTestOneInput),
          target("macho", Macho::fuzzerTestOneInput),
          target("pe", Pe::fuzzerTestOneInput),
          target("ar", Ar::fuzzerTestOneInput),
          target("debug", Debug::fuzzerTestOneInput),
          target("tree", TreeFuzz::fuzzerTestOneInput),
          target("demangle", Demangle::fuzzerTestOneInput),
          target("whole", Whole::fuzzerTestOneInput),
          target("document", Document::fuzzerTestOneInput),
          target("normal", NormalFormFuzz::fuzzerTestOneInput),
          target("compare", CompareFuzz::fuzzerTestOneInput));

  private static Map.Entry<String, Target> target(String name, Target target) {
    return Map.entry(name, target);
  }

  /** Every target. */
  static List<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(Fixtures.path("fuzz/elf.gz").getParent())) {
      List<String> kept =
          files
              .map(file -> file.getFileName().toString().replaceFirst("\\.gz$", ""))
              .sorted()
              .toList();
      assertEquals(TARGETS.keySet(), Set.copyOf(kept));
      return kept;
    }
  }

  @ParameterizedTest
  @MethodSource("kept")
  void what_fuzzing_found_is_read_or_refused(String target) throws IOException {
    List<byte[]> inputs = inputs(target);
    assertFalse(inputs.isEmpty());
    for (byte[] input : inputs) {
      requireNonNull(TARGETS.get(target)).fuzz(input);
    }
  }

  private static List<byte[]> inputs(String target) throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    var packed = Files.newInputStream(Fixtures.path("fuzz/" + target + ".gz"));
    try (DataInputStream in = new DataInputStream(new GZIPInputStream(packed))) {
      for (byte[] size = in.readNBytes(4); size.length == 4; size = in.readNBytes(4)) {
        inputs.add(in.readNBytes(ByteBuffer.wrap(size).getInt()));
      }
    }
    return inputs;
  }
}
