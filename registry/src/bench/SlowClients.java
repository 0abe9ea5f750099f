import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Holds slow clients against a registry server on 127.0.0.1, and asks it as a healthy one
 * meanwhile.
 *
 * <p>{@code java SlowClients.java PORT PID CLIENTS SECONDS REPOSITORY BLOB SIZE}; the repository
 * has the blob, and a manifest that is tagged {@code t}.
 */
public final class SlowClients {
  /** Each client sends or takes a byte, and then none for so long. */
  private static final long STEP_NANOS = 3_000_000_000L;

  /** Of the healthy client's requests one in so many is for the blob. */
  private static final int BLOB_EVERY = 10;

  /** What a slow body announces; all of them together have to have room on the disk. */
  private static final int BODY_BYTES = 100_000;

  private static final long LOOK_NANOS = 10_000_000_000L;
  private static final long LONGEST_DRAIN_NANOS = 120_000_000_000L;

  private enum Kind {
    HEADERS("send headers slowly"),
    BODY("send a body slowly"),
    READER("take a blob slowly");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private static final class Client {
    private final Kind kind;
    private final SocketChannel channel;
    private long received;
    private long next;
    private boolean ended;

    Client(Kind kind, SocketChannel channel, long next) {
      this.kind = kind;
      this.channel = channel;
      this.next = next;
    }

    /** A byte more; whoever only sends looks whether the server has gone, too. */
    void step(ByteBuffer scratch) {
      try {
        if (kind == Kind.READER) {
          take(scratch.clear().limit(1));
        } else {
          take(scratch.clear());
          channel.write(ByteBuffer.wrap(new byte[] {'a'}));
        }
      } catch (IOException gone) {
        ended = true;
      }
    }

    /** What has arrived, as far as there is room; whether anything had. */
    boolean take(ByteBuffer into) throws IOException {
      int count = channel.read(into);
      ended |= count < 0;
      received += Math.max(0, count);
      return count > 0;
    }
  }

  /** How long the requests of the healthy client took. */
  private static final class Times {
    private final List<Long> manifests = new ArrayList<>();
    private final List<Long> blobs = new ArrayList<>();
    private int failed;
  }

  private final int port;
  private final String pid;
  private final String repository;
  private final String blob;
  private final long size;
  private final List<Client> clients = new ArrayList<>();

  /** Whether most of the slow clients are connected. */
  private volatile boolean held;

  private volatile boolean over;

  private SlowClients(String[] args) {
    this.port = Integer.parseInt(args[0]);
    this.pid = args[1];
    this.repository = args[4];
    this.blob = args[5];
    this.size = Long.parseLong(args[6]);
  }

  public static void main(String[] args) throws Exception {
    new SlowClients(args).run(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
  }

  private void run(int number, int seconds) throws Exception {
    healthy(5); // To warm up.
    Times before = healthy(5);
    long residentBefore = resident();
    open(number);
    held = true;
    Times meanwhile = new Times();
    Thread asking = Thread.ofPlatform().start(() -> ask(meanwhile));
    long most = Math.max(residentBefore, hold(number, seconds));
    over = true;
    asking.join();
    drain();
    for (Kind kind : Kind.values()) {
      List<Client> all = clients.stream().filter(one -> one.kind == kind).toList();
      System.out.printf(
          "cut: %d of %d that %s, %d bytes in all came back%n",
          all.stream().filter(this::isCut).count(),
          all.size(),
          kind.words,
          all.stream().mapToLong(one -> one.received).sum());
    }
    for (Client client : clients) {
      client.channel.close();
    }
    Thread.sleep(5000);
    System.out.printf(
        "resident: %d MB before, %d MB at most, %d MB after%n", residentBefore, most, resident());
    print("GET manifest", before.manifests, meanwhile.manifests);
    print("GET blob", before.blobs, meanwhile.blobs);
    System.out.printf("failed GETs meanwhile: %d%n", meanwhile.failed + before.failed);
  }

  /** Who takes a blob is told so by an end before its end. */
  private boolean isCut(Client client) {
    return client.ended && (client.kind != Kind.READER || client.received < size);
  }

  private void open(int number) {
    long begun = System.nanoTime();
    int refused = 0;
    for (int i = 0; i < number; i++) {
      Kind kind = Kind.values()[i % Kind.values().length];
      try {
        SocketChannel channel = SocketChannel.open();
        // Or the system takes most of a blob for a client that does not.
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        channel.connect(new InetSocketAddress("127.0.0.1", port));
        channel.write(ByteBuffer.wrap(head(kind).getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        // Spread over the time between two steps.
        long first = System.nanoTime() + STEP_NANOS * i / number;
        clients.add(new Client(kind, channel, first));
      } catch (IOException e) {
        refused++;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d slow clients in %.1f s, %d refused%n",
        clients.size(),
        (System.nanoTime() - begun) / 1e9,
        refused);
  }

  private String head(Kind kind) {
    String host = " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n";
    return switch (kind) {
      case HEADERS -> "GET /v2/" + host + "X-Slow: ";
      case BODY ->
          ("POST /v2/%s/blobs/uploads/?digest=sha256:%s%s"
                  + "Content-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n")
              .formatted(repository, "0".repeat(64), host, BODY_BYTES);
      case READER -> "GET /v2/%s/blobs/%s%s\r\n".formatted(repository, blob, host);
    };
  }

  /** Steps for all clients in their time, and tells what the server has; its most memory. */
  private long hold(int number, int seconds) throws IOException, InterruptedException {
    ByteBuffer scratch = ByteBuffer.allocate(8192);
    long begun = System.nanoTime();
    long told = begun;
    long looked = begun;
    long most = 0;
    for (long now = begun; now - begun < seconds * 1_000_000_000L; now = System.nanoTime()) {
      for (Client client : clients) {
        if (!client.ended && now - client.next >= 0) {
          client.step(scratch);
          client.next += STEP_NANOS;
        }
      }
      if (now - looked >= 1_000_000_000L) {
        looked += 1_000_000_000L;
        long resident = resident();
        most = Math.max(most, resident);
        int connected = connected();
        held = connected > number / 2;
        if (now - told >= LOOK_NANOS) {
          told += LOOK_NANOS;
          System.out.printf(
              "  after %d s: %d connections, %d MB resident%n",
              (now - begun) / 1_000_000_000L, connected, resident);
        }
      }
      Thread.sleep(20);
    }
    return most;
  }

  /** Takes what the slow readers have left, so that they see whether there is an end before it. */
  private void drain() throws InterruptedException {
    ByteBuffer scratch = ByteBuffer.allocate(1 << 16);
    long begun = System.nanoTime();
    List<Client> left = new ArrayList<>(clients);
    while (!left.isEmpty() && System.nanoTime() - begun < LONGEST_DRAIN_NANOS) {
      boolean any = false;
      for (Client client : left) {
        try {
          any |= client.take(scratch.clear());
        } catch (IOException gone) {
          client.ended = true;
        }
      }
      left.removeIf(one -> one.ended || one.kind != Kind.READER || one.received >= size);
      if (!any) {
        Thread.sleep(10);
      }
    }
  }

  /** The server's connections that are open on its side. */
  private int connected() throws IOException {
    String ending = ":%04X".formatted(port);
    int count = 0;
    for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
      for (String line : Files.exists(table) ? Files.readAllLines(table) : List.<String>of()) {
        String[] fields = line.strip().split(" +");
        if (fields.length > 3 && fields[1].endsWith(ending) && fields[3].equals("01")) {
          count++;
        }
      }
    }
    return count;
  }

  /** Of the server, in MB. */
  private long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", pid, "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("no process " + pid);
  }

  private Times healthy(int seconds) throws InterruptedException {
    Times times = new Times();
    held = true;
    over = false;
    Thread asking = Thread.ofPlatform().start(() -> ask(times));
    Thread.sleep(seconds * 1000L);
    over = true;
    asking.join();
    over = false;
    return times;
  }

  /** Asks until it is over; counts what is asked while the slow ones are held. */
  private void ask(Times times) {
    try (HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 1; !over; i++) {
        boolean large = i % BLOB_EVERY == 0;
        String what = large ? "/blobs/" + blob : "/manifests/t";
        boolean counts = held;
        long begun = System.nanoTime();
        boolean well = get(client, "http://127.0.0.1:" + port + "/v2/" + repository + what);
        if (counts && well) {
          (large ? times.blobs : times.manifests).add(System.nanoTime() - begun);
        }
        times.failed += well ? 0 : 1;
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean get(HttpClient client, String address) throws InterruptedException {
    try {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(address))
                  .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                  .build(),
              BodyHandlers.discarding());
      return answer.statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static void print(String what, List<Long> before, List<Long> meanwhile) {
    System.out.printf(
        Locale.ROOT,
        "%s: median %.2f ms before, %.2f ms meanwhile (99th %.2f ms, of %d)%n",
        what,
        part(before, 0.5),
        part(meanwhile, 0.5),
        part(meanwhile, 0.99),
        meanwhile.size());
  }

  /** In milliseconds; not a number where there are none. */
  private static double part(List<Long> nanos, double part) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)] / 1e6;
  }
}
