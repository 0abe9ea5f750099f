package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Note;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.SymbolTable;
import dev.selfsame.binary.rust.CodegenUnit;
import dev.selfsame.binary.rust.Comments;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.rust.PanicMarks;
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
import java.util.Set;
import java.util.function.BiFunction;

/** Which compiler and linker made an ELF file, and how it panics. */
final class ElfToolchain {
  private static final int MAX_COMMENTS = 1024;
  private static final String RAISES = "_Unwind_RaiseException";
  private static final Set<String> RUNTIMES = Set.of("panic_unwind", "panic_abort");
  private static final String WALKS = "_Unwind_Backtrace";

  private final ElfFile file;
  private final FactSheet sheet;

  private ElfToolchain(ElfFile file, FactSheet sheet) {
    this.file = file;
    this.sheet = sheet;
  }

  static void read(ElfFile file, FactSheet sheet) {
    new ElfToolchain(file, sheet).read();
  }

  private void read() {
    Comments comments = new Comments(sheet.attempt(this::comments, List.of()));
    RustcFacts rustc =
        new RustcFacts(comments, find(SourcePaths::upstream), find(SourcePaths::debian));
    sheet.put("rustc", rustc.rustc());
    sheet.put("rustc-commit", rustc.commit());
    sheet.put("distribution", rustc.distribution());
    sheet.put("llvm", rustc.llvm());
    boolean linked = file.header().type() != ElfHeader.TYPE_REL;
    sheet.put("linker", gold().orElseGet(() -> comments.linker(linked)));
    boolean rust = rustc.rustc().grade() != Grade.UNKNOWN;
    sheet.put(
        "panic", rust && linked && ElfDebug.sectionsAreWhole(file) ? panic() : Fact.unknown());
  }

  private List<Mark> comments() {
    List<Mark> marks = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.name().equals(".comment") && section.inFile()) {
        split(section, marks);
      }
    }
    return marks;
  }

  private void split(Section section, List<Mark> into) {
    ByteView view = file.content(section);
    for (long at = 0; at < view.size() && into.size() < MAX_COMMENTS; ) {
      if (view.u8(at) == 0) {
        at++;
        continue;
      }
      String text = view.text(at, 4096);
      into.add(new Mark(section.name(), view.start() + at, text));
      while (at < view.size() && view.u8(at) != 0) {
        at++;
      }
    }
  }

  /** Searches constants first, where panic messages stand, then relocated ones. */
  private Optional<Mark> find(BiFunction<String, ByteView, Optional<Mark>> search) {
    SectionCategory category = new SectionCategory(file);
    SearchLimit limit = new SearchLimit(file.bytes());
    for (Category searched : List.of(Category.RODATA, Category.RELRO_DATA, Category.DATA)) {
      for (Section section : file.sections()) {
        if (section.inFile() && category.of(section) == searched) {
          ByteView view = sheet.attempt(() -> file.content(section), file.bytes().slice(0, 0));
          Optional<Mark> mark = search.apply(section.name(), limit.of(view));
          if (mark.isPresent()) {
            return mark;
          }
        }
      }
    }
    return file.sections().isEmpty() ? search.apply("whole file", file.bytes()) : Optional.empty();
  }

  private Optional<Fact> gold() {
    List<Note> notes = noteProblemsSaidAlready();
    return notes.stream()
        .filter(note -> note.owner().equals("GNU") && note.type() == Note.GNU_GOLD_VERSION)
        .findFirst()
        .map(note -> {
          // The text fills the note: no NUL ends it.
          int size = (int) Math.min(note.content().size(), 100);
          String version = Printable.of(note.content().copy(0, size));
          return new Fact(
              version,
              Grade.STRONG,
              List.of(new Evidence(note.where(), note.content().start(), version)),
              List.of());
        });
  }

  private List<Note> noteProblemsSaidAlready() {
    try {
      return Note.readAll(file);
    } catch (MalformedInputException e) {
      return List.of();
    }
  }

  private Fact panic() {
    Optional<SymbolTable> dynamic = table(Section.DYNSYM);
    Optional<Mark> raises =
        dynamic.flatMap(table -> sheet.attempt(() -> imports(table, RAISES), Optional.empty()));
    Optional<Mark> walks =
        dynamic.flatMap(table -> sheet.attempt(() -> imports(table, WALKS), Optional.empty()));
    Optional<Mark> runtime =
        table(Section.SYMTAB)
            .flatMap(table -> sheet.attempt(() -> runtime(table), Optional.empty()));
    return new PanicMarks(
            dynamic.isPresent(),
            raises,
            walks,
            runtime,
            size(".gcc_except_table"),
            place(".gcc_except_table"),
            size(".text"),
            PanicMarks.Places.ELF)
        .panic();
  }

  private Optional<SymbolTable> table(long type) {
    return file.section(type)
        .filter(Section::inFile)
        .flatMap(section ->
            sheet.attempt(() -> Optional.of(SymbolTable.of(file, section)), Optional.empty()));
  }

  private long size(String section) {
    return file.section(section).map(s -> file.bytes().available(s.offset(), s.size())).orElse(0L);
  }

  private long place(String section) {
    return file.section(section).filter(Section::inFile).map(Section::offset).orElse(-1L);
  }

  private static Optional<Mark> imports(SymbolTable table, String name) {
    byte[] withNul = (name + "\0").getBytes(StandardCharsets.US_ASCII);
    for (long i = 1; i < table.count(); i++) {
      if (table.undefined(i) && table.named(i, withNul)) {
        return Optional.of(new Mark(".dynsym", table.offset(i), "imports " + name));
      }
    }
    return Optional.empty();
  }

  private static Optional<Mark> runtime(SymbolTable table) {
    for (long i = 1; i < table.count(); i++) {
      if (table.type(i) == SymbolTable.TYPE_FILE) {
        String name = table.name(i);
        boolean panics =
            CodegenUnit.of(name).filter(unit -> RUNTIMES.contains(unit.crate())).isPresent();
        if (panics) {
          return Optional.of(new Mark(".symtab", table.offset(i), name));
        }
      }
    }
    return Optional.empty();
  }
}
