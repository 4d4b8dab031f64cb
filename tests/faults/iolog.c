/* Records what a program writes into one folder, so that a power cut at any moment can be replayed.

   IOLOG_DIR=folder IOLOG=log LD_PRELOAD=./iolog.so program ...

   Each record is 128 bytes: operation, name within the folder (95 bytes), offset and length (8 bytes each, of this
   machine's order), 16 bytes spare; then the data of a write, or the new name of a rename. Operations: C created,
   W written, T cut to a length, S synced, U removed, R renamed, D folder synced. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define FILES 4096
#define NAME 95
#define REAL(f) ({ static void *p; if (!p) p = dlsym(RTLD_NEXT, #f); p; })

static int log_fd = -1;
static char folder[512], names[FILES][NAME + 1];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static ssize_t (*real_write)(int, const void *, size_t);

static void begin(void) {
    const char *dir = getenv("IOLOG_DIR"), *log = getenv("IOLOG");
    if (log_fd != -1) return;
    log_fd = -2;
    real_write = dlsym(RTLD_NEXT, "write");
    if (!dir || !log) return;
    strncpy(folder, dir, sizeof folder - 1);
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
    log_fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static const char *within(const char *path) {
    size_t n = strlen(folder);
    if (!n || !path || strncmp(path, folder, n)) return NULL;
    return path[n] == '/' ? path + n + 1 : path[n] == 0 ? "." : NULL;
}

static void record(char op, const char *name, uint64_t offset, uint64_t length, const void *data) {
    char head[128] = {0};
    if (log_fd < 0) return;
    head[0] = op;
    strncpy(head + 1, name, NAME - 1);
    memcpy(head + 96, &offset, 8);
    memcpy(head + 104, &length, 8);
    pthread_mutex_lock(&turn);
    real_write(log_fd, head, sizeof head);
    if (data && length) real_write(log_fd, data, length);
    pthread_mutex_unlock(&turn);
}

static void opened(int fd, const char *path, int flags) {
    begin();
    if (fd < 0 || fd >= FILES) return;
    const char *name = within(path);
    names[fd][0] = 0;
    if (!name) return;
    strncpy(names[fd], name, NAME);
    if (flags & O_CREAT) record('C', name, 0, 0, NULL);
    if (flags & O_TRUNC) record('T', name, 0, 0, NULL);
}

static int known(int fd) { return fd >= 0 && fd < FILES && names[fd][0]; }

#define OPEN(f) int f(const char *path, int flags, ...) { \
    int mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, int); va_end(a); } \
    int (*real)(const char *, int, ...) = REAL(f); \
    int fd = real(path, flags, mode); \
    opened(fd, path, flags); \
    return fd; }
OPEN(open)
OPEN(open64)

int close(int fd) {
    if (fd >= 0 && fd < FILES) names[fd][0] = 0;
    return ((int (*)(int))REAL(close))(fd);
}

#define PWRITE(f) ssize_t f(int fd, const void *data, size_t n, off64_t at) { \
    ssize_t done = ((ssize_t (*)(int, const void *, size_t, off64_t))REAL(f))(fd, data, n, at); \
    if (done > 0 && known(fd)) record('W', names[fd], at, done, data); \
    return done; }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *data, size_t n) {
    off64_t at = known(fd) ? lseek64(fd, 0, SEEK_CUR) : 0;
    ssize_t done = ((ssize_t (*)(int, const void *, size_t))REAL(write))(fd, data, n);
    if (done > 0 && known(fd)) record('W', names[fd], at, done, data);
    return done;
}

#define SYNC(f) int f(int fd) { \
    int failed = ((int (*)(int))REAL(f))(fd); \
    if (!failed && known(fd)) record(strcmp(names[fd], ".") ? 'S' : 'D', names[fd], 0, 0, NULL); \
    return failed; }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(f) int f(int fd, off64_t length) { \
    int failed = ((int (*)(int, off64_t))REAL(f))(fd, length); \
    if (!failed && known(fd)) record('T', names[fd], length, 0, NULL); \
    return failed; }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

int unlink(const char *path) {
    begin();
    int failed = ((int (*)(const char *))REAL(unlink))(path);
    const char *name = within(path);
    if (!failed && name) record('U', name, 0, 0, NULL);
    return failed;
}

int rename(const char *from, const char *to) {
    begin();
    int failed = ((int (*)(const char *, const char *))REAL(rename))(from, to);
    const char *old = within(from), *new = within(to);
    if (!failed && old && new) record('R', old, 0, strlen(new), new);
    return failed;
}
