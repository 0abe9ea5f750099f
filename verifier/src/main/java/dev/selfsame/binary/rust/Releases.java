package dev.selfsame.binary.rust;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The stable releases of rustc from 1.40 on; {@code releases.tsv} names the source of each row. */
public final class Releases {
  private static final String TABLE = "releases.tsv";
  private static final int ABBREVIATED = 7;

  private Releases() {}

  /**
   * A release.
   *
   * @param version such as {@code 1.85.1}
   * @param commit 40 lower-case hex digits
   * @param llvm LLVM's major version, or {@code -} where it was not seen
   */
  public record Release(String version, String commit, String llvm) {}

  /** The release of this commit, given in full or by at least its first 7 digits. */
  public static Optional<Release> ofCommit(String commit) {
    return commit.length() < ABBREVIATED
        ? Optional.empty()
        : all().stream().filter(release -> release.commit().startsWith(commit)).findFirst();
  }

  /** Every row, oldest first. */
  public static List<Release> all() {
    try (InputStream in = Releases.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException(TABLE + " is not on the class path");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.startsWith("#")).map(Releases::row).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Release row(String line) {
    String[] fields = line.split("\t", -1);
    return new Release(fields[0], fields[1], fields[2]);
  }
}
