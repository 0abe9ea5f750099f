package dev.selfsame.binary;

import dev.selfsame.binary.elf.DynamicEntry;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.binary.elf.SymbolTable;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What the loader is told to protect. */
final class ElfHardening {
  private static final long DF_BIND_NOW = 8;
  private static final long DF_1_NOW = 1;

  private static final byte[] HANDLER = "__stack_chk_fail\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOCAL_HANDLER =
      "__stack_chk_fail_local\0".getBytes(StandardCharsets.US_ASCII);

  private ElfHardening() {}

  static void read(ElfFile file, FactSheet sheet) {
    if (file.segments().isEmpty()
        || !file.allSegments()
        || file.header().type() == ElfHeader.TYPE_REL) {
      sheet.put("relro", Fact.unknown());
      sheet.put("nx", Fact.unknown());
      sheet.put("pie", Fact.unknown());
      sheet.put("stack-protector", Fact.unknown());
      return;
    }
    sheet.read("relro", () -> relro(file));
    sheet.put("nx", nx(file));
    sheet.put("pie", pie(sheet.facts().getOrDefault("type", Fact.unknown())));
    Fact linking = sheet.facts().getOrDefault("linking", Fact.unknown());
    boolean linkedStatically = linking.value().equals("static");
    sheet.read("stack-protector", () -> stackProtector(file, linkedStatically));
  }

  private static Fact pie(Fact type) {
    return switch (type.value()) {
      case "PIE" -> new Fact("yes", type.grade(), type.evidence(), type.contradictions());
      case "EXEC" -> new Fact("no", type.grade(), type.evidence(), type.contradictions());
      default -> Fact.unknown();
    };
  }

  /**
   * Shows where a function calls the handler; code without buffers has no need to. A library that
   * defines the handler may have it for others, so the file has to import it. A static program has
   * it from an archive, which gives it to nobody who does not call it.
   */
  private static Fact stackProtector(ElfFile file, boolean linkedStatically) {
    for (long type : List.of(Section.DYNSYM, Section.SYMTAB)) {
      Optional<Section> section = file.section(type).filter(Section::inFile);
      if (section.isPresent()) {
        SymbolTable table = SymbolTable.of(file, section.get());
        for (long i = 1; i < table.count(); i++) {
          boolean named = table.named(i, HANDLER) || table.named(i, LOCAL_HANDLER);
          if (named && (table.undefined(i) || linkedStatically)) {
            Evidence seen = new Evidence(section.get().name(), table.offset(i), "__stack_chk_fail");
            return new Fact("yes, at least in part", Grade.STRONG, List.of(seen), List.of());
          }
        }
      }
    }
    return Fact.unknown();
  }

  private static Fact relro(ElfFile file) {
    Optional<Segment> segment = file.segment(Segment.GNU_RELRO);
    if (segment.isEmpty()) {
      return Fact.certain("none", new Evidence("program headers", -1, "no PT_GNU_RELRO"));
    }
    Evidence read = new Evidence("program headers", file.place(segment.get()), "PT_GNU_RELRO");
    if (DynamicEntry.elsewhere(file)) {
      return new Fact("unknown", Grade.UNKNOWN, List.of(read), List.of());
    }
    Optional<DynamicEntry> now =
        DynamicEntry.readAll(file).stream().filter(ElfHardening::bindsNow).findFirst();
    if (now.isEmpty()) {
      return Fact.certain("partial", read);
    }
    Evidence bind = new Evidence(".dynamic", now.get().offset(), "bind now");
    return new Fact("full", Grade.CERTAIN, List.of(read, bind), List.of());
  }

  private static boolean bindsNow(DynamicEntry entry) {
    return entry.tag() == DynamicEntry.BIND_NOW
        || (entry.tag() == DynamicEntry.FLAGS && (entry.value() & DF_BIND_NOW) != 0)
        || (entry.tag() == DynamicEntry.FLAGS_1 && (entry.value() & DF_1_NOW) != 0);
  }

  /** Without the mark the kernel decides by machine, so nothing is known. */
  private static Fact nx(ElfFile file) {
    return file.segment(Segment.GNU_STACK)
        .map(stack ->
            Fact.certain(
                stack.executable() ? "no" : "yes",
                new Evidence(
                    "program headers",
                    file.place(stack),
                    "PT_GNU_STACK flags %d".formatted(stack.flags()))))
        .orElse(Fact.unknown());
  }
}
