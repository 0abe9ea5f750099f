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

/** Stands between a client and an engine's socket, until it is cut or says nothing any more. */
public final class SocketProxy implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path engine;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  private final AtomicReference<String> unheard = new AtomicReference<>();
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

  private void pass(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        if (isUnheard(StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString())) {
          from.close();
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
      // It was cut.
    }
  }

  private boolean isUnheard(String piece) {
    String next = unheard.get();
    return next != null && piece.contains(next) && unheard.compareAndSet(next, null);
  }

  /** The next request with this in it is not answered: its connection ends. */
  public void unheard(String request) {
    unheard.set(request);
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
