/*
 * dump= tells what is recorded of a block, also by an address inside it, and that there is none.
 *
 * EXPECT scan 1: size 96 in make_buffer
 * EXPECT exit: size 96 in make_buffer
 */
#include "command.h"

static void *kept;
static uintptr_t lost;
static int variable;

NOINLINE static void *make_buffer(size_t size)
{
	return memset(malloc(size), 'k', size);
}

NOINLINE static void lose(void)
{
	lost = hide(make_buffer(96));
}

int main(void)
{
	char line[64];

	kept = make_buffer(80);
	lose();
	clear_registers();
	CHECK(command_about("dump", hide(kept), 0) == COMMAND_OK);
	CHECK_ANSWER(" (size 80):\n  comm \"command_dump\", pid ");
	CHECK_ANSWER("\n  min_count = 1\n  count = 1\n  referenced");
	CHECK_ANSWER("\n  flags = 0x0\n");
	CHECK_ANSWER("\n    6b 6b 6b ");
	CHECK_ANSWER("] make_buffer+0x");
	CHECK_ANSWER("] main+0x");

	scan(1);
	CHECK(command_about("dump", lost, 17) == COMMAND_OK);
	snprintf(line, sizeof(line), "\nobject 0x%lx (size 96):\n", (unsigned long)show(lost));
	CHECK_ANSWER(line);
	CHECK_ANSWER(" is 17 bytes into it\n");
	CHECK_ANSWER("\n  count = 0\n  unreferenced\n  flags = 0x1 reported\n");
	CHECK_ANSWER("] lose+0x");

	CHECK(command_about("dump", hide(&variable), 0) == COMMAND_FAILED);
	CHECK_ANSWER("; that is variable+0x0 [command_dump]\n");
	CHECK(command("dump=here") == COMMAND_WRONG);
	CHECK(command("dump=") == COMMAND_WRONG);
	CHECK(command("dump=0x") == COMMAND_WRONG);
	CHECK(command("dump=11112222333344445") == COMMAND_WRONG);
	CHECK_ANSWER("an address is hexadecimal");
	CHECK(command("dump=8") == COMMAND_FAILED);
	CHECK_ANSWER("; that is nothing that is mapped\n");
	memset(line, 0, sizeof(line));
	clear_registers();
}
