package dev.selfsame.binary;

import dev.selfsame.binary.elf.DynamicEntry;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import java.util.Optional;

/** What the loader is told to protect. */
final class ElfHardening {
  private static final long DF_BIND_NOW = 8;
  private static final long DF_1_NOW = 1;

  private ElfHardening() {}

  static void read(ElfFile file, FactSheet sheet) {
    if (file.segments().isEmpty()
        || !file.allSegments()
        || file.header().type() == ElfHeader.TYPE_REL) {
      sheet.put("relro", Fact.unknown());
      sheet.put("nx", Fact.unknown());
      return;
    }
    sheet.read("relro", () -> relro(file));
    sheet.put("nx", nx(file));
  }

  private static Fact relro(ElfFile file) {
    Optional<Segment> segment = file.segment(Segment.GNU_RELRO);
    if (segment.isEmpty()) {
      return Fact.certain("none", new Evidence("program headers", -1, "no PT_GNU_RELRO"));
    }
    Evidence read = new Evidence("program headers", segment.get().offset(), "PT_GNU_RELRO");
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
                    "program headers", -1, "PT_GNU_STACK flags %d".formatted(stack.flags()))))
        .orElse(Fact.unknown());
  }
}
