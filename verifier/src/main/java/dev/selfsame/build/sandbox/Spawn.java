package dev.selfsame.build.sandbox;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Starts a process that the kernel kills when this JVM ends, {@code kill -9} included.
 *
 * <p>The parent-death signal (prctl(2), PR_SET_PDEATHSIG) fires when the <em>thread</em> that
 * spawned the process ends. So each process gets a thread of its own that lives exactly as long.
 */
final class Spawn {
  private Spawn() {}

  /** Starts {@code command} with an empty environment and nothing on its stdin. */
  static Process start(List<String> command) throws IOException, InterruptedException {
    CompletableFuture<Process> started = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("sandbox-parent").start(() -> live(command, started));
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      var _ = started.thenAccept(Process::destroyForcibly);
      throw e;
    }
  }

  private static void live(List<String> command, CompletableFuture<Process> started) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.directory(new File("/"));
    builder.redirectInput(new File("/dev/null"));
    try {
      Process process = builder.start();
      started.complete(process);
      while (process.isAlive()) {
        waitFor(process);
      }
    } catch (IOException e) {
      started.completeExceptionally(e);
    }
  }

  private static void waitFor(Process process) {
    try {
      process.waitFor();
    } catch (InterruptedException nobodyHasThisThread) {
      Thread.onSpinWait();
    }
  }
}
