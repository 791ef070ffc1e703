/*
 * What has been reported and cleared is not reported again; what is lost later is.
 *
 * EXPECT scan 1: 300 x size 48 in make_buffer
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "command.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	for (int i = 0; i < 300; i++)
		make_buffer();
	clear_registers();
	CHECK(command("clear") == COMMAND_OK);
	CHECK_ANSWER("\n0 reported objects cleared\n");
	scan(1);
	CHECK(command("clear") == COMMAND_OK);
	CHECK_ANSWER("\n300 reported objects cleared\n");
	scan(2);
	leak_control();
	clear_registers();
}
