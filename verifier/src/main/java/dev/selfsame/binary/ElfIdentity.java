package dev.selfsame.binary;

import dev.selfsame.binary.elf.DynamicEntry;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What kind of file an ELF file is, and what it needs to run. */
final class ElfIdentity {
  private static final long DF_1_PIE = 0x0800_0000L;
  private static final int MAX_NEEDED = 256;

  /** Source: gABI and the processor supplements, {@code e_machine}. */
  private static final Map<Integer, String> MACHINES =
      Map.ofEntries(
          Map.entry(2, "SPARC"),
          Map.entry(3, "i386"),
          Map.entry(4, "m68k"),
          Map.entry(8, "MIPS"),
          Map.entry(15, "PA-RISC"),
          Map.entry(20, "PowerPC"),
          Map.entry(21, "PowerPC64"),
          Map.entry(22, "S/390"),
          Map.entry(40, "ARM"),
          Map.entry(42, "SuperH"),
          Map.entry(43, "SPARC V9"),
          Map.entry(50, "IA-64"),
          Map.entry(62, "x86-64"),
          Map.entry(83, "AVR"),
          Map.entry(164, "Hexagon"),
          Map.entry(183, "AArch64"),
          Map.entry(243, "RISC-V"),
          Map.entry(247, "BPF"),
          Map.entry(258, "LoongArch"));

  private ElfIdentity() {}

  static void read(ElfFile file, FactSheet sheet) {
    ElfHeader header = file.header();
    sheet.put("class", header(header.wide() ? "64-bit" : "32-bit", 4, "EI_CLASS"));
    boolean little = header.order() == ByteOrder.LITTLE_ENDIAN;
    sheet.put("byte-order", header(little ? "little-endian" : "big-endian", 5, "EI_DATA"));
    sheet.put("machine", machine(header.machine()));
    sheet.put("abi", ElfAbi.of(file, sheet));
    String entry = "0x" + Long.toHexString(header.entry());
    sheet.put("entry", header(header.entry() == 0 ? "none" : entry, 24, "e_entry"));
    Optional<List<DynamicEntry>> dynamic =
        sheet
            .attempt(
                () -> Optional.of(DynamicEntry.readAll(file)), Optional.<List<DynamicEntry>>empty())
            .filter(entries -> !DynamicEntry.elsewhere(file));
    sheet.put("type", type(file, dynamic.filter(entries -> file.allSegments())));
    sheet.read("interpreter", () -> interpreter(file));
    sheet.put("linking", linking(file, dynamic));
    sheet.read(
        "needed",
        () -> dynamic.map(entries -> needed(file, entries, sheet)).orElse(Fact.unknown()));
    sheet.read("glibc-floor", () -> GlibcFloor.of(file));
    sheet.read("soname", () -> path(file, dynamic, DynamicEntry.SONAME, "SONAME"));
    sheet.read(
        "runpath",
        () -> {
          Fact runpath = path(file, dynamic, DynamicEntry.RUNPATH, "RUNPATH");
          boolean none = runpath.value().equals("none");
          return none ? path(file, dynamic, DynamicEntry.RPATH, "RPATH") : runpath;
        });
  }

  private static Fact header(String value, long offset, String what) {
    return Fact.certain(value, new Evidence("ELF header", offset, what));
  }

  private static Fact machine(int number) {
    String value = MACHINES.getOrDefault(number, "machine %d".formatted(number));
    return header(value, 18, "e_machine %d".formatted(number));
  }

  private static Fact type(ElfFile file, Optional<List<DynamicEntry>> dynamic) {
    int type = file.header().type();
    Evidence read = new Evidence("ELF header", 16, "e_type %d".formatted(type));
    return switch (type) {
      case ElfHeader.TYPE_REL -> Fact.certain("REL", read);
      case ElfHeader.TYPE_EXEC -> Fact.certain("EXEC", read);
      case ElfHeader.TYPE_CORE -> Fact.certain("CORE", read);
      case ElfHeader.TYPE_DYN ->
          dynamic
              .map(entries -> pieOrDyn(file, entries, read))
              .orElseGet(() -> new Fact("unknown", Grade.UNKNOWN, List.of(read), List.of()));
      default -> new Fact("unknown", Grade.UNKNOWN, List.of(read), List.of());
    };
  }

  /** libc.so.6 has an interpreter and is no program, so the flag counts, then the soname. */
  private static Fact pieOrDyn(ElfFile file, List<DynamicEntry> dynamic, Evidence read) {
    Optional<Evidence> flag = pieFlag(dynamic);
    if (flag.isPresent()) {
      return new Fact("PIE", Grade.CERTAIN, List.of(flag.get(), read), List.of());
    }
    boolean soname = dynamic.stream().anyMatch(e -> e.tag() == DynamicEntry.SONAME);
    Optional<Evidence> interpreter = seen(file, Segment.INTERP, "PT_INTERP");
    if (soname || interpreter.isEmpty()) {
      return Fact.certain("DYN", read);
    }
    return new Fact("PIE", Grade.MEDIUM, List.of(interpreter.get(), read), List.of(noPieFlag()));
  }

  private static Fact interpreter(ElfFile file) {
    Optional<Segment> segment = file.segment(Segment.INTERP);
    if (segment.isEmpty()) {
      return file.segments().isEmpty() || !file.allSegments()
          ? Fact.unknown()
          : Fact.certain("none", new Evidence("program headers", -1, "no PT_INTERP"));
    }
    if (segment.get().size() == 0) { // in a file with debug information alone
      return Fact.unknown();
    }
    String path = file.content(segment.get()).text(0, 4096);
    return Fact.certain(path, new Evidence(".interp", segment.get().offset(), path));
  }

  private static Fact linking(ElfFile file, Optional<List<DynamicEntry>> dynamic) {
    if (file.header().type() == ElfHeader.TYPE_REL
        || file.segments().isEmpty()
        || !file.allSegments()) {
      return Fact.unknown();
    }
    Optional<Evidence> table = seen(file, Segment.DYNAMIC, "PT_DYNAMIC");
    Optional<Evidence> interpreter = seen(file, Segment.INTERP, "PT_INTERP");
    Evidence first = table.orElse(new Evidence("program headers", -1, "no PT_DYNAMIC"));
    if (table.isEmpty() || interpreter.isPresent() || file.header().entry() == 0) {
      List<Evidence> evidence = Stream.concat(Stream.of(first), interpreter.stream()).toList();
      String value = table.isPresent() ? "dynamic" : "static";
      return new Fact(value, Grade.CERTAIN, evidence, List.of());
    }
    return dynamic.map(entries -> withoutInterpreter(entries, first)).orElse(Fact.unknown());
  }

  private static Optional<Evidence> seen(ElfFile file, long type, String name) {
    return file.segment(type)
        .map(segment -> new Evidence("program headers", file.place(segment), name));
  }

  /**
   * A static PIE has a dynamic table and an entry, but neither interpreter, nor name, nor needs.
   * That there is an entry proves nothing: older GNU ld gave each library one, the begin of its
   * code.
   */
  private static Fact withoutInterpreter(List<DynamicEntry> dynamic, Evidence seen) {
    for (DynamicEntry entry : dynamic) {
      if (entry.tag() == DynamicEntry.SONAME || entry.tag() == DynamicEntry.NEEDED) {
        String tag = entry.tag() == DynamicEntry.SONAME ? "SONAME" : "NEEDED";
        Evidence named = new Evidence(".dynamic", entry.offset(), tag);
        return new Fact("dynamic", Grade.CERTAIN, List.of(named, seen), List.of());
      }
    }
    return pieFlag(dynamic)
        .map(pie -> new Fact("static", Grade.CERTAIN, List.of(seen, pie), List.of()))
        .orElseGet(() -> new Fact("static", Grade.MEDIUM, List.of(seen), List.of(noPieFlag())));
  }

  private static Optional<Evidence> pieFlag(List<DynamicEntry> dynamic) {
    return dynamic.stream()
        .filter(e -> e.tag() == DynamicEntry.FLAGS_1 && (e.value() & DF_1_PIE) != 0)
        .findFirst()
        .map(flag -> new Evidence(".dynamic", flag.offset(), "DF_1_PIE"));
  }

  private static Evidence noPieFlag() {
    return new Evidence(".dynamic", -1, "no DF_1_PIE flag");
  }

  private static Fact needed(ElfFile file, List<DynamicEntry> dynamic, FactSheet sheet) {
    List<String> names = new ArrayList<>();
    List<Evidence> evidence = new ArrayList<>();
    for (DynamicEntry entry : dynamic) {
      if (entry.tag() == DynamicEntry.NEEDED) {
        if (names.size() == MAX_NEEDED) {
          sheet.problem("offset %d: more than 256 needed libraries".formatted(entry.offset()));
          break;
        }
        String name = entry.text(file);
        names.add(name);
        evidence.add(new Evidence(".dynamic", entry.offset(), name));
      }
    }
    if (!names.isEmpty()) {
      return new Fact(String.join(", ", names), Grade.CERTAIN, evidence, List.of());
    }
    boolean known = file.allSegments() && !file.segments().isEmpty();
    return known
        ? Fact.certain("none", new Evidence(".dynamic", -1, "no NEEDED entry"))
        : Fact.unknown();
  }

  private static Fact path(
      ElfFile file, Optional<List<DynamicEntry>> dynamic, long tag, String what) {
    boolean known = dynamic.isPresent() && file.allSegments() && !file.segments().isEmpty();
    return dynamic.stream()
        .flatMap(List::stream)
        .filter(entry -> entry.tag() == tag)
        .findFirst()
        .map(
            entry -> Fact.certain(entry.text(file), new Evidence(".dynamic", entry.offset(), what)))
        .orElseGet(() ->
            known
                ? Fact.certain("none", new Evidence(".dynamic", -1, "no %s entry".formatted(what)))
                : Fact.unknown());
  }
}
