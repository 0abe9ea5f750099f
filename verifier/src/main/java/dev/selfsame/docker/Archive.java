package dev.selfsame.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.OpenContainer.Stamp;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * A daemon's answer to "what stands at this path?": a description in a header (Docker Engine API,
 * ContainerArchive), and a tar stream, of which only a regular file's is read. What the two say
 * must fit.
 */
public final class Archive implements AutoCloseable {
  private static final String HEADER = "X-Docker-Container-Path-Stat";
  private static final int MOST_SAID = 1000;
  private static final String GET = "GET";
  private static final String HEAD = "HEAD";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  // io/fs.FileMode of Go
  private static final long LINK = 1L << 27;
  private static final long ANY_TYPE = 0x8f280000L;

  private final DockerHttpClient.Response response;
  private final String asked;
  private final String name;
  private final long size;
  private final long mode;
  private final String modified;
  private final String target;

  private Archive(DockerHttpClient.Response response, String asked, JsonNode stat)
      throws IOException {
    this.response = response;
    this.asked = asked;
    this.name = stat.path("name").asText();
    this.size = stat.path("size").asLong(-1);
    this.mode = stat.path("mode").asLong(-1);
    this.modified = stat.path("mtime").asText();
    this.target = stat.path("linkTarget").asText();
    if (size < 0 || mode < 0 || name.isEmpty()) {
      throw new IOException("the daemon describes no file");
    }
  }

  /** Asks for a file with its content, to be closed. */
  static Archive ask(DockerHttpClient http, Where.Container place, String path) throws IOException {
    return of(http.execute(request(GET, place.container(), path)), place, path);
  }

  /**
   * Asks for a file's description alone. A daemon packs the content in a process of its own
   * otherwise, which takes it longer than all the rest.
   */
  static Archive describe(DockerHttpClient http, Where.Container place, String path)
      throws IOException {
    DockerHttpClient.Response response = http.execute(request(HEAD, place.container(), path));
    if (response.getStatusCode() == OK) {
      return of(response, place, path);
    }
    response.close();
    return ask(http, place, path); // Why not, only an answer with a body says.
  }

  private static Archive of(DockerHttpClient.Response response, Where.Container place, String path)
      throws IOException {
    try {
      if (response.getStatusCode() != OK) {
        throw refused(response, place, path);
      }
      String header = response.getHeader(HEADER);
      if (header == null) {
        throw new IOException("the daemon describes no file");
      }
      return new Archive(response, path, Json.tree(Base64.getDecoder().decode(header.strip())));
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      response.close();
      throw new IOException("the daemon's description of the file is malformed", e);
    } catch (IOException | RuntimeException e) {
      response.close();
      throw e;
    }
  }

  /**
   * Whether there is anything at a path of a container, if only a link that leads nowhere.
   *
   * @throws IOException where the daemon says neither yes nor no
   */
  public static boolean isThere(DockerHttpClient http, String container, String path)
      throws IOException {
    try (DockerHttpClient.Response response = http.execute(request(HEAD, container, path))) {
      int status = response.getStatusCode();
      if (status != OK && status != NOT_FOUND) {
        throw new IOException("it answers " + status);
      }
      // Of a link that leads nowhere Podman says what it is, and that it is not found.
      return status == OK || response.getHeader(HEADER) != null;
    }
  }

  /**
   * Where a symbolic link leads to, within the container's root, that stands at a path; empty where
   * none does, or nothing. It is told so by a header: what follows is the link, or what it leads
   * to, as daemons differ in that.
   *
   * @throws Failure (undecided) where links lead in circles, or it is not told
   */
  public static Optional<String> link(DockerHttpClient http, Where.Container place)
      throws IOException {
    try (DockerHttpClient.Response response =
        http.execute(request(HEAD, place.container(), place.path()))) {
      if (response.getStatusCode() == NOT_FOUND) {
        return Optional.empty();
      }
    }
    try (Archive archive = describe(http, place, place.path())) {
      return archive.isLink() ? Optional.of(archive.target()) : Optional.empty();
    }
  }

  /**
   * What stands at a path itself, with its content, by one question: between two, another may stand
   * there. Empty where that is a symbolic link, or nothing; of a link, daemons give what it leads
   * to.
   *
   * @return to be closed
   */
  public static Optional<Archive> itself(DockerHttpClient http, String container, String path)
      throws IOException {
    DockerHttpClient.Response response = http.execute(request(GET, container, path));
    @Nullable Archive kept = null;
    try {
      if (response.getStatusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      String header = response.getHeader(HEADER);
      if (response.getStatusCode() != OK || header == null) {
        throw new IOException("it answers " + response.getStatusCode());
      }
      Archive found =
          new Archive(response, path, Json.tree(Base64.getDecoder().decode(header.strip())));
      kept = found.isLink() ? null : found;
      return Optional.ofNullable(kept);
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      throw new IOException("the daemon's description of the file is malformed", e);
    } finally {
      if (kept == null) {
        response.close();
      }
    }
  }

  /** The tar that follows the description. */
  public InputStream tar() {
    return response.getBody();
  }

  private static DockerHttpClient.Request request(String method, String container, String path) {
    return DockerHttpClient.Request.builder()
        .method(method)
        .path(
            "/containers/%s/archive?path=%s"
                .formatted(container, URLEncoder.encode(path, StandardCharsets.UTF_8)))
        .build();
  }

  private static Failure refused(
      DockerHttpClient.Response response, Where.Container place, String path) throws IOException {
    String said =
        new String(response.getBody().readNBytes(MOST_SAID), StandardCharsets.UTF_8).strip();
    if (said.contains("too many links") || said.contains("too many levels of symbolic links")) {
      return Failure.undecided(
          "links lead in circles from %s in %s".formatted(path, place.container()),
          "name the file itself");
    } else if (said.contains("not a directory")
        || (response.getStatusCode() == NOT_FOUND
            && !said.toLowerCase(Locale.ROOT).contains("no such container"))) {
      return Failure.undecided(
          "no file %s in %s".formatted(path, place.container()),
          "check the path within the container; %s:%s finds its main program"
              .formatted(place.engine().word(), place.container()));
    } else if (response.getStatusCode() == NOT_FOUND) {
      return Failure.undecided(
          "no such container: " + place.text(), place.engine().word() + " ps -a lists containers");
    }
    return Failure.undecided(
        "%s does not give %s: %s".formatted(place.engine().title(), place.text(), said),
        "check the container");
  }

  boolean isLink() {
    return (mode & LINK) != 0;
  }

  /** Without any of the bits that say what else it is. */
  boolean isFile() {
    return (mode & ANY_TYPE) == 0;
  }

  /** Where a link leads to at the end, within the container's root. */
  String target() throws IOException {
    if (!target.startsWith("/") || target.equals(asked)) {
      throw new IOException("the daemon does not say where the link %s leads".formatted(asked));
    }
    return target;
  }

  Stamp stamp() {
    return new Stamp(target.startsWith("/") ? target : asked, size, modified);
  }

  /** Writes the one file of the stream. */
  Path copy(Scratch into, String shown, Patience patience) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(patience.hearing(response.getBody()), "UTF-8")) {
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null || !isRegular(entry)) {
        throw odd(shown, "its archive holds no regular file");
      } else if (entry.getSize() != size) {
        throw odd(shown, "described as %d bytes, archived as %d".formatted(size, entry.getSize()));
      } else if (!entry.getName().equals(name)) {
        throw odd(shown, "described as %s, archived as %s".formatted(name, entry.getName()));
      }
      Path file = into.keep(name, tar);
      if (Files.size(file) != size) {
        throw odd(shown, "the archive ends early");
      } else if (tar.getNextEntry() != null) {
        throw odd(shown, "its archive holds more than one file");
      }
      return file;
    } catch (IllegalArgumentException e) {
      throw new IOException("a damaged archive", e);
    }
  }

  /** The library's own isFile() holds links and devices for files too. */
  private static boolean isRegular(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    return !entry.isDirectory()
        && (kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM);
  }

  private static Failure odd(String shown, String why) {
    return Failure.undecided(
        "the daemon's answer for %s does not fit: %s".formatted(shown, why),
        "run the command again; where it stays so, do not believe this daemon");
  }

  @Override
  public void close() {
    response.close();
  }
}
