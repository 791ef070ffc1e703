/* SPDX-License-Identifier: MIT */
/*
 * Descriptors of the program's own, in a block: those with users hold what they refer to, the
 * others do not, although something refers to the block.  Without the zone it is a block like any
 * other.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: nothing
 */
#include "victim.h"

#include <leakscan_mem_map.h>

struct frame {
	void *buffer;
	short index;
	unsigned short users;
	long unused;
};

static struct frame *frames;

NOINLINE static void make_buffer(size_t index)
{
	frames[index].buffer = malloc(48);
}

int main(void)
{
	int zone;

	frames = calloc(1000, sizeof(*frames));
	zone = leakscan_zone_add_array("frames", frames, sizeof(*frames), 1000,
				       offsetof(struct frame, users), sizeof(frames->users));
	CHECK(zone > 1);
	make_buffer(0);
	make_buffer(999);
	frames[0].users = 1;
	frames[1].index = 1;
	frames[999].users = 0x100;
	CHECK(leakscan_zone_bytes(zone) == 2 * sizeof(*frames));
	clear_registers();
	scan(1);
	frames[999].users = 0;
	scan(2);
	CHECK(leakscan_zone_remove(zone) == 0);
}
