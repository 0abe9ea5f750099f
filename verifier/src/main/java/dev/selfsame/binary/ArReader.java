package dev.selfsame.binary;

import dev.selfsame.binary.ar.ArFile;
import dev.selfsame.binary.ar.Member;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.rust.RustMetadata;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads an {@code ar} archive: its frame, and each member by its own reader. */
final class ArReader {
  /** Rust's metadata of a crate, for compilers alone. */
  private static final String METADATA = "lib.rmeta";

  private final ArFile archive;
  private final FactSheet sheet;
  private final int depth;
  private final List<Range> ranges = new ArrayList<>();
  private Optional<Mark> rustc = Optional.empty();

  private ArReader(ArFile archive, FactSheet sheet, int depth) {
    this.archive = archive;
    this.sheet = sheet;
    this.depth = depth;
  }

  static List<Range> read(ByteView bytes, FactSheet sheet, int depth) {
    ArReader reader = new ArReader(ArFile.parse(bytes), sheet, depth);
    reader.archive.problems().forEach(sheet::problem);
    reader.ranges();
    new ArFacts(reader.archive, sheet, reader.rustc).read();
    return reader.ranges;
  }

  private void ranges() {
    claim("ar magic", Category.HEADERS, ArFile.MAGIC_SIZE);
    for (Member member : archive.members()) {
      if (member.header() > next()) {
        claim("padding", Category.PADDING, member.header() - next());
      }
      claim("member headers", Category.HEADERS, member.headerSize());
      if (member.stored()) {
        content(member);
      }
    }
    rest();
  }

  /** Behind the last member stands at most its padding; behind a damaged one, anything. */
  private void rest() {
    long left = archive.bytes().size() - next();
    boolean padding = left == 1 && archive.bytes().u8(next()) == '\n';
    if (left > 0) {
      claim(padding ? "padding" : "trailer", padding ? Category.PADDING : Category.TRAILER, left);
    }
  }

  private void content(Member member) {
    long size = archive.bytes().available(member.offset(), member.size());
    if (size == 0) {
      return;
    }
    switch (member.kind()) {
      case SYMBOL_INDEX -> claim("symbol index", Category.SYMBOLS, size);
      case LONG_NAMES -> claim("long names", Category.HEADERS, size);
      case FILE -> file(member, archive.bytes().slice(member.offset(), size));
    }
  }

  private void file(Member member, ByteView content) {
    if (!member.name().equals(METADATA)) {
      ranges.addAll(Nested.read(content, member.name(), "member", sheet, depth + 1));
      return;
    }
    claim(METADATA, Category.NOTES, content.size());
    Map<String, Fact> facts = new TreeMap<>();
    facts.put(
        "format",
        new Fact(
            "Rust metadata",
            Grade.STRONG,
            List.of(new Evidence("member headers", member.header(), METADATA)),
            List.of()));
    rustc = RustMetadata.version(METADATA, content);
    rustc.ifPresent(mark -> {
      facts.put("rustc", RustMetadata.rustc(mark));
      facts.put("rustc-commit", RustMetadata.commit(mark));
    });
    Map<Category, Long> notes = Map.of(Category.NOTES, content.size());
    sheet.part(new Part(METADATA, "member", member.offset(), content.size(), notes, facts));
  }

  private long next() {
    return ranges.isEmpty() ? 0 : ranges.getLast().offset() + ranges.getLast().size();
  }

  private void claim(String name, Category category, long size) {
    ranges.add(new Range(name, category, next(), size));
  }
}
