package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.pe.CodeView;
import dev.selfsame.binary.pe.DataDirectory;
import dev.selfsame.binary.pe.DebugEntry;
import dev.selfsame.binary.pe.OptionalHeader;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.compare.NormalForm.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A PE image without its build-id and signature; debug information and symbols are not taken out.
 * Signing writes the certificates behind the image, after up to 7 bytes of padding, where they are
 * into a data directory, and the checksum. Source: PE Format, The Attribute Certificate Table.
 */
final class PeNormalForm {
  private static final int CHECKSUM = 64;
  private static final int ALIGNMENT = 8;

  /** Where the directory's first entry stands in the optional header. */
  private static final int DIRECTORIES = 96;

  private static final int WIDE_DIRECTORIES = 112;

  private PeNormalForm() {}

  static NormalForm of(PeFile file, Set<Ignorable> ignored) {
    List<Span> left = new ArrayList<>();
    if (ignored.contains(Ignorable.BUILD_ID)) {
      DebugEntry.readAll(file)
          .forEach(entry -> CodeView.of(file, entry).ifPresent(v -> guid(v, left)));
    }
    long end = file.bytes().size();
    if (ignored.contains(Ignorable.SIGNATURE) && file.optional().isPresent()) {
      OptionalHeader header = file.optional().get();
      left.add(new Span(header.offset() + CHECKSUM, 4));
      int first = header.wide() ? WIDE_DIRECTORIES : DIRECTORIES;
      left.add(new Span(header.offset() + first + DataDirectory.CERTIFICATES * 8L, 8));
      end = endOfImage(file);
    }
    NormalForm form = new NormalForm(file.bytes(), left);
    form.bytes("file", 0, end);
    return form;
  }

  /** The GUID, or the time of the old form; the name of the PDB file is compared. */
  private static void guid(CodeView view, List<Span> left) {
    boolean old = view.identity().length() == 8;
    left.add(new Span(view.offset() + (old ? 8 : 4), old ? 4 : 16));
  }

  private static long endOfImage(PeFile file) {
    ByteView bytes = file.bytes();
    long end = bytes.size();
    Optional<DataDirectory> table = file.directory(DataDirectory.CERTIFICATES);
    if (table.isPresent() && table.get().rva() + table.get().size() == end) {
      end = table.get().rva();
    }
    for (int i = 1; i < ALIGNMENT && end > 0 && bytes.u8(end - 1) == 0; i++) {
      end--;
    }
    return end;
  }
}
