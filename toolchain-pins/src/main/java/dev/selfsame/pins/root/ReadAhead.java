package dev.selfsame.pins.root;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets several sources be produced at once (such as decompressed) and read one after the other, in
 * order, within bounded memory. The source that is being read may always go on, so that those
 * behind it cannot starve it.
 */
final class ReadAhead implements AutoCloseable {
  private static final int CHUNK = 1 << 16;
  private static final int OWN_CHUNKS = 64;

  private final List<Lane> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger nextLane = new AtomicInteger();
  private final int budgetChunks;
  private int held;
  private int current;

  /** Writes a source's bytes; what it throws is thrown to the reader. */
  @FunctionalInterface
  interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * @param sources in the order in which they will be read
   * @param threadCount how many are produced at once
   * @param budget bytes that may wait in memory
   */
  ReadAhead(List<Source> sources, int threadCount, long budget) {
    budgetChunks = (int) Math.max(1, budget / CHUNK);
    for (int i = 0; i < sources.size(); i++) {
      lanes.add(new Lane(i, sources.get(i)));
    }
    for (int i = 0; i < threadCount; i++) {
      threads.add(Thread.ofPlatform().daemon().name("unpack-" + i).start(this::produce));
    }
  }

  /** The bytes of a source. Sources are read in order, each to its end or until it is closed. */
  InputStream stream(int index) {
    synchronized (this) {
      current = index;
      notifyAll();
    }
    return lanes.get(index);
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void produce() {
    for (int i = nextLane.getAndIncrement();
        i < lanes.size() && !Thread.currentThread().isInterrupted();
        i = nextLane.getAndIncrement()) {
      lanes.get(i).produce();
    }
  }

  /** One source's bytes on their way from its producer to the reader. */
  private final class Lane extends InputStream {
    private final int index;
    private final Source source;
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private @Nullable Throwable failure;
    private boolean complete;
    private byte[] reading = {};
    private int position;

    Lane(int index, Source source) {
      this.index = index;
      this.source = source;
    }

    void produce() {
      Throwable thrown = null;
      try {
        source.writeTo(new Chunker(this));
      } catch (Throwable t) {
        // Whatever it is, it belongs to the reader, who waits for these bytes.
        thrown = t;
      }
      synchronized (ReadAhead.this) {
        failure = thrown;
        complete = true;
        ReadAhead.this.notifyAll();
      }
    }

    void put(byte[] chunk) throws IOException {
      synchronized (ReadAhead.this) {
        while (index == current ? chunks.size() >= OWN_CHUNKS : held >= budgetChunks) {
          await();
        }
        chunks.add(chunk);
        held++;
        ReadAhead.this.notifyAll();
      }
    }

    private void await() throws IOException {
      try {
        ReadAhead.this.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("broken off");
      }
    }

    private boolean refill() throws IOException {
      synchronized (ReadAhead.this) {
        while (chunks.isEmpty() && !complete) {
          await();
        }
        byte[] next = chunks.poll();
        if (next == null) {
          rethrow();
          return false;
        }
        held--;
        reading = next;
        position = 0;
        ReadAhead.this.notifyAll();
        return true;
      }
    }

    private void rethrow() throws IOException {
      switch (failure) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position == reading.length && !refill()) {
        return -1;
      }
      int n = Math.min(length, reading.length - position);
      System.arraycopy(reading, position, buffer, offset, n);
      position += n;
      return n;
    }
  }

  /** Cuts what is written into whole chunks. */
  private static final class Chunker extends OutputStream {
    private final Lane lane;

    Chunker(Lane lane) {
      this.lane = lane;
    }

    @Override
    public void write(int b) throws IOException {
      lane.put(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int at = offset; at < offset + length; at += CHUNK) {
        int end = Math.min(at + CHUNK, offset + length);
        lane.put(java.util.Arrays.copyOfRange(bytes, at, end));
      }
    }
  }
}
