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
 * LOSSY_DISK/lost/INODE-BIRTH has the content of a file at the sync that failed; LOSSY_DISK/lost/PATH,
 * with % for each slash, the names that were to reach the disk by syncs of a folder that failed, a line
 * each: INODE-BIRTH NAME. None of them does later, unless another file gets the name.
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
static long long birth(int at, const char *name, int flags) {
  struct statx all;
  if (statx(at, name, flags, STATX_BTIME, &all) || !(all.stx_mask & STATX_BTIME)) return 0;
  return all.stx_btime.tv_sec * 1000000000LL + all.stx_btime.tv_nsec;
}

static void name_lost(int fd, const struct stat *file, char *target) {
  snprintf(target, PATH_MAX, "%s/lost/%lu-%lld", getenv("LOSSY_DISK"), (unsigned long)file->st_ino,
           birth(fd, "", AT_EMPTY_PATH));
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

static void name_list(const char *kind, const char *relative, char *target) {
  size_t prefix = snprintf(target, PATH_MAX, "%s/%s/", getenv("LOSSY_DISK"), kind);
  snprintf(target + prefix, PATH_MAX - prefix, "%s", *relative ? relative : "%");
  for (char *c = target + prefix; *c; c++)
    if (*c == '/') *c = '%';
}

/* The lines of a list after an empty one; that one alone where there is no list. */
static char *lines_of(const char *list) {
  char *text = NULL, *lines;
  size_t room = 0;
  FILE *in = fopen(list, "r");
  ssize_t length = in ? getdelim(&text, &room, 0, in) : -1;
  if (in) fclose(in);
  if (asprintf(&lines, "\n%s", length < 0 ? "" : text) < 0) fail(list);
  free(text);
  return lines;
}

static int has(const char *lines, const char *line) {
  char *whole;
  if (asprintf(&whole, "\n%s\n", line) < 0) fail(line);
  int found = strstr(lines, whole) != NULL;
  free(whole);
  return found;
}

/* What had a name on the disk has it still. */
static void copy_line(const char *lines, const char *name, FILE *out) {
  char *last;
  if (asprintf(&last, " %s\n", name) < 0) fail(name);
  const char *found = strstr(lines, last);
  if (found) {
    const char *line = found;
    while (line[-1] != '\n') line--;
    fwrite(line, 1, found + strlen(last) - line, out);
  }
  free(last);
}

static int is_entry(const struct dirent *entry) {
  return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

static void as_kept(const struct dirent *entry, char *line) {
  snprintf(line, PATH_MAX, "%lu %c %s", (unsigned long)entry->d_ino, entry->d_type == DT_DIR ? 'd' : 'f',
           entry->d_name);
}

static void as_lost(DIR *folder, const struct dirent *entry, char *line) {
  snprintf(line, PATH_MAX, "%lu-%lld %s", (unsigned long)entry->d_ino,
           birth(dirfd(folder), entry->d_name, AT_SYMLINK_NOFOLLOW), entry->d_name);
}

static void lose_folder(const char *path, const char *relative) {
  char target[PATH_MAX], line[PATH_MAX];
  DIR *folder = opendir(path);
  if (!folder) return;
  name_list("folder", relative, target);
  char *before = lines_of(target);
  name_list("lost", relative, target);
  FILE *out = fopen(target, "a");
  if (!out) fail(target);
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!is_entry(entry)) continue;
    as_kept(entry, line);
    if (has(before, line)) continue;
    as_lost(folder, entry, line);
    fprintf(out, "%s\n", line);
  }
  closedir(folder);
  free(before);
  if (fclose(out)) fail(target);
}

static void keep_folder(const char *path, const char *relative) {
  char temporary[PATH_MAX], target[PATH_MAX], line[PATH_MAX];
  DIR *folder = opendir(path);
  if (!folder) return; /* It was removed meanwhile. */
  name_list("lost", relative, target);
  char *lost = lines_of(target);
  name_list("folder", relative, target);
  char *before = lines_of(target);
  FILE *out = begin(temporary);
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!is_entry(entry)) continue;
    int never = 0;
    if (lost[1]) {
      as_lost(folder, entry, line);
      never = has(lost, line);
    }
    as_kept(entry, line);
    if (!never || has(before, line)) fprintf(out, "%s\n", line);
    else copy_line(before, entry->d_name, out);
  }
  closedir(folder);
  free(lost);
  free(before);
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
  const char *relative = path[prefix] == '/' ? path + prefix + 1 : path + prefix;
  pthread_mutex_lock(&lock);
  if (fails(path)) {
    if (S_ISDIR(file.st_mode)) lose_folder(path, relative);
    if (S_ISREG(file.st_mode)) lose_file(fd, &file);
    pthread_mutex_unlock(&lock);
    errno = EIO;
    return -1;
  }
  if (S_ISDIR(file.st_mode))
    keep_folder(path, relative);
  else if (S_ISREG(file.st_mode))
    keep_file(fd, &file);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) { return kept(fd); }

int fdatasync(int fd) { return kept(fd); }
