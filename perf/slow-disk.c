// A disk that is slow when it is told to be, for a process that has this library in LD_PRELOAD: each write to a file whose
// name begins with "journal." sleeps for as many microseconds as the first eight bytes of the file SLOW_DISK say then.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define FILES_MAX 1024

static char is_journal[FILES_MAX];
static const volatile int64_t *delay_micros;
static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);

__attribute__((constructor)) static void start(void) {
    real_open = (int (*)(const char *, int, ...)) dlsym(RTLD_NEXT, "open64");
    real_close = (int (*)(int)) dlsym(RTLD_NEXT, "close");
    real_write = (ssize_t (*)(int, const void *, size_t)) dlsym(RTLD_NEXT, "write");
    const char *path = getenv("SLOW_DISK");
    int file = path ? real_open(path, O_RDONLY) : -1;
    if (file >= 0) {
        void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
        delay_micros = mapped == MAP_FAILED ? NULL : mapped;
    }
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    int file = real_open(path, flags, mode);
    if (file >= 0 && file < FILES_MAX) {
        const char *name = strrchr(path, '/');
        is_journal[file] = strncmp(name ? name + 1 : path, "journal.", 8) == 0;
    }
    return file;
}

int close(int file) {
    if (file >= 0 && file < FILES_MAX) {
        is_journal[file] = 0;
    }
    return real_close(file);
}

ssize_t write(int file, const void *bytes, size_t count) {
    ssize_t written = real_write(file, bytes, count);
    if (file >= 0 && file < FILES_MAX && is_journal[file] && delay_micros && *delay_micros > 0) {
        int64_t micros = *delay_micros;
        struct timespec pause = {micros / 1000000, micros % 1000000 * 1000};
        nanosleep(&pause, NULL);
    }
    return written;
}
