/* SPDX-License-Identifier: MIT */
/*
 * Every word of a descriptor in use refers, not only `private`; and a list of pages whose head is
 * in a block holds that block.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 32 in make_mapping
 * EXPECT scan 2: size 48 in make_index
 * EXPECT scan 2: size 64 in make_list
 * EXPECT scan 2: size 80 in make_own_word
 * EXPECT exit: size 32 in make_mapping
 * EXPECT exit: size 48 in make_index
 * EXPECT exit: size 64 in make_list
 * EXPECT exit: size 80 in make_own_word
 */
#include "victim.h"

#include <leakscan_mem_map.h>

static char region[4 * 4096] __attribute__((aligned(4096)));

static struct leakscan_page *page_at(size_t number)
{
	return leakscan_virt_to_page(region + number * 4096);
}

NOINLINE static void make_mapping(void)
{
	CHECK(leakscan_set_page_mapping(page_at(0), malloc(32)) == 0);
	CHECK(leakscan_page_mapping(page_at(0)) != NULL);
}

NOINLINE static void make_index(void)
{
	CHECK(leakscan_set_page_index(page_at(1), (unsigned long)malloc(48)) == 0);
	CHECK(leakscan_page_index(page_at(1)) != 0);
}

/* The head is behind the start of the block. */
NOINLINE static void make_list(void)
{
	struct leakscan_list *heads = calloc(4, sizeof(*heads));

	CHECK(leakscan_page_lru_add(page_at(2), &heads[1]) == 0);
	CHECK(leakscan_lru_page(heads[1].next) == page_at(2) && heads[1].prev == heads[1].next);
}

NOINLINE static void make_own_word(void)
{
	page_at(3)->padding = (unsigned long)malloc(80);
}

int main(void)
{
	CHECK(leakscan_zone_add("cache", region, sizeof(region)) > 1);
	for (size_t i = 0; i < 4; i++)
		CHECK(leakscan_page_get(page_at(i)) == 1);
	make_mapping();
	make_index();
	make_list();
	make_own_word();
	clear_registers();
	scan(1);
	for (size_t i = 0; i < 4; i++)
		CHECK(leakscan_page_put(page_at(i)) == 0);
	clear_registers();
	scan(2);
}
