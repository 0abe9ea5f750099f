package dev.selfsame.binary;

import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.Cpu;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.PackedVersion;
import dev.selfsame.binary.macho.Segment;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What kind of file a Mach-O file is, and what it needs to run. */
final class MachoIdentity {
  private static final int MAX_NEEDED = 256;

  /** The words that ELF's machines have too, so that the same machine has the same word. */
  private static final Map<Integer, String> MACHINES =
      Map.of(
          Cpu.X86, "i386",
          Cpu.X86_64, "x86-64",
          Cpu.ARM, "ARM",
          Cpu.ARM64, "AArch64",
          Cpu.ARM64_32, "AArch64",
          Cpu.POWERPC, "PowerPC",
          Cpu.POWERPC64, "PowerPC64");

  /** The names of those that are no particular processor. */
  private static final List<String> GENERIC = List.of("i386", "x86_64", "arm64", "ppc", "ppc64");

  private static final Map<Long, String> TYPES =
      Map.ofEntries(
          Map.entry((long) MachoHeader.TYPE_OBJECT, "OBJECT"),
          Map.entry((long) MachoHeader.TYPE_CORE, "CORE"),
          Map.entry((long) MachoHeader.TYPE_PRELOAD, "PRELOAD"),
          Map.entry((long) MachoHeader.TYPE_DYLIB, "DYLIB"),
          Map.entry((long) MachoHeader.TYPE_DYLINKER, "DYLINKER"),
          Map.entry((long) MachoHeader.TYPE_BUNDLE, "BUNDLE"),
          Map.entry((long) MachoHeader.TYPE_DYLIB_STUB, "DYLIB STUB"),
          Map.entry((long) MachoHeader.TYPE_DSYM, "DSYM"),
          Map.entry((long) MachoHeader.TYPE_KEXT, "KEXT"),
          Map.entry((long) MachoHeader.TYPE_FILESET, "FILESET"));

  private final MachoFile file;
  private final MachoHeader header;

  private MachoIdentity(MachoFile file) {
    this.file = file;
    this.header = file.header();
  }

  static void read(MachoFile file, FactSheet sheet) {
    new MachoIdentity(file).read(sheet);
  }

  private void read(FactSheet sheet) {
    sheet.put("class", header(header.wide() ? "64-bit" : "32-bit", 0, "magic"));
    boolean little = header.order() == ByteOrder.LITTLE_ENDIAN;
    sheet.put("byte-order", header(little ? "little-endian" : "big-endian", 0, "magic"));
    sheet.put("machine", machine());
    sheet.put("type", type());
    sheet.put("pie", pie());
    sheet.put("nx", nx());
    sheet.put("entry", entry());
    sheet.put("interpreter", interpreter());
    sheet.put("linking", linking());
    sheet.put("needed", needed(sheet));
    sheet.put("uuid", uuid());
    sheet.put("abi", platform("", versions -> Optional.of(versions.platform())));
    sheet.put("minos", platform("minos ", versions -> version(versions.minimum())));
    sheet.put("sdk", platform("sdk ", versions -> version(versions.sdk())));
    file.first(LoadCommand.Encryption.class).ifPresent(c -> sheet.put("encryption", encryption(c)));
  }

  private Fact header(String value, long offset, String what) {
    return Fact.certain(value, new Evidence("Mach-O header", file.place(offset), what));
  }

  private Fact machine() {
    Cpu cpu = header.cpu();
    String name = cpu.name();
    String machine = MACHINES.getOrDefault(cpu.type(), name);
    boolean particular = !GENERIC.contains(name) && !machine.equals(name);
    String what = "cputype %d, cpusubtype 0x%08x".formatted(cpu.type(), cpu.subtype());
    return header(particular ? "%s (%s)".formatted(machine, name) : machine, 4, what);
  }

  private Fact type() {
    String what = "filetype %d".formatted(header.type());
    if (program()) {
      return header(header.has(MachoHeader.FLAG_PIE) ? "PIE" : "EXEC", 12, what);
    }
    String name = TYPES.get(header.type());
    Evidence read = new Evidence("Mach-O header", file.place(12), what);
    return name == null
        ? new Fact("unknown", Grade.UNKNOWN, List.of(read), List.of())
        : Fact.certain(name, read);
  }

  private boolean program() {
    return header.type() == MachoHeader.TYPE_EXECUTE;
  }

  private Fact pie() {
    if (!program()) {
      return Fact.unknown();
    }
    boolean pie = header.has(MachoHeader.FLAG_PIE);
    return header(pie ? "yes" : "no", 24, pie ? "MH_PIE" : "no MH_PIE");
  }

  /**
   * What the program asks the kernel for. A library has no say. On 64 bits neither stack nor heap
   * can be executed unless it is asked for; on 32 bits the heap can.
   */
  private Fact nx() {
    if (!program()) {
      return Fact.unknown();
    } else if (header.has(MachoHeader.FLAG_ALLOW_STACK_EXECUTION)) {
      return header("no", 24, "MH_ALLOW_STACK_EXECUTION");
    } else if (header.wide()) {
      return header("yes", 24, "64-bit, no MH_ALLOW_STACK_EXECUTION");
    }
    boolean heap = header.has(MachoHeader.FLAG_NO_HEAP_EXECUTION);
    return heap
        ? header("yes", 24, "MH_NO_HEAP_EXECUTION")
        : header("stack only", 24, "32-bit, no MH_NO_HEAP_EXECUTION");
  }

  private Fact entry() {
    Optional<LoadCommand.Main> main = file.first(LoadCommand.Main.class);
    Optional<Segment> text = file.segment(Segment.TEXT);
    if (main.isPresent()) {
      long address = text.map(Segment::address).orElse(0L) + main.get().entry();
      String what = "entryoff %d".formatted(main.get().entry());
      return text.isEmpty() ? Fact.unknown() : fact(hex(address), main.get(), what);
    }
    for (LoadCommand.Registers thread : file.all(LoadCommand.Registers.class).toList()) {
      if (thread.frame().number() == Commands.UNIXTHREAD) {
        return thread
            .counter()
            .map(counter -> fact(hex(counter), thread, "program counter"))
            .orElse(Fact.unknown());
      }
    }
    return absent("none", "no LC_MAIN, no LC_UNIXTHREAD");
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  private Fact interpreter() {
    return file.text(Commands.LOAD_DYLINKER)
        .map(linker -> fact(linker.text(), linker, linker.text()))
        .orElseGet(() -> absent("none", "no LC_LOAD_DYLINKER"));
  }

  private Fact linking() {
    if (header.type() == MachoHeader.TYPE_OBJECT
        || header.type() == MachoHeader.TYPE_DSYM
        || header.type() == MachoHeader.TYPE_CORE) {
      return Fact.unknown();
    }
    boolean dynamic = header.has(MachoHeader.FLAG_DYLDLINK);
    return header(dynamic ? "dynamic" : "static", 24, dynamic ? "MH_DYLDLINK" : "no MH_DYLDLINK");
  }

  private Fact needed(FactSheet sheet) {
    if (!file.allCommands()) {
      return Fact.unknown();
    }
    List<LoadCommand.Dylib> libraries =
        file.all(LoadCommand.Dylib.class).filter(library -> !library.own()).toList();
    if (libraries.size() > MAX_NEEDED) {
      sheet.problem(
          "offset %d: more than 256 needed libraries"
              .formatted(file.place(libraries.get(MAX_NEEDED).frame().offset())));
    }
    List<String> names = new ArrayList<>();
    List<Evidence> evidence = new ArrayList<>();
    for (LoadCommand.Dylib library : libraries.stream().limit(MAX_NEEDED).toList()) {
      String version = PackedVersion.full(library.current());
      String manner = library.manner().isEmpty() ? "" : " (%s)".formatted(library.manner());
      names.add("%s %s%s".formatted(library.name(), version, manner));
      String least = PackedVersion.full(library.compatibility());
      evidence.add(evidence(library, "%s, at least %s".formatted(library.name(), least)));
    }
    return names.isEmpty()
        ? absent("none", "no LC_LOAD_DYLIB")
        : new Fact(String.join(", ", names), Grade.CERTAIN, evidence, List.of());
  }

  private Fact uuid() {
    return file.first(LoadCommand.Uuid.class)
        .map(uuid -> fact(uuid.hex(), uuid, uuid.hex()))
        .orElseGet(() -> absent("none", "no LC_UUID"));
  }

  /** Of a file that the store of an application encrypted, the code is nothing that can be read. */
  private Fact encryption(LoadCommand.Encryption command) {
    String what = "cryptid %d".formatted(command.system());
    String value = command.system() == 0 ? "none" : "yes, by system %d".formatted(command.system());
    return fact(value, command, what);
  }

  /** What {@code LC_BUILD_VERSION} and {@code LC_VERSION_MIN_*} say in common. */
  private record Versions(LoadCommand command, String platform, long minimum, long sdk) {}

  private List<Versions> versions() {
    List<Versions> all = new ArrayList<>();
    for (LoadCommand command : file.commands()) {
      if (command instanceof LoadCommand.BuildVersion build) {
        String platform = Commands.platform(build.platform());
        all.add(new Versions(build, platform, build.minimum(), build.sdk()));
      } else if (command instanceof LoadCommand.MinimumVersion least) {
        String platform = Commands.platform(platform(least.frame().number()));
        all.add(new Versions(least, platform, least.minimum(), least.sdk()));
      }
    }
    return all;
  }

  private static long platform(long command) {
    return switch ((int) command) {
      case (int) Commands.VERSION_MIN_IPHONEOS -> 2;
      case (int) Commands.VERSION_MIN_TVOS -> 3;
      case (int) Commands.VERSION_MIN_WATCHOS -> 4;
      default -> 1;
    };
  }

  /** An SDK of 0.0 is none that was named. */
  private static Optional<String> version(long packed) {
    return packed == 0 ? Optional.empty() : Optional.of(PackedVersion.brief(packed));
  }

  private Fact platform(String field, java.util.function.Function<Versions, Optional<String>> of) {
    List<String> values = new ArrayList<>();
    List<Evidence> evidence = new ArrayList<>();
    for (Versions versions : versions()) {
      Optional<String> value = of.apply(versions);
      if (value.isPresent() && !values.contains(value.get())) {
        values.add(value.get());
        String what = field.isEmpty() ? value.get() : field + value.get();
        evidence.add(evidence(versions.command(), what));
      }
    }
    return values.isEmpty()
        ? Fact.unknown()
        : new Fact(String.join(", ", values), Grade.CERTAIN, evidence, List.of());
  }

  private Fact fact(String value, LoadCommand command, String what) {
    return Fact.certain(value, evidence(command, what));
  }

  private Evidence evidence(LoadCommand command, String what) {
    return new Evidence(command.frame().name(), file.place(command.frame().offset()), what);
  }

  /** What is not there is absent only where every load command was read. */
  private Fact absent(String value, String what) {
    return file.allCommands()
        ? Fact.certain(value, new Evidence("load commands", -1, what))
        : Fact.unknown();
  }
}
