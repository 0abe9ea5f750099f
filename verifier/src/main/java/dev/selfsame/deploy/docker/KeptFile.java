package dev.selfsame.deploy.docker;

import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ToldOutput;
import dev.selfsame.where.Scratch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A file of a container that is replaced, and kept until that is settled. Engines can neither
 * rename nor remove a file; but a hard link in a tar takes the place of what is there, and has its
 * content at once. What is there is removed first, and never written to: a program that runs could
 * not be (ETXTBSY, execve(2)), and goes on with the bytes that it was started from.
 *
 * <p>By the same rule a hard link to itself removes: what is there goes, and then the link has
 * nothing to lead to. The engine answers that with an error, so it is looked at afterwards whether
 * the file is gone. Nothing in the container is needed for that, no shell and no running process.
 *
 * <p>A symbolic link is no place: what it leads to would stay, and the link would go. One that
 * somebody puts there meanwhile counts as another content. Other names of the same file keep it.
 */
final class KeptFile {
  /** After the name of what comes first. */
  static final String FRESH = ".selfsame-new";

  private final Inside inside;
  private final String container;
  private final String path;
  private final Program program;
  private final Optional<SettingsKey> key;
  private final Landmarks landmarks;

  private KeptFile(
      Containers containers,
      String container,
      String path,
      Optional<SettingsKey> key,
      Landmarks landmarks) {
    this.inside = new Inside(containers.connection());
    this.container = container;
    this.path = path;
    this.program = new Program(containers);
    this.key = key;
    this.landmarks = landmarks;
  }

  static KeptFile program(
      Containers containers, String container, String path, Landmarks landmarks) {
    return new KeptFile(containers, container, path, Optional.empty(), landmarks);
  }

  /** One with secrets in it: whoever knows its digest can try words until they fit. */
  static KeptFile secret(
      Containers containers, String container, String path, SettingsKey key, Landmarks landmarks) {
    return new KeptFile(containers, container, path, Optional.of(key), landmarks);
  }

  /** By what a content is known again: its digest, or, of one with secrets, its mark. */
  String note(Digest content) {
    return key.map(one -> one.of(content).text()).orElse(content.toString());
  }

  private boolean isNoted(Program.Found found, String noted) {
    return note(found.digest()).equals(noted);
  }

  private String shown(String noted) {
    return key.isPresent() ? "the content that it should have" : noted;
  }

  /** Writes content; how many bytes. */
  @FunctionalInterface
  interface Content {
    long copyTo(OutputStream out);
  }

  String path() {
    return path;
  }

  /** Where the new content comes first. */
  String fresh() {
    return path + FRESH;
  }

  /** Where the old content stays. */
  String kept() {
    return path + ".selfsame-old";
  }

  Optional<Program.Found> now() throws InterruptedException {
    return program.itself(container, path);
  }

  Program.Found require() throws InterruptedException {
    Optional<Program.Found> found = now();
    if (found.isPresent()) {
      return found.get();
    }
    Optional<String> link = inside.link(container, path);
    throw link.isPresent()
        ? Failure.usage(
            "%s in container %s is a symbolic link to %s"
                .formatted(path, container, Printable.of(link.get())),
            "name the file itself")
        : Failure.usage(
            "there is no %s in container %s".formatted(path, container),
            "name the place of the old one");
  }

  /** Looks at new content before any of it comes to the container. */
  @FunctionalInterface
  interface Check {
    void require(Path content) throws IOException, InterruptedException;
  }

  /** Brings new content beside the place, with the owner and mode of the old one. */
  String bring(Digest digest, Content content) throws InterruptedException {
    return bring(digest, content, _ -> {});
  }

  /** As the other, once the content was looked at. */
  String bring(Digest digest, Content content, Check check) throws InterruptedException {
    Program.Found old = require();
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      Path bytes = scratch.empty();
      try (FileChannel channel =
          FileChannel.open(bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.copyTo(new ToldOutput(bytes, channel));
      }
      check.require(bytes);
      Path tar = scratch.empty();
      try (TarArchiveOutputStream out =
          new TarArchiveOutputStream(
              new BufferedOutputStream(Files.newOutputStream(tar), 1 << 17))) {
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        out.putArchiveEntry(
            OneFile.entry(last(fresh()), Files.size(bytes), old.mode(), old.user(), old.group()));
        Files.copy(bytes, out);
        out.closeArchiveEntry();
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), 1 << 17)) {
        inside.put(container, folder(), in);
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot pack %s: %s".formatted(path, e.getMessage()),
          "check the folder for temporary files and its free space",
          e);
    }
    landmarks.passed("brought " + fresh());
    requireThere(fresh(), note(digest));
    return "%s read back: %s".formatted(fresh(), shown(note(digest)));
  }

  /**
   * Keeps what is there, and puts the new content in its place. Where that is done already, nothing
   * is changed: what is kept is the old one.
   *
   * @param old by what the old content is known again, as {@link #note} says
   */
  void replace(String old) throws InterruptedException {
    Program.Found now = require();
    if (isNoted(now, old)) {
      link(kept(), path, now);
      landmarks.passed("kept " + kept());
      requireThere(kept(), old);
      link(path, fresh(), now);
      landmarks.passed("replaced " + path);
    }
  }

  /** Makes it what it was; whether it was something else. */
  boolean putBack(String old) throws InterruptedException {
    Optional<Program.Found> now = now();
    if (now.filter(one -> isNoted(one, old)).isPresent()) {
      return false;
    }
    Program.Found kept =
        program
            .itself(container, kept())
            .filter(one -> isNoted(one, old))
            .orElseThrow(() ->
                Failure.undecided(
                    "%s of container %s is not what it was, and neither is %s"
                        .formatted(path, container, kept()),
                    "put the old file there by hand; it had " + shown(old)));
    link(path, kept(), kept);
    landmarks.passed("put back " + path);
    requireThere(path, old);
    return true;
  }

  /**
   * Removes what was beside it.
   *
   * @return what an engine that is of another mind has left there, usually nothing
   */
  List<String> tidy() throws InterruptedException {
    List<String> left = new ArrayList<>();
    for (String place : beside()) {
      if (!remove(place)) {
        left.add(place);
      }
    }
    return left;
  }

  /** What of a deployment is beside it: of one that is under way, or was broken off. */
  List<String> beside() throws InterruptedException {
    List<String> there = new ArrayList<>();
    for (String place : List.of(fresh(), kept())) {
      if (isThere(place)) {
        there.add(place);
      }
    }
    return there;
  }

  private boolean isThere(String place) throws InterruptedException {
    return inside.isThere(container, place);
  }

  private boolean remove(String place) throws InterruptedException {
    try {
      inside.put(container, folder(), OneFile.toItself(last(place)));
    } catch (Failure e) {
      // That it leads nowhere, or that the engine does not answer: asked again below.
    }
    boolean gone = !isThere(place);
    landmarks.passed("removed " + place);
    return gone;
  }

  private void requireThere(String place, String noted) throws InterruptedException {
    Optional<Program.Found> found = program.itself(container, place);
    if (found.filter(one -> isNoted(one, noted)).isEmpty()) {
      throw Failure.no(
          "%s in container %s is %s, not %s"
              .formatted(
                  place,
                  container,
                  found
                      .map(one -> key.isPresent() ? "another" : one.digest().toString())
                      .orElse("not there"),
                  shown(noted)),
          "see who writes into it, and run it again");
    }
  }

  private void link(String place, String target, Program.Found like) throws InterruptedException {
    inside.put(container, folder(), OneFile.link(last(place), last(target), like));
  }

  private String folder() {
    int slash = path.lastIndexOf('/');
    return slash == 0 ? "/" : path.substring(0, slash);
  }

  private static String last(String place) {
    return place.substring(place.lastIndexOf('/') + 1);
  }
}
