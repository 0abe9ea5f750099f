package dev.selfsame.compare.experiment;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Build records that say how a binary was made. */
final class Records {
  private static final int MOST_BYTES = 16 << 20;

  private Records() {}

  /**
   * The record of the binary with this digest.
   *
   * @param letter which of the two, for people
   * @throws Failure (usage) where it cannot be read, is malformed, or is of other binaries
   */
  static BuildRecord read(Path file, Digest binary, String letter) {
    BuildRecord record;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw Failure.usage(file + " is over 16 MB", "give the build-record.json of a build");
      }
      record = Json.read(bytes, BuildRecord.class);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.USAGE,
          "cannot read the build record %s: %s".formatted(file, e),
          "give the build-record.json that the build of %s left".formatted(letter),
          e);
    } catch (MalformedDocumentException e) {
      throw Failure.usage(
          "%s is no build record: %s".formatted(file, e.getMessage()),
          "give the build-record.json that the build of %s left".formatted(letter));
    }
    if (record.outputs().stream().noneMatch(output -> output.digest().equals(binary))) {
      throw Failure.usage(
          "the build record %s is not of %s: no output has its SHA-256".formatted(file, letter),
          "give the record of the build that made it, or leave it out");
    }
    return record;
  }

  /** The name under which a record has the binary with this digest. */
  static String name(BuildRecord record, Digest binary) {
    return record.outputs().stream()
        .filter(output -> output.digest().equals(binary))
        .map(BuildRecord.Output::name)
        .findFirst()
        .orElseThrow();
  }
}
