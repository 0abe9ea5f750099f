package dev.selfsame.oci.http;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.store.RepositoryName;
import java.nio.charset.StandardCharsets;

/**
 * An upload as clients name it: its id in the store, and 16 hex digits that hold for the repository
 * it was begun in alone. So every replica can tell without a row.
 *
 * @param stored its id in the store
 */
record UploadId(String stored) {
  private static final int MARK = 16;

  /** Of an upload that has just begun. */
  static String shown(RepositoryName repository, String stored) {
    return stored + mark(repository, stored);
  }

  /**
   * Reads one.
   *
   * @throws OciError where it is none of this repository's
   */
  static UploadId of(RepositoryName repository, String shown) {
    int end = shown.length() - MARK;
    if (end <= 0 || !shown.equals(shown(repository, shown.substring(0, end)))) {
      throw new OciError(Code.BLOB_UPLOAD_UNKNOWN, "no such upload in " + repository);
    }
    return new UploadId(shown.substring(0, end));
  }

  private static String mark(RepositoryName repository, String stored) {
    byte[] text = (repository + " " + stored).getBytes(StandardCharsets.UTF_8);
    return Digest.sha256(text).hex().substring(0, MARK);
  }

  /** A path as logs may have it: whoever reads them must not go on with what is under way. */
  static String cut(String path) {
    String before = "/blobs/uploads/";
    int from = path.lastIndexOf(before) + before.length();
    int shown = 8;
    return from < before.length() || path.length() - from <= shown
        ? path
        : path.substring(0, from + shown) + "…";
  }
}
