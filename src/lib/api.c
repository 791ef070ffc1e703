/* SPDX-License-Identifier: MIT */
/*
 * api.c - the functions of leakscan.h, and LeakSanitizer's names for some of them
 *
 * Owns     nothing: each is a check and one call.
 * For      the program.
 * Never    holds logic.
 */
#define LEAKSCAN_LIBRARY
#include "leakscan.h"

#include <string.h>

#include "annotate.h"
#include "inquire.h"
#include "object.h"
#include "pool.h"
#include "print.h"
#include "record.h"
#include "scanner.h"
#include "self.h"
#include "snapshot.h"

/* Runs one statement as the library: a stop waits, errno stays, and a switched-off library does
 * nothing. */
#define INSIDE(statement)                                                                          \
	do {                                                                                       \
		if (record_is_on() && self_enter()) {                                              \
			int saved_errno = errno;                                                   \
                                                                                                   \
			statement;                                                                 \
			errno = saved_errno;                                                       \
			self_leave();                                                              \
		}                                                                                  \
	} while (0)

EXPORT long leakscan_scan(void)
{
	return scanner_scan();
}

EXPORT long leakscan_clear(void)
{
	bool outer = self_enter();
	long painted = scanner_clear();

	if (outer)
		self_leave();
	return painted;
}

EXPORT long leakscan_dump(const void *address, char *text, size_t size)
{
	const struct inquiry inquiry = { .kind = INQUIRE_DUMP, .address = (uintptr_t)address };
	struct print out = { .fd = -1, .size = size, .buffer = text };
	long outcome;

	if (!text || !size)
		return -EINVAL;
	text[0] = 0;
	outcome = scanner_ask(&inquiry, &out);
	return outcome < 0 ? outcome : (long)strlen(text);
}

EXPORT int leakscan_get_stats(struct leakscan_stats *stats)
{
	if (!stats)
		return -EINVAL;
	*stats = (struct leakscan_stats){
		.scans = scanner_scans(),
		.objects = snapshot_summary.objects,
		.object_bytes = snapshot_summary.object_bytes,
		.unreferenced = snapshot_summary.unreferenced,
		.unreferenced_bytes = snapshot_summary.unreferenced_bytes,
		.new_leaks = snapshot_summary.fresh,
		.new_leak_bytes = snapshot_summary.fresh_bytes,
		.untracked = object_untracked(),
		.metadata_bytes = pool_bytes(),
	};
	return 0;
}

EXPORT void leakscan_alloc(const void *block, size_t size, int min_count)
{
	INSIDE(annotate_alloc((uintptr_t)block, size, min_count));
}

EXPORT void leakscan_free(const void *block)
{
	INSIDE(annotate_free((uintptr_t)block));
}

EXPORT void leakscan_free_part(const void *start, size_t size)
{
	INSIDE(annotate_free_part((uintptr_t)start, size));
}

EXPORT void leakscan_vmalloc(const void *area, const void *memory, size_t size)
{
	INSIDE(annotate_vmalloc((uintptr_t)area, (uintptr_t)memory, size));
}

EXPORT void leakscan_update_trace(const void *block)
{
	INSIDE(annotate_update_trace((uintptr_t)block));
}

EXPORT void leakscan_not_leak(const void *block)
{
	INSIDE(annotate_paint((uintptr_t)block, OBJECT_GRAY));
}

EXPORT void leakscan_transient_leak(const void *block)
{
	INSIDE(annotate_transient((uintptr_t)block));
}

EXPORT void leakscan_ignore(const void *block)
{
	INSIDE(annotate_paint((uintptr_t)block, OBJECT_BLACK));
}

EXPORT void leakscan_no_scan(const void *block)
{
	INSIDE(annotate_paint((uintptr_t)block, OBJECT_NO_SCAN));
}

EXPORT int leakscan_scan_area(const void *start, size_t size)
{
	int result = -ENOENT;

	INSIDE(result = annotate_scan_area((uintptr_t)start, size));
	return result;
}

EXPORT int leakscan_add_root(const void *start, size_t size)
{
	int result = 0;

	INSIDE(result = annotate_add_root((uintptr_t)start, size));
	return result;
}

EXPORT int leakscan_remove_root(const void *start, size_t size)
{
	int result = 0;

	INSIDE(result = annotate_remove_root((uintptr_t)start, size));
	return result;
}

EXPORT void leakscan_disable(void)
{
	self.disabled++;
}

EXPORT void leakscan_enable(void)
{
	if (self.disabled)
		self.disabled--;
}

/* --- sanitizer/lsan_interface.h: what programs already have in their code --- */

void __lsan_ignore_object(const void *block);
void __lsan_disable(void);
void __lsan_enable(void);
void __lsan_register_root_region(const void *start, size_t size);
void __lsan_unregister_root_region(const void *start, size_t size);
void __lsan_do_leak_check(void);
int __lsan_do_recoverable_leak_check(void);

EXPORT void __lsan_ignore_object(const void *block)
{
	leakscan_not_leak(block);
}

EXPORT void __lsan_disable(void)
{
	leakscan_disable();
}

EXPORT void __lsan_enable(void)
{
	leakscan_enable();
}

EXPORT void __lsan_register_root_region(const void *start, size_t size)
{
	leakscan_add_root(start, size);
}

EXPORT void __lsan_unregister_root_region(const void *start, size_t size)
{
	leakscan_remove_root(start, size);
}

/* LeakSanitizer ends the program when there are leaks; we never do. */
EXPORT void __lsan_do_leak_check(void)
{
	scanner_scan();
}

EXPORT int __lsan_do_recoverable_leak_check(void)
{
	return scanner_scan() >= 0 && snapshot_summary.unreferenced > 0;
}
