/* SPDX-License-Identifier: MIT */
/*
 * hook.c - the interposed functions of C: allocation, mappings, dlclose
 *
 * Owns     nothing: every hook is the real call and a note of it.
 * For      the program, by symbol interposition.
 * Never    contains policy; changes errno; calls the allocator for ourselves.
 *
 *   function                                recorded                             since
 *   malloc calloc realloc free              the block                            C89
 *   reallocarray                            the block (by realloc)               glibc 2.26
 *   memalign valloc pvalloc                 the block                            BSD, SVID
 *   posix_memalign aligned_alloc            the block                            POSIX.1-2001, C11
 *   malloc_usable_size                      the block reaches that far           GNU
 *   free_sized free_aligned_sized cfree     the end of the block                 C23; old glibc
 *   mmap mmap64 munmap mremap               anonymous mappings                   POSIX, GNU
 *   dlclose                                 which modules are about to go        POSIX
 *
 * Allocations made inside a hook are the allocator's own and not recorded.  fork is seen through
 * pthread_atfork() (init.c).  vfork needs no hook: the child shares our state, and what it does with
 * memory it does in the parent's.
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "modules.h"
#include "real.h"
#include "record.h"
#include "rules.h"

/* Not in every libc's headers. */
void cfree(void *block);
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);

EXPORT void *malloc(size_t size)
{
	bool outer = self_enter();

	return record_block(outer, real.malloc(record_room(size)), size);
}

EXPORT void *calloc(size_t count, size_t size)
{
	bool outer = self_enter();
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return record_block(outer, real.calloc(count, size), 0); /* fails as libc's does */
	return record_block(outer, real.calloc(1, record_room(bytes)), bytes);
}

/*
 * The thread is inside from the first line to the last, so no scan falls between the two records;
 * when the real realloc fails, the block is still there, and so is its record.
 */
static inline __attribute__((always_inline)) void *resize(void *block, size_t size)
{
	bool outer = self_enter();
	struct object old;
	bool known;
	void *moved;

	self.nested = !outer;
	known = block && object_delete((uintptr_t)block, &old);
	self.nested = false;
	moved = real_realloc(block, block && !size ? 0 : record_room(size));

	if (!moved && size && known)
		object_create(&old);
	return record_block(outer, moved, size);
}

EXPORT void *realloc(void *block, size_t size)
{
	return resize(block, size);
}

EXPORT void *reallocarray(void *block, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return resize(block, bytes);
}

EXPORT void free(void *block)
{
	bool outer;

	if (!block)
		return;
	outer = self_enter();
	__builtin_prefetch((char *)block - 16); /* the allocator's own words are often there */
	record_forget(outer,
		      block); /* first: after the real free the address may be another thread's */
	real_free(block);
	if (outer)
		self_leave();
}

EXPORT void cfree(void *block)
{
	free(block);
}

/* Functions that libc may not have yet.  Not looked up at the start: a look-up that finds nothing
 * allocates, and the program's heap would not be what it is without us. */
static void *young(const char *symbol)
{
	return real_next(symbol);
}

EXPORT void free_sized(void *block, size_t size)
{
	void (*next)(void *, size_t) = young("free_sized");
	bool outer = self_enter();

	record_forget(outer, block);
	if (next && !real_is_bootstrap(block))
		next(block, record_room(size));
	else
		real_free(block);
	if (outer)
		self_leave();
}

EXPORT void free_aligned_sized(void *block, size_t alignment, size_t size)
{
	void (*next)(void *, size_t, size_t) = young("free_aligned_sized");
	bool outer = self_enter();

	record_forget(outer, block);
	if (next && !real_is_bootstrap(block))
		next(block, alignment, record_room(size));
	else
		real_free(block);
	if (outer)
		self_leave();
}

EXPORT void *memalign(size_t alignment, size_t size)
{
	bool outer = self_enter();

	return record_block(outer, real.memalign(alignment, record_room(size)), size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
	bool outer = self_enter();

	return record_block(outer, real.aligned_alloc(alignment, size < 9 ? 16 : size), size);
}

EXPORT int posix_memalign(void **block, size_t alignment, size_t size)
{
	bool outer = self_enter();
	int error = real.posix_memalign(block, alignment, record_room(size));

	record_block(outer, error ? NULL : *block, size);
	return error;
}

EXPORT void *valloc(size_t size)
{
	bool outer = self_enter();

	return record_block(outer, real.valloc(size), size);
}

EXPORT void *pvalloc(size_t size)
{
	bool outer = self_enter();

	return record_block(outer, real.pvalloc(size), size);
}

/* A program that asks may use all of it, so from here on all of it is the block. */
EXPORT size_t malloc_usable_size(void *block)
{
	bool outer = self_enter();
	size_t size = block && !real_is_bootstrap(block) ? real.malloc_usable_size(block) : 0;

	if (outer) {
		if (size)
			object_extend((uintptr_t)block, size);
		self_leave();
	}
	return size;
}

/* A mapping at a given place goes on top of what is there, and the kernel may have taken that away by the
 * time it fails.  When it has not failed, record_mapping() sees to it. */
static void end_replacing(struct parting *parting, bool failed, uintptr_t start, size_t size)
{
	if (failed)
		record_torn(parting, start, size);
	else
		record_parted(parting, false, start, size);
}

EXPORT void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
	bool outer = self_enter(), replaces = flags & MAP_FIXED;
	struct parting *parting = replaces ? record_parting(outer, (uintptr_t)address, size) : NULL;
	void *start = real.mmap(address, size, protection, flags, fd, offset);

	end_replacing(parting, replaces && start == MAP_FAILED, (uintptr_t)address, size);
	return record_mapping(outer, start, size, flags);
}

#ifdef __LP64__
EXPORT void *mmap64(void *address, size_t size, int protection, int flags, int fd, off64_t offset)
	__attribute__((alias("mmap")));
#endif

EXPORT int munmap(void *address, size_t size)
{
	bool outer = self_enter();
	struct parting *parting = record_parting(outer, (uintptr_t)address, size);
	int result = real.munmap(address, size);

	record_parted(parting, result == 0, (uintptr_t)address, size);
	if (outer)
		self_leave();
	return result;
}

EXPORT void *mremap(void *address, size_t old_size, size_t size, int flags, ...)
{
	bool outer = self_enter();
	uintptr_t start = (uintptr_t)address;
	bool stays = old_size == 0 || (flags & 4 /* MREMAP_DONTUNMAP */);
	struct parting *parting = stays ? NULL : record_parting(outer, start, old_size);
	struct object old;
	bool known = object_find(start, &old) && (old.flags & OBJECT_MAPPING);
	struct parting *replaced = NULL;
	void *wanted = NULL, *moved;

	if (flags & MREMAP_FIXED) {
		va_list list;

		va_start(list, flags);
		wanted = va_arg(list, void *);
		va_end(list);
		replaced = record_parting(false, (uintptr_t)wanted, size);
	}
	moved = real.mremap(address, old_size, size, flags, wanted);
	end_replacing(replaced, wanted && moved == MAP_FAILED, (uintptr_t)wanted, size);
	if (moved == MAP_FAILED) /* it may have been cut to its new size before */
		record_torn(parting, start, old_size);
	else
		record_parted(parting, !stays, start, old_size);
	return record_mapping(outer, moved, size, known ? MAP_ANONYMOUS : 0);
}

/* The modules are noted before some of them go; the program's destructors run in between. */
EXPORT int dlclose(void *handle)
{
	bool outer = self_enter();
	int result;

	if (outer) {
		modules_note(record_now_ms());
		self_leave();
	}
	rules_code_goes();
	result = REAL_NEXT(dlclose)(handle);
	rules_code_gone();
	outer = self_enter();
	if (outer) {
		modules_note(record_now_ms());
		self_leave();
	}
	return result;
}
