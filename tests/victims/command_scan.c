/*
 * The command scan has a scan made, and its answer says what came out.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "command.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	make_buffer();
	clear_registers();
	CHECK(command("scan") == COMMAND_OK);
	CHECK_ANSWER("scan 1: 1 new suspected memory leak; 1 unreferenced, 48 bytes; ");
	CHECK_ANSWER("\nreport /");
	CHECK(command("scan") == COMMAND_OK);
	CHECK_ANSWER("scan 2: 0 new suspected memory leaks; 1 unreferenced, 48 bytes; ");
}
