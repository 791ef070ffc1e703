/* SPDX-License-Identifier: MIT */
/*
 * An array of descriptors among the program's variables is scanned by its counts, what stands
 * beside it as ever; and one with holes, in a reservation, costs what its pages in memory cost.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: 2 x size 48 in make_buffer
 * EXPECT exit: 2 x size 48 in make_buffer
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <sys/mman.h>

#define SPARSE ((size_t)1 << 30) /* descriptors */

struct frame {
	unsigned char users;
	void *buffer;
	long unused[2];
};

void *before;
struct frame frames[300];
void *after;
static struct frame *sparse;

NOINLINE static void make_buffer(void **where)
{
	*where = malloc(48);
}

static int add(const char *name, const struct frame *array, size_t number)
{
	return leakscan_zone_add_array(name, array, sizeof(*array), number,
				       offsetof(struct frame, users), sizeof(array->users));
}

int main(void)
{
	sparse = mmap(NULL, SPARSE * sizeof(*sparse), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (sparse == MAP_FAILED)
		skip("no 32 GiB of address space");
	CHECK(add("static", frames, 300) > 1 && add("sparse", sparse, SPARSE) > 1);
	make_buffer(&before);
	make_buffer(&after);
	make_buffer(&frames[150].buffer);
	make_buffer(&sparse[SPARSE / 2].buffer);
	frames[150].users = sparse[SPARSE / 2].users = 255;
	clear_registers();
	scan(1);
	frames[150].users = sparse[SPARSE / 2].users = 0;
	clear_registers();
	scan(2);
}
