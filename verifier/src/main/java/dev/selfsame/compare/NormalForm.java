package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.macho.FatFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.evidence.BinaryFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A binary without what was declared not to matter: words and runs of bytes, in order. Two files
 * are equivalent where both have one and it is the same.
 *
 * <p>Where nothing is taken out, the form is the whole file with the declared bytes left out of the
 * comparison, everything else at its own place. Where something is, all that is loaded stands at
 * its own place still; what is not loaded is compared by name, attributes and content, since taking
 * a part out moves the rest; padding between such parts is left out, and so are the numbers that
 * say how many parts there are and where.
 */
final class NormalForm {
  /** A part of the form: words alone, or a run of bytes with its name. */
  private record Piece(String words, ByteView bytes) {}

  /**
   * A run of bytes.
   *
   * @param offset from the beginning of the file, in bytes
   */
  record Span(long offset, long size) {
    long end() {
      return offset + size;
    }

    boolean holds(long at, long length) {
      return at >= offset && at + length <= end();
    }
  }

  private final ByteView file;
  private final List<Span> left;
  private final List<Piece> pieces = new ArrayList<>();

  /** Of {@code file}, without the bytes in {@code left}. */
  NormalForm(ByteView file, List<Span> left) {
    this.file = file;
    this.left = left.stream().sorted(Comparator.comparingLong(Span::offset)).toList();
  }

  /**
   * The form of a file; empty where its format has none, or not all of it could be read: then
   * nobody knows what would be left out.
   */
  static Optional<NormalForm> of(BinaryFacts facts, ByteView bytes, Set<Ignorable> ignored) {
    if (!facts.problems().isEmpty()) {
      return Optional.empty();
    }
    try {
      if (ElfHeader.isElf(bytes)) {
        return Optional.of(new ElfNormalForm(facts, ElfFile.parse(bytes), ignored).form());
      } else if (MachoHeader.isMacho(bytes)) {
        return Optional.of(MachoNormalForm.of(facts, bytes, ignored));
      } else if (FatFile.isFat(bytes)) {
        return Optional.of(MachoNormalForm.universal(facts, bytes, ignored));
      } else if (facts.fact("format").value().startsWith("PE")) {
        return Optional.of(PeNormalForm.of(PeFile.parse(bytes), ignored));
      }
      return Optional.empty();
    } catch (MalformedInputException e) {
      return Optional.empty();
    }
  }

  /** Adds words: what they say must be the same. */
  void said(String words) {
    pieces.add(new Piece(words, file.slice(0, 0)));
  }

  /** Adds all of another form. */
  void add(NormalForm other) {
    pieces.addAll(other.pieces);
  }

  /** Adds bytes, but for those that are left out; that and how many are, is added. */
  void bytes(String name, long offset, long size) {
    long at = offset;
    long end = offset + size;
    for (int i = firstFrom(offset); i < left.size() && left.get(i).end() <= end; i++) {
      Span span = left.get(i);
      if (span.offset() >= at) {
        pieces.add(new Piece(name, file.slice(at, span.offset() - at)));
        said("left out: %d bytes".formatted(span.size()));
        at = span.end();
      }
    }
    pieces.add(new Piece(name, file.slice(at, end - at)));
  }

  /** The index of the first span that begins at this offset or later. */
  private int firstFrom(long offset) {
    int low = 0;
    int high = left.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (left.get(middle).offset() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether both say the same, byte for byte. */
  boolean same(NormalForm other) {
    if (pieces.size() != other.pieces.size()) {
      return false;
    }
    for (int i = 0; i < pieces.size(); i++) {
      Piece mine = pieces.get(i);
      Piece theirs = other.pieces.get(i);
      if (!mine.words().equals(theirs.words()) || mine.bytes().mismatch(theirs.bytes()) >= 0) {
        return false;
      }
    }
    return true;
  }
}
