/* SPDX-License-Identifier: MIT */
/* os.c - the system calls themselves; the contract is in os.h */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "arch.h"

#ifndef SYS_close_range
#define SYS_close_range 436 /* Linux 5.9; the same number on every processor */
#endif

#define PAGE 4096UL
#define ALL_SIGNALS_BYTES 8 /* the kernel's sigset_t */

static size_t page_round(size_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

long os_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	return arch_syscall(number, a, b, c, d, e, f);
}

static int map(size_t size, int flags, void **pages)
{
	long address = arch_syscall(SYS_mmap, 0, (long)page_round(size), PROT_READ | PROT_WRITE,
				    flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (address < 0 && address > -4096)
		return (int)address;
	*pages = (void *)address;
	return 0;
}

int os_map_pages(size_t size, void **pages)
{
	return map(size, MAP_PRIVATE, pages);
}

int os_map_shared(size_t size, void **pages)
{
	return map(size, MAP_SHARED, pages);
}

void os_unmap_pages(void *pages, size_t size)
{
	arch_syscall(SYS_munmap, (long)pages, (long)page_round(size), 0, 0, 0, 0);
}

int os_discard_pages(void *pages, size_t size)
{
	return (int)arch_syscall(SYS_madvise, (long)pages, (long)page_round(size), MADV_DONTNEED, 0,
				 0, 0);
}

/* With MS_ASYNC alone msync() does nothing but look for holes. */
bool os_has_hole(uintptr_t start, uintptr_t end)
{
	return arch_syscall(SYS_msync, (long)start, (long)(end - start), MS_ASYNC, 0, 0, 0) ==
	       -ENOMEM;
}

void os_advise_huge(void *pages, size_t size)
{
	arch_syscall(SYS_madvise, (long)pages, (long)page_round(size), MADV_HUGEPAGE, 0, 0, 0);
}

int os_open(const char *path, int flags, int mode)
{
	long fd;

	do
		fd = arch_syscall(SYS_openat, AT_FDCWD, (long)path, flags | O_CLOEXEC, mode, 0, 0);
	while (fd == -EINTR);
	return (int)fd;
}

void os_close(int fd)
{
	arch_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
}

ssize_t os_read(int fd, void *buffer, size_t size)
{
	long got;

	do
		got = arch_syscall(SYS_read, fd, (long)buffer, (long)size, 0, 0, 0);
	while (got == -EINTR);
	return got;
}

ssize_t os_pread(int fd, void *buffer, size_t size, off_t offset)
{
	long got;

	do
		got = arch_syscall(SYS_pread64, fd, (long)buffer, (long)size, offset, 0, 0);
	while (got == -EINTR);
	return got;
}

int os_write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		long put = arch_syscall(SYS_write, fd, (long)text, (long)length, 0, 0, 0);

		if (put == -EINTR)
			continue;
		if (put < 0)
			return (int)put;
		if (put == 0)
			return -EIO;
		text += put;
		length -= (size_t)put;
	}
	return 0;
}

ssize_t os_read_file(const char *path, char *buffer, size_t size)
{
	int fd = os_open(path, O_RDONLY, 0);
	size_t used = 0;
	ssize_t got = 0;

	if (fd < 0)
		return fd;
	while (used + 1 < size && (got = os_read(fd, buffer + used, size - 1 - used)) > 0)
		used += (size_t)got;
	os_close(fd);
	if (got < 0)
		return got;
	buffer[used] = 0;
	return (ssize_t)used;
}

ssize_t os_readlink(const char *path, char *buffer, size_t size)
{
	long got = arch_syscall(SYS_readlinkat, AT_FDCWD, (long)path, (long)buffer,
				(long)(size - 1), 0, 0);

	if (got >= 0)
		buffer[got] = 0;
	return got;
}

int os_rename(const char *from, const char *to)
{
	return (int)arch_syscall(SYS_renameat2, AT_FDCWD, (long)from, AT_FDCWD, (long)to, 0, 0);
}

int os_unlink(const char *path)
{
	return (int)arch_syscall(SYS_unlinkat, AT_FDCWD, (long)path, 0, 0, 0, 0);
}

/* process_vm_readv may be forbidden (seccomp); /proc/self/mem then does the same. */
ssize_t os_read_memory(uintptr_t address, void *buffer, size_t size)
{
	struct iovec to = { .iov_base = buffer, .iov_len = size };
	struct iovec from = { .iov_base = (void *)address, .iov_len = size };
	long got = arch_syscall(SYS_process_vm_readv, os_pid(), (long)&to, 1, (long)&from, 1, 0);

	if (got >= 0 || got == -EFAULT)
		return got;
	int fd = os_open("/proc/thread-self/mem", O_RDONLY, 0);
	if (fd < 0)
		return -EFAULT;
	got = os_pread(fd, buffer, size, (off_t)address);
	os_close(fd);
	return got > 0 ? got : -EFAULT;
}

int os_pid(void)
{
	return (int)arch_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

int os_tid(void)
{
	return (int)arch_syscall(SYS_gettid, 0, 0, 0, 0, 0, 0);
}

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now); /* the vDSO: no system call, no lock */
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t os_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t os_now_ms(void)
{
	return read_clock(CLOCK_MONOTONIC_COARSE) / 1000000u;
}

uint64_t os_wall_s(void)
{
	return read_clock(CLOCK_REALTIME) / 1000000000u;
}

void os_sleep_ns(uint64_t ns)
{
	struct timespec span = { .tv_sec = (time_t)(ns / 1000000000u),
				 .tv_nsec = (long)(ns % 1000000000u) };

	arch_syscall(SYS_nanosleep, (long)&span, 0, 0, 0, 0, 0);
}

void os_yield(void)
{
	arch_syscall(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
}

int os_futex_wait(void *word, uint32_t value, uint64_t ns, bool shared)
{
	struct timespec span = { .tv_sec = (time_t)(ns / 1000000000u),
				 .tv_nsec = (long)(ns % 1000000000u) };
	long result = arch_syscall(SYS_futex, (long)word,
				   FUTEX_WAIT | (shared ? 0 : FUTEX_PRIVATE_FLAG), (long)value,
				   ns == UINT64_MAX ? 0 : (long)&span, 0, 0);

	return result == -EAGAIN ? 0 : (int)result;
}

void os_futex_wake(void *word, int count, bool shared)
{
	arch_syscall(SYS_futex, (long)word, FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG), count,
		     0, 0, 0);
}

int os_signal_thread(int pid, int tid, int signal)
{
	return (int)arch_syscall(SYS_tgkill, pid, tid, signal, 0, 0, 0);
}

bool os_thread_exists(int pid, int tid)
{
	return os_signal_thread(pid, tid, 0) != -ESRCH;
}

int64_t os_thread_ran_ns(int tid)
{
	struct timespec ran = { 0, 0 };
	/* The kernel's number of a thread's clock; libc gives it for its own threads only. */
	int clock = (int)(~(unsigned)tid << 3 | 6);
	long error = arch_syscall(SYS_clock_gettime, clock, (long)&ran, 0, 0, 0, 0);

	return error ? error : (int64_t)ran.tv_sec * 1000000000 + ran.tv_nsec;
}

long os_call_on_stack(void *stack_end, long (*fn)(void *), void *arg)
{
	return arch_call_on_stack((char *)stack_end - 64, fn, arg);
}

uint64_t os_set_signals(uint64_t mask)
{
	uint64_t before = 0;

	arch_syscall(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, (long)&before, ALL_SIGNALS_BYTES,
		     0, 0);
	return before;
}

unsigned os_processors(void)
{
	uint64_t mask[128] = { 0 };
	unsigned count = 0;

	arch_syscall(SYS_sched_getaffinity, 0, sizeof(mask), (long)mask, 0, 0, 0);
	for (size_t i = 0; i < sizeof(mask) / sizeof(mask[0]); i++)
		for (uint64_t bits = mask[i]; bits; bits &= bits - 1)
			count++;
	return count;
}

int os_start_thread(void *stack_end, void *tls, int *alive, long (*fn)(void *), void *arg)
{
	const unsigned long flags = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
				    CLONE_SETTLS | CLONE_CHILD_CLEARTID;

	/* The thread inherits the mask; nothing of the program's may run on it, ever. */
	uint64_t before = os_set_signals(OS_ALL_SIGNALS);

	*alive = 1;
	long tid = arch_clone(flags, (char *)stack_end - 64, alive, tls, fn, arg);

	os_set_signals(before);
	if (tid < 0)
		*alive = 0;
	return (int)tid;
}

int os_fork(void)
{
	uint64_t before = os_set_signals(OS_ALL_SIGNALS);
	int child = (int)arch_syscall(SYS_clone, 0, 0, 0, 0, 0, 0);

	if (child)
		os_set_signals(before);
	return child;
}

void os_exit(int status)
{
	for (;;)
		arch_syscall(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

/* What getdents64 fills in; libc has no name for it that needs no DIR. */
struct entry {
	uint64_t inode;
	int64_t next;
	unsigned short length;
	unsigned char type;
	char name[];
};

static int number_of(const char *name)
{
	int number = 0;

	for (; *name; name++) {
		if (*name < '0' || *name > '9' || number > 100000000)
			return -1;
		number = number * 10 + (*name - '0');
	}
	return number;
}

int os_each_number(const char *directory, bool (*see)(void *, int), void *context)
{
	_Alignas(8) char buffer[2048] = { 0 };
	int fd = os_open(directory, O_RDONLY | O_DIRECTORY, 0);
	bool more = true;
	long got = fd;

	while (fd >= 0 && more &&
	       (got = arch_syscall(SYS_getdents64, fd, (long)buffer, sizeof(buffer), 0, 0, 0)) >
		       0) {
		for (long at = 0; at < got && more;) {
			struct entry *entry = (struct entry *)(buffer + at);
			int number = number_of(entry->name);

			if (number >= 0)
				more = see(context, number);
			at += entry->length;
		}
	}
	if (fd >= 0)
		os_close(fd);
	return got < 0 ? (int)got : 0;
}

static bool close_one(void *first, int fd)
{
	if (fd >= *(int *)first && fd != 2)
		os_close(fd);
	return true;
}

void os_close_from(int first)
{
	if (first < 3) {
		os_close(0);
		os_close(1);
	}
	if (arch_syscall(SYS_close_range, first < 3 ? 3 : first, ~0u, 0, 0, 0, 0) < 0)
		os_each_number("/proc/thread-self/fd", close_one, &first);
}
