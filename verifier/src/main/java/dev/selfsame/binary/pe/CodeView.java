package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Locale;
import java.util.Optional;

/**
 * Which PDB file belongs to an image.
 *
 * @param identity GUID in its usual form, or 8 hex digits of a time in the old form
 * @param age how often the PDB file was written
 * @param path of the PDB file, may be empty
 * @param offset where the record stands in the file, in bytes
 */
public record CodeView(String identity, long age, String path, long offset) {
  private static final int MAX_PATH = 1024;
  private static final byte[] RSDS = {'R', 'S', 'D', 'S'};
  private static final byte[] NB10 = {'N', 'B', '1', '0'};

  /**
   * Reads the record of a debug directory's entry; empty where it is of another form.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it lies outside of the file
   */
  public static Optional<CodeView> of(PeFile file, DebugEntry entry) {
    if (entry.type() != DebugEntry.CODEVIEW) {
      return Optional.empty();
    }
    ByteView record = file.bytes().slice(entry.dataOffset(), entry.dataSize());
    if (record.startsWith(0, RSDS)) {
      return Optional.of(
          new CodeView(guid(record, 4), record.u32(20), path(record, 24), record.start()));
    } else if (record.startsWith(0, NB10)) {
      String stamp = String.format(Locale.ROOT, "%08X", record.u32(8));
      return Optional.of(new CodeView(stamp, record.u32(12), path(record, 16), record.start()));
    }
    return Optional.empty();
  }

  /** GNU ld ends the record with its GUID: a build-id without a file. */
  private static String path(ByteView record, long at) {
    return at >= record.size() ? "" : record.text(at, MAX_PATH);
  }

  private static String guid(ByteView view, long at) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT, "%08X-%04X-%04X-", view.u32(at), view.u16(at + 4), view.u16(at + 6)));
    for (int i = 8; i < 16; i++) {
      text.append(i == 10 ? "-" : "");
      text.append(String.format(Locale.ROOT, "%02X", view.u8(at + i)));
    }
    return text.toString();
  }
}
