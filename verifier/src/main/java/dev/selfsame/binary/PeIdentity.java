package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.pe.CoffHeader;
import dev.selfsame.binary.pe.DataDirectory;
import dev.selfsame.binary.pe.ImportObject;
import dev.selfsame.binary.pe.Imports;
import dev.selfsame.binary.pe.LoadConfig;
import dev.selfsame.binary.pe.OptionalHeader;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.UnwindTable;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What kind of file a PE image or COFF object is, what it needs, and what the loader protects. */
final class PeIdentity {
  private static final int RELOCATIONS_STRIPPED = 0x1;

  /** Named as the same machines are in ELF. Source: PE Format, Machine Types. */
  private static final Map<Integer, String> MACHINES =
      Map.of(
          CoffHeader.AMD64,
          "x86-64",
          CoffHeader.I386,
          "i386",
          CoffHeader.ARM64,
          "AArch64",
          0x1c0,
          "ARM",
          0x1c4,
          "ARM",
          0xa641,
          "ARM64EC",
          0xa64e,
          "ARM64X",
          0x200,
          "IA-64",
          0xebc,
          "EFI byte code",
          0x5064,
          "RISC-V");

  /** Source: PE Format, Windows Subsystem. */
  private static final Map<Integer, String> SUBSYSTEMS =
      Map.of(
          1, "native",
          2, "Windows GUI",
          3, "Windows console",
          9, "Windows CE GUI",
          10, "EFI application",
          11, "EFI boot service driver",
          12, "EFI run-time driver",
          16, "Windows boot application");

  /** Of these, what runs as a process of Windows. */
  private static final Set<Integer> PROCESSES = Set.of(2, 3);

  private PeIdentity() {}

  static void format(PeFile file, FactSheet sheet) {
    Fact format =
        file.image()
            ? Fact.certain(
                "PE", new Evidence("PE signature", file.header().offset() - 4, "MZ and PE"))
            : new Fact(
                "COFF",
                file.header().big() ? Grade.CERTAIN : Grade.STRONG,
                List.of(new Evidence("COFF header", 0, "a machine, and tables that fit the file")),
                List.of());
    sheet.put("format", format);
  }

  static void read(PeFile file, FactSheet sheet) {
    machine(file.header().machine(), file.header().machinePlace(), sheet);
    sheet.put("class", width(file));
    sheet.put("type", type(file));
    file.optional().ifPresent(header -> image(file, header, sheet));
    Optional<Imports> imports =
        file.image() && file.allSections()
            ? sheet.attempt(() -> Optional.of(Imports.read(file)), Optional.empty())
            : Optional.empty();
    sheet.put("linking", imports.map(i -> linking(file, i)).orElse(Fact.unknown()));
    sheet.put("needed", imports.map(PeIdentity::needed).orElse(Fact.unknown()));
    boolean whole = file.allSections() && file.image() == file.optional().isPresent();
    sheet.put("not-read", whole ? notRead(file) : Fact.unknown());
  }

  private static void machine(int machine, long offset, FactSheet sheet) {
    String name = MACHINES.getOrDefault(machine, "machine 0x%x".formatted(machine));
    Evidence read = new Evidence("COFF header", offset, "Machine 0x%x".formatted(machine));
    sheet.put("machine", Fact.certain(name, read));
    sheet.put("byte-order", Fact.certain("little-endian", read));
  }

  private static Fact width(PeFile file) {
    if (file.image()) {
      return file.optional()
          .map(header ->
              Fact.certain(
                  header.wide() ? "64-bit" : "32-bit",
                  new Evidence(
                      "optional header", header.offset(), header.wide() ? "PE32+" : "PE32")))
          .orElse(Fact.unknown());
    }
    Evidence read = new Evidence("COFF header", file.header().machinePlace(), "Machine");
    return switch (file.header().machine()) {
      case CoffHeader.AMD64, CoffHeader.ARM64, 0xa641, 0xa64e -> Fact.certain("64-bit", read);
      case CoffHeader.I386, 0x1c0, 0x1c4 -> Fact.certain("32-bit", read);
      default -> Fact.unknown();
    };
  }

  private static Fact type(PeFile file) {
    if (file.header().big()) { // its header has no such flags
      return Fact.certain("object", new Evidence("COFF header", 12, "class of a big object"));
    }
    int flags = file.header().characteristics();
    Evidence read =
        new Evidence(
            "COFF header", file.header().offset() + 18, "Characteristics 0x%x".formatted(flags));
    if (!file.image()) {
      return Fact.certain("object", read);
    } else if ((flags & CoffHeader.EXECUTABLE) == 0) {
      return new Fact("unknown", Grade.UNKNOWN, List.of(read), List.of());
    }
    return Fact.certain((flags & CoffHeader.DLL) != 0 ? "dll" : "exe", read);
  }

  private static void image(PeFile file, OptionalHeader header, FactSheet sheet) {
    String entry = header.entry() == 0 ? "none" : "0x" + Long.toHexString(header.entry());
    sheet.put("entry", Fact.certain(entry, at(header, 16, "AddressOfEntryPoint, from the base")));
    int subsystem = header.subsystem();
    sheet.put(
        "subsystem",
        Fact.certain(
            SUBSYSTEMS.getOrDefault(subsystem, "subsystem " + subsystem),
            at(header, 68, "Subsystem %d".formatted(subsystem))));
    sheet.put("pie", movable(file, header));
    sheet.put("nx", nx(header));
    sheet.read("cfg", () -> guarded(file, header));
  }

  /**
   * A 64-bit process of Windows has data that are not executable whether its image asks for that or
   * not, and cannot change it: the policies of a process are for 32-bit ones alone, and only the
   * machine's own setting turns it off for all. What is no such process has what it asks for.
   * Source: Microsoft, SetProcessDEPPolicy and GetSystemDEPPolicy.
   */
  private static Fact nx(OptionalHeader header) {
    boolean asked = header.has(OptionalHeader.NX_COMPAT);
    Evidence flag = flag(header, asked, "NX_COMPAT");
    if (asked || !header.wide() || !PROCESSES.contains(header.subsystem())) {
      return Fact.certain(asked ? "yes" : "no", flag);
    }
    return new Fact(
        "not asked for; on for 64-bit processes",
        Grade.STRONG,
        List.of(flag, at(header, 0, "PE32+")),
        List.of());
  }

  /** Without relocations an image that wants them cannot be moved, whatever its flag says. */
  private static Fact movable(PeFile file, OptionalHeader header) {
    boolean dynamic = header.has(OptionalHeader.DYNAMIC_BASE);
    boolean stripped = (file.header().characteristics() & RELOCATIONS_STRIPPED) != 0;
    List<Evidence> evidence = new ArrayList<>(List.of(flag(header, dynamic, "DYNAMIC_BASE")));
    if (dynamic && stripped) {
      evidence.add(new Evidence("COFF header", file.header().offset() + 18, "RELOCS_STRIPPED"));
    } else if (dynamic && header.has(OptionalHeader.HIGH_ENTROPY_VA)) {
      evidence.add(flag(header, true, "HIGH_ENTROPY_VA"));
    }
    return new Fact(dynamic && !stripped ? "yes" : "no", Grade.CERTAIN, evidence, List.of());
  }

  private static Fact guarded(PeFile file, OptionalHeader header) {
    boolean asked = header.has(OptionalHeader.GUARD_CF);
    List<Evidence> evidence = new ArrayList<>(List.of(flag(header, asked, "GUARD_CF")));
    if (!asked) {
      return new Fact("no", Grade.CERTAIN, evidence, List.of());
    }
    Optional<LoadConfig> config = LoadConfig.read(file);
    boolean checks = config.map(c -> (c.guardFlags() & LoadConfig.INSTRUMENTED) != 0).orElse(false);
    evidence.add(
        new Evidence(
            "load configuration",
            config.map(LoadConfig::offset).orElse(-1L),
            checks ? "CF_INSTRUMENTED" : "not CF_INSTRUMENTED"));
    return new Fact(checks ? "yes" : "no", Grade.CERTAIN, evidence, List.of());
  }

  private static Evidence flag(OptionalHeader header, boolean set, String name) {
    return at(header, 70, set ? name : "no " + name);
  }

  private static Evidence at(OptionalHeader header, long field, String what) {
    return new Evidence("optional header", header.offset() + field, what);
  }

  private static Fact linking(PeFile file, Imports imports) {
    if (file.optional().isEmpty()) {
      return Fact.unknown();
    }
    if (imports.libraries().isEmpty()) {
      return Fact.certain("static", new Evidence("import directory", -1, "no library"));
    }
    Imports.Library first = imports.libraries().getFirst();
    String what = "%d imported libraries".formatted(imports.libraries().size());
    return Fact.certain("dynamic", new Evidence(directory(first), first.offset(), what));
  }

  private static String directory(Imports.Library library) {
    return library.delayed() ? "delay import directory" : "import directory";
  }

  private static Fact needed(Imports imports) {
    if (imports.libraries().isEmpty()) {
      return Fact.certain("none", new Evidence("import directory", -1, "no library"));
    }
    List<String> names = new ArrayList<>();
    List<Evidence> evidence = new ArrayList<>();
    for (Imports.Library library : imports.libraries()) {
      names.add(library.delayed() ? library.name() + " (delayed)" : library.name());
      String what = "%s, %d functions".formatted(library.name(), library.functions());
      evidence.add(new Evidence(directory(library), library.offset(), what));
    }
    return new Fact(String.join(", ", names), Grade.CERTAIN, evidence, List.of());
  }

  /** What is counted as bytes and not looked into, for the reader to know. */
  private static Fact notRead(PeFile file) {
    List<String> parts = new ArrayList<>();
    directory(file, DataDirectory.RELOCATIONS, "base relocations one by one", parts);
    directory(file, DataDirectory.EXCEPTIONS, "unwind codes", parts);
    directory(file, DataDirectory.EXPORTS, "exported functions", parts);
    directory(file, DataDirectory.RESOURCES, "resources", parts);
    directory(file, DataDirectory.CERTIFICATES, "certificates (signature not verified)", parts);
    if (!file.image()) {
      parts.add("relocations one by one");
    }
    if (file.directory(DataDirectory.EXCEPTIONS).isPresent()
        && UnwindTable.reads(file)
        && file.section(".xdata").isEmpty()) {
      parts.add("handlers' own tables (counted as constants)");
    }
    Evidence why = new Evidence("file", -1, "counted by section, not looked into");
    return parts.isEmpty()
        ? Fact.certain("nothing", new Evidence("file", -1, "no such table"))
        : Fact.certain(String.join(", ", parts), why);
  }

  private static void directory(PeFile file, int number, String what, List<String> into) {
    file.directory(number).ifPresent(directory -> into.add(what));
  }

  /** A short import object is one function of a DLL and nothing else. */
  static List<Range> importObject(ImportObject object, ByteView bytes, FactSheet sheet) {
    Evidence read = new Evidence("COFF header", 0, "short import object");
    sheet.put("format", Fact.certain("COFF import", read));
    machine(object.machine(), 6, sheet);
    sheet.put("type", Fact.certain("import", read));
    sheet.put(
        "needed",
        Fact.certain(
            object.library(), new Evidence("import names", ImportObject.HEADER, object.symbol())));
    List<Range> ranges = new ArrayList<>();
    ranges.add(new Range("COFF header", Category.HEADERS, 0, ImportObject.HEADER));
    ranges.add(
        new Range(
            "import names",
            Category.DYNLINK,
            ImportObject.HEADER,
            object.size() - ImportObject.HEADER));
    if (object.size() < bytes.size()) {
      ranges.add(
          new Range("trailer", Category.TRAILER, object.size(), bytes.size() - object.size()));
    }
    return ranges;
  }
}
