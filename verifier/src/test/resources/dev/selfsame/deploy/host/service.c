/* A service that is deployed in tests: answers GET on 127.0.0.1, and misbehaves as it is told.
 *   service --port=N [--mode=ok|unready|die|stubborn] [--config=FILE]
 * VERSION comes from the compiler's command line. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

extern char **environ;

static const char *option(int argc, char **argv, const char *name, const char *otherwise) {
  size_t length = strlen(name);
  for (int i = 1; i < argc; i++) {
    if (strncmp(argv[i], name, length) == 0) return argv[i] + length;
  }
  return otherwise;
}

static void tell(const char *config) {
  char line[512];
  FILE *file = config[0] ? fopen(config, "r") : NULL;
  printf("service %s\n", VERSION);
  for (char **variable = environ; *variable; variable++) printf("variable %s\n", *variable);
  while (file && fgets(line, sizeof line, file)) printf("config %s", line);
  if (config[0] && !file) {
    printf("cannot read %s\n", config);
    exit(3);
  }
  fflush(stdout);
}

int main(int argc, char **argv) {
  int port = atoi(option(argc, argv, "--port=", "0"));
  const char *mode = option(argc, argv, "--mode=", "ok");
  tell(option(argc, argv, "--config=", ""));
  if (strcmp(mode, "die") == 0) {
    printf("error: told to end\n");
    return 7;
  }
  if (strcmp(mode, "stubborn") == 0) signal(SIGTERM, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 16)) {
    perror("error: bind");
    return 1;
  }
  for (;;) {
    char request[2048], answer[256];
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue;
    ssize_t length = read(client, request, sizeof request - 1);
    request[length > 0 ? length : 0] = 0;
    int bad = strcmp(mode, "unready") == 0 && strncmp(request, "GET /ready", 10) == 0;
    int size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                        bad ? "503 Service Unavailable" : "200 OK", strlen(VERSION), VERSION);
    if (write(client, answer, size) != size) perror("write");
    close(client);
  }
}
