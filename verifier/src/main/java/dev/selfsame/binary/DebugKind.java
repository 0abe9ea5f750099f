package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;

/**
 * Which debug information a section holds. Its name says so; certain it is only where the content
 * bears that out.
 *
 * @param name such as {@code split DWARF 4 and 5}
 * @param grade how much is proved
 * @param against what in the content is not as it would have to be
 */
record DebugKind(String name, Grade grade, List<Evidence> against) {
  private static final int STAB = 12;

  DebugKind {
    against = List.copyOf(against);
  }

  /**
   * DWARF that is not compressed.
   *
   * @param kind such as {@code split DWARF}
   * @param versions whether those of the units are told
   * @param units content of a section of units, or of line tables, which begin alike
   * @param section its name
   * @param place where it begins
   */
  static DebugKind dwarf(
      String kind, boolean versions, ByteView units, String section, long place) {
    Dwarf read = Dwarf.of(units);
    long at = read.versions().isEmpty() ? place : place + read.end();
    return of(
        versions ? read.name(kind) : kind,
        read.whole(),
        new Evidence(section, at, "no header of a DWARF unit"));
  }

  /** DWARF whose content is not looked at, since it is compressed. */
  static DebugKind compressed(String kind) {
    return new DebugKind(kind + " (compressed)", Grade.STRONG, List.of());
  }

  /** DWARF that says it is compressed, and cannot be. */
  static DebugKind wronglyCompressed(String kind, String section, long place) {
    Evidence against = new Evidence(section, place, "an unpacked size that it cannot have");
    return new DebugKind(kind + " (compressed)", Grade.MEDIUM, List.of(against));
  }

  /**
   * Entries of 12 bytes, the first of which has the name of a source file and the type 0. Source:
   * GDB's "STABS", Stab Section Basics.
   */
  static DebugKind stabs(ByteView entries, String section, long place) {
    boolean sound = entries.size() >= STAB && entries.u32(0) != 0 && entries.u8(4) == 0;
    return of("STABS", sound, new Evidence(section, place, "no entry that begins a unit"));
  }

  /** Source: Microsoft's {@code cvinfo.h}, {@code CV_SIGNATURE_C7}, {@code C11} and {@code C13}. */
  static DebugKind codeView(ByteView content, String section, long place) {
    long signature = content.holds(0, 4) ? content.u32(0) : 0;
    boolean sound = signature == 1 || signature == 2 || signature == 4;
    return of("CodeView", sound, new Evidence(section, place, "no signature of CodeView"));
  }

  private static DebugKind of(String name, boolean sound, Evidence against) {
    return sound
        ? new DebugKind(name, Grade.CERTAIN, List.of())
        : new DebugKind(name, Grade.MEDIUM, List.of(against));
  }
}
