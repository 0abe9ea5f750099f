package dev.selfsame.upkeep;

import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.Uploads;

/** Something that nobody needs any more. */
public sealed interface Garbage {
  /** How many bytes of the disk come free with it. */
  long bytes();

  /** A blob can still be read in a repository where no manifest needs it. */
  record Link(Repositories.Unneeded link) implements Garbage {
    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public String toString() {
      return "link      %s %s, wanted last at %s"
          .formatted(link.repository(), link.blob(), link.wanted());
    }
  }

  /** A blob that no repository and no evidence names. */
  record Bytes(Blob blob) implements Garbage {
    @Override
    public long bytes() {
      return blob.size();
    }

    @Override
    public String toString() {
      return "blob      %s, %d bytes".formatted(blob.digest(), blob.size());
    }
  }

  /** An upload that was given up. */
  record Upload(Uploads.Abandoned upload) implements Garbage {
    @Override
    public long bytes() {
      return upload.received();
    }

    @Override
    public String toString() {
      return "upload    %s, %d bytes".formatted(upload.id(), upload.received());
    }
  }

  /** What a writer that died has left. */
  record Leftover(Blobs.Leftover left) implements Garbage {
    @Override
    public long bytes() {
      return left.size();
    }

    @Override
    public String toString() {
      return "leftover  %s, %d bytes".formatted(left.id(), left.size());
    }
  }
}
