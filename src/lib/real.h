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
	void (*free_sized)(void *, size_t);                 /* or NULL: libc does not have it */
	void (*free_aligned_sized)(void *, size_t, size_t); /* or NULL */

	void *(*mmap)(void *, size_t, int, int, int, off_t);
	int (*munmap)(void *, size_t);
	void *(*mremap)(void *, size_t, size_t, int, ...);
};

extern struct real real;

/* Looks the table up now; also done by the first call of any entry. */
void real_resolve(void);
/* The next definition of any other symbol, or NULL. */
void *real_next(const char *symbol);
/* Is it a block of the bootstrap arena? */
bool real_is_bootstrap(const void *block);
/* free and realloc that know the arena. */
void real_free(void *block);
void *real_realloc(void *block, size_t size);

#endif
