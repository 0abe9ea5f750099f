package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.pe.Imports;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.SymbolTable;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * How a Rust program for Windows panics.
 *
 * <p>Landing pads prove nothing: the standard library comes compiled with its own, so that an
 * aborting program has them, imports {@code __CxxFrameHandler3} for them, and carries libgcc's
 * unwinder with {@code _Unwind_RaiseException} where MinGW linked it. What raises does: Microsoft's
 * run-time library throws by {@code _CxxThrowException}, which only the unwinding runtime calls, or
 * C++. A program that imports that library and not this function cannot throw. One that has the
 * library inside imports neither.
 */
final class PePanic {
  private static final byte[] RAISES = name("_CxxThrowException");

  /** What landing pads need of the run-time library: then it is outside of the file. */
  private static final List<byte[]> CATCHES =
      List.of(name("__CxxFrameHandler3"), name("__CxxFrameHandler4"));

  /** What throwing C++ calls and Rust's runtime does not. */
  private static final byte[] CPP = name("__std_exception_copy");

  private final ByteView bytes;
  private Optional<Evidence> raises = Optional.empty();
  private Optional<Evidence> catches = Optional.empty();
  private Optional<Evidence> cpp = Optional.empty();

  private PePanic(ByteView bytes) {
    this.bytes = bytes;
  }

  private static byte[] name(String function) {
    return (function + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads symbols, then imports.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where the imports cannot be read
   */
  static Fact of(PeFile file) {
    Optional<Fact> runtime = file.symbols().flatMap(PePanic::runtime);
    if (runtime.isPresent()) {
      return runtime.get();
    }
    PePanic panic = new PePanic(file.bytes());
    Imports.read(file, panic::look);
    return panic.fact();
  }

  /** A symbol of the panic runtime's own crate: both manglings write a name's length before it. */
  private static Optional<Fact> runtime(SymbolTable table) {
    for (String crate : List.of("12panic_unwind", "11panic_abort")) {
      long at = table.strings().indexOf(crate, 0);
      if (at >= 0) {
        Evidence seen =
            new Evidence("string table", table.strings().start() + at, crate.substring(2));
        String value = crate.endsWith("unwind") ? "unwind" : "abort";
        return Optional.of(new Fact(value, Grade.STRONG, List.of(seen), List.of()));
      }
    }
    return Optional.empty();
  }

  private void look(long name) {
    if (bytes.startsWith(name, RAISES)) {
      raises = Optional.of(seen(name, RAISES));
    } else if (CATCHES.stream().anyMatch(one -> bytes.startsWith(name, one))) {
      catches = Optional.of(seen(name, CATCHES.getFirst()));
    } else if (bytes.startsWith(name, CPP)) {
      cpp = Optional.of(seen(name, CPP));
    }
  }

  private Evidence seen(long place, byte[] name) {
    String text = bytes.text(place, name.length);
    return new Evidence("import names", bytes.start() + place, "imports " + text);
  }

  private Fact fact() {
    if (raises.isPresent()) {
      return cpp.isPresent()
          ? new Fact("unknown", Grade.UNKNOWN, List.of(raises.get()), List.of(cpp.get()))
          : new Fact("unwind", Grade.MEDIUM, List.of(raises.get()), List.of());
    }
    Evidence absent = new Evidence("import names", -1, "no import of _CxxThrowException");
    return catches
        .map(pads -> new Fact("abort", Grade.MEDIUM, List.of(absent, pads), List.of()))
        .orElseGet(() -> Fact.unknown(absent));
  }
}
