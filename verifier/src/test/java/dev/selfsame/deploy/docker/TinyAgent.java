package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small HTTP server in C, compiled statically: it reads its configuration, says what is wrong
 * with it, answers {@code /health}, {@code /ready} and everything else with its version, and ends
 * by SIGTERM after what it has begun, or, {@code STUBBORN}, says so and goes on.
 */
public final class TinyAgent {
  private static final String SOURCE =
      """
      #include <arpa/inet.h>
      #include <errno.h>
      #include <poll.h>
      #include <signal.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/socket.h>
      #include <time.h>
      #include <unistd.h>

      #ifndef READY
      #define READY 200
      #endif
      #ifndef BAD_AFTER
      #define BAD_AFTER 1000000000L
      #endif
      static volatile sig_atomic_t ending;
      static void on_term(int signal) {
      #ifdef STUBBORN
        if (write(1, "agent: told to end\\n", 19) < 0) ending = signal;
      #else
        ending = signal;
      #endif
      }
      static long millis(void) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return t.tv_sec * 1000 + t.tv_nsec / 1000000;
      }
      static void answer(int peer, long age) {
        char in[4096], out[512];
        int n = 0;
        struct timeval patience = {2, 0};
        setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        while (n < (int)sizeof in - 1) {
          int got = read(peer, in + n, sizeof in - 1 - n);
          if (got <= 0) break;
          n += got;
          in[n] = 0;
          if (strstr(in, "\\r\\n\\r\\n")) break;
        }
        int status = 200;
        if (!strncmp(in, "GET /ready", 10)) status = READY;
        if (!strncmp(in, "GET /health", 11) && age > BAD_AFTER) status = 500;
        n = snprintf(out, sizeof out,
            "HTTP/1.1 %d X\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s\\n",
            status, (int)strlen(VERSION) + 1, VERSION);
        if (write(peer, out, n) != n) perror("agent: write");
        shutdown(peer, SHUT_WR);
        close(peer);
      }
      int main(int argc, char **argv) {
        const char *path = argc > 1 ? argv[1] : "/etc/agent/agent.toml";
        char line[512], password[512] = "";
        int port = 0, one = 1;
        FILE *file = fopen(path, "r");
        setvbuf(stdout, NULL, _IOLBF, 0);
        if (!file) {
          fprintf(stderr, "agent: cannot read %s: %s\\n", path, strerror(errno));
          return 2;
        }
        while (fgets(line, sizeof line, file)) {
          sscanf(line, "listen = %d", &port);
          sscanf(line, "password = \\"%500[^\\n]", password);
        }
        if (!port) {
          fprintf(stderr, "agent: %s: no listen\\n", path);
          return 2;
        }
        signal(SIGTERM, on_term);
        signal(SIGPIPE, SIG_IGN);
        printf("agent %s, password %s\\n", VERSION, password);
      #ifdef EXITS
        fprintf(stderr, "agent: no way to go on\\n");
        return EXITS;
      #endif
        int server = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
        if (bind(server, (void *)&at, sizeof at) || listen(server, 511)) {
          perror("agent: listen");
          return 1;
        }
        printf("agent listening on %d\\n", port);
        long start = millis();
        for (;;) {
          struct pollfd wait = {server, POLLIN, 0};
          if (poll(&wait, 1, ending ? 0 : 50) > 0) {
            int peer = accept(server, NULL, NULL);
            if (peer >= 0) answer(peer, millis() - start);
          } else if (ending) {
            return 0;
          }
      #ifdef ENDS_AFTER
          if (millis() - start > ENDS_AFTER) return 4;
      #endif
        }
      }
      """;

  /** By its options: the compiler takes longer than most of what is done with a program. */
  private static final Map<List<String>, byte[]> COMPILED = new ConcurrentHashMap<>();

  private final Path folder;
  private int count;

  public TinyAgent(Path folder) {
    this.folder = folder;
  }

  /** A program; definitions are like {@code READY=503}. */
  public byte[] compiled(String version, String... definitions) throws Exception {
    List<String> options = new ArrayList<>(List.of("-DVERSION=\"" + version + "\""));
    for (String definition : definitions) {
      options.add("-D" + definition);
    }
    byte[] program = COMPILED.get(options);
    if (program == null) {
      program = compiled(options);
      COMPILED.put(options, program);
    }
    // No two are the same, so that each can be promoted.
    return variant(program, "#" + ++count);
  }

  private byte[] compiled(List<String> options) throws Exception {
    Path source = Files.writeString(folder.resolve("agent.c"), SOURCE);
    Path program = folder.resolve("agent.out");
    List<String> command = new ArrayList<>(List.of("gcc", "-Os", "-s", "-static", "-w"));
    command.addAll(options);
    command.addAll(List.of("-o", program.toString(), source.toString()));
    Cli.run(command.toArray(String[]::new));
    return Files.readAllBytes(program);
  }

  /** The same program with other bytes: what follows the end of an ELF file is never read. */
  public static byte[] variant(byte[] program, String mark) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(program);
    out.write(mark.getBytes(StandardCharsets.UTF_8));
    assertEquals(program.length + mark.length(), out.size());
    return out.toByteArray();
  }
}
