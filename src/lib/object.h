/* SPDX-License-Identifier: MIT */
/*
 * object.h - the records: one object for each block or mapping of the program
 *
 * Owns     the object tree and every field of every object.
 * For      hook.c and api.c (create, delete, paint); marks.c (walk, look up); scanner.c (reported).
 * Never    reads a traced block, calls the traced allocator, prints.
 *
 * An interval tree with a radix top and page leaves.  The address selects the descriptor of its page:
 *
 *   bits 47..37      36..26          25..12           11..4
 *   top[2048] ---> middle[2048] ---> table of     ---> bit in `starts`, the 16-byte granule
 *                                    16384 pages       at which an object starts
 *
 *   struct object_page   lock | back | starts[4] | leaf ---> records[capacity] granule[capacity]
 *
 * Who frees a block touches none of the leaf's lines: a record whose granule has no start bit is free, and is
 * the next object's of that granule, or any other's where there is no more room.  No two are of one granule.
 *
 * The object that contains an address is the last set bit at or below its granule, here or in the
 * page that `back` names, then one comparison with its end.  Objects of OBJECT_LARGE bytes and more,
 * mappings, and the few that start at an odd address are nodes of a balanced interval tree.
 *
 * Life of an object
 *   object_create()   record filled, then its start bit set: from here on a scan can see it
 *   object_delete()   start bit cleared: the record is free
 *
 * Locking
 *   One lock per page for its leaf and records, never two at once, never held across a call other
 *   than to the pool; large_lock for the large ones.  Threads that are inside (self.h), the scanner.
 *   Every update is ordered such that the tree can be read at every instruction; a snapshot reads
 *   without locks.
 *
 * Unlike the kernel: no global kmemleak_lock and no RCU.  Every malloc of every thread comes by here;
 * a scan reads a snapshot, so nobody waits for it.
 */
#ifndef OBJECT_H
#define OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interval_tree.h"

enum object_flags {
	OBJECT_REPORTED = 1,    /* stood in a report */
	OBJECT_GRAY = 2,        /* never a leak, scanned */
	OBJECT_BLACK = 4,       /* never a leak, not scanned */
	OBJECT_NO_SCAN = 8,     /* its contents are no references */
	OBJECT_MAPPING = 16,    /* the program's own mapping, not a block */
	OBJECT_TRANSIENT = 32,  /* gray in the next scan */
	OBJECT_ANNOTATED = 64,  /* the program made it itself, in memory of its own */
	OBJECT_FULL_SCAN = 128, /* all of it is scanned: a scan area could not be noted */
	OBJECT_WHOLE = 256,     /* its size is all that may be used (object_extend) */
};

#define OBJECT_LARGE (64u << 10) /* bytes from which on an object is a node of the large tree */

/* A copy of what is recorded of one object. */
struct object {
	uintptr_t start;
	size_t size;      /* bytes, as asked for; the extent that counts as the block */
	uint32_t trace;   /* trace.h, or 0 */
	uint32_t born_ms; /* since the library was loaded */
	uint32_t who;     /* threads.h */
	uint32_t flags;   /* enum object_flags */
};

/* Records a block.  An older object in the way is stale (its free was not seen) and gives place; the
 * program's mapping around it turns out to be an allocator's and is forgotten.  Without memory the
 * block is counted as untracked. */
void object_create(const struct object *object);
/* The same for an ordinary block, and fast where nothing stands in its way. */
void object_create_block(uintptr_t start, size_t size, uint32_t trace, uint32_t born_ms,
			 uint32_t who);
/* A block will be recorded there: what that needs first of all is fetched. */
void object_soon(uintptr_t start);
/* Forgets the object that starts at @start; false if there is none.  @old may be NULL. */
bool object_delete(uintptr_t start, struct object *old);
bool object_delete_block(uintptr_t start); /* the same, fast for an ordinary block */
/* The object that contains the address. */
bool object_find(uintptr_t address, struct object *found);
/* The same, but for those in the large tree. */
bool object_find_small(uintptr_t address, struct object *found);
/* The program may use the block up to @size bytes from now on (malloc_usable_size).  That is the same each time
 * while the block lives: when it is asked for again, no record is read. */
void object_extend(uintptr_t start, size_t size);
/* Sets flags of the object that starts there and was born then; false if it is gone. */
bool object_set_flags(uintptr_t start, uint32_t born_ms, uint32_t flags);
/* The same for the object that starts there, whenever it was born: sets and clears. */
bool object_paint(uintptr_t start, uint32_t set, uint32_t clear);
/* The object that starts there has this trace from now on. */
bool object_set_trace(uintptr_t start, uint32_t trace);
/* Makes the object that starts there a node of the large tree, for what only those have (large.h). */
bool object_promote(uintptr_t start);
/* Forgets the blocks that overlap [start, end), page borders both, and cuts it out of the mappings. */
void object_punch(uintptr_t start, uintptr_t end);
/* The program maps [start, end) anew inside a mapping of its own, as one does with a reservation:
 * the mapping stays one object.  False if there is no such mapping. */
bool object_reuse(uintptr_t start, uintptr_t end);
/* Does any tracked block live in that page, or did one since it was last mapped by the program? */
bool object_page_is_heap(uintptr_t address);
/* The first block of the program's own making that starts in [start, end), in memory that is not the
 * allocator's. */
bool object_next_annotated(uintptr_t start, uintptr_t end, struct object *found);

/* Counters. */
size_t object_untracked(void); /* blocks that could not be recorded */
size_t object_overlaps(void);  /* stale objects that had to give place */

#define OBJECT_MOST_PER_PAGE 256u
struct object_table;

/* Copies what starts in page number @page of the table, at most OBJECT_MOST_PER_PAGE; returns how
 * many there are.  The program may run. */
unsigned object_copy_page(const struct object_table *table, unsigned page, struct object *copies);

/* --- for a snapshot or the stopped world: the structure itself, without locks --- */

#define OBJECT_PAGE_SHIFT 12
#define OBJECT_GRANULE 16u
#define OBJECT_TABLE_PAGES 16384u
#define OBJECT_TABLE_BYTES ((uintptr_t)OBJECT_TABLE_PAGES << OBJECT_PAGE_SHIFT)

struct object_record {
	uint32_t size_flags; /* bytes, 20 bits; enum object_flags above them */
	uint32_t trace;
	uint32_t born_ms;
	uint32_t who;
};

/* What object_page.heap says of the memory of a page. */
enum object_heap {
	HEAP_NONE,
	HEAP_ANNOTATED, /* the program's, with blocks of its own making in it */
	HEAP_ALLOCATOR, /* the allocator's */
};

struct object_page {
	_Atomic uint32_t lock;      /* guards everything in the page but `back` of others */
	uint16_t count, capacity;   /* of the leaf: records of objects, all there is room for */
	uint64_t starts[4];         /* a bit per granule */
	struct object_record *leaf; /* records[capacity], then uint8_t granule[capacity] */
	uint16_t back;              /* pages back to the object that reaches into this one, or 0 */
	_Atomic uint8_t heap;       /* enum object_heap; 0: no object starts here */
	uint8_t large;              /* with heap: a large object may be here */
	uint16_t over;              /* 0, or 1 plus the granule of what reaches beyond the page */
	uint16_t used;            /* records filled since the page was empty, free ones included */
	uint16_t reach;           /* with back: so many bytes of the page are that object's */
	_Atomic uint16_t partial; /* of its objects, those that are not OBJECT_WHOLE */
} __attribute__((aligned(64)));   /* a line of the cache */

struct object_table {
	void *scan;     /* marks.c's data on these pages, during a scan */
	uintptr_t base; /* address that pages[0] describes */
	struct object_page pages[OBJECT_TABLE_PAGES];
};

/* A part of an object that is scanned; the rest, but for other such parts, is not. */
struct scan_area {
	struct scan_area *next;
	uintptr_t start;
	size_t size;
};

struct object_large {
	struct interval node; /* [start, end) in the large tree */
	struct object object;
	uint32_t min_count;      /* references needed to be gray; 0 and 1 are one */
	uintptr_t excess_ref;    /* start of the object to which surplus ones are passed, or 0 */
	struct scan_area *areas; /* NULL: all of it is scanned */
	uint32_t mark;           /* marks.c's, during a scan */
	uint32_t group;          /* parts of what was one mapping share it; 0: no such part */
	struct object_large *next_free;
};

/* Each table in turn, by address: NULL begins; NULL at the end. */
struct object_table *object_next_table(const struct object_table *table);
struct object_table *object_table_of(uintptr_t address);
struct object_large *object_first_large(void);
struct object_large *object_next_large(struct object_large *large);
struct object_large *object_find_large(uintptr_t address);
/* The object of granule @granule of that page, whose start bit is set. */
void object_read(const struct object_table *table, unsigned page, unsigned granule,
		 struct object *object);
/* For one who reads many objects of a page: nothing is searched. */
struct object_slots {
	uint8_t of[OBJECT_MOST_PER_PAGE]; /* by granule: the number of the record */
};
void object_slots(const struct object_table *table, unsigned page, struct object_slots *slots);
void object_read_slot(const struct object_table *table, unsigned page, unsigned granule,
		      const struct object_slots *slots, struct object *object);
/* All of that page, by address; returns how many there are. */
unsigned object_read_page(const struct object_table *table, unsigned page, struct object *objects);

/* The last granule at or below @granule with a start bit, or -1. */
static inline int object_last_start(const struct object_page *page, unsigned granule)
{
	unsigned word = granule / 64;
	uint64_t bits = page->starts[word] & (~(uint64_t)0 >> (63 - granule % 64));

	while (!bits) {
		if (word-- == 0)
			return -1;
		bits = page->starts[word];
	}
	return (int)(word * 64 + 63 - (unsigned)__builtin_clzll(bits));
}

#endif
