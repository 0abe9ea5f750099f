package dev.selfsame.oci.http;

import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.upkeep.Collector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * A server in a process of its own with an audit log, which looks at the room on its disk and notes
 * each read. Prints its port, then carries out words from stdin: {@code fill} its disk, {@code
 * collect}. Answers each with a line.
 */
public final class GuardedMain {
  private GuardedMain() {}

  /**
   * Serves the registry in a folder.
   *
   * @param arguments the folder
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    RegistryFolder opened = RegistryFolder.create(folder);
    try (AuditLog audit = opened.audit(Clock.systemUTC());
        Served served =
            Served.noting(folder, local -> guarded(local, audit, Room.of(folder, true)))) {
      say(Integer.toString(served.port()));
      BufferedReader words =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String word = words.readLine(); word != null; word = words.readLine()) {
        say(word.equals("fill") ? fill(folder) : collect(served.collector()));
      }
    }
  }

  private static Options guarded(Options local, AuditLog audit, Room room) {
    return local.withAudit(audit).withRoom(room);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static String fill(Path folder) throws IOException {
    for (int size = 1 << 16; size > 0; size /= 16) {
      try (OutputStream out = Files.newOutputStream(folder.resolveSibling("filler-" + size))) {
        while (true) {
          out.write(new byte[size]);
        }
      } catch (IOException full) {
        continue;
      }
    }
    return "free " + folder.toFile().getUsableSpace();
  }

  private static String collect(Collector collector) {
    try {
      long bytes = collector.clear(Duration.ZERO, _ -> {}).bytes();
      return "collected " + (bytes + collector.run(Duration.ZERO, _ -> {}).bytes());
    } catch (Failure e) {
      return "not collected: " + e.getMessage();
    }
  }
}
