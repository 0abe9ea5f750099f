package dev.selfsame.build.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.WaitResponse;
import dev.selfsame.build.Ending;
import dev.selfsame.build.LimitedLog;
import dev.selfsame.build.Prologue;
import dev.selfsame.build.Sandbox;
import dev.selfsame.docker.Daemon;
import dev.selfsame.docker.ProcessCounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at what a container uses. Memory and processes are held by the daemon's own limits; this
 * sees that the process limit was met, and asks {@code du} within for what is on the disk.
 */
final class ContainerWatch {
  private static final long LOOK_MILLIS = 50;
  private static final long SHARE = 20;
  private static final long SOONEST = Duration.ofSeconds(1).toNanos();
  private static final long KIB = 1024;

  private final DockerClient client;
  private final Daemon daemon;
  private final String container;
  private final Sandbox sandbox;
  private final LimitedLog log;
  private final long start = System.nanoTime();
  private long nextDisk = start + SOONEST;

  ContainerWatch(
      DockerClient client, Daemon daemon, String container, Sandbox sandbox, LimitedLog log) {
    this.client = client;
    this.daemon = daemon;
    this.container = container;
    this.sandbox = sandbox;
    this.log = log;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Waits for the end of the started container; a limit that is gone over first is the answer. */
  Optional<Ending> untilTheEnd() throws InterruptedException {
    End end = client.waitContainerCmd(container).exec(new End());
    try (ProcessCounts counts = ProcessCounts.of(daemon, container)) {
      while (!end.latch.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        Optional<Ending> over = over(counts);
        if (over.isPresent()) {
          return over;
        }
      }
      return Optional.empty();
    }
  }

  private Optional<Ending> over(ProcessCounts counts) throws InterruptedException {
    if (elapsed().compareTo(sandbox.limits().wall()) > 0) {
      return Optional.of(new Ending.TimedOut(elapsed()));
    }
    Optional<Ending> over = overLog();
    int most = sandbox.limits().processes();
    if (over.isEmpty() && counts.last() > most) {
      over = over("processes", figures(counts.last(), most));
    }
    if (over.isEmpty() && System.nanoTime() - nextDisk >= 0) {
      long before = System.nanoTime();
      over = overDisk(askDisk(counts));
      long now = System.nanoTime();
      nextDisk = now + Math.max(SOONEST, (now - before) * SHARE);
    }
    return over;
  }

  /**
   * What can still be said when nothing runs any more.
   *
   * @param diskKib what the prologue counted at the end
   */
  Optional<Ending> overAtTheEnd(long diskKib) {
    return overLog().or(() -> overDisk(diskKib));
  }

  private Optional<Ending> overLog() {
    return log.overflowed()
        ? over("log", "more than " + sandbox.limits().logBytes() + " bytes")
        : Optional.empty();
  }

  private Optional<Ending> overDisk(long kib) {
    long most = sandbox.limits().diskBytes();
    return kib * KIB > most ? over("disk", figures(kib * KIB, most) + " bytes") : Optional.empty();
  }

  private Optional<Ending> over(String limit, String detail) {
    return Optional.of(new Ending.OverLimit(limit, detail, elapsed()));
  }

  private static String figures(long reached, long limit) {
    return String.format(Locale.ROOT, "%,d of at most %,d", reached, limit);
  }

  /** 0 where it cannot be told, such as when the container ends just now. */
  private long askDisk(ProcessCounts counts) throws InterruptedException {
    try {
      String id =
          client
              .execCreateCmd(container)
              .withCmd("/bin/sh", "-c", Prologue.diskUse(sandbox))
              .withAttachStdout(true)
              .exec()
              .getId();
      try (Answer answer = client.execStartCmd(id).exec(new Answer())) {
        // Among too many processes it may find no place of its own: that has to be seen meanwhile.
        while (!answer.latch.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          if (counts.last() > sandbox.limits().processes()
              || elapsed().compareTo(sandbox.limits().wall()) > 0) {
            return 0;
          }
        }
        return answer.kib();
      }
    } catch (DockerException | IOException ended) {
      return 0;
    }
  }

  /** The library's own waiting closes the stream at its first time-out. */
  private static final class End extends ResultCallback.Adapter<WaitResponse> {
    private final CountDownLatch latch = new CountDownLatch(1);

    @Override
    public void onNext(WaitResponse ended) {
      latch.countDown();
    }

    @Override
    public void onError(Throwable lost) {
      latch.countDown();
    }

    @Override
    public void onComplete() {
      latch.countDown();
    }
  }

  private static final class Answer extends ResultCallback.Adapter<Frame> {
    private final CountDownLatch latch = new CountDownLatch(1);
    private final StringBuilder text = new StringBuilder();

    @Override
    public void onError(Throwable lost) {
      latch.countDown();
    }

    @Override
    public void onComplete() {
      latch.countDown();
    }

    @Override
    public synchronized void onNext(Frame frame) {
      text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
    }

    synchronized long kib() {
      return Kib.parse(text.toString());
    }
  }
}
