package dev.selfsame.binary;

import dev.selfsame.binary.pe.Certificate;
import dev.selfsame.binary.pe.CodeView;
import dev.selfsame.binary.pe.DebugEntry;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is left in a PE image or COFF object for debuggers, when it was made, who signed it. */
final class PeDebug {
  private final PeFile file;
  private final FactSheet sheet;
  private final List<Section> debugSections;

  private PeDebug(PeFile file, FactSheet sheet) {
    this.file = file;
    this.sheet = sheet;
    PeSectionCategory category = new PeSectionCategory(file);
    this.debugSections =
        file.sections().stream()
            .filter(s -> s.inFile() && category.of(s) == Category.DEBUG)
            .toList();
  }

  static void read(PeFile file, FactSheet sheet) {
    new PeDebug(file, sheet).read();
  }

  private void read() {
    Optional<List<DebugEntry>> entries =
        sheet.attempt(() -> Optional.of(DebugEntry.readAll(file)), Optional.empty());
    Optional<CodeView> codeView =
        entries.flatMap(all -> sheet.attempt(() -> codeView(all), Optional.empty()));
    boolean whole =
        entries.isPresent()
            && sectionsAreWhole(file)
            && file.image() == file.optional().isPresent();
    Fact debug = whole ? sheet.attempt(() -> debugInfo(codeView), Fact.unknown()) : Fact.unknown();
    sheet.put("debug-info", debug);
    sheet.put("strip", whole ? strip(debug) : Fact.unknown());
    if (file.image()) {
      sheet.put("split-debug", whole ? splitDebug(codeView) : Fact.unknown());
      sheet.put("build-id", whole ? buildId(codeView) : Fact.unknown());
      sheet.read("code-signature", this::signature);
    }
    sheet.put(
        "timestamp",
        whole || !file.image() ? timestamp(entries.orElse(List.of())) : Fact.unknown());
  }

  /** Whether what is absent from the section headers is absent from the file. */
  static boolean sectionsAreWhole(PeFile file) {
    return file.allSections()
        && file.symbols().isPresent()
        && file.sections().stream()
            .allMatch(s -> !s.inFile() || file.bytes().holds(s.rawOffset(), s.rawSize()));
  }

  private Optional<CodeView> codeView(List<DebugEntry> entries) {
    for (DebugEntry entry : entries) {
      Optional<CodeView> found = CodeView.of(file, entry);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Fact debugInfo(Optional<CodeView> codeView) {
    Optional<Section> core =
        debugSections.stream()
            .filter(s -> s.name().matches("\\.z?debug_(info|types|line)|\\.debug\\$[ST]|\\.stab"))
            .min(Comparator.comparing(PeDebug::isLines));
    if (core.isPresent()) {
      long bytes = debugSections.stream().mapToLong(Section::contentSize).sum();
      List<Evidence> evidence = debugSections.stream().limit(16).map(PeDebug::evidence).toList();
      DebugKind kind = kind(core.get());
      String value = "%s, %d bytes".formatted(kind.name(), bytes);
      return new Fact(value, kind.grade(), evidence, kind.against());
    }
    return codeView
        .filter(found -> !found.path().isEmpty())
        .map(found -> Fact.certain("none here, separate file " + found.path(), evidence(found)))
        .orElseGet(() -> Fact.certain("none", noSection()));
  }

  /** The PDB file that the image names; GNU ld's record names none, and is a build-id alone. */
  private static Fact splitDebug(Optional<CodeView> codeView) {
    return codeView
        .filter(found -> !found.path().isEmpty())
        .map(found -> Fact.certain(found.path(), evidence(found)))
        .orElseGet(
            () -> Fact.certain("none", new Evidence("debug directory", -1, "no name of a PDB")));
  }

  private static Evidence evidence(CodeView codeView) {
    return new Evidence(
        "CodeView record",
        codeView.offset(),
        "GUID %s, age %d, %s".formatted(codeView.identity(), codeView.age(), codeView.path()));
  }

  private DebugKind kind(Section section) {
    String name = section.name();
    long place = section.rawOffset();
    if (name.startsWith(".debug$")) {
      return DebugKind.codeView(file.content(section), name, place);
    } else if (name.equals(".stab")) {
      return DebugKind.stabs(file.content(section), name, place);
    } else if (name.startsWith(".z")) {
      return DebugKind.compressed("DWARF");
    }
    boolean versions = file.image() && !isLines(section);
    return DebugKind.dwarf("DWARF", versions, file.content(section), name, place);
  }

  /** Whose version is one of its own. */
  private static boolean isLines(Section section) {
    return section.name().contains("_line");
  }

  private static Evidence evidence(Section section) {
    return new Evidence(
        section.name(), section.rawOffset(), "%d bytes".formatted(section.contentSize()));
  }

  private static Evidence noSection() {
    return new Evidence("section headers", -1, "no section with debug information");
  }

  private Fact strip(Fact debug) {
    long count = file.header().symbolCount();
    Evidence said =
        count == 0
            ? new Evidence("COFF header", file.header().symbolCountPlace(), "no symbol")
            : new Evidence(
                "symbol table", file.header().symbolOffset(), "%d symbols".formatted(count));
    if (!debug.value().startsWith("none")) {
      List<Evidence> evidence = new ArrayList<>(debug.evidence().subList(0, 1));
      List<Evidence> against = new ArrayList<>(debug.contradictions());
      (count > 0 ? evidence : against).add(said);
      return new Fact("full", debug.grade(), evidence, against);
    }
    String value = count > 0 ? "debug-stripped" : "stripped";
    return new Fact(value, Grade.CERTAIN, List.of(said, noSection()), List.of());
  }

  /** Symbol servers find a file by exactly this: GUID and age. */
  private static Fact buildId(Optional<CodeView> codeView) {
    return codeView
        .map(found -> {
          String id = "%s-%d".formatted(found.identity(), found.age());
          return Fact.certain(id, new Evidence("CodeView record", found.offset(), id));
        })
        .orElseGet(
            () -> Fact.certain("none", new Evidence("debug directory", -1, "no CodeView record")));
  }

  private Fact signature() {
    if (file.optional().isEmpty()) {
      return Fact.unknown();
    }
    List<Certificate> all = Certificate.readAll(file);
    if (all.isEmpty()) {
      return Fact.certain("none", new Evidence("certificates", -1, "no certificate table"));
    }
    Certificate first = all.getFirst();
    String kind =
        first.type() == Certificate.PKCS_SIGNED_DATA
            ? "Authenticode"
            : "certificate of type %d".formatted(first.type());
    long bytes = all.stream().mapToLong(Certificate::size).sum();
    return Fact.certain(
        "%s, %d bytes, not verified".formatted(kind, bytes),
        new Evidence("certificates", first.offset(), "%d certificates".formatted(all.size())));
  }

  private Fact timestamp(List<DebugEntry> entries) {
    long stamp = file.header().timestamp();
    Evidence read =
        new Evidence(
            "COFF header",
            file.header().offset() + (file.header().big() ? 8 : 4),
            "TimeDateStamp 0x%x".formatted(stamp));
    Optional<DebugEntry> repro =
        entries.stream().filter(e -> e.type() == DebugEntry.REPRO).findFirst();
    if (repro.isPresent()) {
      Evidence entry = new Evidence("debug directory", repro.get().offset(), "Repro");
      return new Fact("none, a hash in its place", Grade.CERTAIN, List.of(entry, read), List.of());
    }
    return Fact.certain(stamp == 0 ? "none" : Instant.ofEpochSecond(stamp).toString(), read);
  }
}
