/* SPDX-License-Identifier: MIT */
/*
 * unwind.c - libunwind as a guest; the contract is in unwind.h
 *
 * libunwind was made for a debugger, not for a library inside somebody else's malloc: it keeps a pipe
 * open to find out whether memory can be read, takes locks that a fork would leave held for ever in
 * the child, and blocks signals around them by system calls.  All that reaches it through symbols it
 * imports, so before its first use its import table is pointed at the functions below:
 *
 *   pipe2, pipe      fail: no descriptor.  read, write, syscall on that pipe: process_vm_readv instead
 *   mmap, munmap     the system call; the pages are ours and no root
 *   pthread_mutex_*  lock.h's word in the mutex's first word: a dead holder does not matter
 *   sigprocmask      nothing, while a hook of ours is running: no second unwind can come in between
 *   dl_iterate_phdr  the same, but not at the moment of a fork (unwind_before_fork)
 *
 * libunwind's own cache of unwind rules is off, since it holds a lock while it waits for the loader;
 * the cache of frames that each thread has is what makes traces fast.
 */
#define UNW_LOCAL_ONLY
#include "unwind.h"

#include <errno.h>
#include <libunwind.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch.h"
#include "chain.h"
#include "imports.h"
#include "lock.h"
#include "memo.h"
#include "options.h"
#include "os.h"
#include "pool.h"
#include "self.h"
#include "trace.h"

#define OWN_FRAMES 8
#define FORK_PATIENCE_MS 200
#define CACHE_SIZE (256u << 10) /* of libunwind's cache of frames */

/* Where our own code is: frames in it are not the program's. */
static uintptr_t own_start, own_end;

/* Threads in dl_iterate_phdr on our behalf; and whether somebody is about to fork. */
static _Atomic int in_loader, fork_near;

static int no_pipe(int fds[2])
{
	(void)fds;
	errno = EMFILE;
	return -1;
}

static int no_pipe2(int fds[2], int flags)
{
	(void)flags;
	return no_pipe(fds);
}

static ssize_t checked_read(int fd, void *buffer, size_t size)
{
	if (fd >= 0)
		return read(fd, buffer, size);
	errno = EAGAIN; /* "the pipe is empty", which libunwind wants to see before it writes */
	return -1;
}

/* libunwind writes one byte from the address in question. */
static long probe(uintptr_t address)
{
	char byte;
	long got = os_read_memory(address, &byte, 1);

	errno = got == 1 ? 0 : EFAULT;
	return got == 1 ? 1 : -1;
}

static ssize_t checked_write(int fd, const void *buffer, size_t size)
{
	return fd >= 0 ? write(fd, buffer, size) : probe((uintptr_t)buffer);
}

static long checked_syscall(long number, ...)
{
	long argument[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		argument[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_write && (int)argument[0] < 0)
		return probe((uintptr_t)argument[1]);
	return syscall(number, argument[0], argument[1], argument[2], argument[3], argument[4],
		       argument[5]);
}

static int checked_close(int fd)
{
	return fd >= 0 ? close(fd) : 0;
}

/*
 * A thread's cache of frames is 64 pages, all of which libunwind fills at once: the kernel is told so.
 * While libunwind makes its key alone (unwind_init) there is none to be had.
 */
static bool no_cache;

static void *own_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
	long pages = -ENOMEM;

	if (size >= CACHE_SIZE)
		flags |= MAP_POPULATE;
	if (size < CACHE_SIZE || !no_cache)
		pages = os_syscall(SYS_mmap, (long)address, (long)size, protection, flags, fd,
				   offset);
	if (pages < 0 && pages > -4096) {
		errno = (int)-pages;
		return MAP_FAILED;
	}
	pool_adopt((void *)pages, size);
	return (void *)pages;
}

static int own_munmap(void *address, size_t size)
{
	pool_disown(address, size);
	os_syscall(SYS_munmap, (long)address, (long)size, 0, 0, 0, 0);
	return 0;
}

static int own_mutex_lock(pthread_mutex_t *mutex)
{
	uint32_t mine = self_tid();
	_Atomic uint32_t *word = (_Atomic uint32_t *)mutex;

	if (!lock_try(word, mine))
		lock_wait(word, mine);
	return 0;
}

static int own_mutex_unlock(pthread_mutex_t *mutex)
{
	atomic_store_explicit((_Atomic uint32_t *)mutex, 0, memory_order_release);
	return 0;
}

static int own_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	return self.inside ? 0 : pthread_sigmask(how, set, old);
}

int unwind_iterate(int (*see)(struct dl_phdr_info *, size_t, void *), void *context)
{
	for (;;) {
		atomic_fetch_add(&in_loader, 1);
		if (!atomic_load(&fork_near))
			break;
		atomic_fetch_sub(&in_loader, 1);
		while (atomic_load(&fork_near))
			os_yield();
	}
	int result = dl_iterate_phdr(see, context);

	atomic_fetch_sub(&in_loader, 1);
	return result;
}

void unwind_before_fork(void)
{
	atomic_store(&fork_near, 1);
	for (uint64_t start = os_now_ms();
	     atomic_load(&in_loader) && os_now_ms() - start < FORK_PATIENCE_MS;)
		os_yield();
}

void unwind_after_fork(bool child)
{
	if (child)
		atomic_store(&in_loader, 0);
	atomic_store(&fork_near, 0);
}

static const struct import borrowed[] = {
	{ "pipe", (void *)no_pipe },
	{ "pipe2", (void *)no_pipe2 },
	{ "read", (void *)checked_read },
	{ "write", (void *)checked_write },
	{ "syscall", (void *)checked_syscall },
	{ "close", (void *)checked_close },
	{ "mmap", (void *)own_mmap },
	{ "mmap64", (void *)own_mmap },
	{ "munmap", (void *)own_munmap },
	{ "pthread_mutex_lock", (void *)own_mutex_lock },
	{ "pthread_mutex_unlock", (void *)own_mutex_unlock },
	{ "sigprocmask", (void *)own_sigprocmask },
	{ "pthread_sigmask", (void *)own_sigprocmask },
	{ "dl_iterate_phdr", (void *)unwind_iterate },
};

/* The executable segment of a loaded object that contains @address, or NULL. */
static const ElfW(Phdr) * code_with(const struct dl_phdr_info *info, uintptr_t address)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) &&
		    address - (info->dlpi_addr + segment->p_vaddr) < segment->p_memsz)
			return segment;
	}
	return NULL;
}

static int see_module(struct dl_phdr_info *info, size_t size, void *context)
{
	const ElfW(Phdr) *own = code_with(info, (uintptr_t)unwind_trace);

	(void)size;
	(void)context;
	if (own) {
		own_start = info->dlpi_addr + own->p_vaddr;
		own_end = own_start + own->p_memsz;
	}
	if (!code_with(info, (uintptr_t)unw_backtrace))
		return 0;
	imports_point(info, borrowed, sizeof(borrowed) / sizeof(borrowed[0]));
	return 0;
}

void unwind_init(void)
{
	static _Atomic int begun;
	void *frame;

	if (atomic_exchange(&begun, 1))
		return;
	dl_iterate_phdr(see_module, NULL);
	unw_set_caching_policy(unw_local_addr_space, UNW_CACHE_NONE);
	/* libunwind makes its thread key now, while keys need no memory: later the block that libc
	 * allocates for more keys would be taken for ours, and it holds the program's values. */
	no_cache = true;
	unw_backtrace(&frame, 1);
	no_cache = false;
	atomic_store(&begun, 2);
}

static bool is_own(uintptr_t pc)
{
	return pc - own_start < own_end - own_start;
}

/* libunwind before 1.4, where it is fast, gives the address before a return address, which is in the
 * call; but not where a signal has interrupted the frame. */
static void make_exact(uintptr_t *frames, int count)
{
	bool interrupted = false;

	for (int i = 0; i < count; i++) {
		frames[i] += !interrupted;
		interrupted = i + 1 < count && arch_is_sigreturn(frames[i]);
	}
}

/* The chain as libunwind finds it. */
static __attribute__((noinline)) uint32_t ask_libunwind(unsigned max)
{
	uintptr_t frames[UNWIND_MAX + OWN_FRAMES + 1];
	uintptr_t caller = (uintptr_t)__builtin_return_address(0);
	int count, skip = 0;
	bool shortened = false;
	unsigned flags = 0;

	count = unw_backtrace((void **)frames, (int)max + OWN_FRAMES);
	for (; skip < count && is_own(frames[skip]); skip++)
		shortened |= frames[skip] == caller - 1;
	if (shortened)
		make_exact(frames, count);
	if (skip == count)
		return 0;
	count -= skip;
	if (count > (int)max) {
		count = (int)max;
		flags = TRACE_CUT;
	}
	return trace_store(frames + skip, (size_t)count, flags);
}

static _Atomic unsigned long compared, different;

void unwind_checked(unsigned long *all, unsigned long *wrong)
{
	*all = atomic_load(&compared);
	*wrong = atomic_load(&different);
}

/* The same frames by libunwind's cursor, which remembers nothing?  Slow: for the option alone. */
static bool confirmed(const struct trace *trace)
{
	unsigned at = 0;
	unw_context_t context;
	unw_cursor_t cursor;
	unw_word_t pc;
	int more;

	if (unw_getcontext(&context) < 0 || unw_init_local(&cursor, &context) < 0)
		return false;
	while ((more = unw_step(&cursor)) > 0 && at < trace->count) {
		if (unw_get_reg(&cursor, UNW_REG_IP, &pc) < 0)
			return false;
		if (at == 0 && is_own(pc))
			continue;
		if (trace->pc[at++] != pc)
			return false;
	}
	return at == trace->count && (trace->flags & TRACE_CUT ? more > 0 : more <= 0);
}

static __attribute__((noinline)) uint32_t checked(uint32_t id)
{
	const struct trace *trace = trace_get(id);

	atomic_fetch_add_explicit(&compared, 1, memory_order_relaxed);
	if (trace && !confirmed(trace))
		atomic_fetch_add_explicit(&different, 1, memory_order_relaxed);
	return id;
}

static bool is_path(const struct trace *trace, const uintptr_t *pc, size_t count, unsigned flags)
{
	return trace && trace->count == count && trace->flags == flags &&
	       !memcmp(trace->pc, pc, count * sizeof(*pc));
}

/* The trace of a chain that is not remembered.  What is new to the depot is asked of libunwind as
 * well, so each trace there is one that libunwind has given. */
static __attribute__((noinline)) uint32_t follow(unsigned max)
{
	struct chain chain;
	unsigned flags;
	size_t count;
	uint32_t id;

	if (!chain_follow(&chain, max + 1) || is_own(chain.pc[0]))
		return ask_libunwind(max);
	flags = chain.count > max ? TRACE_CUT : 0;
	count = flags ? max : chain.count;
	id = trace_find(chain.pc, count, flags);
	if (!id) {
		id = ask_libunwind(max);
		if (!is_path(trace_get(id), chain.pc, count, flags))
			return id;
	}
	memo_keep(&chain, max, id);
	return options.check_traces ? checked(id) : id;
}

/* What is not remembered, and the first time. */
static __attribute__((noinline)) uint32_t find_out(unsigned max)
{
	int saved_errno = errno;
	uint32_t id;

	if (!own_end)
		unwind_init();
	id = self.inside ? follow(max) : ask_libunwind(max);
	errno = saved_errno;
	return id;
}

uint32_t unwind_trace(unsigned max)
{
	uint32_t id = __builtin_expect(self.inside, 1) ? memo_find(max) : 0;

	if (__builtin_expect(!id, 0))
		return find_out(max);
	return __builtin_expect(options.check_traces != 0, 0) ? checked(id) : id;
}

/* The registers that a callee must preserve. */
static const int preserved[] = {
#if defined(__x86_64__)
	UNW_X86_64_RBX, UNW_X86_64_RBP, UNW_X86_64_R12,
	UNW_X86_64_R13, UNW_X86_64_R14, UNW_X86_64_R15,
#elif defined(__aarch64__)
	UNW_AARCH64_X19, UNW_AARCH64_X20, UNW_AARCH64_X21, UNW_AARCH64_X22,
	UNW_AARCH64_X23, UNW_AARCH64_X24, UNW_AARCH64_X25, UNW_AARCH64_X26,
	UNW_AARCH64_X27, UNW_AARCH64_X28, UNW_AARCH64_X29,
#endif
};

static void take_frame(unw_cursor_t *cursor, struct unwind_caller *found)
{
	unw_word_t value;

	memset(found, 0, sizeof(*found));
	found->thread_pointer = arch_thread_pointer();
	if (unw_get_reg(cursor, UNW_REG_SP, &value) == 0)
		found->stack_pointer = value;
	for (size_t i = 0; i < sizeof(preserved) / sizeof(preserved[0]); i++)
		if (unw_get_reg(cursor, preserved[i], &value) == 0)
			found->registers[i] = value;
}

static bool find_frame(bool of_exit, struct unwind_caller *found)
{
	unw_context_t context;
	unw_cursor_t cursor;
	unw_proc_info_t info;
	unw_word_t pc;
	bool outside = false;

	if (!own_end || unw_getcontext(&context) < 0 || unw_init_local(&cursor, &context) < 0)
		return false;
	for (int depth = 0; depth < 24 && unw_step(&cursor) > 0; depth++) {
		if (unw_get_reg(&cursor, UNW_REG_IP, &pc) < 0)
			break;
		if (!outside && !is_own(pc)) {
			take_frame(&cursor, found); /* good for _exit, and if exit() is not found */
			outside = true;
		}
		if (outside && !of_exit)
			break;
		if (outside && unw_get_proc_info(&cursor, &info) == 0 &&
		    info.start_ip == (uintptr_t)exit && unw_step(&cursor) > 0) {
			take_frame(&cursor, found);
			break;
		}
	}
	return outside;
}

/* Inside, so that libunwind makes no system calls; what it asks of us sets errno (probe). */
static bool find_frame_inside(bool of_exit, struct unwind_caller *found)
{
	int saved_errno = errno;
	bool outer = self_enter(), seen = find_frame(of_exit, found);

	if (outer)
		self_leave();
	errno = saved_errno;
	return seen;
}

bool unwind_exit_frame(struct unwind_caller *found)
{
	return find_frame_inside(true, found);
}

bool unwind_caller_frame(struct unwind_caller *found)
{
	return find_frame_inside(false, found);
}
