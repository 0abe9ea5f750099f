package dev.selfsame.build.sandbox;

import dev.selfsame.build.Sandbox;
import dev.selfsame.build.WorkFolder;
import dev.selfsame.outcome.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The throw-away folders of one run, {@code /tmp} among them. They are folders of the host and not
 * of memory: a target folder of a large project has gigabytes.
 */
final class Scratch implements Closeable {
  private final WorkFolder work;
  private final Path folder;
  private final List<Sandbox.Mount> mounts;

  private Scratch(WorkFolder work, Path folder, List<Sandbox.Mount> mounts) {
    this.work = work;
    this.folder = folder;
    this.mounts = mounts;
  }

  /** Makes a new folder below {@code spool} for the scratch folders of {@code sandbox}. */
  static Scratch make(Path spool, Sandbox sandbox) {
    WorkFolder work = WorkFolder.make(spool);
    try {
      // Closed to others: /tmp is in it, where everyone may write.
      Path folder =
          Files.createDirectory(
              work.at("scratch"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      List<Sandbox.Mount> mounts = new ArrayList<>();
      mounts.add(mount(folder.resolve("tmp"), "/tmp", 01777));
      for (String inside : sandbox.scratch()) {
        mounts.add(mount(folder.resolve("" + mounts.size()), inside, 0755));
      }
      return new Scratch(work, folder, List.copyOf(mounts));
    } catch (IOException e) {
      work.close();
      throw Failure.undecided(
          "making scratch folders in " + spool + ": " + e.getMessage(),
          "free some space there, or name another folder in XDG_CACHE_HOME",
          e);
    }
  }

  private static Sandbox.Mount mount(Path host, String inside, int mode) throws IOException {
    Files.createDirectory(host);
    Files.setAttribute(host, "unix:mode", mode);
    return new Sandbox.Mount(host, inside, Sandbox.Access.WRITABLE);
  }

  /** The folder above them, which the sandbox does not see. */
  Path folder() {
    return folder;
  }

  List<Sandbox.Mount> mounts() {
    return mounts;
  }

  @Override
  public void close() {
    work.close();
  }
}
