package dev.selfsame.compare;

import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.LoadCommand.SegmentLoad;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.binary.macho.Segment;
import dev.selfsame.evidence.BinaryFacts.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What of a Mach-O file only debuggers read. The kernel maps a segment by its protection, whatever
 * its name, so that {@code __DWARF} counts only where no process can get at it: of a dSYM, or where
 * it takes no memory or may not even be read, and where each of its sections says that it is for
 * debuggers. An object has one segment for all; its linker goes by the sections.
 *
 * @param segments which are for debuggers as a whole
 * @param spans the bytes, start to end, from the beginning of the slice
 */
record MachoDebugParts(List<Segment> segments, SortedMap<Long, Long> spans) {
  private static final String NAME = "__DWARF";

  MachoDebugParts {
    segments = List.copyOf(segments);
    spans = Collections.unmodifiableSortedMap(new TreeMap<>(spans));
  }

  static MachoDebugParts of(MachoFile file) {
    boolean object = file.header().type() == MachoHeader.TYPE_OBJECT;
    boolean dsym = file.header().type() == MachoHeader.TYPE_DSYM;
    List<Segment> segments = new ArrayList<>();
    SortedMap<Long, Long> spans = new TreeMap<>();
    for (SegmentLoad load : file.all(LoadCommand.SegmentLoad.class).toList()) {
      Segment segment = load.segment();
      if (object) {
        load.sections().stream()
            .filter(s -> s.segment().equals(NAME) && isForDebuggers(s))
            .forEach(s -> spans.put(s.offset(), s.offset() + s.size()));
      } else if (segment.name().equals(NAME) && (dsym || isOutOfReach(load))) {
        segments.add(segment);
        spans.put(segment.offset(), segment.offset() + segment.size());
      }
    }
    return new MachoDebugParts(segments, spans);
  }

  private static boolean isOutOfReach(SegmentLoad load) {
    Segment segment = load.segment();
    boolean mapped = segment.memory() != 0 && (segment.protection() & 7) != 0;
    return !mapped && load.sections().stream().allMatch(MachoDebugParts::isForDebuggers);
  }

  private static boolean isForDebuggers(Section section) {
    return section.type() == Section.REGULAR && section.debug();
  }

  boolean holds(Range range) {
    SortedMap<Long, Long> before = spans.headMap(range.offset() + 1);
    return !before.isEmpty()
        && range.offset() + range.size() <= before.getOrDefault(before.lastKey(), 0L);
  }
}
