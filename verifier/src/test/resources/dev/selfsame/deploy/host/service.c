/* A service that is deployed in tests: answers GET on 127.0.0.1, and misbehaves as it is told.
 *   service --port=N [--config=FILE]
 *       [--mode=ok|quiet|unready|unready-fails|die|stubborn|escape]
 * VERSION comes from the compiler's command line. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

static int opened(const char *path, int flags) { return open(path, flags, 0600) >= 0; }

static int own(int set_user_id) {
  char path[256];
  snprintf(path, sizeof path, "%s/own", getenv("STATE_DIRECTORY"));
  return opened(path, O_CREAT | O_WRONLY) && (!set_user_id || chmod(path, 04700) == 0);
}

static int executable(void) {
  return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
         != MAP_FAILED;
}

/* One after the other in a process of its own, since systemd has some attempts end in a signal. */
#define TRY(what, attempt)                                                            \
  do {                                                                                \
    int end;                                                                          \
    fflush(stdout);                                                                   \
    if (fork() == 0) {                                                                \
      printf("try %s: %s\n", what, (attempt) ? "done" : strerror(errno));             \
      exit(0);                                                                        \
    }                                                                                 \
    wait(&end);                                                                       \
    if (WIFSIGNALED(end)) printf("try %s: %s\n", what, strsignal(WTERMSIG(end)));     \
  } while (0)

/* What a service that somebody has broken into would try. */
static void escape(void) {
  TRY("write own state", own(0));
  TRY("write /tmp", opened("/tmp/escape", O_CREAT | O_WRONLY));
  TRY("make it set-user-id", own(1));
  TRY("write /etc", opened("/etc/escape", O_CREAT | O_WRONLY));
  TRY("write its program", opened("/proc/self/exe", O_WRONLY));
  TRY("read the secrets' file", opened("/opt/selfsame/service/current/environment", O_RDONLY));
  TRY("read /root", opened("/root/.", O_RDONLY | O_DIRECTORY));
  TRY("see process 1", opened("/proc/1/cmdline", O_RDONLY));
  TRY("see the machine", opened("/proc/meminfo", O_RDONLY));
  TRY("read the kernel's log", opened("/dev/kmsg", O_RDONLY));
  TRY("become root", setuid(0) == 0);
  TRY("make namespaces", unshare(CLONE_NEWUSER) == 0);
  TRY("rename the machine", sethostname("escape", 6) == 0);
  TRY("listen to packets", socket(AF_PACKET, SOCK_RAW, 0) >= 0);
  TRY("execute what it writes", executable());
  fflush(stdout);
}

static void fail(int number) {
  (void)number;
  _exit(1);
}

int main(int argc, char **argv) {
  int port = atoi(option(argc, argv, "--port=", "0"));
  const char *mode = option(argc, argv, "--mode=", "ok");
  if (strcmp(mode, "quiet") != 0) tell(option(argc, argv, "--config=", ""));
  if (strcmp(mode, "escape") == 0) escape();
  if (strcmp(mode, "die") == 0) {
    printf("error: told to end\n");
    return 7;
  }
  if (strcmp(mode, "stubborn") == 0) signal(SIGTERM, SIG_IGN);
  if (strcmp(mode, "unready-fails") == 0) signal(SIGTERM, fail);
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
    int bad = strncmp(mode, "unready", 7) == 0 && strncmp(request, "GET /ready", 10) == 0;
    int size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                        bad ? "503 Service Unavailable" : "200 OK", strlen(VERSION), VERSION);
    if (write(client, answer, size) != size) perror("write");
    close(client);
  }
}
