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
 * While the file $LOSSY_FAIL exists, every sync fails with EIO, or that of the paths alone that end with
 * the file's content, where it has one. As in Linux, the failure is reported once, and what was to reach
 * the disk then is taken for written: of a later sync it has only the pages that were written to since.
 * LOSSY_DISK/lost/INODE-BIRTH has the content of a file at the sync that failed.
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

enum { PAGE = 4096 };

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

static int open_again(int fd) {
  char self[64];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  int in = open(self, O_RDONLY);
  if (in < 0) fail(self);
  return in;
}

/* The birth tells a file from a later one that got its number. */
static void name_lost(int fd, const struct stat *file, char *target) {
  struct statx all;
  long long birth = 0;
  if (!statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &all) && all.stx_mask & STATX_BTIME)
    birth = all.stx_btime.tv_sec * 1000000000LL + all.stx_btime.tv_nsec;
  snprintf(target, PATH_MAX, "%s/lost/%lu-%lld", getenv("LOSSY_DISK"), (unsigned long)file->st_ino, birth);
}

static void lose_file(int fd, const struct stat *file) {
  char temporary[PATH_MAX], target[PATH_MAX], page[PAGE];
  int in = open_again(fd);
  FILE *out = begin(temporary);
  ssize_t count;
  while ((count = read(in, page, sizeof page)) > 0) fwrite(page, 1, count, out);
  close(in);
  name_lost(fd, file, target);
  end(out, temporary, target);
}

static ssize_t page_of(int fd, char *page, off_t at) {
  ssize_t count = fd < 0 ? 0 : pread(fd, page, PAGE, at);
  return count < 0 ? 0 : count;
}

static void keep_file(int fd, const struct stat *file) {
  char temporary[PATH_MAX], target[PATH_MAX], name[PATH_MAX], page[PAGE], other[PAGE];
  snprintf(target, sizeof target, "%s/file/%lu", getenv("LOSSY_DISK"), (unsigned long)file->st_ino);
  name_lost(fd, file, name);
  int in = open_again(fd), lost = open(name, O_RDONLY), before = lost < 0 ? -1 : open(target, O_RDONLY);
  FILE *out = begin(temporary);
  ssize_t count;
  for (off_t at = 0; (count = page_of(in, page, at)) > 0; at += count) {
    if (page_of(lost, other, at) == count && !memcmp(page, other, count)) {
      memset(page, 0, count);
      if (page_of(before, other, at) > 0) memcpy(page, other, count);
    }
    fwrite(page, 1, count, out);
  }
  close(in);
  if (lost >= 0) close(lost);
  if (before >= 0) close(before);
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

/* Whether the sync of this path is to fail. */
static int fails(const char *path) {
  char end[256] = "";
  FILE *failing = getenv("LOSSY_FAIL") ? fopen(getenv("LOSSY_FAIL"), "r") : NULL;
  if (!failing) return 0;
  size_t length = fread(end, 1, sizeof end - 1, failing);
  fclose(failing);
  return strlen(path) >= length && !strcmp(path + strlen(path) - length, end);
}

static int kept(int fd) {
  const char *root = getenv("LOSSY_ROOT");
  char self[64], path[PATH_MAX];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(self, path, sizeof path - 1);
  if (length < 0 || !root) return 0;
  path[length] = 0;
  size_t prefix = strlen(root);
  struct stat file;
  if (strncmp(path, root, prefix) || fstat(fd, &file)) return 0;
  pthread_mutex_lock(&lock);
  if (fails(path)) {
    if (S_ISREG(file.st_mode)) lose_file(fd, &file);
    pthread_mutex_unlock(&lock);
    errno = EIO;
    return -1;
  }
  if (S_ISDIR(file.st_mode))
    keep_folder(path, path[prefix] == '/' ? path + prefix + 1 : path + prefix);
  else if (S_ISREG(file.st_mode))
    keep_file(fd, &file);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) { return kept(fd); }

int fdatasync(int fd) { return kept(fd); }
