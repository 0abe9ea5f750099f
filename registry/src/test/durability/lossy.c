/*
 * A file system that keeps its word and nothing more, for one process: LD_PRELOAD this.
 *
 * Whatever is under $LOSSY_ROOT reaches $LOSSY_DISK only when it is synced: the content of a file when
 * the file is, the names in a folder when the folder is. After the process was killed, the test makes
 * a folder of what has reached the disk, and starts the server on that. This is stricter than any file
 * system of today, most of which bring more to the disk than they are asked to.
 *
 * LOSSY_DISK/file/INODE has the content of a file at its last sync; LOSSY_DISK/folder/PATH, with % for
 * each slash, the names of a folder at its last sync, a line each: INODE TYPE NAME.
 *
 * While $LOSSY_FAIL exists, every sync fails with EIO.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long number;

static void fail(const char *what) {
  perror(what);
  _exit(99);
}

static FILE *begin(char *temporary) {
  snprintf(temporary, PATH_MAX, "%s/new-%lu", getenv("LOSSY_DISK"), number++);
  FILE *out = fopen(temporary, "w");
  if (!out) fail(temporary);
  return out;
}

static void end(FILE *out, const char *temporary, const char *target) {
  if (fclose(out) || rename(temporary, target)) fail(target);
}

static void keep_file(int fd, const struct stat *file) {
  char temporary[PATH_MAX], target[PATH_MAX], self[64], buffer[1 << 16];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  int in = open(self, O_RDONLY);
  if (in < 0) fail(self);
  FILE *out = begin(temporary);
  ssize_t count;
  while ((count = read(in, buffer, sizeof buffer)) > 0) fwrite(buffer, 1, count, out);
  close(in);
  snprintf(target, sizeof target, "%s/file/%lu", getenv("LOSSY_DISK"), (unsigned long)file->st_ino);
  end(out, temporary, target);
}

static void keep_folder(const char *path, const char *relative) {
  char temporary[PATH_MAX], target[PATH_MAX];
  DIR *folder = opendir(path);
  if (!folder) return; /* It was removed meanwhile. */
  FILE *out = begin(temporary);
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    fprintf(out, "%lu %c %s\n", (unsigned long)entry->d_ino, entry->d_type == DT_DIR ? 'd' : 'f',
            entry->d_name);
  }
  closedir(folder);
  snprintf(target, sizeof target, "%s/folder/%s", getenv("LOSSY_DISK"), *relative ? relative : "%");
  for (char *c = target + strlen(getenv("LOSSY_DISK")) + strlen("/folder/"); *c; c++)
    if (*c == '/') *c = '%';
  end(out, temporary, target);
}

static int kept(int fd) {
  const char *failing = getenv("LOSSY_FAIL"), *root = getenv("LOSSY_ROOT");
  if (failing && !access(failing, F_OK)) {
    errno = EIO;
    return -1;
  }
  char self[64], path[PATH_MAX];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(self, path, sizeof path - 1);
  if (length < 0 || !root) return 0;
  path[length] = 0;
  size_t prefix = strlen(root);
  struct stat file;
  if (strncmp(path, root, prefix) || fstat(fd, &file)) return 0;
  pthread_mutex_lock(&lock);
  if (S_ISDIR(file.st_mode))
    keep_folder(path, path[prefix] == '/' ? path + prefix + 1 : path + prefix);
  else if (S_ISREG(file.st_mode))
    keep_file(fd, &file);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) { return kept(fd); }

int fdatasync(int fd) { return kept(fd); }
