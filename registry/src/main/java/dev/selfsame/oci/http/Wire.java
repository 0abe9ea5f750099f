package dev.selfsame.oci.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection, and without TLS the socket beneath it. Helidon reads 8 KB at a time, and has no way
 * to send a file that does not lead through memory: together that was half of what a blob cost.
 *
 * <p>Helidon does not hand its socket out, so it is taken. Where a later version has it elsewhere,
 * the server is slower and nothing else; a test tells.
 */
final class Wire implements ConnectionContext {
  private static final int LEAST = 8 << 10;
  private static final int MOST = 128 << 10;

  /** Helidon has a chunk of a body whole in memory before anybody sees of it. */
  private static final int MOST_HELD = 16 << 20;

  /** The connection that this thread works for. */
  private static final ScopedValue<Wire> CURRENT = ScopedValue.newInstance();

  private final ConnectionContext helidon;
  private final @Nullable SocketChannel socket;
  private final DataReader reader = DataReader.create(this::pull);

  /** Held while somebody closes the connection from outside, which may interrupt its thread. */
  private final ReentrantLock closing = new ReentrantLock();

  private int size = LEAST;

  /** What is read into while nothing large comes: a request is a fraction of it. */
  private final byte[] least = new byte[LEAST];

  /** What a body was last read into, while one comes. */
  private byte @Nullable [] large;

  private boolean hasLength;
  private long held;

  private Wire(ConnectionContext helidon, @Nullable SocketChannel socket) {
    this.helidon = helidon;
    this.socket = socket;
  }

  /** What a connection does. */
  interface Work {
    void run(Wire connection) throws InterruptedException;
  }

  /** Works on a connection of which nothing was read yet. */
  static void work(ConnectionContext connection, Work work) throws InterruptedException {
    Wire wire = new Wire(connection, connection.isSecure() ? null : socket(connection));
    ScopedValue.where(CURRENT, wire)
        .<@Nullable Void, InterruptedException>call(() -> {
          work.run(wire);
          return null;
        });
  }

  private static @Nullable SocketChannel socket(ConnectionContext connection) {
    try {
      Field field = connection.getClass().getDeclaredField("socket");
      field.setAccessible(true);
      return field.get(connection) instanceof SocketChannel socket ? socket : null;
    } catch (ReflectiveOperationException | RuntimeException elsewhere) {
      return null;
    }
  }

  /** The socket that this thread answers on, where what is written to it goes out as it is. */
  static @Nullable SocketChannel socket() {
    return CURRENT.isBound() ? CURRENT.get().socket : null;
  }

  /** Has somebody close the connection who is not its own thread. */
  void closed(Runnable close) {
    closing.lock();
    try {
      close.run();
    } finally {
      closing.unlock();
    }
  }

  /**
   * A request has begun: from here on this thread works on files, which an interrupt would close.
   * Helidon interrupts a connection that waits for a request and seems idle. It looks whether it
   * waits first and interrupts then, and a request may have come between the two.
   */
  static void begun() {
    if (CURRENT.isBound()) {
      // Whoever comes later sees that nothing is waited for.
      CURRENT.get().closed(Thread::interrupted);
      // Its headers may still lie in it, and a body must not be read over them.
      CURRENT.get().large = null;
    }
  }

  /** A request was answered: while the next is waited for, little memory is held. */
  static void rest() {
    if (CURRENT.isBound()) {
      CURRENT.get().size = LEAST;
      CURRENT.get().held = 0;
      CURRENT.get().large = null;
    }
  }

  /**
   * Whether from here on a body is read whose length was announced. Helidon asks for more of such a
   * one when all that came before has been taken, and at no other time: it may be written over. (Of
   * a chunk it has the whole together.)
   */
  static void bodyHasLength(boolean hasLength) {
    if (CURRENT.isBound()) {
      CURRENT.get().hasLength = hasLength;
    }
  }

  /** What came so far has reached whoever reads the body. */
  static void taken() {
    if (CURRENT.isBound()) {
      CURRENT.get().held = 0;
    }
  }

  private byte @Nullable [] pull() {
    if (held > MOST_HELD) {
      throw new CloseConnectionException("a chunk of more than %d bytes".formatted(MOST_HELD));
    }
    byte[] piece = socket == null ? helidons() : piece(socket);
    held += piece == null ? 0 : piece.length;
    return piece;
  }

  private byte @Nullable [] helidons() {
    try {
      return helidon.serverSocket().get();
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("reading from the socket", e);
    }
  }

  /** A body that fills what it is read into is read in larger pieces. */
  private byte @Nullable [] piece(SocketChannel socket) {
    boolean isSmall = size == LEAST;
    byte[] piece = isSmall ? least() : large();
    try {
      int read = socket.read(ByteBuffer.wrap(piece));
      if (read < 0) {
        return null;
      }
      boolean isFull = read == size;
      size = isFull ? Math.min(2 * size, MOST) : Math.max(LEAST, Math.min(size, 4 * read));
      return isFull && !isSmall ? piece : Arrays.copyOf(piece, read);
    } catch (IOException e) {
      throw new ServerConnectionException("reading from the socket", e);
    }
  }

  private byte[] least() {
    large = null; // Whoever sends slowly holds no more of it.
    return least;
  }

  /** To write to the same memory again is cheaper than to find, and clear, more of it. */
  private byte[] large() {
    byte[] last = large;
    byte[] piece = hasLength && last != null && last.length == size ? last : new byte[size];
    large = hasLength ? piece : null;
    return piece;
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public DataWriter dataWriter() {
    return helidon.dataWriter();
  }

  @Override
  public ListenerContext listenerContext() {
    return helidon.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return helidon.executor();
  }

  @Override
  public Router router() {
    return helidon.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return helidon.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return helidon.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return helidon.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return helidon.localPeer();
  }

  @Override
  public boolean isSecure() {
    return helidon.isSecure();
  }

  @Override
  public String socketId() {
    return helidon.socketId();
  }

  @Override
  public String childSocketId() {
    return helidon.childSocketId();
  }
}
