/* SPDX-License-Identifier: MIT */
/*
 * What a program made for LeakSanitizer says itself: its rules, and those options that are ours too.
 *
 * EXPECT status 7
 * EXPECT exit: size 32 in make_unknown
 * EXPECT exit: line # suppressed: 1 object, 48 bytes
 */
#include "victim.h"

const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:make_known\n";
}

const char *__lsan_default_options(void)
{
	return "exitcode=7:print_suppressions=0:use_globals=1,report_objects=1";
}

NOINLINE static void make_known(void)
{
	use(malloc(48));
}

NOINLINE static void make_unknown(void)
{
	use(malloc(32));
}

int main(void)
{
	make_known();
	make_unknown();
	clear_registers();
}
