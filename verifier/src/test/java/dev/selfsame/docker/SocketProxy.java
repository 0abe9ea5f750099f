package dev.selfsame.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between a client and an engine's socket, until it is cut, also in the middle of what is
 * sent, or says nothing any more, or something of its own.
 */
public final class SocketProxy implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path engine;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  private final AtomicReference<String> unheard = new AtomicReference<>();
  private final AtomicReference<Breach> breach = new AtomicReference<>();
  private final AtomicReference<Answer> instead = new AtomicReference<>();
  private volatile boolean silent;
  private volatile boolean cut;

  public SocketProxy(Path socket, Path engine) throws IOException {
    this.engine = engine;
    Files.deleteIfExists(socket);
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().daemon().start(this::serve);
  }

  private void serve() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        if (!keeps(client) || silent) {
          continue;
        }
        SocketChannel behind = SocketChannel.open(UnixDomainSocketAddress.of(engine));
        if (!keeps(behind)) {
          continue;
        }
        Thread.ofPlatform().daemon().start(() -> pass(client, behind));
        Thread.ofPlatform().daemon().start(() -> pass(behind, client));
      }
    } catch (IOException e) {
      // It was cut.
    }
  }

  /** An accept that waits may still bring somebody after its channel was closed. */
  private boolean keeps(SocketChannel one) throws IOException {
    open.add(one);
    if (cut) {
      one.close();
    }
    return !cut;
  }

  /**
   * Where what is sent ends.
   *
   * @param request what is in the request
   * @param bytes how many of them come through
   * @param all whether nobody is there any more from then on
   */
  private record Breach(String request, long bytes, boolean all) {}

  /**
   * What is said in the engine's place.
   *
   * @param request what is in the request
   * @param text the whole answer
   */
  private record Answer(String request, String text) {}

  private void pass(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    Breach own = null;
    long passed = 0;
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        String piece = StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString();
        own = own == null ? breached(piece) : own;
        if (own != null && passed + buffer.remaining() > own.bytes()) {
          buffer.limit(Math.toIntExact(own.bytes() - passed));
          to.write(buffer);
          from.close();
          to.close();
          if (own.all()) {
            close();
          }
          return;
        } else if (own != null) {
          passed += buffer.remaining();
        }
        if (isUnheard(piece)) {
          from.close();
          to.close();
          return;
        }
        Answer answer = answered(piece);
        if (answer != null) {
          say(answer, from);
          to.close();
          return;
        }
        while (buffer.hasRemaining() && !silent) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // It was cut, or nobody listens any more: an engine that sends would wait for ever.
      end(from);
      end(to);
    }
  }

  private static void end(SocketChannel one) {
    try {
      one.close();
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** What is still being sent is taken: whoever cannot send does not listen. */
  private static void say(Answer answer, SocketChannel client) throws IOException {
    ByteBuffer text = StandardCharsets.UTF_8.encode(answer.text());
    while (text.hasRemaining()) {
      client.write(text);
    }
    ByteBuffer rest = ByteBuffer.allocate(1 << 16);
    while (client.read(rest) >= 0) {
      rest.clear();
    }
    client.close();
  }

  private Answer answered(String piece) {
    Answer next = instead.get();
    return next != null && piece.contains(next.request()) && instead.compareAndSet(next, null)
        ? next
        : null;
  }

  private Breach breached(String piece) {
    Breach next = breach.get();
    return next != null && piece.contains(next.request()) && breach.compareAndSet(next, null)
        ? next
        : null;
  }

  private boolean isUnheard(String piece) {
    String next = unheard.get();
    return next != null && piece.contains(next) && unheard.compareAndSet(next, null);
  }

  /** The next request with this in it is not answered: its connection ends. */
  public void unheard(String request) {
    unheard.set(request);
  }

  /** The next request with this in it ends after so many bytes, and nobody is there any more. */
  public void goesIn(String request, long bytes) {
    breach.set(new Breach(request, bytes, true));
  }

  /** The next request with this in it ends after so many bytes: its own connection alone. */
  public void dropsIn(String request, long bytes) {
    breach.set(new Breach(request, bytes, false));
  }

  /** The next request with this in it does not get to the engine, and is answered so, in JSON. */
  public void answers(String request, int status, String json) {
    instead.set(
        new Answer(
            request,
            "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                    .formatted(status, json.getBytes(StandardCharsets.UTF_8).length)
                + "Connection: close\r\n\r\n"
                + json));
  }

  /** Whether such a request came. */
  public boolean cutOne() {
    return unheard.get() == null;
  }

  /** From now on nobody is answered. */
  public void fallSilent() {
    silent = true;
  }

  /** From now on nobody is there. */
  @Override
  public void close() throws IOException {
    cut = true;
    server.close();
    for (SocketChannel one : open) {
      one.close();
    }
  }
}
