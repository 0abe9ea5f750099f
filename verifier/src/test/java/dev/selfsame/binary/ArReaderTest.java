package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArReaderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "gnu.a,             type, static library",
    "libsmall.rlib,     type, rlib",
    "kernel32.lib,      type, import library",
    "thin.a,            format, thin ar archive",
    "gnu.a,             members, '3, GNU headers'",
    "bsd.a,             members, '3, BSD headers'",
    "libsmall-msvc.rlib, members, '2, Microsoft headers'",
    "thin.a,            members, '2, GNU headers, all of them elsewhere'",
    "libsmall.rlib,     machine, x86-64",
    "gnu.a,             machine, members differ: i386; PowerPC",
    "gnu.a,             rustc, 1.95.0 (59807616e 2026-04-14)",
    "libsmall.rlib,     rustc, 1.95.0 (59807616e 2026-04-14)",
    "libsmall-msvc.rlib, rustc-commit, 59807616e",
    "gnu.a,             strip, debug-stripped",
    "gnu.a,             timestamp, none",
    "gnu.a,             symbol-index, 26 bytes",
    "gnu.a,             not-read, odd.txt",
    "libsmall.rlib,     not-read, lib.rmeta",
    "thin.a,            not-read, members (a thin archive names files elsewhere)",
  })
  void a_fact_has_the_value_that_the_archive_was_made_with(String file, String fact, String value) {
    BinaryFacts facts = BinaryReader.read(Fixtures.path(file));
    assertEquals(value, facts.fact(fact).value(), facts.fact(fact).toString());
  }

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#AR")
  void a_sound_archive_is_read_whole(String name) {
    BinaryFacts facts = BinaryReader.read(Fixtures.path(name));
    assertEquals(List.of(), facts.problems());
    assertEquals(null, facts.categories().get(Category.UNCLAIMED));
    assertEquals(null, facts.categories().get(Category.TRAILER));
    assertEquals(facts, Json.read(Json.write(facts), BinaryFacts.class));
    EvidencePlaces.hold(facts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu.a", "bsd.a"})
  void a_member_is_read_as_the_file_that_it_is(String name) {
    BinaryFacts archive = BinaryReader.read(Fixtures.path(name));
    Part member = archive.parts().get(1);
    BinaryFacts alone = BinaryReader.read(Fixtures.path("powerpc.o"));
    assertEquals("powerpc-with-a-name-of-more-than-15.o", member.name());
    assertEquals("PowerPC", member.fact("machine").value());
    alone
        .facts()
        .forEach((fact, said) -> assertEquals(said.value(), member.fact(fact).value(), fact));
    assertEquals(alone.categories().get(Category.CODE), member.categories().get(Category.CODE));
  }

  @Test
  void evidence_of_a_member_stands_where_it_says_in_the_archive() throws IOException {
    Path path = Fixtures.path("gnu.a");
    byte[] bytes = Files.readAllBytes(path);
    for (Part part : BinaryReader.read(path).parts()) {
      for (Evidence evidence : part.fact("rustc").evidence()) {
        String there =
            new String(
                bytes,
                (int) evidence.offset(),
                evidence.what().length(),
                StandardCharsets.US_ASCII);
        assertEquals(evidence.what(), there);
      }
    }
  }

  @Test
  void metadata_indexes_and_names_have_categories() {
    BinaryFacts facts = BinaryReader.read(Fixtures.path("libsmall.rlib"));
    Map<String, Category> kinds = new java.util.TreeMap<>();
    facts.ranges().forEach(range -> kinds.put(range.name(), range.category()));
    assertEquals(Category.NOTES, kinds.get("lib.rmeta"));
    assertEquals(Category.SYMBOLS, kinds.get("symbol index"));
    assertEquals(Category.HEADERS, kinds.get("long names"));
  }

  @Test
  void an_archive_within_archives_ends_somewhere() throws IOException {
    byte[] inner = Files.readAllBytes(Fixtures.path("gnu.a"));
    for (int i = 0; i < 12; i++) {
      inner = archive("inner.a", inner);
    }
    BinaryFacts facts = BinaryReader.read(Files.write(folder.resolve("deep.a"), inner));
    assertEquals(List.of(), facts.problems());
    assertEquals(Nested.MAX_DEPTH + 1, facts.parts().size());
    assertTrue(facts.parts().getLast().name().startsWith("inner.a: inner.a"), "names nest");
  }

  @Test
  void a_debs_outer_archive_is_told_apart() throws IOException {
    ByteArrayOutputStream deb = new ByteArrayOutputStream();
    deb.writeBytes(archive("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII)));
    byte[] control = archive("control.tar.xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0});
    deb.write(control, 8, control.length - 8);
    BinaryFacts facts = BinaryReader.read(Files.write(folder.resolve("a.deb"), deb.toByteArray()));
    assertEquals("Debian package", facts.fact("type").value());
    assertEquals("xz", facts.parts().getLast().fact("format").value());
    assertEquals(List.of(), facts.problems(), "a member of another format is no problem");
  }

  @Test
  void a_damaged_member_is_named_with_its_offset() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("gnu.a"));
    // The section headers' offset of the first member.
    bytes[254 + 34] = 0x7f;
    BinaryFacts facts = BinaryReader.read(Files.write(folder.resolve("bad.a"), bytes));
    assertTrue(facts.problems().getFirst().startsWith("i686.o at offset 254: "), facts.toString());
  }

  private static byte[] archive(String name, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String header =
        String.format(
            Locale.ROOT,
            "!<arch>\n%-16s0           0     0     100644  %-10d`\n",
            name + "/",
            content.length);
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(content);
    if (content.length % 2 == 1) {
      out.write('\n');
    }
    return out.toByteArray();
  }
}
