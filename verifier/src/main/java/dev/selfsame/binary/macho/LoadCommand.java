package dev.selfsame.binary.macho;

import java.util.List;
import java.util.Optional;

/**
 * A load command, by what it means. Source: {@code loader.h}; the comments name the C structure.
 * Every command has a {@link Frame}.
 */
public sealed interface LoadCommand {

  /** Where the command stands. */
  Frame frame();

  /**
   * What all commands share.
   *
   * @param index its place among the commands, from 0
   * @param number {@code cmd}, the bit {@code LC_REQ_DYLD} included
   * @param offset from the beginning of the slice, in bytes
   * @param size {@code cmdsize}, in bytes
   */
  record Frame(int index, long number, long offset, long size) {
    /** The command's name, such as {@code LC_UUID}; {@code LC 0x…} where the number is unknown. */
    public String name() {
      return Commands.name(number);
    }
  }

  /** {@code segment_command}, {@code segment_command_64}: a segment and its sections. */
  record SegmentLoad(Frame frame, Segment segment, List<Section> sections) implements LoadCommand {
    public SegmentLoad {
      sections = List.copyOf(sections);
    }
  }

  /**
   * {@code symtab_command}.
   *
   * @param symbols where the {@code nlist} entries begin, from the beginning of the slice
   * @param count how many
   * @param strings their string table
   */
  record Symbols(Frame frame, long symbols, long count, Extent strings) implements LoadCommand {}

  /**
   * {@code dysymtab_command}: parts of the symbol table, and tables beside it, each as offset and
   * count of entries.
   */
  record DynamicSymbols(
      Frame frame,
      Extent locals,
      Extent exports,
      Extent imports,
      Extent contents,
      Extent modules,
      Extent references,
      Extent indirect,
      Extent externalRelocations,
      Extent localRelocations)
      implements LoadCommand {}

  /**
   * {@code dylib_command}: a library that is needed, or the name of this one.
   *
   * @param name its path
   * @param current {@code current_version}, packed
   * @param compatibility {@code compatibility_version}, packed
   */
  record Dylib(Frame frame, String name, long current, long compatibility) implements LoadCommand {
    /** Whether it is this file's own name. */
    public boolean own() {
      return frame.number() == Commands.ID_DYLIB;
    }

    /** How it is needed, such as {@code weak}; empty where it is simply loaded. */
    public String manner() {
      return switch ((int) frame.number()) {
        case (int) Commands.LOAD_WEAK_DYLIB -> "weak";
        case (int) Commands.REEXPORT_DYLIB -> "re-exported";
        case (int) Commands.LAZY_LOAD_DYLIB -> "lazy";
        case (int) Commands.LOAD_UPWARD_DYLIB -> "upward";
        default -> "";
      };
    }
  }

  /** A command that is one text: a dylinker, run path, framework, client, triple. */
  record Text(Frame frame, String text) implements LoadCommand {}

  /** {@code uuid_command}: 32 lower-case hex digits. */
  record Uuid(Frame frame, String hex) implements LoadCommand {}

  /**
   * {@code entry_point_command}.
   *
   * @param entry {@code entryoff}, from the beginning of the slice
   * @param stack {@code stacksize}, in bytes, 0 for the default
   */
  record Main(Frame frame, long entry, long stack) implements LoadCommand {}

  /**
   * {@code thread_command}: a thread's registers.
   *
   * @param counter the program counter, an address, where the processor is known
   */
  record Registers(Frame frame, Optional<Long> counter) implements LoadCommand {}

  /** {@code dyld_info_command}: opcodes for rebasing and binding, and a trie of exports. */
  record DyldInfo(
      Frame frame, Extent rebase, Extent bind, Extent weakBind, Extent lazyBind, Extent exports)
      implements LoadCommand {}

  /** {@code linkedit_data_command}: a table within {@code __LINKEDIT}; the number says which. */
  record Table(Frame frame, Extent extent) implements LoadCommand {}

  /**
   * {@code build_version_command}.
   *
   * @param platform a number, see {@link Commands#platform}
   * @param minimum {@code minos}, packed
   * @param sdk packed
   * @param tools what made the file
   */
  record BuildVersion(Frame frame, long platform, long minimum, long sdk, List<Tool> tools)
      implements LoadCommand {
    public BuildVersion {
      tools = List.copyOf(tools);
    }
  }

  /**
   * {@code build_tool_version}.
   *
   * @param tool a number
   * @param version packed
   */
  record Tool(long tool, long version) {
    public static final int CLANG = 1;
    public static final int SWIFT = 2;
    public static final int LD = 3;
    public static final int LLD = 4;
  }

  /** {@code version_min_command}: the platform is in the command's number. */
  record MinimumVersion(Frame frame, long minimum, long sdk) implements LoadCommand {}

  /** {@code source_version_command}, packed. */
  record SourceVersion(Frame frame, long version) implements LoadCommand {}

  /**
   * {@code encryption_info_command}.
   *
   * @param extent what is or may be encrypted
   * @param system 0 where it is not encrypted
   */
  record Encryption(Frame frame, Extent extent, long system) implements LoadCommand {}

  /** {@code linker_option_command} of an object file. */
  record LinkerOptions(Frame frame, List<String> options) implements LoadCommand {
    public LinkerOptions {
      options = List.copyOf(options);
    }
  }

  /** {@code note_command}: data of some owner. */
  record Note(Frame frame, String owner, Extent extent) implements LoadCommand {}

  /** {@code fileset_entry_command}: a Mach-O file within a set. */
  record FilesetEntry(Frame frame, String name, long address, long offset) implements LoadCommand {}

  /** {@code twolevel_hints_command}: {@code count} entries of 4 bytes. */
  record Hints(Frame frame, long offset, long count) implements LoadCommand {}

  /** {@code symseg_command}, obsolete: debug information of gdb. */
  record SymbolSegment(Frame frame, Extent extent) implements LoadCommand {}

  /**
   * {@code routines_command}, {@code routines_command_64}.
   *
   * @param address of the initialisation routine
   */
  record Routines(Frame frame, long address) implements LoadCommand {}

  /** {@code prebind_cksum_command}. */
  record PrebindChecksum(Frame frame, long checksum) implements LoadCommand {}

  /** A command that has nothing more to say, such as the obsolete {@code LC_IDENT}. */
  record Plain(Frame frame) implements LoadCommand {}

  /** A command of a number that is not known. */
  record Unknown(Frame frame) implements LoadCommand {}
}
