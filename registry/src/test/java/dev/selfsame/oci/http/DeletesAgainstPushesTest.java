package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.bytes;
import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static dev.selfsame.oci.http.Sightings.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.oci.http.Sightings.Span;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that push, tag and delete the same blobs and manifests of one repository at once, by
 * schedules of chance. {@code -Dselfsame.schedules=2000} makes each client take so many steps.
 */
final class DeletesAgainstPushesTest {
  private static final int STEPS = Integer.getInteger("selfsame.schedules", 60);
  private static final int CLIENTS = 4;
  private static final String REPOSITORY = "/v2/staging/fought-over";
  private static final String OTHER = "/v2/staging/quiet";
  private static final String LINKED = "linked";
  private static final String THERE = "there";
  private static final List<String> TAGS = List.of("stable", "latest");

  /** The first is everybody's config. */
  private static final List<String> BLOBS = List.of("{}", "layer 0", "layer 1", "layer 2");

  /** What manifests need beside it. */
  private static final List<List<Integer>> MANIFESTS =
      List.of(List.of(1), List.of(2), List.of(1, 3), List.of(2, 3));

  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  @TempDir private Path folder;
  private final long seed = new Random().nextLong();
  private final Sightings seen = new Sightings();
  private final AtomicReference<Throwable> wrong = new AtomicReference<>();
  private Served served;
  private boolean collecting;

  private interface Work {
    void run() throws Exception;
  }

  private Thread start(Work work) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            work.run();
          } catch (Throwable e) {
            wrong.compareAndSet(null, e);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Timeout(3600)
  void every_answer_was_true_at_some_moment_while_it_was_asked(boolean collector) throws Exception {
    collecting = collector;
    try (Served noting = Served.noting(folder.resolve("registry"), UnaryOperator.identity())) {
      served = noting;
      for (String blob : BLOBS) {
        served.push(OTHER, bytes(blob));
      }
      AtomicBoolean ended = new AtomicBoolean();
      Thread collects =
          start(() -> {
            while (collecting && !ended.get()) {
              served.collector().run(Duration.ofMillis(50), _ -> {});
            }
          });
      work();
      ended.set(true);
      collects.join();
      if (wrong.get() != null) {
        throw new AssertionError("seed " + seed, wrong.get());
      }
      lookAtEverything();
    }
    assertEquals(List.of(), seen.unexplained(), "seed " + seed);
    System.err.printf(
        "deletes against pushes, collecting %s: %d sights, %d of a blob in a push, %d of one that"
            + " was missing there, %d of one that was deleted%n",
        collecting,
        seen.size(),
        seen.count("push"),
        seen.count("push refused"),
        seen.count("delete blob"));
    assertTrue(seen.count("push") > STEPS / 4, "too little was pushed to tell anything");
    assertTrue(seen.count("delete blob") > STEPS / 8, "too little was deleted to tell anything");
  }

  private void work() throws InterruptedException {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Random random = new Random(seed + i);
      clients.add(
          start(() -> {
            for (int step = 0; step < STEPS && wrong.get() == null; step++) {
              step(random);
            }
          }));
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  private void step(Random random) throws Exception {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> push(random);
      case 4, 5 -> deleteBlob(any(BLOBS, random));
      case 6 -> deleteTag(any(TAGS, random));
      case 7 -> deleteManifest(manifest(random.nextInt(MANIFESTS.size())));
      case 8 -> look(any(TAGS, random));
      default -> lookAtBlob(any(BLOBS, random));
    }
  }

  private static String any(List<String> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  private static Digest digest(String content) {
    return Digest.sha256(bytes(content));
  }

  private static String manifest(int number) {
    List<String> layers = MANIFESTS.get(number).stream().map(i -> described(BLOBS.get(i))).toList();
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
        .formatted(MediaTypes.MANIFEST, described(BLOBS.getFirst()), String.join(",", layers));
  }

  private static String described(String content) {
    return "{\"mediaType\":\"x/y\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(digest(content), content.length());
  }

  /** Acknowledged only if each blob was there at that moment; refused only if one was not. */
  private void push(Random random) throws Exception {
    int number = random.nextInt(MANIFESTS.size());
    List<String> needed = new ArrayList<>(List.of(BLOBS.getFirst()));
    MANIFESTS.get(number).forEach(i -> needed.add(BLOBS.get(i)));
    for (String blob : needed) {
      if (random.nextInt(4) > 0) {
        bring(blob, random);
      }
    }
    String manifest = manifest(number);
    boolean tagged = random.nextBoolean();
    String reference = tagged ? any(TAGS, random) : digest(manifest).toString();
    long begun = seen.begin();
    HttpResponse<byte[]> answer = served.put(REPOSITORY, reference, manifest);
    Span span = seen.since(begun);
    if (answer.statusCode() != 201) {
      assertEquals(400, answer.statusCode(), text(answer));
      assertTrue(text(answer).contains("MANIFEST_BLOB_UNKNOWN"), text(answer));
      Matcher missing = DIGEST.matcher(text(answer));
      assertTrue(missing.find(), text(answer));
      sawNoBlob(missing.group(), span, "push refused");
      return;
    }
    for (String blob : needed) {
      seen.saw(digest(blob).toString(), LINKED, span, "push");
    }
    seen.set(digest(manifest).toString(), THERE, span);
    if (tagged) {
      seen.set(reference, digest(manifest).toString(), span);
    }
  }

  private void bring(String blob, Random random) throws Exception {
    long begun = seen.begin();
    String uploads = REPOSITORY + "/blobs/uploads/";
    Digest digest = digest(blob);
    String from = OTHER.substring("/v2/".length());
    HttpResponse<byte[]> answer =
        switch (random.nextInt(3)) {
          case 0 -> served.send("POST", uploads + "?digest=" + digest, bytes(blob));
          case 1 -> served.send("POST", "%s?mount=%s&from=%s".formatted(uploads, digest, from));
          default -> served.send("POST", uploads);
        };
    if (answer.statusCode() == 202) {
      String place = header(answer, "Location");
      answer = served.send("PUT", place + "?digest=" + digest, bytes(blob));
    }
    assertEquals(201, answer.statusCode(), text(answer));
    seen.set(digest.toString(), LINKED, seen.since(begun));
  }

  private void deleteBlob(String blob) throws Exception {
    String digest = digest(blob).toString();
    long begun = seen.begin();
    boolean was = deleted("/blobs/" + digest);
    Span span = seen.since(begun);
    if (was) {
      seen.saw(digest, LINKED, span, "delete blob");
      seen.set(digest, NONE, span);
    } else {
      sawNoBlob(digest, span, "delete no blob");
    }
  }

  private void deleteTag(String tag) throws Exception {
    long begun = seen.begin();
    boolean was = deleted("/manifests/" + tag);
    Span span = seen.since(begun);
    if (was) {
      seen.set(tag, NONE, span);
    } else {
      seen.saw(tag, NONE, span, "delete no tag");
    }
  }

  /** Its tags go with it. */
  private void deleteManifest(String manifest) throws Exception {
    String digest = digest(manifest).toString();
    long begun = seen.begin();
    boolean was = deleted("/manifests/" + digest);
    Span span = seen.since(begun);
    seen.saw(digest, was ? THERE : NONE, span, "delete manifest");
    if (was) {
      seen.set(digest, NONE, span);
      TAGS.forEach(tag -> seen.taken(tag, digest, span));
    }
  }

  private boolean deleted(String what) throws Exception {
    HttpResponse<byte[]> answer = served.send("DELETE", REPOSITORY + what);
    int status = answer.statusCode();
    assertTrue(status == 202 || status == 404, status + text(answer));
    return status == 202;
  }

  /** By a tag, or by a digest. */
  private void look(String reference) throws Exception {
    long begun = seen.begin();
    HttpResponse<byte[]> answer = served.get(REPOSITORY + "/manifests/" + reference);
    Span span = seen.since(begun);
    if (answer.statusCode() == 404) {
      seen.saw(reference, NONE, span, "get");
      return;
    }
    assertEquals(200, answer.statusCode(), text(answer));
    String digest = Digest.sha256(answer.body()).toString();
    assertEquals(digest, header(answer, "Docker-Content-Digest"));
    seen.saw(reference, TAGS.contains(reference) ? digest : THERE, span, "get");
  }

  /** Bytes that are collected may go before they are sent, so there is asked for their size. */
  private void lookAtBlob(String blob) throws Exception {
    String digest = digest(blob).toString();
    long begun = seen.begin();
    HttpResponse<byte[]> answer =
        served.send(collecting ? "HEAD" : "GET", REPOSITORY + "/blobs/" + digest);
    Span span = seen.since(begun);
    if (answer.statusCode() == 404) {
      sawNoBlob(digest, span, "get");
      return;
    }
    assertEquals(200, answer.statusCode(), text(answer));
    assertEquals(collecting ? "" : blob, text(answer));
    seen.saw(digest, LINKED, span, "get");
  }

  /** Where garbage is collected, nobody has to delete a blob for it to go. */
  private void sawNoBlob(String digest, Span span, String how) {
    if (!collecting) {
      seen.saw(digest, NONE, span, how);
    }
  }

  /** Once all are done, what there is follows from what was acknowledged last. */
  private void lookAtEverything() throws Exception {
    for (String tag : TAGS) {
      look(tag);
    }
    for (int i = 0; i < MANIFESTS.size(); i++) {
      look(digest(manifest(i)).toString());
    }
    for (String blob : BLOBS) {
      lookAtBlob(blob);
    }
  }
}
