package dev.selfsame.deploy.docker;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Scratch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A file of a container that is replaced, and kept. Engines can neither rename nor remove a file;
 * but a hard link in a tar takes the place of what is there, and has its content at once.
 */
final class KeptFile {
  private final Containers containers;
  private final String container;
  private final String path;
  private final Program program;

  private final boolean secret;

  private KeptFile(Containers containers, String container, String path, boolean secret) {
    this.containers = containers;
    this.container = container;
    this.path = path;
    this.program = new Program(containers);
    this.secret = secret;
  }

  static KeptFile program(Containers containers, String container, String path) {
    return new KeptFile(containers, container, path, false);
  }

  /** One with secrets in it: whoever knows its digest can try words until they fit. */
  static KeptFile secret(Containers containers, String container, String path) {
    return new KeptFile(containers, container, path, true);
  }

  private String shown(Digest digest) {
    return secret ? "the content that it should have" : digest.toString();
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
    return path + ".selfsame-new";
  }

  /** Where the old content stays. */
  String kept() {
    return path + ".selfsame-old";
  }

  Optional<Program.Found> now() throws InterruptedException {
    return program.at(container, path);
  }

  Program.Found require() throws InterruptedException {
    return now()
        .orElseThrow(() ->
            Failure.usage(
                "there is no %s in container %s".formatted(path, container),
                "name the place of the old one"));
  }

  /** Brings new content beside the place, with the owner and mode of the old one. */
  String bring(Digest digest, Content content) throws InterruptedException {
    Program.Found old = require();
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      Path bytes = scratch.keep("new", new ByteArrayInputStream(new byte[0]));
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(bytes), 1 << 17)) {
        content.copyTo(out);
      }
      Path tar = scratch.keep("new.tar", new ByteArrayInputStream(new byte[0]));
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
        containers.put(container, folder(), in);
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot pack %s: %s".formatted(path, e.getMessage()),
          "check the folder for temporary files and its free space",
          e);
    }
    requireThere(fresh(), digest);
    return "%s read back: %s".formatted(fresh(), shown(digest));
  }

  /**
   * Keeps what is there, and puts the new content in its place. Where that is done already, nothing
   * is changed: what is kept is the old one.
   */
  void replace(Digest old) throws InterruptedException {
    Program.Found now = require();
    if (now.digest().equals(old)) {
      link(kept(), path, now);
      requireThere(kept(), old);
      link(path, fresh(), now);
    }
  }

  /** Makes it what it was; whether it was something else. */
  boolean putBack(Digest old) throws InterruptedException {
    Optional<Program.Found> now = now();
    if (now.filter(one -> one.digest().equals(old)).isPresent()) {
      return false;
    }
    Program.Found kept =
        program
            .at(container, kept())
            .filter(one -> one.digest().equals(old))
            .orElseThrow(() ->
                Failure.undecided(
                    "%s of container %s is not what it was, and neither is %s"
                        .formatted(path, container, kept()),
                    "put the old file there by hand; it had " + shown(old)));
    link(path, kept(), kept);
    requireThere(path, old);
    return true;
  }

  private void requireThere(String place, Digest digest) throws InterruptedException {
    Optional<Digest> found = program.at(container, place).map(Program.Found::digest);
    if (found.filter(digest::equals).isEmpty()) {
      throw Failure.no(
          "%s in container %s is %s, not %s"
              .formatted(
                  place,
                  container,
                  found.map(one -> secret ? "another" : one.toString()).orElse("not there"),
                  shown(digest)),
          "see who writes into it, and run it again");
    }
  }

  private void link(String place, String target, Program.Found like) throws InterruptedException {
    containers.put(container, folder(), OneFile.link(last(place), last(target), like));
  }

  private String folder() {
    int slash = path.lastIndexOf('/');
    return slash == 0 ? "/" : path.substring(0, slash);
  }

  private static String last(String place) {
    return place.substring(place.lastIndexOf('/') + 1);
  }
}
