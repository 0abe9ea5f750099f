package dev.selfsame.store.s3;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Blob;
import dev.selfsame.store.BlobsCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * What stands among the blobs of a bucket. What is put aside goes to {@code quarantine/}, which
 * nothing reads.
 */
record S3Check(Bucket bucket) implements BlobsCheck {
  private static final String QUARANTINE = "quarantine/";

  /** One request copies no more (Amazon S3 User Guide, Copying objects). */
  private static final long MOST_COPIED = 5L << 30;

  @Override
  public List<Stray> strays() {
    List<Stray> strays = new ArrayList<>();
    bucket.each(
        Shelf.FOLDER,
        entry -> {
          if (Shelf.digest(entry.key()).isEmpty()) {
            strays.add(new Stray(entry.key(), () -> setAside(entry.key())));
          }
        });
    return strays;
  }

  @Override
  public List<Blob> blobs() {
    List<Blob> blobs = new ArrayList<>();
    bucket.each(
        Shelf.FOLDER,
        entry ->
            Shelf.digest(entry.key())
                .ifPresent(digest -> blobs.add(new Blob(digest, entry.size()))));
    return blobs;
  }

  /** The blobs that were put aside, each so often as it was; they may be there again. */
  static List<Digest> aside(Bucket bucket) {
    List<Digest> aside = new ArrayList<>();
    bucket.each(
        QUARANTINE + flat(Shelf.FOLDER),
        entry -> {
          String key = entry.key().substring(QUARANTINE.length()).replace('+', '/');
          int number = key.indexOf('.');
          Shelf.digest(number < 0 ? key : key.substring(0, number)).ifPresent(aside::add);
        });
    return aside;
  }

  private static String flat(String key) {
    return key.replace('/', '+');
  }

  @Override
  public String setAside(Blob blob) {
    return setAside(Shelf.key(blob.digest()));
  }

  private String setAside(String key) {
    HeadObjectResponse there = bucket.head(key).orElseThrow(() -> gone(key));
    if (there.contentLength() > MOST_COPIED) {
      throw Failure.undecided(
          "%s: %s is too large to be copied in one request"
              .formatted(bucket.trouble().place(), bucket.prefix() + key),
          "move it to %s%s by another program, then run the command again"
              .formatted(bucket.prefix(), QUARANTINE));
    }
    String name = QUARANTINE + flat(key);
    String to = name;
    try {
      for (int n = 2; !bucket.copy(key, there.eTag(), to, false); n++) {
        to = name + "." + n;
      }
    } catch (NoSuchElementException e) {
      throw gone(key);
    }
    bucket.delete(key);
    return bucket.prefix() + to;
  }

  private Failure gone(String key) {
    return Failure.undecided(
        "%s: %s went while it was looked at".formatted(bucket.trouble().place(), key),
        "run the command again");
  }
}
