package dev.selfsame.build.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.StreamType;
import dev.selfsame.build.Ending;
import dev.selfsame.build.LimitedLog;
import dev.selfsame.build.Prologue;
import dev.selfsame.build.Sandbox;
import dev.selfsame.docker.Daemon;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One container, from the making of its volumes until nothing of it is left. */
final class DockerRun {
  private static final long SHARED_MEMORY_BYTES = 64L << 20;
  private static final int OOM_SCORE = 500;
  private static final int PATIENCE_SECONDS = 20;
  private final DockerClient client;
  private final Daemon daemon;
  private final Sandbox sandbox;
  private final String image;
  private final Map<String, String> labels = Map.of(Owner.LABEL, Owner.self().label());
  private volatile @Nullable String container;
  private volatile boolean killed;
  private final CountDownLatch tidied = new CountDownLatch(1);

  DockerRun(DockerClient client, Daemon daemon, Sandbox sandbox, String image) {
    this.client = client;
    this.daemon = daemon;
    this.sandbox = sandbox;
    this.image = image;
  }

  /** Runs it. Nothing of it is left with the daemon when this returns or throws. */
  Ending run() throws IOException, InterruptedException {
    Volumes volumes = new Volumes(client, daemon, sandbox, labels);
    try (LimitedLog log = new LimitedLog(sandbox.log(), sandbox.limits().logBytes())) {
      volumes.fill(image);
      String id = create(volumes);
      container = id;
      throwIfKilled();
      Ending ending = start(id, log);
      throwIfKilled();
      if (ending instanceof Ending.Exited) {
        volumes.bringBack(id);
      }
      return ending;
    } catch (RuntimeException e) {
      throwIfKilled();
      if (Thread.interrupted()) {
        throw new InterruptedException("the build was stopped");
      }
      throw e;
    } finally {
      remove(volumes);
      tidied.countDown();
    }
  }

  /** Ends it from another thread, and waits until it has tidied up. */
  void kill(DockerClient own) {
    killed = true;
    String id = container;
    if (id != null) {
      Leftovers.removeContainer(own, id);
    }
    try {
      if (!tidied.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the run does not end: " + id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void throwIfKilled() throws InterruptedException {
    if (killed) {
      throw new InterruptedException("the build was stopped");
    }
  }

  /** The client would refuse to work on an interrupted thread. */
  private void remove(Volumes volumes) {
    boolean interrupted = Thread.interrupted();
    String id = container;
    if (id != null) {
      Leftovers.removeContainer(client, id);
    }
    volumes.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private String create(Volumes volumes) {
    List<String> command = Prologue.CONTAINER.wrap(sandbox);
    int uid = sandbox.identity().uid();
    return client
        .createContainerCmd(image)
        .withLabels(labels)
        .withEntrypoint(command.getFirst())
        .withCmd(command.subList(1, command.size()))
        .withUser(uid + ":" + uid)
        .withHostName(sandbox.identity().hostname())
        .withWorkingDir("/")
        .withHostConfig(hostConfig(volumes))
        .exec()
        .getId();
  }

  private HostConfig hostConfig(Volumes volumes) {
    Sandbox.Limits limits = sandbox.limits();
    HostConfig config =
        new HidingHostConfig()
            .withMounts(volumes.mounts())
            .withNetworkMode("none")
            .withReadonlyRootfs(true)
            .withCapDrop(Capability.ALL)
            .withSecurityOpts(securityOptions())
            .withIpcMode("private")
            .withCgroupnsMode("private")
            .withShmSize(SHARED_MEMORY_BYTES)
            .withPidsLimit((long) Prologue.hardProcessLimit(limits))
            .withMemory(limits.memoryBytes())
            .withMemorySwap(limits.memoryBytes())
            .withOomScoreAdj(OOM_SCORE)
            .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE));
    if (sandbox.identity().cpus() > 0) {
      int cpus = cpus(sandbox.identity().cpus(), client.infoCmd().exec().getNCPU());
      config.withCpusetCpus(
          IntStream.range(0, cpus).mapToObj(Integer::toString).collect(Collectors.joining(",")));
    }
    return config;
  }

  /**
   * How many CPUs the command gets: as many as are wanted, or one less than the daemon's machine
   * has, which may be another than this one. A daemon takes no CPU that it has not.
   */
  static int cpus(int wanted, @Nullable Integer daemons) {
    return daemons == null ? wanted : Math.min(wanted, Math.max(1, daemons - 1));
  }

  private Ending start(String id, LimitedLog log) throws IOException, InterruptedException {
    Output output = new Output(log);
    client
        .attachContainerCmd(id)
        .withStdOut(true)
        .withStdErr(true)
        .withFollowStream(true)
        .exec(output)
        .awaitStarted(PATIENCE_SECONDS, TimeUnit.SECONDS);
    ContainerWatch watch = new ContainerWatch(client, daemon, id, sandbox, log);
    client.startContainerCmd(id).exec();
    Optional<Ending> over = watch.untilTheEnd();
    if (over.isPresent()) {
      return over.get();
    }
    output.awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return ended(id, output, watch);
  }

  private Ending ended(String id, Output output, ContainerWatch watch) throws IOException {
    IOException unwritten = output.unwritten;
    if (unwritten != null) {
      throw unwritten;
    }
    InspectContainerResponse.ContainerState state =
        client.inspectContainerCmd(id).exec().getState();
    throwIfRunning(state);
    if (!output.ready) {
      throw Failure.undecided(
          "the daemon could not set up the sandbox: "
              + (output.said.isEmpty() ? String.valueOf(state.getError()) : output.said),
          "try another engine, such as --engine auto");
    }
    if (Boolean.TRUE.equals(state.getOOMKilled())) {
      return new Ending.OverLimit(
          "memory",
          "more than %d bytes".formatted(sandbox.limits().memoryBytes()),
          watch.elapsed());
    }
    Long status = state.getExitCodeLong();
    Duration wall = watch.elapsed();
    return watch
        .overAtTheEnd(output.diskKib)
        .orElseGet(() -> new Ending.Exited(status == null ? -1 : status.intValue(), wall));
  }

  private static void throwIfRunning(InspectContainerResponse.ContainerState state) {
    if (Boolean.TRUE.equals(state.getRunning())) {
      throw Failure.undecided("the daemon stopped answering", "see whether the daemon runs");
    }
  }

  /** Sorts the container's two streams: stdout is the command's, stderr the prologue's. */
  private static final class Output extends ResultCallback.Adapter<Frame> {
    private final LimitedLog log;
    private final StringBuilder pending = new StringBuilder();
    private volatile boolean ready;
    private volatile long diskKib;
    private volatile String said = "";
    private volatile @Nullable IOException unwritten;

    Output(LimitedLog log) {
      this.log = log;
    }

    @Override
    public void onNext(Frame frame) {
      byte[] bytes = frame.getPayload();
      if (frame.getStreamType() != StreamType.STDERR) {
        try {
          log.write(bytes, bytes.length);
        } catch (IOException e) {
          unwritten = e;
        }
        return;
      }
      pending.append(new String(bytes, UTF_8));
      for (int end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n")) {
        line(pending.substring(0, end));
        pending.delete(0, end + 1);
      }
    }

    @Override
    public void onError(Throwable lost) {
      // Closed by us at a time-out; a daemon that is gone shows when the container is inspected.
    }

    private void line(String line) {
      if (line.equals(Prologue.STARTED)) {
        ready = true;
      } else if (line.startsWith(Prologue.DISK_KIB)) {
        diskKib = Kib.parse(line.substring(Prologue.DISK_KIB.length()));
      } else if (said.isEmpty()) {
        said = line.strip();
      }
    }
  }

  /** Podman takes what is hidden as an option, and ignores the field that Docker has for it. */
  private List<String> securityOptions() {
    return daemon.isPodman()
        ? List.of("no-new-privileges", "mask=" + String.join(":", HidingHostConfig.HIDDEN))
        : List.of("no-new-privileges");
  }
}
