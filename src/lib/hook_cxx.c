/* SPDX-License-Identifier: MIT */
/*
 * hook_cxx.c - operator new and delete, by their mangled names
 *
 * Owns     the table of the next definitions.
 * For      C++ programs: an allocator whose operator new does not call malloc is recorded as well.
 * Never    throws; what the real operator new throws passes through (the build has -fexceptions).
 *
 * The names are the Itanium C++ ABI's for a 64-bit size_t.  operator new may run the program's
 * new_handler, or throw: record_block() and the cleanup end our hook in both cases.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "real.h"
#include "record.h"

/* The tags that the functions take by reference or value; their contents are of no interest. */
struct nothrow;

/*
 * The next definition, looked up once.  A C program may load libstdc++ later and privately: then it
 * does not come after us in the global scope, but it is loaded.
 */
static void *next_of(void **slot, const char *symbol)
{
	static const char *const libraries[] = { "libstdc++.so.6", "libc++.so.1",
						 "libc++abi.so.1" };
	void *found = __atomic_load_n(slot, __ATOMIC_ACQUIRE);

	if (found)
		return found;
	found = real_next(symbol);
	for (size_t i = 0; !found && i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_NOLOAD);

		if (library)
			found = dlsym(library, symbol);
	}
	__atomic_store_n(slot, found, __ATOMIC_RELEASE);
	return found;
}

/* Ends a hook that is left by an exception. */
static void leave_thrown(bool *outer)
{
	if (*outer && self.in_new) {
		self.in_new = false;
		self_leave();
	}
}

static inline __attribute__((always_inline)) bool enter_new(void)
{
	bool outer = self_enter();

	if (outer)
		self.in_new = true;
	return outer;
}

/* @outer is still ours if no failed malloc has ended it on the way (record_block). */
static void *leave_new(bool *outer, void *block, size_t size)
{
	bool mine = *outer && self.in_new;

	if (*outer && !self.in_new) {
		mine = self_enter(); /* the handler found memory after all */
		if (!mine)
			return block;
	}
	if (mine)
		self.in_new = false;
	*outer = false;
	return record_block(mine, block, size);
}

/* No definition but ours: a program without a C++ library calls these by name. */
static void *plain(void *block)
{
	return block;
}

#define NEW(symbol, parameters, arguments, fallback)                                               \
	EXPORT void *symbol parameters;                                                            \
	EXPORT void *symbol parameters                                                             \
	{                                                                                          \
		static void *slot;                                                                 \
		bool outer __attribute__((cleanup(leave_thrown))) = enter_new();                   \
		void *(*next)parameters = (void *(*)parameters)next_of(&slot, #symbol);            \
		size_t asked = size;                                                               \
                                                                                                   \
		size = record_room(size);                                                          \
		return leave_new(&outer, next ? next arguments : plain(fallback), asked);          \
	}

#define DELETE(symbol, parameters, arguments)                                                      \
	EXPORT void symbol parameters;                                                             \
	EXPORT void symbol parameters                                                              \
	{                                                                                          \
		static void *slot;                                                                 \
		bool outer = self_enter();                                                         \
		void(*next) parameters = (void(*) parameters)next_of(&slot, #symbol);              \
                                                                                                   \
		record_forget(outer, block);                                                       \
		if (next && !real_is_bootstrap(block))                                             \
			next arguments;                                                            \
		else                                                                               \
			real_free(block);                                                          \
		if (outer)                                                                         \
			self_leave();                                                              \
	}

/* clang-format off */
NEW(_Znwm, (size_t size), (size), real.malloc(size))
NEW(_Znam, (size_t size), (size), real.malloc(size))
NEW(_ZnwmRKSt9nothrow_t, (size_t size, const struct nothrow *tag), (size, tag), real.malloc(size))
NEW(_ZnamRKSt9nothrow_t, (size_t size, const struct nothrow *tag), (size, tag), real.malloc(size))
NEW(_ZnwmSt11align_val_t, (size_t size, size_t alignment), (size, alignment),
    real.memalign(alignment, size))
NEW(_ZnamSt11align_val_t, (size_t size, size_t alignment), (size, alignment),
    real.memalign(alignment, size))
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, (size_t size, size_t alignment, const struct nothrow *tag),
    (size, alignment, tag), real.memalign(alignment, size))
NEW(_ZnamSt11align_val_tRKSt9nothrow_t, (size_t size, size_t alignment, const struct nothrow *tag),
    (size, alignment, tag), real.memalign(alignment, size))

DELETE(_ZdlPv, (void *block), (block))
DELETE(_ZdaPv, (void *block), (block))
DELETE(_ZdlPvm, (void *block, size_t size), (block, record_room(size)))
DELETE(_ZdaPvm, (void *block, size_t size), (block, record_room(size)))
DELETE(_ZdlPvRKSt9nothrow_t, (void *block, const struct nothrow *tag), (block, tag))
DELETE(_ZdaPvRKSt9nothrow_t, (void *block, const struct nothrow *tag), (block, tag))
DELETE(_ZdlPvSt11align_val_t, (void *block, size_t alignment), (block, alignment))
DELETE(_ZdaPvSt11align_val_t, (void *block, size_t alignment), (block, alignment))
DELETE(_ZdlPvmSt11align_val_t, (void *block, size_t size, size_t alignment),
       (block, record_room(size), alignment))
DELETE(_ZdaPvmSt11align_val_t, (void *block, size_t size, size_t alignment),
       (block, record_room(size), alignment))
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t,
       (void *block, size_t alignment, const struct nothrow *tag), (block, alignment, tag))
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t,
       (void *block, size_t alignment, const struct nothrow *tag), (block, alignment, tag))
/* clang-format on */
