/* SPDX-License-Identifier: MIT */
/*
 * real.h - the next malloc family and mapping functions behind ours
 *
 * Owns     the table of next functions (RTLD_NEXT) and the bootstrap arena.
 * For      hook.c, signals.c, init.c.
 * Never    records anything.
 *
 * The table is valid from the first instruction: every entry starts as a function that looks up the
 * whole table and goes on, or, while that look-up itself allocates, serves from a static arena.  No
 * hook asks whether we are ready.  A block of the arena is known by its address and never freed.
 */
#ifndef REAL_H
#define REAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct real {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void (*free)(void *);
	void *(*memalign)(size_t, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	int (*posix_memalign)(void **, size_t, size_t);
	void *(*valloc)(size_t);
	void *(*pvalloc)(size_t);
	size_t (*malloc_usable_size)(void *);

	/* Until the library starts, these are the bare system calls: a program's own allocator may map
	 * its first memory with a lock held that a look-up, which may allocate, would want. */
	void *(*mmap)(void *, size_t, int, int, int, off_t);
	int (*munmap)(void *, size_t);
	void *(*mremap)(void *, size_t, size_t, int, ...);
};

extern struct real real;

/* Looks the table of the malloc family up; also done by the first call of any entry. */
void real_resolve(void);
/* Looks everything up: when the library starts, with no lock of anybody's held. */
void real_start(void);
/* The next definition of any other symbol, or NULL. */
void *real_next(const char *symbol);

/* A function that is looked up with the table, when the library starts. */
struct real_slot {
	const char *symbol;
	void *function; /* or NULL: not looked up, or not there */
};

/* The next definition of a function of libc's that the file hooks. */
#define REAL_NEXT(name)                                                                            \
	({                                                                                         \
		static struct real_slot slot_                                                      \
			__attribute__((section("leakscan_next"))) = { #name, NULL };               \
		(__typeof__(&name))real_slot(&slot_);                                              \
	})

void *real_slot(struct real_slot *slot);
/* Is it a block of the bootstrap arena? */
bool real_is_bootstrap(const void *block);
/* free and realloc that know the arena. */
void real_free(void *block);
void *real_realloc(void *block, size_t size);

#endif
