package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.BuildAttribute;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Note;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which processor an ELF file needs. Only what is declared counts: that an instruction occurs
 * proves no more than a dispatch.
 */
final class ElfIsa {
  private static final int ARM = 40;
  private static final int X86_64 = 62;
  private static final int AARCH64 = 183;
  private static final int RISC_V = 243;

  /** {@code NT_GNU_PROPERTY_TYPE_0}. */
  private static final long PROPERTIES = 5;

  /** {@code GNU_PROPERTY_X86_ISA_1_NEEDED} and {@code GNU_PROPERTY_AARCH64_FEATURE_1_AND}. */
  private static final long X86_ISA_NEEDED = 0xc000_8002L;

  private static final long AARCH64_FEATURES = 0xc000_0000L;

  private static final List<String> LEVELS =
      List.of("x86-64 (baseline)", "x86-64-v2", "x86-64-v3", "x86-64-v4");

  /** {@code Tag_CPU_arch}, {@code Tag_CPU_arch_profile}, and RISC-V's {@code Tag_arch}. */
  private static final long CPU_ARCH = 6;

  private static final long CPU_ARCH_PROFILE = 7;
  private static final long RISC_V_ARCH = 5;

  /** By {@code Tag_CPU_arch}; the name has its profile in it where there is but one. */
  private static final List<String> ARM_NAMES =
      List.of(
          "",
          "v4",
          "v4T",
          "v5T",
          "v5TE",
          "v5TEJ",
          "v6",
          "v6KZ",
          "v6T2",
          "v6K",
          "v7",
          "v6-M",
          "v6S-M",
          "v7E-M",
          "v8-A",
          "v8-R",
          "v8-M.Base",
          "v8-M.Main",
          "v8.1-A",
          "v8.2-A",
          "v8.3-A",
          "v8.1-M.Main",
          "v9-A");

  /** A property of a GNU note that is a number. */
  private record Property(String where, long offset, long bits) {}

  private ElfIsa() {}

  static Fact level(ElfFile file) {
    return switch (file.header().machine()) {
      case X86_64 ->
          property(file, X86_ISA_NEEDED, ElfIsa::x86)
              .orElseGet(() -> unknown("notes", "no ISA level that has a name"));
      case AARCH64 ->
          property(file, AARCH64_FEATURES, ElfIsa::aarch64)
              .orElseGet(() -> unknown("file", "no field of the format says it"));
      case ARM ->
          arm(attributes(file, BuildAttribute.Vendor.ARM))
              .orElseGet(() -> unknown("section headers", "no build attribute that says it"));
      case RISC_V ->
          riscV(attributes(file, BuildAttribute.Vendor.RISC_V))
              .orElseGet(() -> unknown("section headers", "no build attribute that says it"));
      default -> unknown("file", "not looked for on this machine");
    };
  }

  private static Fact unknown(String where, String why) {
    return Fact.unknown(new Evidence(where, -1, why));
  }

  /** What is told of the first property of this kind of which something is told. */
  private static Optional<Fact> property(
      ElfFile file, long wanted, Function<Property, Optional<Fact>> told) {
    for (Note note : Note.readAll(file)) {
      if (note.owner().equals("GNU") && note.type() == PROPERTIES) {
        ByteView properties = note.content();
        for (long at = 0; at + 8 <= properties.size(); ) {
          long size = properties.u32(at + 4);
          if (properties.u32(at) == wanted && size >= 4) {
            long bits = properties.u32(at + 8);
            Optional<Fact> fact =
                told.apply(new Property(note.where(), properties.start() + at, bits));
            if (fact.isPresent()) {
              return fact;
            }
          }
          at += 8 + ((size + 7) & ~7L);
        }
      }
    }
    return Optional.empty();
  }

  /** A linker joins what its inputs declare, and rustc's declare nothing, so this is a floor. */
  private static Optional<Fact> x86(Property property) {
    int level = 63 - Long.numberOfLeadingZeros(property.bits());
    if (level < 0 || level >= LEVELS.size()) {
      return Optional.empty();
    }
    String said = "ISA needed, as declared: bits " + property.bits();
    Evidence read = new Evidence(property.where(), property.offset(), said);
    return Optional.of(
        new Fact("at least " + LEVELS.get(level), Grade.WEAK, List.of(read), List.of()));
  }

  /** BTI, PAC and GCS are hints: a processor that has none of them passes over them. */
  private static Optional<Fact> aarch64(Property property) {
    String said = "features that need no processor of their own: bits " + property.bits();
    return Optional.of(Fact.unknown(new Evidence(property.where(), property.offset(), said)));
  }

  /** The build attributes of a section of this name; none where there is no such section. */
  private record Attributes(String where, List<BuildAttribute> all) {
    Optional<BuildAttribute> first(long tag) {
      return all.stream().filter(one -> one.tag() == tag).findFirst();
    }

    /** What compilers and assemblers declare, of which a linker takes the most. */
    Optional<Fact> declared(String value, BuildAttribute attribute, String said) {
      Evidence read = new Evidence(where, attribute.offset(), said);
      return Optional.of(new Fact(value, Grade.MEDIUM, List.of(read), List.of()));
    }
  }

  private static Attributes attributes(ElfFile file, BuildAttribute.Vendor vendor) {
    return file.section(Section.PROCESSOR_ATTRIBUTES)
        .filter(Section::inFile)
        .map(found ->
            new Attributes(found.name(), BuildAttribute.readAll(file.content(found), vendor)))
        .orElseGet(() -> new Attributes("", List.of()));
  }

  private static Optional<Fact> arm(Attributes attributes) {
    Optional<BuildAttribute> arch = attributes.first(CPU_ARCH);
    long number = arch.map(BuildAttribute::number).orElse(0L);
    if (arch.isEmpty() || number <= 0 || number >= ARM_NAMES.size()) {
      return Optional.empty();
    }
    String name = ARM_NAMES.get((int) number);
    long profile = attributes.first(CPU_ARCH_PROFILE).map(BuildAttribute::number).orElse(0L);
    boolean open = name.equals("v7") && (profile == 'A' || profile == 'R' || profile == 'M');
    String value = "at least ARM" + name + (open ? "-" + (char) profile : "");
    return attributes.declared(value, arch.get(), "Tag_CPU_arch, as declared: " + number);
  }

  private static Optional<Fact> riscV(Attributes attributes) {
    return attributes
        .first(RISC_V_ARCH)
        .filter(arch -> !arch.text().isEmpty())
        .flatMap(arch ->
            attributes.declared("at least " + arch.text(), arch, "Tag_RISCV_arch, as declared"));
  }
}
