package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An embedded code signature: a list of blobs. All numbers are big-endian, whatever the file's byte
 * order. Source: xnu, {@code cs_blobs.h}, {@code CS_SuperBlob}.
 *
 * @param blobs in the order of the list
 * @param directories the code directory, then its alternatives with other hashes
 */
public record CodeSignature(List<Blob> blobs, List<CodeDirectory> directories) {
  private static final long MAGIC = 0xfade_0cc0L;
  private static final int MAX_BLOBS = 256;

  /** The slot of the code directory. */
  private static final long DIRECTORY = 0;

  /** The first and the last slot of alternative code directories. */
  private static final long ALTERNATIVES = 0x1000;

  private static final long LAST_ALTERNATIVE = 0x1004;

  /** The slot of the CMS signature. */
  public static final long CMS = 0x1_0000;

  /** Bytes before a blob's content: magic and length. */
  private static final int BLOB_HEADER = 8;

  /**
   * One blob.
   *
   * @param slot what it is: 2 requirements, 5 entitlements, 7 entitlements in DER, {@link #CMS}
   * @param view its bytes, magic and length included
   */
  public record Blob(long slot, ByteView view) {
    /** Whether it has any content. */
    public boolean empty() {
      return view.size() <= BLOB_HEADER;
    }
  }

  public CodeSignature {
    blobs = List.copyOf(blobs);
    directories = List.copyOf(directories);
  }

  /**
   * Reads a signature.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is cut short or of another
   *     form
   */
  public static CodeSignature parse(ByteView signature) {
    ByteView view = signature.in(ByteOrder.BIG_ENDIAN);
    if (view.u32(0) != MAGIC) {
      throw view.malformed(0, "no code signature");
    }
    int count = view.count(12, view.u32(8), 8);
    if (count > MAX_BLOBS) {
      throw view.malformed(8, "%d blobs in a signature: not believed".formatted(count));
    }
    List<Blob> blobs = new ArrayList<>();
    List<CodeDirectory> directories = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long slot = view.u32(12 + 8L * i);
      long at = view.u32(16 + 8L * i);
      ByteView blob = view.slice(at, view.slice(at, BLOB_HEADER).u32(4));
      blobs.add(new Blob(slot, blob));
      boolean alternative = slot >= ALTERNATIVES && slot <= LAST_ALTERNATIVE;
      if ((slot == DIRECTORY || alternative) && directories.size() < 6) {
        directories.add(CodeDirectory.parse(blob));
      }
    }
    return new CodeSignature(blobs, directories);
  }

  /** Whether a CMS signature with content is there. Its certificate is not looked at. */
  public boolean signed() {
    return blobs.stream().anyMatch(blob -> blob.slot() == CMS && !blob.empty());
  }
}
