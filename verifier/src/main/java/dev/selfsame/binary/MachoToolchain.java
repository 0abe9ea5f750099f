package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.LoadCommand.Tool;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.PackedVersion;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.binary.macho.SymbolTable;
import dev.selfsame.binary.rust.Comments;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.rust.PanicMarks;
import dev.selfsame.binary.rust.RustcFacts;
import dev.selfsame.binary.rust.SourcePaths;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Which compiler and linker made a Mach-O file, and how it panics. There is no {@code .comment}:
 * rustc is known by paths in panic messages alone.
 */
final class MachoToolchain {
  private static final byte[] RAISES = name("__Unwind_RaiseException");
  private static final byte[] WALKS = name("__Unwind_Backtrace");

  /** LLD begins the UUID that it computes with its own name. */
  private static final String LLD_UUID = "4c4c44";

  private final MachoFile file;
  private final FactSheet sheet;

  private MachoToolchain(MachoFile file, FactSheet sheet) {
    this.file = file;
    this.sheet = sheet;
  }

  static void read(MachoFile file, FactSheet sheet) {
    new MachoToolchain(file, sheet).read();
  }

  private static byte[] name(String symbol) {
    return (symbol + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  private void read() {
    RustcFacts rustc =
        new RustcFacts(
            new Comments(List.of()), find(SourcePaths::upstream), find(SourcePaths::debian));
    sheet.put("rustc", rustc.rustc());
    sheet.put("rustc-commit", rustc.commit());
    sheet.put("distribution", rustc.distribution());
    sheet.put("llvm", rustc.llvm());
    // A dSYM has the UUID of its program, and no code of its own.
    boolean linked =
        file.header().type() != MachoHeader.TYPE_OBJECT
            && file.header().type() != MachoHeader.TYPE_DSYM;
    sheet.put("linker", linked ? linker() : Fact.unknown());
    boolean rust = rustc.rustc().grade() != Grade.UNKNOWN;
    sheet.put("panic", Fact.unknown());
    if (rust && linked && file.allCommands()) {
      sheet.read("panic", this::panic);
    }
  }

  private Optional<Mark> find(BiFunction<String, ByteView, Optional<Mark>> search) {
    MachoCategory category = new MachoCategory(file);
    SearchLimit limit = new SearchLimit(file.bytes());
    for (Category searched : List.of(Category.RODATA, Category.RELRO_DATA, Category.DATA)) {
      for (Section section : file.sections()) {
        if (section.inFile() && category.of(section) == searched) {
          ByteView view = sheet.attempt(() -> file.content(section), file.bytes().slice(0, 0));
          Optional<Mark> mark = search.apply(section.fullName(), limit.of(view));
          if (mark.isPresent()) {
            return mark;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** What names itself is strong. Before 2018 nothing did, so silence proves nothing. */
  private Fact linker() {
    Optional<Evidence> uuid = lldUuid();
    for (LoadCommand.BuildVersion build : file.all(LoadCommand.BuildVersion.class).toList()) {
      for (Tool tool : build.tools()) {
        if (tool.tool() == Tool.LD || tool.tool() == Tool.LLD) {
          boolean lld = tool.tool() == Tool.LLD;
          String value = (lld ? "LLD " : "Apple ld ") + PackedVersion.brief(tool.version());
          Evidence said =
              new Evidence(
                  build.frame().name(),
                  file.place(build.frame().offset()),
                  "tool %d, version %s"
                      .formatted(tool.tool(), PackedVersion.brief(tool.version())));
          List<Evidence> against = lld ? List.of() : uuid.stream().toList();
          return new Fact(
              value, against.isEmpty() ? Grade.STRONG : Grade.MEDIUM, List.of(said), against);
        }
      }
    }
    return uuid.map(said -> new Fact("LLD", Grade.STRONG, List.of(said), List.of()))
        .orElse(Fact.unknown());
  }

  private Optional<Evidence> lldUuid() {
    return file.first(LoadCommand.Uuid.class)
        .filter(uuid -> uuid.hex().startsWith(LLD_UUID))
        .map(uuid -> new Evidence("LC_UUID", file.place(uuid.frame().offset()), "begins with LLD"));
  }

  private Fact panic() {
    Optional<LoadCommand.Symbols> command = file.first(LoadCommand.Symbols.class);
    if (command.isEmpty()) {
      return marks(false, Optional.empty(), Optional.empty(), Optional.empty());
    }
    SymbolTable table = SymbolTable.of(file, command.get());
    boolean dynamic = false;
    Optional<Mark> raises = Optional.empty();
    Optional<Mark> walks = Optional.empty();
    for (long i = 0; i < table.count(); i++) {
      if (table.undefined(i)) {
        dynamic = true;
        raises = raises.isEmpty() ? imported(table, i, RAISES) : raises;
        walks = walks.isEmpty() ? imported(table, i, WALKS) : walks;
      }
    }
    Optional<Mark> runtime = runtime(table, "12panic_unwind");
    return marks(
        dynamic, raises, walks, runtime.isPresent() ? runtime : runtime(table, "11panic_abort"));
  }

  private Fact marks(
      boolean dynamic, Optional<Mark> raises, Optional<Mark> walks, Optional<Mark> runtime) {
    long pads = size("__gcc_except_tab");
    long code = size("__text");
    long place =
        file.section("__TEXT", "__gcc_except_tab")
            .filter(section -> pads > 0 && section.inFile())
            .map(section -> file.place(section.offset()))
            .orElse(-1L);
    return new PanicMarks(
            dynamic, raises, walks, runtime, pads, place, code, PanicMarks.Places.MACHO)
        .panic();
  }

  private static Optional<Mark> imported(SymbolTable table, long index, byte[] name) {
    if (!table.named(index, name)) {
      return Optional.empty();
    }
    String text = new String(name, 1, name.length - 2, StandardCharsets.US_ASCII);
    return Optional.of(new Mark("symbol table", table.offset(index), "imports " + text));
  }

  /** A symbol of the panic runtime's own crate: both manglings write a name's length before it. */
  private static Optional<Mark> runtime(SymbolTable table, String crate) {
    long at = table.names().indexOf(crate, 0);
    if (at < 0) {
      return Optional.empty();
    }
    String symbol = table.names().text(at, 100).substring(2);
    return Optional.of(new Mark("string table", table.names().start() + at, symbol));
  }

  private long size(String section) {
    return file.section("__TEXT", section)
        .map(s -> file.bytes().available(s.offset(), s.size()))
        .orElse(0L);
  }
}
