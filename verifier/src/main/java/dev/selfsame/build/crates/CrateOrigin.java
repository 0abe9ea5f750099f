package dev.selfsame.build.crates;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingInputStream;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.fetch.Address;
import dev.selfsame.pins.fetch.ProxiedClient;
import dev.selfsame.pins.fetch.Proxies;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A registry that crates are downloaded from. Its address for downloads stands in the {@code
 * config.json} of its sparse index. Source: The Cargo Book, Registry Index, Index Configuration.
 */
public final class CrateOrigin implements AutoCloseable {
  private static final long MAX_BYTES = 1L << 30;
  private static final int MAX_INDEX_BYTES = 32 << 20;
  private static final int TRIES = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** crates.io refuses who does not say what he is. Source: its data access policy. */
  private static final Map<String, String> WHO =
      Map.of("User-Agent", "selfsame (https://selfsame.dev)");

  private final URI index;
  private final ProxiedClient client;
  private final Duration pause;
  private volatile @Nullable String downloads;

  /**
   * @param index sparse index, ending in a slash
   * @param proxies which proxy is used for what
   * @param pause how long to wait before the second try; each further one waits twice as long
   */
  public CrateOrigin(URI index, Proxies proxies, Duration pause) {
    this.index = index;
    this.pause = pause;
    this.client = new ProxiedClient(proxies, PATIENCE, HttpClient.Version.HTTP_2);
  }

  /**
   * Downloads a crate into a file and gives the SHA-256 of what came.
   *
   * @throws Failure (undecided) where the registry does not have it or does not answer
   */
  Digest fetch(Crate crate, Path into) throws InterruptedException, IOException {
    URI address = address(crate);
    return retried(
        address,
        "crate %s %s".formatted(crate.name(), crate.version()),
        body -> {
          try (OutputStream out = Files.newOutputStream(into)) {
            DigestingInputStream hashed = new DigestingInputStream(body);
            copy(hashed, out);
            return hashed.digest();
          }
        });
  }

  /**
   * A release of a crate, with the checksum that the index says. Nothing vouches for that but the
   * index: only for what is tried out, never for what a Cargo.lock names. Source: The Cargo Book,
   * Registry Index, Index Files.
   *
   * @throws Failure (undecided) where the index does not have it or does not answer
   */
  public Crate published(String name, String version) throws InterruptedException, IOException {
    URI address = index.resolve(LocalRegistry.indexPath(name));
    byte[] lines =
        retried(
            address, "the index of crate " + name, body -> body.readNBytes(MAX_INDEX_BYTES + 1));
    if (lines.length > MAX_INDEX_BYTES) {
      throw Failure.undecided("the index of crate %s is over 32 MB".formatted(name), "is it one?");
    }
    for (String line : new String(lines, StandardCharsets.UTF_8).lines().toList()) {
      Crate crate = release(line, name);
      if (crate != null && crate.version().equals(version)) {
        return crate;
      }
    }
    throw Failure.undecided(
        "the index has no %s %s".formatted(name, version), "give B's project: --source-b DIR");
  }

  /** The release of a line, or null where it is malformed or another crate's. */
  private static @Nullable Crate release(String line, String name) {
    try {
      JsonNode json = Json.tree(line.getBytes(StandardCharsets.UTF_8));
      return json.path("name").asText().equals(name)
          ? new Crate(
              name, json.path("vers").asText(), Digest.ofSha256Hex(json.path("cksum").asText()))
          : null;
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      return null;
    }
  }

  private URI address(Crate crate) throws InterruptedException, IOException {
    String template = downloads;
    if (template == null) {
      synchronized (this) {
        template = downloads == null ? template() : downloads;
        downloads = template;
      }
    }
    try {
      return URI.create(expand(template, crate));
    } catch (IllegalArgumentException e) {
      throw Failure.undecided(
          "the registry's address for downloads is malformed: " + Address.shown(template),
          "try another mirror");
    }
  }

  private String template() throws InterruptedException, IOException {
    URI address = index.resolve("config.json");
    byte[] json =
        retried(address, "the registry's configuration", body -> body.readNBytes(1 << 20));
    try {
      JsonNode config = Json.tree(json);
      if (config.path("auth-required").asBoolean(false)) {
        throw Failure.undecided(
            "the registry %s wants a token".formatted(shown(index)),
            "use a mirror that needs none");
      }
      if (config.path("dl").isTextual()) {
        return config.path("dl").asText();
      }
    } catch (MalformedDocumentException e) {
      throw Failure.undecided(
          "%s is no JSON: %s".formatted(shown(address), e.getMessage()),
          "is it a sparse index? mend [source.crates-io] in Cargo's configuration",
          e);
    }
    throw Failure.undecided(
        "%s names no address for downloads (dl)".formatted(shown(address)), "try another mirror");
  }

  private static String shown(URI address) {
    return Address.shown(address.toString());
  }

  static String expand(String template, Crate crate) {
    boolean marked = template.matches(".*\\{(crate|version|prefix|lowerprefix|sha256-checksum)}.*");
    return (marked ? template : template + "/{crate}/{version}/download")
        .replace("{crate}", crate.name())
        .replace("{version}", crate.version().replace("+", "%2B"))
        .replace("{prefix}", LocalRegistry.prefix(crate.name()))
        .replace("{lowerprefix}", LocalRegistry.prefix(crate.name().toLowerCase(Locale.ROOT)))
        .replace("{sha256-checksum}", crate.checksum().hex());
  }

  /** What to do with the body of an answer. */
  @FunctionalInterface
  private interface Reader<T> {
    T read(InputStream body) throws IOException;
  }

  private <T> T retried(URI address, String what, Reader<T> reader)
      throws InterruptedException, IOException {
    String why = "";
    for (int attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) {
        Thread.sleep(pause.multipliedBy(1L << (attempt - 1)));
      }
      try {
        HttpResponse<InputStream> answer = client.get(address, PATIENCE, WHO);
        try (InputStream body = answer.body()) {
          if (answer.statusCode() == 200) {
            return read(body, reader);
          }
        }
        why = "HTTP " + answer.statusCode();
        if (answer.statusCode() < 500 && answer.statusCode() != 429) {
          break;
        }
      } catch (LocalTrouble e) {
        throw e.trouble;
      } catch (ProxiedClient.ProxyRefusal e) {
        throw Failure.undecided(
            "%s cannot be fetched from %s: %s".formatted(what, address.getHost(), e.getMessage()),
            "mend HTTPS_PROXY and its like, or http.proxy of Cargo's configuration",
            e);
      } catch (IOException e) {
        why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      } catch (IllegalArgumentException e) {
        throw Failure.undecided(
            "not an address that can be fetched: " + shown(address),
            "mend Cargo's configuration",
            e);
      }
    }
    throw Failure.undecided(
        "%s cannot be fetched from %s: %s".formatted(what, address.getHost(), why),
        "is the network up? a mirror can be set in .cargo/config.toml ([source.crates-io])");
  }

  /** A body that trickles for ever is closed, which ends the read with an error. */
  private static <T> T read(InputStream body, Reader<T> reader) throws IOException {
    CompletableFuture<Void> guard =
        CompletableFuture.runAsync(
            () -> closeQuietly(body),
            CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS));
    try {
      return reader.read(body);
    } finally {
      guard.cancel(false);
    }
  }

  private static void closeQuietly(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // It is given up in any case.
    }
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      total += n;
      if (total > MAX_BYTES) {
        throw new IOException("over 1 GB");
      }
      try {
        out.write(buffer, 0, n);
      } catch (IOException e) {
        throw new LocalTrouble(e);
      }
    }
  }

  /** The disk, not the network: trying again does not help. */
  private static final class LocalTrouble extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException trouble;

    LocalTrouble(IOException trouble) {
      super(trouble);
      this.trouble = trouble;
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
