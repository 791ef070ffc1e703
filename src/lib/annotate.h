/* SPDX-License-Identifier: MIT */
/*
 * annotate.h - what a program tells about its blocks
 *
 * Owns     the added roots, the list of transient leaks, the scan areas on their way to an object.
 * For      api.c; roots.c reads the added roots.
 * Never    is on the allocation path.
 *
 * The meanings are kmemleak's: the functions of mm/kmemleak.c with the same names.  A block is named
 * by its first byte; what is not recorded is ignored.  Threads that are inside (self.h).
 */
#ifndef ANNOTATE_H
#define ANNOTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void annotate_alloc(uintptr_t start, size_t size, int min_count);
void annotate_vmalloc(uintptr_t area, uintptr_t start, size_t size);
void annotate_free(uintptr_t start);
void annotate_free_part(uintptr_t start, size_t size);
void annotate_update_trace(uintptr_t address);
void annotate_paint(uintptr_t start, uint32_t flags);
void annotate_transient(uintptr_t start);
/* -ENOENT, -EINVAL, -ENOMEM as leakscan_scan_area(). */
int annotate_scan_area(uintptr_t start, size_t size);
/* An area has got lost: to scan the others alone would miss references.  As kmemleak's
 * OBJECT_FULL_SCAN. */
void annotate_scan_whole(uintptr_t start);
int annotate_add_root(uintptr_t start, size_t size);
int annotate_remove_root(uintptr_t start, size_t size);

/* A scan is over: transient leaks are none any more. */
void annotate_scan_ended(void);
/* Calls see(context, start, end) for every added root. */
void annotate_each_root(void (*see)(void *, uintptr_t, uintptr_t), void *context);

#endif
