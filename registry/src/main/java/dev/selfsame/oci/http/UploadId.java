package dev.selfsame.oci.http;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.store.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * An upload as clients name it: its id in the store, written as the UUID that it is, and 16 hex
 * digits that hold for the repository it was begun in alone. So every replica can tell without a
 * row. Source of the UUID: OCI Distribution Spec 1.1, "POST then PUT".
 *
 * @param stored its id in the store
 */
record UploadId(String stored) {
  private static final int MARK = 16;
  private static final Pattern PARTS = Pattern.compile("(.{8})(.{4})(.{4})(.{4})(.{12})");

  /** Of an upload that has just begun. */
  static String shown(RepositoryName repository, String stored) {
    String uuid = PARTS.matcher(stored).replaceFirst("$1-$2-$3-$4-$5");
    return uuid + "-" + mark(repository, stored);
  }

  /**
   * Reads one.
   *
   * @throws OciError where it is none of this repository's
   */
  static UploadId of(RepositoryName repository, String shown) {
    String digits = shown.replace("-", "");
    int end = digits.length() - MARK;
    if (end <= 0 || !shown.equals(shown(repository, digits.substring(0, end)))) {
      throw new OciError(Code.BLOB_UPLOAD_UNKNOWN, "no such upload in " + repository);
    }
    return new UploadId(digits.substring(0, end));
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
