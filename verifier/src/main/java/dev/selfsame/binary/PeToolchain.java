package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.pe.OptionalHeader;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.RichHeader;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.binary.rust.Comments;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.rust.RustcFacts;
import dev.selfsame.binary.rust.SourcePaths;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which compiler and linker made a PE image or COFF object, and how it panics. */
final class PeToolchain {
  private static final String PRODUCER = "rustc version ";
  private static final Pattern RUSTC =
      Pattern.compile("rustc version \\S+ \\([0-9a-f]{7,40} [0-9-]{10}\\)( \\([a-z ]+\\))?");
  private static final int MAX_MARKS = 64;

  /** Microsoft's linker among the tools of a Rich header, from Visual Studio 2015 on. */
  private static final int LINK = 0x102;

  private final PeFile file;
  private final FactSheet sheet;
  private final PeSectionCategory category;

  private PeToolchain(PeFile file, FactSheet sheet) {
    this.file = file;
    this.sheet = sheet;
    this.category = new PeSectionCategory(file);
  }

  static void read(PeFile file, FactSheet sheet) {
    PeToolchain toolchain = new PeToolchain(file, sheet);
    RustcFacts rustc =
        new RustcFacts(
            new Comments(toolchain.producers()),
            toolchain.find(SourcePaths::upstream),
            toolchain.find(SourcePaths::debian));
    sheet.put("rustc", rustc.rustc());
    sheet.put("rustc-commit", rustc.commit());
    sheet.put("distribution", rustc.distribution());
    sheet.put("llvm", rustc.llvm());
    sheet.put("linker", file.optional().map(toolchain::linker).orElse(Fact.unknown()));
    boolean rust = rustc.rustc().grade() != Grade.UNKNOWN;
    sheet.put("panic", Fact.unknown());
    if (rust && file.optional().isPresent() && PeDebug.sectionsAreWhole(file)) {
      sheet.read("panic", () -> PePanic.of(file));
    }
  }

  /** COFF has no {@code .comment}, so only debug information names the compiler. */
  private List<Mark> producers() {
    List<Mark> marks = new ArrayList<>();
    SearchLimit limit = new SearchLimit(file.bytes());
    for (Section section : file.sections()) {
      if (section.inFile() && category.of(section) == Category.DEBUG) {
        ByteView view = limit.of(content(section));
        for (long at = view.indexOf(PRODUCER, 0);
            at >= 0 && marks.size() < MAX_MARKS;
            at = view.indexOf(PRODUCER, at + 1)) {
          producer(section, view, at).ifPresent(marks::add);
        }
      }
    }
    return marks;
  }

  private static Optional<Mark> producer(Section section, ByteView view, long at) {
    byte[] raw = view.copy(at, (int) Math.min(120, view.size() - at));
    Matcher matcher = RUSTC.matcher(new String(raw, StandardCharsets.ISO_8859_1));
    return matcher.lookingAt()
        ? Optional.of(new Mark(section.name(), view.start() + at, matcher.group()))
        : Optional.empty();
  }

  private Optional<Mark> find(BiFunction<String, ByteView, Optional<Mark>> search) {
    SearchLimit limit = new SearchLimit(file.bytes());
    for (Category searched : List.of(Category.RODATA, Category.DATA)) {
      for (Section section : file.sections()) {
        if (section.inFile() && category.of(section) == searched) {
          Optional<Mark> mark = search.apply(section.name(), limit.of(content(section)));
          if (mark.isPresent()) {
            return mark;
          }
        }
      }
    }
    return Optional.empty();
  }

  private ByteView content(Section section) {
    return sheet.attempt(() -> file.content(section), file.bytes().slice(0, 0));
  }

  /**
   * Every linker writes a version; which linker it was, the number alone only suggests: LLD writes
   * 14.0 and no Rich header, Go's linker 3.0, GNU ld its own version.
   */
  private Fact linker(OptionalHeader header) {
    String version = "%d.%d".formatted(header.linkerMajor(), header.linkerMinor());
    Evidence read =
        new Evidence("optional header", header.offset() + 2, "linker version " + version);
    Optional<RichHeader> rich = file.dos().flatMap(dos -> dos.rich());
    if (rich.isPresent()) {
      String build =
          rich.get().tools().stream()
              .filter(tool -> tool.product() == LINK)
              .map(tool -> "." + tool.build())
              .findFirst()
              .orElse("");
      Evidence tools =
          new Evidence(
              "Rich header",
              rich.get().offset(),
              "%d tools of Microsoft's".formatted(rich.get().tools().size()));
      return new Fact(
          "Microsoft link " + version + build, Grade.STRONG, List.of(tools, read), List.of());
    }
    String value =
        switch (header.linkerMajor()) {
          case 2 -> "GNU ld " + version + " (likely)";
          case 3 -> "Go's linker (likely)";
          case 14 -> header.linkerMinor() == 0 ? "LLD (likely)" : "version " + version;
          default -> "version " + version;
        };
    return new Fact(value, Grade.MEDIUM, List.of(read), List.of());
  }
}
