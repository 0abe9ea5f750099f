package dev.selfsame.compare;

import dev.selfsame.binary.InMemory;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fuzzes what decides that two binaries are equivalent. A form is itself; it is made in time,
 * whatever the file; and a byte of code or constants that is another makes two files differ,
 * whatever was declared not to matter.
 */
public final class NormalFormFuzz {
  /** Seconds of work. */
  private static final int SLOW = 5;

  private static final Set<Category> PROGRAM =
      EnumSet.of(Category.CODE, Category.RODATA, Category.DATA, Category.RELRO_DATA);

  private NormalFormFuzz() {}

  /** Any bytes. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    long begun = cpuTime();
    int seed = Arrays.hashCode(input);
    BinaryFacts facts = InMemory.read(input);
    Set<Ignorable> ignored = EnumSet.noneOf(Ignorable.class);
    for (Ignorable one : Ignorable.values()) {
      if ((seed >> one.ordinal() & 1) == 1) {
        ignored.add(one);
      }
    }
    Optional<NormalForm> form = NormalForm.of(facts, ByteView.of(input), ignored);
    if (form.isPresent()) {
      Optional<NormalForm> again = NormalForm.of(facts, ByteView.of(input), ignored);
      require(again.isPresent() && form.get().same(again.get()), "a form that is not itself");
      changed(input, seed, facts, ignored, form.get());
    }
    require((cpuTime() - begun) / 1e9 <= SLOW, "slow");
  }

  /** Nanoseconds of work: a machine that does other things must not look like a finding. */
  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Another byte in the program is never equivalent. */
  private static void changed(
      byte[] input, int seed, BinaryFacts facts, Set<Ignorable> ignored, NormalForm form) {
    List<Range> program =
        facts.ranges().stream()
            .filter(range -> PROGRAM.contains(range.category()) && range.size() > 0)
            .toList();
    if (program.isEmpty()) {
      return;
    }
    Range range = program.get(Math.floorMod(seed, program.size()));
    int at = (int) (range.offset() + Math.floorMod((long) seed * 31, range.size()));
    byte[] other = input.clone();
    other[at] ^= (byte) (1 << Math.floorMod(seed, 8));
    BinaryFacts otherFacts = InMemory.read(other);
    Optional<NormalForm> otherForm = NormalForm.of(otherFacts, ByteView.of(other), ignored);
    require(
        otherForm.isEmpty() || !otherForm.get().same(form),
        "offset %d of %s is another byte, and the forms are the same, without %s"
            .formatted(at, range, ignored));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
