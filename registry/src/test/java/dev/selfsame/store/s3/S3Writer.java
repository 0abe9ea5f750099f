package dev.selfsame.store.s3;

import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.store.Streams;
import dev.selfsame.store.Uploads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;

/** A process that uploads until it is killed, and says what has been acknowledged. */
final class S3Writer {
  static final int CHUNKS = 3;

  private S3Writer() {}

  /** args: endpoint, prefix, a folder with credentials, size of each blob. */
  public static void main(String[] args) throws IOException {
    Path scratch = Path.of(args[2]);
    int size = Integer.parseInt(args[3]);
    S3Settings settings =
        new S3Settings(
            URI.create(args[0]),
            "us-east-1",
            S3Proxy.BUCKET,
            args[1],
            true,
            scratch.resolve("credentials"),
            scratch.resolve("spool"),
            false);
    try (S3Storage storage = S3Storage.open(settings)) {
      for (int number = 0; ; number++) {
        upload(storage.uploads(), size + number);
      }
    }
  }

  private static void upload(Uploads uploads, int size) throws IOException {
    byte[] bytes = Streams.bytes(size);
    String id = uploads.begin();
    System.out.println("begun %s %d".formatted(id, size));
    for (int from = 0; from < size; from += size / CHUNKS) {
      byte[] chunk = Arrays.copyOfRange(bytes, from, Math.min(size, from + size / CHUNKS));
      long stands = uploads.append(id, from, chunk.length, new ByteArrayInputStream(chunk));
      System.out.println("stands %s %d".formatted(id, stands));
    }
    System.out.println(
        "kept %s %d".formatted(uploads.finish(id, Digest.sha256(bytes)).digest(), size));
  }
}
