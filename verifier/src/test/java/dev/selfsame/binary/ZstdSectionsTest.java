package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.zstd.Zstd;
import dev.selfsame.binary.zstd.ZstdStream;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections that a real packer has packed by zstd. */
@Needs(Component.BINUTILS_ZSTD)
class ZstdSectionsTest {
  private static final int HEADER = 24;

  @TempDir private Path folder;

  private Path objcopy(Path from, String... options) throws Exception {
    Path to = Files.createTempFile(folder, "made", "");
    List<String> command = new ArrayList<>(List.of("objcopy"));
    command.addAll(List.of(options));
    command.addAll(List.of(from.toString(), to.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return to;
  }

  private Path packed(Path from) throws Exception {
    return objcopy(from, "--compress-debug-sections=zstd");
  }

  private static ElfFile elf(Path path) throws IOException {
    return ElfFile.parse(ByteView.of(Files.readAllBytes(path)));
  }

  private static byte[] bytes(ByteView view) {
    return view.copy(0, (int) view.size());
  }

  /** How many sections of the second are packed; each has the bytes that it has in the first. */
  private static int same(ElfFile plain, ElfFile packed) {
    int count = 0;
    for (Section section : packed.sections()) {
      if (section.compressed()) {
        ByteView content = packed.content(section).in(packed.header().order());
        assertEquals(2, content.u32(0), "packed by zstd");
        byte[] expected = bytes(plain.content(plain.section(section.name()).orElseThrow()));
        byte[] unpacked = bytes(Unpacked.content(packed, section).orElseThrow());
        assertArrayEquals(expected, unpacked, section.name());
        count++;
      }
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bare-full", "split/bare.dwp"})
  void every_section_has_the_bytes_that_were_packed(String name) throws Exception {
    Path plain = Fixtures.path(name);
    assertTrue(same(elf(plain), elf(packed(plain))) > 0, "nothing was packed");
  }

  /** Of many blocks: codes and tables of one are used in the next. */
  @Test
  void a_section_of_a_megabyte_has_the_bytes_that_were_packed() throws Exception {
    Path plain = Fixtures.path("bare-full");
    List<byte[]> contents = List.of(words(), numbers(), mixed());
    for (int i = 0; i < contents.size(); i++) {
      Path content = Files.write(folder.resolve("content" + i), contents.get(i));
      plain = objcopy(plain, "--add-section", ".debug_made%d=%s".formatted(i, content));
    }
    ElfFile packed = elf(packed(plain));
    assertTrue(packed.section(".debug_made2").orElseThrow().compressed(), "it is too small");
    assertTrue(same(elf(plain), packed) >= contents.size());
  }

  /** What stood a megabyte before comes again, long after the first of it was forgotten. */
  @Test
  void a_stream_of_more_than_its_window_has_the_bytes_that_were_packed() throws Exception {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (int i = 0; i < 6; i++) {
      content.writeBytes(mixed());
    }
    content.writeBytes(words());
    Path made = Files.write(folder.resolve("long"), content.toByteArray());
    ElfFile packed =
        elf(packed(objcopy(Fixtures.path("bare-full"), "--add-section", ".debug_long=" + made)));
    byte[] whole = bytes(packed.content(packed.section(".debug_long").orElseThrow()));
    byte[] frames = Arrays.copyOfRange(whole, HEADER, whole.length);
    assertEquals(0, frames[4] & 0x20, "its window is not the whole content");
    try (ZstdStream in = new ZstdStream(new ByteArrayInputStream(frames))) {
      assertArrayEquals(content.toByteArray(), in.readAllBytes());
    }
  }

  private static byte[] words() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    while (text.length() < 1_000_000) {
      int word = (int) Math.abs(random.nextGaussian() * 3_000);
      text.append(Integer.toString(word * 7_919, 36)).append(word % 9 == 0 ? "\n" : " ");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] numbers() {
    ByteBuffer numbers = ByteBuffer.allocate(400_000).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; numbers.hasRemaining(); i++) {
      numbers.putInt(i * i);
    }
    return numbers.array();
  }

  /** What cannot be packed, one byte over and over, and what stood far before. */
  private static byte[] mixed() {
    Random random = new Random(2);
    byte[] noise = new byte[200_000];
    random.nextBytes(noise);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      out.writeBytes(noise);
      out.writeBytes(new byte[150_000]);
      for (int j = 0; j < 2_000; j++) {
        int from = random.nextInt(noise.length - 100);
        out.write(noise, from, 3 + random.nextInt(90));
      }
    }
    return out.toByteArray();
  }

  @Test
  void debug_information_has_the_size_that_it_has_unpacked() throws Exception {
    Path full = Fixtures.path("bare-full");
    long plain = BinaryReader.read(full).categories().getOrDefault(Category.DEBUG, 0L);
    String value = BinaryReader.read(packed(full)).fact("debug-info").value();
    assertTrue(value.startsWith("DWARF (compressed), "), value);
    assertTrue(value.endsWith(", %d unpacked, as declared".formatted(plain)), value);
  }

  @Test
  void units_are_read() throws Exception {
    BinaryFacts facts =
        BinaryReader.read(
            packed(Fixtures.path("split/two")), List.of(packed(Fixtures.path("split/two.dwp"))));
    assertEquals("2 units in .dwo files or a .dwp package", facts.fact("split-debug").value());
    assertEquals("2 units: 2 other files: one.c, two.c", facts.fact("debug-units").value());
  }

  /** The size alone bounds what comes out: no checksum is there to tell. */
  @Test
  void a_damaged_section_is_refused_or_gives_no_more_than_it_says() throws Exception {
    ElfFile file = elf(packed(Fixtures.path("bare-full")));
    Section section = file.section(".debug_info").orElseThrow();
    byte[] whole = bytes(file.content(section));
    byte[] stream = Arrays.copyOfRange(whole, HEADER, whole.length);
    int most = Unpacked.content(file, section).map(view -> (int) view.size()).orElseThrow();
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] other =
          Arrays.copyOf(stream, i % 4 == 0 ? random.nextInt(stream.length) : stream.length);
      for (int flips = 1 + random.nextInt(3); flips > 0 && other.length > 0; flips--) {
        other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertTrue(Zstd.unpack(ByteView.of(other), most).length <= most);
      } catch (MalformedInputException expected) {
        refused++;
      }
    }
    assertTrue(refused > 1_000, "only " + refused);
  }
}
