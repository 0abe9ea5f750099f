package dev.selfsame.binary;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The facts that follow from what {@code llvm-readobj} prints of a PE image or COFF object. Not
 * asked here: which versions of DWARF there are, and whether a 64-bit image without the flag for it
 * runs its data, which no field says.
 */
final class PeDumpFacts {
  static final String[] OPTIONS = {
    "--file-headers",
    "--sections",
    "--symbols",
    "--coff-imports",
    "--coff-debug-directory",
    "--coff-load-config"
  };

  private static final Map<Long, String> MACHINES =
      Map.of(0x8664L, "x86-64", 0x14cL, "i386", 0xaa64L, "AArch64");
  private static final Map<Long, String> SUBSYSTEMS =
      Map.of(1L, "native", 2L, "Windows GUI", 3L, "Windows console");
  private static final Pattern FOR_DEBUGGERS =
      Pattern.compile("\\.z?debug_.*|\\.debug\\$.*|\\.debug|\\.stab.*|\\.gdb_index|\\.gnu_debug.*");
  private static final Pattern DESCRIBES_CODE =
      Pattern.compile("\\.z?debug_(info|types|line)|\\.debug\\$[ST]|\\.stab");

  /** A symbol of a section, and what rustc made of its name. */
  private static final Pattern MANGLED =
      Pattern.compile(
          "(?m)^ +Name: __?(?:(?<v0>R[BCIMNXY])\\w+|(?<legacy>ZN)\\d.*17h[0-9a-fA-F]{16}E)"
              + "(?:\\..*)?\\n +Value: .*\\n +Section: .* \\([1-9]\\d*\\)$");

  private static final long INSTRUMENTED = 0x100;

  private final LlvmReadobj dump;
  private final Optional<LlvmReadobj> optional;
  private final String flags;

  PeDumpFacts(LlvmReadobj dump) {
    this.dump = dump;
    this.optional = dump.blocks("ImageOptionalHeader").stream().findFirst();
    this.flags = optional.map(LlvmReadobj::text).orElse("");
  }

  /** What a fact graded certain, or a linker's version, says that LLVM contradicts. */
  List<String> contradictions(BinaryFacts facts) {
    List<String> found = new ArrayList<>();
    expected()
        .forEach((name, value) -> {
          Fact fact = facts.fact(name);
          if (fact.grade() == Grade.CERTAIN && !said(name, fact).equals(value)) {
            found.add("%s is \"%s\", not \"%s\"".formatted(name, fact.value(), value));
          }
        });
    Fact signature = facts.fact("code-signature");
    boolean signed = dump.number("CertificateTableSize") > 0;
    if (signature.grade() == Grade.CERTAIN && signature.value().equals("none") == signed) {
      found.add(
          "code-signature is \"%s\", and one is there: %s".formatted(signature.value(), signed));
    }
    String version = dump.number("MajorLinkerVersion") + "." + dump.number("MinorLinkerVersion");
    String said = ".* \\Q%s\\E([ .].*)?".formatted(version);
    String linker = facts.fact("linker").value();
    if (linker.matches(".*\\d\\.\\d.*") && !linker.matches(said)) {
      found.add("linker is \"%s\", and its version %s".formatted(linker, version));
    }
    return found;
  }

  /** How many facts graded certain LLVM was asked about. */
  long asked(BinaryFacts facts) {
    return expected().keySet().stream()
        .filter(name -> facts.fact(name).grade() == Grade.CERTAIN)
        .count();
  }

  private static String said(String name, Fact fact) {
    return switch (name) {
      case "debug-info" -> fact.value().replaceFirst("DWARF \\d( and \\d)*", "DWARF");
      case "mangling" -> fact.value().replaceFirst("^both: .*", "both");
      default -> fact.value();
    };
  }

  private Map<String, String> expected() {
    Map<String, String> facts = new TreeMap<>();
    String machine = MACHINES.getOrDefault(dump.number("Machine"), "");
    if (!machine.isEmpty()) {
      facts.put("machine", machine);
      facts.put("class", machine.equals("i386") ? "32-bit" : "64-bit");
    }
    facts.put("byte-order", "little-endian");
    facts.put("type", type());
    facts.put("timestamp", timestamp());
    facts.put("debug-info", debugInfo());
    facts.put("strip", strip());
    facts.put("mangling", mangling());
    if (optional.isPresent()) {
      facts.put("class", optional.get().value("Magic").equals("0x20B") ? "64-bit" : "32-bit");
      image(facts);
    }
    return facts;
  }

  private void image(Map<String, String> facts) {
    long entry = dump.number("AddressOfEntryPoint");
    facts.put("entry", entry == 0 ? "none" : "0x" + Long.toHexString(entry));
    Optional.ofNullable(SUBSYSTEMS.get(dump.number("Subsystem")))
        .ifPresent(subsystem -> facts.put("subsystem", subsystem));
    boolean movable =
        flags.contains("_DYNAMIC_BASE ") && !header().contains("IMAGE_FILE_RELOCS_STRIPPED ");
    facts.put("pie", movable ? "yes" : "no");
    boolean nx = flags.contains("_NX_COMPAT ");
    if (nx || facts.getOrDefault("class", "").equals("32-bit")) {
      facts.put("nx", nx ? "yes" : "no");
    }
    boolean checks = (Math.max(0, dump.number("GuardFlags")) & INSTRUMENTED) != 0;
    facts.put("cfg", flags.contains("_GUARD_CF ") && checks ? "yes" : "no");
    facts.put("linking", imports().isEmpty() ? "static" : "dynamic");
    facts.put("needed", imports().isEmpty() ? "none" : String.join(", ", imports()));
    facts.put("split-debug", pdb().isEmpty() ? "none" : pdb());
    facts.put("build-id", buildId());
  }

  private String header() {
    return dump.blocks("ImageFileHeader").getFirst().text();
  }

  private String type() {
    if (optional.isEmpty()) {
      return "object";
    } else if (!header().contains("IMAGE_FILE_EXECUTABLE_IMAGE ")) {
      return "unknown";
    }
    return header().contains("IMAGE_FILE_DLL ") ? "dll" : "exe";
  }

  /** Within a delayed import, each function has a block of the same name without a library. */
  private List<String> imports() {
    Stream<String> now =
        dump.blocks("Import").stream().filter(one -> one.count("Name") > 0).map(PeDumpFacts::name);
    Stream<String> later =
        dump.blocks("DelayImport").stream()
            .filter(one -> one.count("Name") > 0)
            .map(one -> name(one) + " (delayed)");
    return Stream.concat(now, later).toList();
  }

  private static String name(LlvmReadobj block) {
    return block.value("Name");
  }

  private List<LlvmReadobj> debugEntries() {
    return dump.blocks("DebugEntry");
  }

  /** As LLVM prints the time, which is that of the world. */
  private String timestamp() {
    if (debugEntries().stream().anyMatch(entry -> entry.number("Type") == 0x10)) {
      return "none, a hash in its place";
    }
    LlvmReadobj header = dump.blocks("ImageFileHeader").getFirst();
    return header.number("TimeDateStamp") == 0
        ? "none"
        : header.value("TimeDateStamp").replace(' ', 'T') + "Z";
  }

  private Optional<LlvmReadobj> codeView() {
    return debugEntries().stream().filter(entry -> entry.count("PDBGUID") > 0).findFirst();
  }

  private String pdb() {
    return codeView().map(entry -> entry.value("PDBFileName")).orElse("");
  }

  private String buildId() {
    return codeView()
        .map(entry -> entry.pdbGuid() + "-" + Long.decode(entry.value("PDBAge")))
        .orElse("none");
  }

  /** The first that says most of the kind. */
  private Optional<String> core() {
    return sections()
        .map(section -> section.value("Name"))
        .filter(name -> DESCRIBES_CODE.matcher(name).matches())
        .min(Comparator.comparing(name -> name.contains("_line")));
  }

  /** Those for debuggers that have bytes in the file. */
  private Stream<LlvmReadobj> sections() {
    return dump.blocks("Section").stream()
        .filter(section -> FOR_DEBUGGERS.matcher(section.value("Name")).matches())
        .filter(section -> section.number("RawDataSize") > 0)
        .filter(section -> section.number("PointerToRawData") > 0);
  }

  /** Of an image, a section's bytes are padded; an object's have no other size. */
  private static long bytes(LlvmReadobj section) {
    long size = section.number("VirtualSize");
    long raw = section.number("RawDataSize");
    return size == 0 ? raw : Math.min(size, raw);
  }

  private String debugInfo() {
    if (core().isEmpty()) {
      return pdb().isEmpty() ? "none" : "none here, separate file " + pdb();
    }
    String name = core().get().toLowerCase(Locale.ROOT);
    String kind =
        name.startsWith(".debug$")
            ? "CodeView"
            : name.equals(".stab")
                ? "STABS"
                : name.startsWith(".z") ? "DWARF (compressed)" : "DWARF";
    return "%s, %d bytes".formatted(kind, sections().mapToLong(PeDumpFacts::bytes).sum());
  }

  private String strip() {
    return core().isPresent()
        ? "full"
        : dump.number("SymbolCount") > 0 ? "debug-stripped" : "stripped";
  }

  private String mangling() {
    boolean legacy = false;
    boolean v0 = false;
    for (Matcher m = MANGLED.matcher(dump.text()); m.find(); ) {
      legacy |= m.group("legacy") != null;
      v0 |= m.group("v0") != null;
    }
    return legacy ? v0 ? "both" : "legacy" : v0 ? "v0" : "unknown";
  }
}
