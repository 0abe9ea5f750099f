package dev.selfsame.build.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.selfsame.build.Sandbox;
import dev.selfsame.docker.Daemon;
import dev.selfsame.docker.Said;
import dev.selfsame.files.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders of one sandbox as volumes of the daemon. They are filled through a second container
 * that is never started: only there can a volume's own folder be given to the command's user, since
 * in the sandbox the volumes are roots of their own under a read-only root.
 */
final class Volumes implements AutoCloseable {
  private static final String LOADER = "selfsame-load";
  private static final int PIPE_BYTES = 1 << 20;

  private final DockerClient client;
  private final Daemon daemon;
  private final Sandbox sandbox;
  private final Map<String, String> labels;
  private final List<Volume> volumes = new ArrayList<>();

  /** One folder: a host's, or (for scratch) none. */
  private record Volume(String name, String inside, List<Path> host, int mode, boolean writable) {}

  Volumes(DockerClient client, Daemon daemon, Sandbox sandbox, Map<String, String> labels) {
    this.client = client;
    this.daemon = daemon;
    this.sandbox = sandbox;
    this.labels = labels;
    String run = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    add(run, "/tmp", List.of(), 01777, true);
    sandbox.scratch().forEach(inside -> add(run, inside, List.of(), 0755, true));
    for (Sandbox.Mount mount : sandbox.mounts()) {
      boolean writable = mount.access() == Sandbox.Access.WRITABLE;
      add(run, mount.inside(), List.of(mount.host()), 0755, writable);
    }
  }

  private void add(String run, String inside, List<Path> host, int mode, boolean writable) {
    String name = "selfsame-" + run + "-" + volumes.size();
    volumes.add(new Volume(name, inside, host, mode, writable));
  }

  /** Makes the volumes with what the host's folders hold, all belonging to the command's user. */
  void fill(String image) throws IOException {
    for (Volume volume : volumes) {
      client.createVolumeCmd().withName(volume.name()).withLabels(labels).exec();
    }
    List<Mount> mounts = new ArrayList<>();
    for (int i = 0; i < volumes.size(); i++) {
      mounts.add(mount(volumes.get(i), "/" + LOADER + "/" + i, false));
    }
    String user = sandbox.identity().uid() + ":" + sandbox.identity().uid();
    String loader =
        client
            .createContainerCmd(image)
            .withLabels(labels)
            .withCmd("/bin/true")
            .withUser(daemon.isPodman() ? user : "")
            .withHostConfig(HostConfig.newHostConfig().withMounts(mounts).withNetworkMode("none"))
            .exec()
            .getId();
    try {
      send(loader);
    } finally {
      Leftovers.removeContainer(client, loader);
    }
  }

  /**
   * Docker takes all in one tar, and only from a folder above does it give a volume's own folder to
   * the user. Podman looks for a volume in the path alone, never below it; it gives a volume to the
   * user of the first container that starts with it, unless the image has a folder there (so this
   * one starts); and its copyUIDGID means the container's user, where Docker's means the tar's.
   */
  private void send(String loader) throws IOException {
    if (!daemon.isPodman()) {
      send(loader, "/", tar -> addAll(tar));
      return;
    }
    client.startContainerCmd(loader).exec();
    client.waitContainerCmd(loader).start().awaitStatusCode();
    for (int i = 0; i < volumes.size(); i++) {
      Volume volume = volumes.get(i);
      send(loader, "/" + LOADER + "/" + i, tar -> add(tar, ".", volume));
    }
  }

  private void addAll(FolderTar.Writer tar) throws IOException {
    for (int i = 0; i < volumes.size(); i++) {
      add(tar, LOADER + "/" + i, volumes.get(i));
    }
  }

  private static void add(FolderTar.Writer tar, String name, Volume volume) throws IOException {
    if (volume.host().isEmpty()) {
      tar.folder(name, volume.mode());
    } else {
      tar.tree(name, volume.host().getFirst());
    }
  }

  /** What goes into a tar. */
  private interface Content {
    void addTo(FolderTar.Writer tar) throws IOException;
  }

  private void send(String loader, String where, Content content) throws IOException {
    AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    try (PipedInputStream in = new PipedInputStream(PIPE_BYTES)) {
      PipedOutputStream out = new PipedOutputStream(in);
      Thread writer = Thread.ofVirtual().start(() -> write(out, content, failure));
      try {
        client
            .copyArchiveToContainerCmd(loader)
            .withRemotePath(where)
            .withCopyUIDGID(!daemon.isPodman())
            .withTarInputStream(in)
            .exec();
      } catch (DockerException e) {
        throw new IOException("copying folders to the daemon: " + Said.by(e), e);
      } finally {
        writer.interrupt();
      }
    }
    IOException unread = failure.get();
    if (unread != null) {
      throw unread;
    }
  }

  private void write(
      OutputStream out, Content content, AtomicReference<@Nullable IOException> failure) {
    try (FolderTar.Writer tar = new FolderTar.Writer(out, sandbox.identity().uid())) {
      content.addTo(tar);
    } catch (IOException e) {
      failure.set(e);
    }
  }

  /** How the sandbox's own container sees them. */
  List<Mount> mounts() {
    return volumes.stream()
        .sorted(Comparator.comparing(Volume::inside))
        .map(volume -> mount(volume, volume.inside(), !volume.writable()))
        .toList();
  }

  private static Mount mount(Volume volume, String inside, boolean readOnly) {
    return new Mount()
        .withType(MountType.VOLUME)
        .withSource(volume.name())
        .withTarget(inside)
        .withReadOnly(readOnly)
        .withVolumeOptions(new VolumeOptions().withNoCopy(true));
  }

  /** Copies the writable mounts back to the host's folders, whose content they replace. */
  void bringBack(String container) throws IOException {
    for (Volume volume : volumes) {
      if (volume.writable() && !volume.host().isEmpty()) {
        Path folder = volume.host().getFirst();
        empty(folder);
        try (InputStream tar =
            client.copyArchiveFromContainerCmd(container, volume.inside()).exec()) {
          FolderTar.unpack(tar, folder, sandbox.limits().diskBytes());
        } catch (DockerException e) {
          throw new IOException("copying a folder from the daemon: " + Said.by(e), e);
        }
      }
    }
  }

  private static void empty(Path folder) throws IOException {
    List<Path> children;
    try (Stream<Path> listed = Files.list(folder)) {
      children = listed.toList();
    }
    for (Path child : children) {
      if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
        FileTree.delete(child);
      } else {
        Files.delete(child);
      }
    }
  }

  @Override
  public void close() {
    volumes.forEach(volume -> Leftovers.removeVolume(client, volume.name()));
  }
}
