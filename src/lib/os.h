/* SPDX-License-Identifier: MIT */
/*
 * os.h - the only way to the kernel
 *
 * Owns     nothing; every function is one system call or a loop around one.
 * For      every other file of the library.
 * Never    knows anything of leakscan, keeps state, allocates, or calls a libc function that takes
 *          a lock.
 *
 * For every function here: no malloc, no stdio, no locale; async-signal-safe; errno is not touched
 * (the system calls are made directly).  A function that can fail returns 0 or more, or a negative
 * errno.  All may be called on a thread without a libc thread block of its own, and in a snapshot.
 */
#ifndef OS_H
#define OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct timespec;

/* The system call itself: its result, or a negative errno.  Arguments that are not used are 0. */
long os_syscall(long number, long a, long b, long c, long d, long e, long f);

/* Zeroed read-write pages for our own use; @size is rounded up to pages.  Not shared. */
int os_map_pages(size_t size, void **pages);
/* The same, shared with the children of a fork. */
int os_map_shared(size_t size, void **pages);
void os_unmap_pages(void *pages, size_t size);
/* Gives the pages' memory back and keeps the addresses; they read as zero afterwards.  0, or a negative
 * errno: some are locked. */
int os_discard_pages(void *pages, size_t size);
/* Is some of that not mapped?  Whole pages. */
bool os_has_hole(uintptr_t start, uintptr_t end);
/* Pages of 2 MiB, if the kernel has them; a wish. */
void os_advise_huge(void *pages, size_t size);

int os_open(const char *path, int flags, int mode);
void os_close(int fd);
ssize_t os_read(int fd, void *buffer, size_t size); /* one read; retries EINTR */
ssize_t os_pread(int fd, void *buffer, size_t size, off_t offset);
int os_write_all(int fd, const char *text, size_t length); /* retries EINTR and short writes */
/* Reads a small file whole into @buffer and ends it with a 0: the length, or a negative errno. */
ssize_t os_read_file(const char *path, char *buffer, size_t size);
ssize_t os_readlink(const char *path, char *buffer, size_t size); /* 0-terminated */
int os_rename(const char *from, const char *to);
int os_unlink(const char *path);

/* Copies @size bytes of this process's memory at @address; a hole is an error, never a fault.
 * Returns the number of bytes copied, or -EFAULT when not even the first could be. */
ssize_t os_read_memory(uintptr_t address, void *buffer, size_t size);

int os_pid(void);
int os_tid(void);
uint64_t os_now_ns(void); /* monotonic */
uint64_t os_now_ms(void); /* monotonic, coarse: a few ms of resolution, no system call */
uint64_t os_wall_s(void); /* seconds since the epoch */
void os_sleep_ns(uint64_t ns);
void os_yield(void);

/* Waits while *@word is @value, at most @ns nanoseconds (UINT64_MAX: without end).
 * 0 when woken or the value differs, -ETIMEDOUT, -EINTR. */
int os_futex_wait(void *word, uint32_t value, uint64_t ns, bool shared);
void os_futex_wake(void *word, int count, bool shared);

int os_signal_thread(int pid, int tid, int signal);
bool os_thread_exists(int pid, int tid);
/* How long a thread of this process has been on a processor; negative: gone, or no such clock. */
int64_t os_thread_ran_ns(int tid);

/* How many processors this thread may run on. */
unsigned os_processors(void);

/* Sets the calling thread's mask, the kernel's word, and returns the one before. */
#define OS_ALL_SIGNALS (~(uint64_t)0)
uint64_t os_set_signals(uint64_t mask);

/* Runs fn(arg) on the stack that ends at @stack_end and returns its result. */
long os_call_on_stack(void *stack_end, long (*fn)(void *), void *arg);

/*
 * Starts a thread of this process that libc knows nothing of: it runs fn(arg) on the stack that
 * ends at @stack_end, with the thread pointer @tls, with descriptors and working directory of its
 * own, all signals blocked.  *@alive is cleared and woken by the kernel when it is gone.
 * May be called in a signal handler.  Returns the tid or a negative errno.
 */
int os_start_thread(void *stack_end, void *tls, int *alive, long (*fn)(void *), void *arg);

/* A copy of the process by the bare system call: no handlers run, no signal at its end.
 * Returns 0 in the child, in which all signals are blocked. */
int os_fork(void);
__attribute__((noreturn)) void os_exit(int status);

/* Closes the descriptors from @first on, except 2; only in a table of our own. */
void os_close_from(int first);

/* Calls see(context, number) for every entry of @directory whose name is a number, until one
 * returns false.  0 or a negative errno. */
int os_each_number(const char *directory, bool (*see)(void *, int), void *context);

#endif
