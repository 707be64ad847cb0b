/* Records what a program does to the files under one directory, in the order in which it happened.
 *
 * Loaded with LD_PRELOAD. CAUSEWAY_TEST_RECORD_ROOT is the directory, CAUSEWAY_TEST_RECORD_LOG the file to write to. Only calls
 * that change something, or make a change last, are written down; see log.ts for the format. A lock makes the order of
 * the records the order of the effects. A sync has two records: what was written before the first of them is safe once
 * the second one is there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, RENAME, UNLINK, MKDIR, RMDIR, LINK, CLOSE, UNSUPPORTED };

struct record {
  uint32_t op;
  int32_t fd; /* for the two records of a sync: the thread */
  uint64_t offset;
  uint32_t length;
  uint32_t length2;
  int32_t flags;
  uint32_t zero;
};

#define MAX_FDS 65536
static unsigned char tracked[MAX_FDS];
static struct { dev_t device; ino_t number; } identity[MAX_FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static char root[PATH_MAX];
static size_t root_length;

__attribute__((constructor)) static void start(void) {
  const char *directory = getenv("CAUSEWAY_TEST_RECORD_ROOT"), *log = getenv("CAUSEWAY_TEST_RECORD_LOG");
  if (!directory || !log || strlen(directory) >= sizeof root) return;
  strcpy(root, directory);
  root_length = strlen(root);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) abort();
  log_fd = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 900);
  if (log_fd < 0) log_fd = fd;
  else syscall(SYS_close, fd);
  unsetenv("LD_PRELOAD"); /* programs that this one starts are not recorded */
}

static void put(struct record head, const void *first, const void *second) {
  struct iovec parts[3] = {{&head, sizeof head}, {(void *)first, head.length}, {(void *)second, head.length2}};
  size_t left = sizeof head + head.length + head.length2;
  int at = 0;
  while (left > 0) {
    ssize_t done = syscall(SYS_writev, log_fd, parts + at, 3 - at);
    if (done < 0) {
      if (errno == EINTR) continue;
      abort(); /* a log with a hole proves nothing */
    }
    left -= (size_t)done;
    while (at < 3 && (size_t)done >= parts[at].iov_len) done -= (ssize_t)parts[at++].iov_len;
    if (at < 3 && done > 0) {
      parts[at].iov_base = (char *)parts[at].iov_base + done;
      parts[at].iov_len -= (size_t)done;
    }
  }
}

static void put_text(uint32_t op, const char *first, const char *second) {
  struct record head = {.op = op, .length = (uint32_t)strlen(first), .length2 = second ? (uint32_t)strlen(second) : 0};
  put(head, first, second);
}

/* libuv closes files by the bare system call, which passes the recorder by: the number may stand for a socket by now. */
static int is_tracked(int fd) {
  if (log_fd < 0 || fd < 0 || fd >= MAX_FDS || !tracked[fd]) return 0;
  int error = errno;
  struct stat now;
  int same = fstat(fd, &now) == 0 && now.st_dev == identity[fd].device && now.st_ino == identity[fd].number;
  errno = error;
  if (!same) tracked[fd] = 0;
  return same;
}

/* The absolute form of a path in `out`, or NULL when it is not under the root. */
static const char *inside(const char *path, char *out) {
  if (log_fd < 0 || !path) return NULL;
  if (path[0] == '/') {
    if (strlen(path) >= PATH_MAX) return NULL;
    strcpy(out, path);
  } else {
    if (!getcwd(out, PATH_MAX)) return NULL;
    size_t length = strlen(out);
    if (length + 1 + strlen(path) >= PATH_MAX) return NULL;
    out[length] = '/';
    strcpy(out + length + 1, path);
  }
  if (strncmp(out, root, root_length) != 0) return NULL;
  return out[root_length] == '/' || out[root_length] == 0 ? out : NULL;
}

static void opened(int fd, const char *path, int flags) {
  if (fd >= MAX_FDS) abort();
  struct stat now;
  if (fstat(fd, &now) != 0) abort();
  identity[fd].device = now.st_dev;
  identity[fd].number = now.st_ino;
  tracked[fd] = 1;
  struct record head = {.op = OPEN, .fd = fd, .flags = flags, .length = (uint32_t)strlen(path)};
  put(head, path, NULL);
}

static int do_open(const char *path, int flags, mode_t mode) {
  char absolute[PATH_MAX];
  const char *name = inside(path, absolute);
  if (!name) return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  pthread_mutex_lock(&lock);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  int error = errno;
  if (fd >= 0) opened(fd, name, flags);
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *path, int flags, ...) { MODE(flags) return do_open(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return do_open(path, flags | O_LARGEFILE, mode); }
int creat(const char *path, mode_t mode) { return do_open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

static int do_openat(int directory, const char *path, int flags, mode_t mode) {
  if (directory == AT_FDCWD || path[0] == '/') return do_open(path, flags, mode);
  if (is_tracked(directory)) put_text(UNSUPPORTED, "openat relative to a directory", NULL);
  return (int)syscall(SYS_openat, directory, path, flags, mode);
}
int openat(int directory, const char *path, int flags, ...) { MODE(flags) return do_openat(directory, path, flags, mode); }
int openat64(int directory, const char *path, int flags, ...) { MODE(flags) return do_openat(directory, path, flags | O_LARGEFILE, mode); }

int close(int fd) {
  if (!is_tracked(fd)) return (int)syscall(SYS_close, fd);
  pthread_mutex_lock(&lock);
  tracked[fd] = 0;
  struct record head = {.op = CLOSE, .fd = fd};
  put(head, NULL, NULL);
  int result = (int)syscall(SYS_close, fd);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

static ssize_t written(int fd, const struct iovec *parts, int count, off_t offset, ssize_t result) {
  int error = errno;
  ssize_t left = result;
  for (int at = 0; at < count && left > 0; at++) {
    size_t length = parts[at].iov_len < (size_t)left ? parts[at].iov_len : (size_t)left;
    struct record head = {.op = WRITE, .fd = fd, .offset = (uint64_t)offset, .length = (uint32_t)length};
    put(head, parts[at].iov_base, NULL);
    offset += (off_t)length;
    left -= (ssize_t)length;
  }
  errno = error;
  return result;
}

/* Where a write without an offset goes. */
static off_t position(int fd) {
  struct stat now;
  if ((syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND) && fstat(fd, &now) == 0) return now.st_size;
  return (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t length) {
  if (!is_tracked(fd)) return syscall(SYS_write, fd, data, length);
  pthread_mutex_lock(&lock);
  off_t offset = position(fd);
  struct iovec part = {(void *)data, length};
  ssize_t result = written(fd, &part, 1, offset, syscall(SYS_write, fd, data, length));
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (!is_tracked(fd)) return syscall(SYS_writev, fd, parts, count);
  pthread_mutex_lock(&lock);
  off_t offset = position(fd);
  ssize_t result = written(fd, parts, count, offset, syscall(SYS_writev, fd, parts, count));
  pthread_mutex_unlock(&lock);
  return result;
}

static ssize_t do_pwrite(int fd, const void *data, size_t length, off_t offset) {
  if (!is_tracked(fd)) return syscall(SYS_pwrite64, fd, data, length, offset);
  pthread_mutex_lock(&lock);
  struct iovec part = {(void *)data, length};
  ssize_t result = written(fd, &part, 1, offset, syscall(SYS_pwrite64, fd, data, length, offset));
  pthread_mutex_unlock(&lock);
  return result;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return do_pwrite(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return do_pwrite(fd, data, length, offset); }

static ssize_t do_pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  if (!is_tracked(fd)) return syscall(SYS_pwritev, fd, parts, count, offset, 0L);
  pthread_mutex_lock(&lock);
  ssize_t result = written(fd, parts, count, offset, syscall(SYS_pwritev, fd, parts, count, offset, 0L));
  pthread_mutex_unlock(&lock);
  return result;
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return do_pwritev(fd, parts, count, offset); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return do_pwritev(fd, parts, count, offset); }

static int do_ftruncate(int fd, off_t size) {
  if (!is_tracked(fd)) return (int)syscall(SYS_ftruncate, fd, size);
  pthread_mutex_lock(&lock);
  int result = (int)syscall(SYS_ftruncate, fd, size);
  int error = errno;
  if (result == 0) {
    struct record head = {.op = TRUNCATE, .fd = fd, .offset = (uint64_t)size};
    put(head, NULL, NULL);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}
int ftruncate(int fd, off_t size) { return do_ftruncate(fd, size); }
int ftruncate64(int fd, off64_t size) { return do_ftruncate(fd, size); }

static int do_sync(int fd, long call) {
  if (!is_tracked(fd)) return (int)syscall(call, fd);
  int thread = (int)syscall(SYS_gettid);
  pthread_mutex_lock(&lock);
  struct record begin = {.op = SYNC_BEGIN, .fd = thread, .flags = fd};
  put(begin, NULL, NULL);
  pthread_mutex_unlock(&lock);
  int result = (int)syscall(call, fd);
  int error = errno;
  if (result == 0) {
    pthread_mutex_lock(&lock);
    struct record end = {.op = SYNC_END, .fd = thread};
    put(end, NULL, NULL);
    pthread_mutex_unlock(&lock);
  }
  errno = error;
  return result;
}
int fsync(int fd) { return do_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync); }

/* A call on one or two names; `run` is the expression that does it. */
#define NAMED(op, first, second, run) \
  char a[PATH_MAX], b[PATH_MAX]; \
  const char *other = second; \
  const char *one = inside(first, a), *two = inside(other, b); \
  if (!one && !two) return run; \
  pthread_mutex_lock(&lock); \
  int result = run; \
  int error = errno; \
  if (result == 0) { \
    if (one && (two || !other)) put_text(op, one, two); \
    else put_text(UNSUPPORTED, "a name moved across the root", NULL); \
  } \
  pthread_mutex_unlock(&lock); \
  errno = error; \
  return result;

int rename(const char *from, const char *to) { NAMED(RENAME, from, to, (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0)) }
int link(const char *from, const char *to) { NAMED(LINK, from, to, (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0)) }
int unlink(const char *path) { NAMED(UNLINK, path, NULL, (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0)) }
/* C++ removes files by this one. */
int remove(const char *path) {
  int result = unlink(path);
  return result != 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : result;
}
int rmdir(const char *path) { NAMED(RMDIR, path, NULL, (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR)) }
int mkdir(const char *path, mode_t mode) { NAMED(MKDIR, path, NULL, (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode)) }
int unlinkat(int directory, const char *path, int flags) {
  if (directory != AT_FDCWD && path[0] != '/') return (int)syscall(SYS_unlinkat, directory, path, flags);
  NAMED((flags & AT_REMOVEDIR) ? RMDIR : UNLINK, path, NULL, (int)syscall(SYS_unlinkat, AT_FDCWD, path, flags))
}
