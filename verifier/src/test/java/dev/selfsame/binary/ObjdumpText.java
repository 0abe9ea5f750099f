package dev.selfsame.binary;

import dev.selfsame.binary.macho.Extent;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.PackedVersion;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.binary.macho.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Our structures in the words of {@code llvm-objdump --macho --private-headers --non-verbose}, one
 * field a line.
 */
final class ObjdumpText {
  private final boolean wide;
  private final List<String> lines = new ArrayList<>();

  private ObjdumpText(boolean wide) {
    this.wide = wide;
  }

  static List<String> of(MachoFile file) {
    ObjdumpText text = new ObjdumpText(file.header().wide());
    text.header(file.header());
    file.commands().forEach(text::command);
    return text.lines;
  }

  private void line(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values).strip());
  }

  private void header(MachoHeader header) {
    int subtype = header.cpu().subtype();
    line(
        "0x%s %d %d 0x%02x %d %d %d 0x%08x",
        wide ? "feedfacf" : "feedface",
        header.cpu().type(),
        subtype & 0xff_ffff,
        subtype >>> 24,
        header.type(),
        header.commandCount(),
        header.commandsSize(),
        header.flags());
  }

  private void command(LoadCommand command) {
    LoadCommand.Frame frame = command.frame();
    line("Load command %d", frame.index());
    boolean unknown = command instanceof LoadCommand.Unknown;
    line("cmd %s", unknown ? "?(0x%08x)".formatted(frame.number()) : frame.name());
    line("cmdsize %d", frame.size());
    switch (command) {
      case LoadCommand.SegmentLoad c -> segment(c);
      case LoadCommand.Symbols c -> {
        line("symoff %d", c.symbols());
        line("nsyms %d", c.count());
        line("stroff %d", c.strings().offset());
        line("strsize %d", c.strings().size());
      }
      case LoadCommand.DynamicSymbols c -> dynamicSymbols(c);
      case LoadCommand.Dylib c -> {
        line("name %s", c.name());
        line("current version %s", PackedVersion.full(c.current()));
        line("compatibility version %s", PackedVersion.full(c.compatibility()));
      }
      case LoadCommand.Text c ->
          line("%s %s", frame.name().equals("LC_RPATH") ? "path" : "name", c.text());
      case LoadCommand.Uuid c -> line("uuid %s", uuid(c.hex()));
      case LoadCommand.Main c -> {
        line("entryoff %d", c.entry());
        line("stacksize %d", c.stack());
      }
      case LoadCommand.Registers c ->
          line("counter %s", c.counter().map(this::address).orElse("?"));
      case LoadCommand.DyldInfo c -> {
        extent("rebase_off", "rebase_size", c.rebase());
        extent("bind_off", "bind_size", c.bind());
        extent("weak_bind_off", "weak_bind_size", c.weakBind());
        extent("lazy_bind_off", "lazy_bind_size", c.lazyBind());
        extent("export_off", "export_size", c.exports());
      }
      case LoadCommand.Table c -> extent("dataoff", "datasize", c.extent());
      case LoadCommand.BuildVersion c -> {
        line("platform %d", c.platform());
        line("sdk %s", c.sdk() == 0 ? "n/a" : PackedVersion.brief(c.sdk()));
        line("minos %s", PackedVersion.brief(c.minimum()));
        line("ntools %d", c.tools().size());
        c.tools()
            .forEach(tool -> {
              line("tool %d", tool.tool());
              line("version %s", PackedVersion.brief(tool.version()));
            });
      }
      case LoadCommand.MinimumVersion c -> {
        line("version %s", PackedVersion.brief(c.minimum()));
        line("sdk %s", c.sdk() == 0 ? "n/a" : PackedVersion.brief(c.sdk()));
      }
      case LoadCommand.SourceVersion c ->
          line("version %s", PackedVersion.source(c.version()).replaceFirst("(\\.0){1,3}$", ""));
      case LoadCommand.Encryption c -> {
        extent("cryptoff", "cryptsize", c.extent());
        line("cryptid %d", c.system());
        if (wide) {
          line("pad 0");
        }
      }
      case LoadCommand.Unknown c -> {}
      case LoadCommand.LinkerOptions c -> unseen(c);
      case LoadCommand.Note c -> unseen(c);
      case LoadCommand.FilesetEntry c -> unseen(c);
      case LoadCommand.Hints c -> unseen(c);
      case LoadCommand.SymbolSegment c -> unseen(c);
      case LoadCommand.Routines c -> unseen(c);
      case LoadCommand.PrebindChecksum c -> unseen(c);
      case LoadCommand.Plain c -> unseen(c);
    }
  }

  private static void unseen(LoadCommand command) {
    throw new AssertionError("no published file had one so far: " + command);
  }

  private void extent(String offset, String size, Extent extent) {
    line("%s %d", offset, extent.offset());
    line("%s %d", size, extent.size());
  }

  private String address(long address) {
    return String.format(Locale.ROOT, wide ? "0x%016x" : "0x%08x", address);
  }

  private static String uuid(String hex) {
    return hex.toUpperCase(Locale.ROOT)
        .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  private void segment(LoadCommand.SegmentLoad load) {
    Segment segment = load.segment();
    line("segname %s", segment.name());
    line("vmaddr %s", address(segment.address()));
    line("vmsize %s", address(segment.memory()));
    line("fileoff %d", segment.offset());
    line("filesize %d", segment.size());
    line("maxprot 0x%08x", segment.mostProtection());
    line("initprot 0x%08x", segment.protection());
    line("nsects %d", load.sections().size());
    line("flags 0x%x", segment.flags());
    for (Section section : load.sections()) {
      line("Section");
      line("sectname %s", section.name());
      line("segname %s", section.segment());
      line("addr %s", address(section.address()));
      line("size %s", address(section.size()));
      line("offset %d", section.offset());
      line("align 2^%d (%d)", section.align(), 1L << section.align());
      line("reloff %d", section.relocationOffset());
      line("nreloc %d", section.relocationCount());
      line("flags 0x%08x", section.flags());
      line("reserved1 %d", section.reserved1());
      line("reserved2 %d", section.reserved2());
    }
  }

  private void dynamicSymbols(LoadCommand.DynamicSymbols c) {
    extent("ilocalsym", "nlocalsym", c.locals());
    extent("iextdefsym", "nextdefsym", c.exports());
    extent("iundefsym", "nundefsym", c.imports());
    extent("tocoff", "ntoc", c.contents());
    extent("modtaboff", "nmodtab", c.modules());
    extent("extrefsymoff", "nextrefsyms", c.references());
    extent("indirectsymoff", "nindirectsyms", c.indirect());
    extent("extreloff", "nextrel", c.externalRelocations());
    extent("locreloff", "nlocrel", c.localRelocations());
  }
}
