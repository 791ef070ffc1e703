/* SPDX-License-Identifier: MIT */
/*
 * What grows is held by an object: that is named, with its size and the place that has allocated it.
 *
 * EXPECT every scan: nothing
 * EXPECT scan 4: line # growing: 40 objects, 1280 bytes, +# bytes/s over 4 scans (# s): \
 *                     remember+0x#/0x# [growth_object]; held through object 0x# (size 808) +0x8 \
 *                     allocated in make_cache+0x#/0x# [growth_object]
 * EXPECT exit: line # growing: 40 objects, 1280 bytes, +# bytes/s over 4 scans (# s): \
 *                   remember+0x#/0x# [growth_object]; held through object 0x# (size 808) +0x8 \
 *                   allocated in make_cache+0x#/0x# [growth_object]
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

struct cache {
	long count;
	void *entries[100];
};

static struct cache *volatile cache;

NOINLINE static void make_cache(void)
{
	cache = calloc(1, sizeof(*cache));
}

NOINLINE static void remember(void)
{
	cache->entries[cache->count++] = malloc(32);
}

int main(void)
{
	make_cache();
	for (unsigned number = 1; number <= 4; number++) {
		while (cache->count < 10 * number)
			remember();
		clear_registers();
		CHECK(scan(number) == 0);
	}
	leak_control();
	clear_registers();
}
