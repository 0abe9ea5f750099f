package dev.selfsame.compare;

/**
 * Whether two files are for one instruction set. Mach-O names some processors of it apart, such as
 * {@code AArch64 (arm64e)}; ELF and PE have one word for all of them.
 */
final class Machines {
  private Machines() {}

  /** The instruction set alone, of a value of the fact {@code machine}. */
  static String instructionSet(String machine) {
    int processor = machine.indexOf(" (");
    return processor < 0 ? machine : machine.substring(0, processor);
  }

  /** Whether both values name one instruction set, for whichever processors. */
  static boolean same(String a, String b) {
    return instructionSet(a).equals(instructionSet(b));
  }
}
