/* SPDX-License-Identifier: MIT */
/*
 * who= and path= say of a page descriptor which page and which of its words it is, and of an array of
 * the program's own which descriptor.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "command.h"

#define START 0x7f3a1000UL

struct frame {
	long users;
	void *buffer;
};

static struct frame frames[10];
static uintptr_t in_page, in_list, in_frame;

NOINLINE static void make_blocks(void)
{
	int zone = leakscan_zone_add("cache", (void *)START, 16 * 4096);
	struct leakscan_page *page = leakscan_virt_to_page((char *)START + 5 * 4096 + 77);
	void *block = malloc(48);

	CHECK(zone > 1 && page && leakscan_page_get(page) == 1);
	in_page = hide(block);
	page->mapping = malloc(40);
	in_list = hide(page->mapping);
	CHECK(leakscan_set_page_private(page, (unsigned long)block) == 0);
	CHECK(leakscan_zone_add_array("my frames", frames, sizeof(*frames), 10, 0, 8) > 1);
	frames[7].users = 1;
	frames[7].buffer = malloc(56);
	in_frame = hide(frames[7].buffer);
}

int main(void)
{
	make_blocks();
	clear_registers();
	CHECK(command_about("who", in_page, 0) == COMMAND_OK);
	CHECK_ANSWER("root page descriptor of pfn 0x7f3a6, zone cache, private (at 0x");
	CHECK_ANSWER("\n1 reference from roots, 0 from 0 objects\n");
	CHECK(command_about("path", in_list, 8) == COMMAND_OK);
	CHECK_ANSWER("root page descriptor of pfn 0x7f3a6, zone cache, mapping (at 0x");
	CHECK(command_about("who", in_frame, 0) == COMMAND_OK);
	CHECK_ANSWER("root page descriptor 7, zone my frames, +0x8 (at 0x");
	CHECK_ANSWER("\n1 reference from roots, 0 from 0 objects\n");
	leak_control();
	clear_registers();
	return 0;
}
