/* SPDX-License-Identifier: MIT */
/* real.c - the table of next functions and the bootstrap arena; the contract is in real.h */
#include "real.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "os.h"
#include "self.h"

/* What dlsym and the constructors that run before it may ask for; enough by far: glibc's dlsym asks
 * for less than 100 bytes. */
static struct {
	_Atomic size_t used;
	_Alignas(16) char memory[64 << 10];
} arena;

/* The thread that is looking the table up; its allocations come from the arena. */
static _Atomic uint32_t resolver;

static void *first_malloc(size_t size);
static void *first_calloc(size_t count, size_t size);
static void *first_realloc(void *block, size_t size);
static void first_free(void *block);
static void *first_memalign(size_t alignment, size_t size);
static int first_posix_memalign(void **block, size_t alignment, size_t size);
static void *first_valloc(size_t size);
static size_t first_usable_size(void *block);
static void *bare_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);
static int bare_munmap(void *address, size_t size);
static void *bare_mremap(void *address, size_t old_size, size_t size, int flags, ...);

struct real real = {
	.malloc = first_malloc,
	.calloc = first_calloc,
	.realloc = first_realloc,
	.free = first_free,
	.memalign = first_memalign,
	.aligned_alloc = first_memalign,
	.posix_memalign = first_posix_memalign,
	.valloc = first_valloc,
	.pvalloc = first_valloc,
	.malloc_usable_size = first_usable_size,
	.mmap = bare_mmap,
	.munmap = bare_munmap,
	.mremap = bare_mremap,
};

/* A bump allocator: the size stands in the 16 bytes before the block. */
static void *arena_take(size_t alignment, size_t size)
{
	if (alignment < 16)
		alignment = 16;
	if (size > sizeof(arena.memory) || alignment > sizeof(arena.memory))
		return NULL;
	size_t room = ((size + 15) & ~(size_t)15) + alignment + 16;
	size_t at = atomic_fetch_add(&arena.used, room);

	if (at + room > sizeof(arena.memory))
		return NULL;
	uintptr_t block = ((uintptr_t)arena.memory + at + 16 + alignment - 1) & ~(alignment - 1);

	((size_t *)block)[-1] = size;
	return (void *)block;
}

bool real_is_bootstrap(const void *block)
{
	return (uintptr_t)block - (uintptr_t)arena.memory < sizeof(arena.memory);
}

void *real_next(const char *symbol)
{
	return dlsym(RTLD_NEXT, symbol);
}

/* ISO C has no conversion from an object pointer to a function pointer; POSIX promises it. */
static void look_up(void *entry, const char *symbol)
{
	void *next = real_next(symbol);

	if (next)
		memcpy(entry, &next, sizeof(next));
}

void real_resolve(void)
{
	static _Atomic int done;
	uint32_t nobody = 0;

	if (atomic_load(&done))
		return;
	if (!atomic_compare_exchange_strong(&resolver, &nobody, self_tid()))
		return; /* another thread, or a call out of dlsym: the arena serves meanwhile */
	look_up(&real.calloc, "calloc");
	look_up(&real.realloc, "realloc");
	look_up(&real.free, "free");
	look_up(&real.memalign, "memalign");
	look_up(&real.aligned_alloc, "aligned_alloc");
	look_up(&real.posix_memalign, "posix_memalign");
	look_up(&real.valloc, "valloc");
	look_up(&real.pvalloc, "pvalloc");
	look_up(&real.malloc_usable_size, "malloc_usable_size");
	look_up(&real.malloc, "malloc");
	atomic_store(&done, 1);
	atomic_store(&resolver, 0);
}

static void *first_malloc(size_t size)
{
	real_resolve();
	return real.malloc == first_malloc ? arena_take(16, size) : real.malloc(size);
}

static void *first_calloc(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	real_resolve();
	return real.calloc == first_calloc ? arena_take(16, bytes) : real.calloc(count, size);
}

static void *first_realloc(void *block, size_t size)
{
	real_resolve();
	if (real.realloc != first_realloc)
		return real.realloc(block, size);
	void *moved = arena_take(16, size);

	if (moved && block) {
		size_t old = ((size_t *)block)[-1];

		memcpy(moved, block, old < size ? old : size);
	}
	return moved;
}

static void first_free(void *block)
{
	real_resolve();
	if (real.free != first_free)
		real.free(block);
}

static void *first_memalign(size_t alignment, size_t size)
{
	real_resolve();
	return real.memalign == first_memalign ? arena_take(alignment, size)
					       : real.memalign(alignment, size);
}

static int first_posix_memalign(void **block, size_t alignment, size_t size)
{
	real_resolve();
	if (real.posix_memalign != first_posix_memalign)
		return real.posix_memalign(block, alignment, size);
	*block = arena_take(alignment, size);
	return *block ? 0 : ENOMEM;
}

static void *first_valloc(size_t size)
{
	return first_memalign(4096, size);
}

static size_t first_usable_size(void *block)
{
	real_resolve();
	return real.malloc_usable_size == first_usable_size ? 0 : real.malloc_usable_size(block);
}

/* What libc's wrapper makes of the result. */
static long result_of(long result)
{
	if (result >= 0 || result < -4095)
		return result;
	errno = (int)-result;
	return -1;
}

static void *bare_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
	return (void *)result_of(
		os_syscall(SYS_mmap, (long)address, (long)size, protection, flags, fd, offset));
}

static int bare_munmap(void *address, size_t size)
{
	return (int)result_of(os_syscall(SYS_munmap, (long)address, (long)size, 0, 0, 0, 0));
}

static void *bare_mremap(void *address, size_t old_size, size_t size, int flags, ...)
{
	va_list list;
	long wanted;

	va_start(list, flags);
	wanted = va_arg(list, long);
	va_end(list);
	return (void *)result_of(os_syscall(SYS_mremap, (long)address, (long)old_size, (long)size,
					    flags, wanted, 0));
}

/* The linker's names for the ends of the section that REAL_NEXT fills; none if nobody uses it. */
extern struct real_slot __start_leakscan_next[] __attribute__((weak, visibility("hidden")));
extern struct real_slot __stop_leakscan_next[] __attribute__((weak, visibility("hidden")));

void *real_slot(struct real_slot *slot)
{
	void *found = __atomic_load_n(&slot->function, __ATOMIC_ACQUIRE);

	if (!found) {
		found = real_next(slot->symbol);
		__atomic_store_n(&slot->function, found, __ATOMIC_RELEASE);
	}
	return found;
}

void real_start(void)
{
	real_resolve();
	look_up(&real.mmap, "mmap");
	look_up(&real.munmap, "munmap");
	look_up(&real.mremap, "mremap");
	for (struct real_slot *slot = __start_leakscan_next; slot < __stop_leakscan_next; slot++)
		real_slot(slot);
}

void real_free(void *block)
{
	if (!real_is_bootstrap(block))
		real.free(block);
}

void *real_realloc(void *block, size_t size)
{
	if (!block || !real_is_bootstrap(block))
		return real.realloc(block, size);
	void *moved = real.malloc(size);

	if (moved) {
		size_t old = ((size_t *)block)[-1];

		memcpy(moved, block, old < size ? old : size);
	}
	return moved;
}
