package dev.selfsame.scenes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL of its own: loopback only, a private port, a password. It may be killed, and
 * started again on the same port and data.
 *
 * <p>PostgreSQL refuses root, so there it runs in a user namespace, in which it is nobody.
 */
public final class PostgresServer implements AutoCloseable {
  public static final String USER = "selfsame";
  public static final String PASSWORD = "a password of the tests";

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private static final Path EMPTY =
      Path.of(System.getProperty("selfsame.basedir", ""), "target/empty-postgres").toAbsolutePath();

  private final Path programs;
  private final Path folder;
  private final int port;
  private final List<String> settings;
  private final AtomicInteger databases = new AtomicInteger();
  private @Nullable Process postmaster;

  private PostgresServer(Path folder, List<String> settings) throws IOException {
    this.programs = PostgresPrograms.folder();
    this.folder = folder;
    this.settings = settings;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  /**
   * Makes one, and starts it.
   *
   * @param folder for its data, made where it is absent
   * @param settings such as {@code fsync=off}
   */
  public static PostgresServer in(Path folder, String... settings)
      throws IOException, InterruptedException {
    return in(folder, "UTF8", settings);
  }

  /** As {@link #in}, with another encoding. */
  public static PostgresServer in(Path folder, String encoding, String[] settings)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    PostgresServer made = new PostgresServer(folder, List.of(settings));
    made.initialise(encoding);
    made.start();
    return made;
  }

  /** An empty one is made once for all suites of the module; to copy it takes a tenth of that. */
  private void initialise(String encoding) throws IOException, InterruptedException {
    FileTime version = Files.getLastModifiedTime(programs.resolve("postgres"));
    Path empty = EMPTY.resolve("%s-%d".formatted(encoding, version.toMillis()));
    synchronized (PostgresServer.class) {
      Files.createDirectories(EMPTY);
      // Maven runs the tests in several processes.
      try (FileChannel channel =
              FileChannel.open(
                  EMPTY.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        if (Files.notExists(empty)) {
          Path made = EMPTY.resolve(UUID.randomUUID().toString());
          make(encoding, made);
          Files.move(made, empty, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
    Process copy =
        new ProcessBuilder("cp", "-a", empty.toString(), folder.resolve("data").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    if (copy.waitFor() != 0) {
      throw new IOException("cp failed: " + Files.readString(log()));
    }
  }

  private void make(String encoding, Path data) throws IOException, InterruptedException {
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    Process initdb =
        run(
            "initdb",
            "--no-sync",
            "--auth=scram-sha-256",
            "--encoding=" + encoding,
            "--locale=C",
            "--username=" + USER,
            "--pwfile=" + password,
            "-D",
            data.toString());
    if (initdb.waitFor() != 0) {
      throw new IOException("initdb failed: " + Files.readString(log()));
    }
  }

  private Path log() {
    return folder.resolve("postgres.log");
  }

  private Process run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  /** Starts it, and returns when it answers. */
  public void start() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    Process started = launch();
    while (!answers()) {
      if (!started.isAlive()) {
        // What a killed one has left of shared memory may be in use for a moment more.
        started = launch();
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("PostgreSQL does not start: " + Files.readString(log()));
      }
      Thread.sleep(50);
    }
  }

  private Process launch() throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-D", folder.resolve("data").toString(),
                "-c", "listen_addresses=127.0.0.1",
                "-c", "port=" + port,
                "-c", "unix_socket_directories=",
                "-c", "max_connections=60"));
    if (System.getProperty("os.name").equals("Linux")) {
      // By itself it would sync each file by itself after a kill, which takes many seconds.
      arguments.addAll(List.of("-c", "recovery_init_sync_method=syncfs"));
    }
    settings.forEach(setting -> arguments.addAll(List.of("-c", setting)));
    Process started = run("postgres", arguments.toArray(String[]::new));
    postmaster = started;
    return started;
  }

  private boolean answers() {
    try (Connection _ = source("postgres").getConnection()) {
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** The port that it listens on, also while it does not run. */
  public int port() {
    return port;
  }

  /** The address of a database, for JDBC. */
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  /** Makes a database that nobody has, and gives its name. */
  public String newDatabase() throws SQLException {
    String name = "d" + databases.incrementAndGet();
    sql("postgres", "create database " + name);
    return name;
  }

  /** Runs a statement as the user who owns everything. */
  public void sql(String database, String statement) throws SQLException {
    try (Connection connection = source(database).getConnection();
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  /** The first column of the first row. */
  public String ask(String database, String query) throws SQLException {
    try (Connection connection = source(database).getConnection();
        Statement run = connection.createStatement();
        ResultSet rows = run.executeQuery(query)) {
      return rows.next() ? String.valueOf(rows.getObject(1)) : "no row";
    }
  }

  private PGSimpleDataSource source(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url(database));
    source.setUser(USER);
    source.setPassword(PASSWORD);
    source.setConnectTimeout(5);
    return source;
  }

  /** Kills it with SIGKILL, at whatever it does, and returns when all its processes are gone. */
  public void kill() throws InterruptedException {
    Process running = postmaster;
    if (running != null) {
      List<ProcessHandle> all = running.descendants().toList();
      running.destroyForcibly().waitFor();
      gone(all);
    }
  }

  /** Its other processes end themselves when they see that the first is gone. */
  private static void gone(List<ProcessHandle> processes) throws InterruptedException {
    try {
      for (ProcessHandle one : processes) {
        one.onExit().get(LONGEST.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("a process of PostgreSQL does not end", e);
    }
  }

  /** Ends it without ceremony. */
  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
