/* SPDX-License-Identifier: MIT */
/*
 * A program has very many blocks for a moment.  What was kept of them does not stay.
 *
 * EXPECT exit: nothing
 */
#include "victim.h"

enum { MANY = 300000 };

static unsigned long metadata_bytes(void)
{
	struct leakscan_stats stats;

	CHECK(leakscan_get_stats(&stats) == 0);
	return stats.metadata_bytes;
}

int main(void)
{
	void **newest = NULL;
	unsigned long before = metadata_bytes(), peak;

	for (int i = 0; i < MANY; i++) {
		void **block = malloc(64);

		*block = newest;
		newest = block;
	}
	peak = metadata_bytes() - before;
	CHECK(peak > MANY * 16ul);
	CHECK(peak < MANY * 40ul);
	while (newest) {
		void **next = *newest;

		free(newest);
		newest = next;
	}
	CHECK(metadata_bytes() - before < peak / 4);
}
