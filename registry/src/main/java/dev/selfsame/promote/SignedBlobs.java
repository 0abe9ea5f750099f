package dev.selfsame.promote;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ReadableBlobs;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalLong;

/**
 * Blobs of which those that came out of a build are read no further than the size that was signed:
 * a registry that is asked for one could send without end.
 *
 * @param all where they are
 * @param builds verified ones
 */
public record SignedBlobs(ReadableBlobs all, List<Build> builds) implements ReadableBlobs {
  public SignedBlobs {
    builds = List.copyOf(builds);
  }

  @Override
  public OptionalLong size(Digest digest) {
    return all.size(digest);
  }

  @Override
  public byte[] read(Digest digest, int limit) {
    return all.read(digest, limit);
  }

  @Override
  public long copy(Digest digest, OutputStream out) {
    OptionalLong signed =
        builds.stream()
            .flatMap(build -> build.output(digest).stream())
            .mapToLong(output -> output.size())
            .max();
    return all.copy(digest, signed.isPresent() ? new AtMost(out, digest, signed.getAsLong()) : out);
  }

  /** Refuses what comes behind the last byte. */
  private static final class AtMost extends FilterOutputStream {
    private final Digest digest;
    private final long size;
    private long left;

    AtMost(OutputStream out, Digest digest, long size) {
      super(out);
      this.digest = digest;
      this.size = size;
      this.left = size;
    }

    @Override
    public void write(int value) throws IOException {
      take(1);
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
      out.write(bytes, offset, length);
    }

    private void take(int length) {
      if (length > left) {
        throw Failure.badEvidence(
            "blob %s has more than the %d bytes that were signed of it".formatted(digest, size),
            "restore it from a copy of the registry, or submit the evidence again");
      }
      left -= length;
    }
  }
}
