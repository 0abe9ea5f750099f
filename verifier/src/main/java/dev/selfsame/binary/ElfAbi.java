package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Note;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which ABI an ELF file is made for. {@code EI_OSABI} says System V of nearly everything: how
 * functions are called stands in {@code e_flags}, and the system in GNU's note.
 */
final class ElfAbi {
  private static final Map<Integer, String> SYSTEMS =
      Map.of(0, "System V", 2, "NetBSD", 3, "GNU/Linux", 6, "Solaris", 9, "FreeBSD", 12, "OpenBSD");

  /** Source: {@code elf.h} of glibc, {@code ELF_NOTE_OS}. */
  private static final List<String> NOTED = List.of("Linux", "GNU Hurd", "Solaris", "FreeBSD");

  private static final int MIPS = 8;
  private static final int POWERPC64 = 21;
  private static final int ARM = 40;
  private static final int RISC_V = 243;
  private static final int LOONGARCH = 258;

  /** A part of the value, and where it was read. */
  private record Said(String value, Evidence read) {}

  private ElfAbi() {}

  static Fact of(ElfFile file, FactSheet sheet) {
    ElfHeader header = file.header();
    List<Said> said = new ArrayList<>();
    said.add(
        new Said(
            SYSTEMS.getOrDefault(header.abi(), "ABI %d".formatted(header.abi())),
            new Evidence("ELF header", 7, "EI_OSABI %d".formatted(header.abi()))));
    String flags = "e_flags 0x" + Long.toHexString(header.flags());
    Evidence read = new Evidence("ELF header", header.wide() ? 48 : 36, flags);
    calls(header).ifPresent(calls -> said.add(new Said(calls, read)));
    sheet.attempt(() -> system(file), Optional.<Said>empty()).ifPresent(said::add);
    return new Fact(
        String.join(", ", said.stream().map(Said::value).toList()),
        Grade.CERTAIN,
        said.stream().map(Said::read).toList(),
        List.of());
  }

  /** How functions are called, by the name that compilers have for it. */
  private static Optional<String> calls(ElfHeader header) {
    int flags = (int) header.flags();
    boolean wide = header.wide();
    return switch (header.machine()) {
      case ARM -> arm(flags);
      case MIPS -> mips(flags, wide);
      case POWERPC64 -> named(List.of("", "ELFv1", "ELFv2", ""), flags & 3);
      case RISC_V -> Optional.of((wide ? "lp64" : "ilp32") + riscV(flags));
      case LOONGARCH ->
          named(List.of("", "s", "f", "d", "", "", "", ""), flags & 7)
              .map(floats -> (wide ? "lp64" : "ilp32") + floats);
      default -> Optional.empty();
    };
  }

  private static Optional<String> named(List<String> names, int number) {
    return Optional.of(names.get(number)).filter(name -> !name.isEmpty());
  }

  /** Source: ELF for the Arm Architecture, {@code EF_ARM_}; floats are told from version 5 on. */
  private static Optional<String> arm(int flags) {
    int version = flags >>> 24;
    if (version == 0) {
      return Optional.empty();
    }
    boolean hard = version >= 5 && (flags & 0x400) != 0;
    boolean soft = version >= 5 && (flags & 0x200) != 0;
    String floats = hard == soft ? "" : hard ? ", hard-float" : ", soft-float";
    return Optional.of("EABI%d%s".formatted(version, floats));
  }

  /** Source: {@code elf/mips.h} of binutils, {@code E_MIPS_ABI_}: n64 is what has no flag. */
  private static Optional<String> mips(int flags, boolean wide) {
    return switch (flags & 0xf000) {
      case 0x1000 -> Optional.of("o32");
      case 0x2000 -> Optional.of("o64");
      case 0x3000 -> Optional.of("eabi32");
      case 0x4000 -> Optional.of("eabi64");
      case 0 -> (flags & 0x20) != 0 || wide ? Optional.of(wide ? "n64" : "n32") : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Source: RISC-V ELF psABI, {@code EF_RISCV_FLOAT_ABI} and {@code EF_RISCV_RVE}. */
  private static String riscV(int flags) {
    return List.of("", "f", "d", "q").get((flags & 6) >> 1) + ((flags & 8) != 0 ? "e" : "");
  }

  /** The system, and the oldest that will do. Source: Linux Standard Base, ABI note tag. */
  private static Optional<Said> system(ElfFile file) {
    for (Note note : Note.readAll(file)) {
      ByteView tag = note.content();
      if (note.owner().equals("GNU") && note.type() == Note.GNU_ABI_TAG && tag.size() >= 16) {
        long number = tag.u32(0);
        String name = number < NOTED.size() ? NOTED.get((int) number) : "system " + number;
        String least = "%d.%d.%d".formatted(tag.u32(4), tag.u32(8), tag.u32(12));
        return Optional.of(
            new Said(
                "for %s %s or newer".formatted(name, least),
                new Evidence(
                    note.where(), tag.start(), "ABI tag: system %d, %s".formatted(number, least))));
      }
    }
    return Optional.empty();
  }
}
