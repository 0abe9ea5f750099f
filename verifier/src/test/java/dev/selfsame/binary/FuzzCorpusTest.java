package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.selfsame.binary.FuzzTargets.Ar;
import dev.selfsame.binary.FuzzTargets.Demangle;
import dev.selfsame.binary.FuzzTargets.Document;
import dev.selfsame.binary.FuzzTargets.Elf;
import dev.selfsame.binary.FuzzTargets.Macho;
import dev.selfsame.binary.FuzzTargets.Pe;
import dev.selfsame.binary.FuzzTargets.Whole;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small inputs that fuzzing found to go where no other went, read once more without jazzer. {@code
 * src/bench/fuzz keep} writes them: of a target, a file of a four-byte length before each input,
 * compressed.
 */
class FuzzCorpusTest {
  @ParameterizedTest
  @ValueSource(strings = {"elf", "macho", "pe", "ar", "demangle", "whole", "document"})
  void what_fuzzing_found_is_read_or_refused(String target) throws IOException {
    List<byte[]> inputs = inputs(target);
    assertFalse(inputs.isEmpty());
    inputs.forEach(
        switch (target) {
          case "elf" -> Elf::fuzzerTestOneInput;
          case "macho" -> Macho::fuzzerTestOneInput;
          case "pe" -> Pe::fuzzerTestOneInput;
          case "ar" -> Ar::fuzzerTestOneInput;
          case "demangle" -> Demangle::fuzzerTestOneInput;
          case "whole" -> Whole::fuzzerTestOneInput;
          default -> Document::fuzzerTestOneInput;
        });
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
