/* SPDX-License-Identifier: MIT */
/*
 * Descriptors of the program's own in the middle of a block, and two arrays of them side by side in
 * another: they hold by their counts, and what stands beside them in the block as ever.  Without the
 * zones the blocks are scanned whole again.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_pool
 * EXPECT scan 2: 2 x size 64 in make_halves
 * EXPECT scan 3: nothing
 * EXPECT scan 4: size 32 in make_pool
 * EXPECT scan 4: size 48 in make_pool
 * EXPECT exit: size 32 in make_pool
 * EXPECT exit: size 48 in make_pool
 */
#include "victim.h"

#include <leakscan_mem_map.h>

enum { FRAMES = 100 };

struct frame {
	void *buffer;
	long users;
};

static struct pool {
	void *first;
	struct frame frames[FRAMES];
	void *last;
} * pool;

static struct frame *halves;

NOINLINE static int add_zone(struct frame *frames, size_t number)
{
	return leakscan_zone_add_array("frames", frames, sizeof(*frames), number,
				       offsetof(struct frame, users), sizeof(frames->users));
}

NOINLINE static void make_pool(void)
{
	pool = calloc(1, sizeof(*pool));
	CHECK(pool);
	pool->first = malloc(32);
	pool->last = malloc(40);
	pool->frames[7].buffer = malloc(48);
	pool->frames[8].buffer = malloc(56);
}

NOINLINE static void make_halves(void)
{
	halves = calloc(2 * FRAMES, sizeof(*halves));
	CHECK(halves);
	halves[0].buffer = malloc(64);
	halves[2 * FRAMES - 1].buffer = malloc(64);
}

NOINLINE static void use_frames(long users)
{
	pool->frames[7].users = users;
	halves[0].users = halves[2 * FRAMES - 1].users = users;
}

int main(void)
{
	int zones[3];

	make_pool();
	make_halves();
	zones[0] = add_zone(pool->frames, FRAMES);
	zones[1] = add_zone(halves, FRAMES);
	zones[2] = add_zone(halves + FRAMES, FRAMES);
	CHECK(zones[0] > 1 && zones[1] > 1 && zones[2] > 1);
	CHECK(add_zone(pool->frames, FRAMES) == -EEXIST);
	pool->frames[8].users = 1;
	use_frames(1);
	clear_registers();
	scan(1);
	use_frames(0);
	clear_registers();
	scan(2);
	for (int i = 0; i < 3; i++)
		CHECK(leakscan_zone_remove(zones[i]) == 0);
	clear_registers();
	scan(3);
	pool->first = pool->frames[7].buffer = NULL;
	clear_registers();
	scan(4);
}
