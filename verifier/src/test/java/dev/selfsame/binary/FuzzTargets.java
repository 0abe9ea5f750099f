package dev.selfsame.binary;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Envelope;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.demangle.RustName;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code src/bench/fuzz} calls with inputs of its own making, one class a format. An input
 * that throws is a finding; {@link FuzzCorpusTest} calls them again with those that are kept.
 */
public final class FuzzTargets {
  /** Seconds of work; instrumented code is a few times slower than what users run. */
  private static final int SLOW = 5;

  private FuzzTargets() {}

  /** ELF files. */
  public static final class Elf {
    private Elf() {}

    public static void fuzzerTestOneInput(byte[] input) {
      if (input.length > 0 && Format.of(ByteView.of(input)) instanceof Format.Elf) {
        facts(input);
        try {
          ElfLocations.of(ElfFile.parse(ByteView.of(input)));
        } catch (MalformedInputException e) {
          // As it may.
        }
      }
    }
  }

  /** Mach-O files, thin and universal. */
  public static final class Macho {
    private Macho() {}

    public static void fuzzerTestOneInput(byte[] input) {
      if (input.length > 0
          && (Format.of(ByteView.of(input)) instanceof Format.Macho
              || Format.of(ByteView.of(input)) instanceof Format.Universal)) {
        facts(input);
      }
    }
  }

  /** PE images and COFF objects. */
  public static final class Pe {
    private Pe() {}

    public static void fuzzerTestOneInput(byte[] input) {
      if (input.length > 0 && Format.of(ByteView.of(input)) instanceof Format.Pe) {
        facts(input);
      }
    }
  }

  /** Archives, and what lies in them. */
  public static final class Ar {
    private Ar() {}

    public static void fuzzerTestOneInput(byte[] input) {
      if (input.length > 0 && Format.of(ByteView.of(input)) instanceof Format.Ar) {
        facts(input);
      }
    }
  }

  /** Anything: the format is told by the bytes. */
  public static final class Whole {
    private Whole() {}

    public static void fuzzerTestOneInput(byte[] input) {
      facts(input);
    }
  }

  /**
   * Files that were split off a program: each is given with small programs of which it may be, and
   * as the debug file of itself, whose build-id it then has.
   */
  public static final class Debug {
    private static final Map<Path, BinaryFacts> PROGRAMS =
        Stream.of("split/bare", "split/bare5", "split/two")
            .map(Fixtures::path)
            .collect(Collectors.toMap(path -> path, BinaryReader::read));

    /** What names that come from elsewhere may tell of a program. */
    private static final Set<String> BY_NAMES =
        Set.of("debug-file", "debug-units", "mangling", "lto", "codegen-units");

    private Debug() {}

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
      if (input.length == 0) {
        return;
      }
      Path file = Files.createTempFile("selfsame-fuzz", ".debug");
      try {
        Files.write(file, input);
        PROGRAMS.forEach((program, alone) -> joined(program, alone, file));
        joined(file, BinaryReader.read(file), file);
      } finally {
        Files.delete(file);
      }
    }

    private static void joined(Path program, BinaryFacts alone, Path file) {
      long begun = cpuTime();
      try {
        BinaryFacts facts = BinaryReader.read(program, List.of(file));
        require(facts.facts().containsKey("debug-file"), "joined, and no fact says so");
        require(facts.ranges().equals(alone.ranges()), "bytes of a program by another file");
        require(own(facts).equals(own(alone)), "facts of a program by another file");
      } catch (Failure e) {
        boolean refused = e.code() == ExitCode.USAGE || e.code() == ExitCode.UNDECIDED;
        require(refused, "refused by " + e.code());
      }
      quick(begun);
    }

    private static Map<String, Fact> own(BinaryFacts facts) {
      Map<String, Fact> own = new TreeMap<>(facts.facts());
      own.keySet().removeAll(BY_NAMES);
      return own;
    }
  }

  /** Symbols' names: the input as it is, and behind each mangling's mark. */
  public static final class Demangle {
    private Demangle() {}

    public static void fuzzerTestOneInput(byte[] input) {
      name(input);
      name(joined("_R", input, ""));
      name(joined("_ZN", input, "17h0123456789abcdefE"));
    }

    private static byte[] joined(String before, byte[] middle, String after) {
      byte[] ends = (before + after).getBytes(StandardCharsets.US_ASCII);
      return ByteBuffer.allocate(ends.length + middle.length)
          .put(ends, 0, before.length())
          .put(middle)
          .put(ends, before.length(), after.length())
          .array();
    }

    private static void name(byte[] symbol) {
      long begun = cpuTime();
      RustName.of(symbol, 0, symbol.length).ifPresent(Demangle::texts);
      quick(begun);
    }

    private static void texts(RustName name) {
      String all = name.text() + name.name() + name.function() + name.crate() + name.mangling();
      name.instantiatingCrate().ifPresent(Demangle::wellFormed);
      wellFormed(all);
      require(name.text().length() <= RustName.MAX_TEXT + 100, "a text beyond its limit");
      wellFormed(name.instance());
      require(name.instance().length() <= RustName.MAX_FUNCTION + 100, "a name beyond its limit");
      require(name.function().length() <= RustName.MAX_FUNCTION + 100, "a name beyond its limit");
      name.generic();
    }

    private static void wellFormed(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      require(new String(utf8, StandardCharsets.UTF_8).equals(text), "half a surrogate pair");
    }
  }

  /** Signed documents. */
  public static final class Document {
    private Document() {}

    public static void fuzzerTestOneInput(byte[] input) {
      long begun = cpuTime();
      try {
        byte[] written = StrictJson.compact(StrictJson.parse(input));
        byte[] again = StrictJson.compact(StrictJson.parse(written));
        require(Arrays.equals(written, again), "a document that changes when it is written again");
        Envelope.parse(input).signedBytes();
      } catch (MalformedDocumentException e) {
        // As it may.
      }
      try {
        Bundle.parse(input, "input");
      } catch (Failure e) {
        // As it may.
      }
      quick(begun);
    }
  }

  /** Reads, and of every thousandth input asks for the same again, and for it through JSON. */
  private static void facts(byte[] input) {
    long begun = cpuTime();
    BinaryFacts facts = InMemory.read(input);
    quick(begun);
    require(facts.size() == input.length, "a size that is not the file's");
    if (Arrays.hashCode(input) % 1000 == 0) {
      byte[] json = Json.write(facts);
      require(Arrays.equals(json, Json.write(InMemory.read(input))), "read twice, two results");
      require(Json.read(json, BinaryFacts.class).equals(facts), "not the same through JSON");
    }
  }

  /** Nanoseconds of work: a machine that does other things must not look like a finding. */
  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void quick(long begun) {
    double seconds = (cpuTime() - begun) / 1e9;
    require(seconds <= SLOW, "slow: %.1f s".formatted(seconds));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
