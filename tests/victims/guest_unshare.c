/* SPDX-License-Identifier: MIT */
/*
 * The kernel gives a new user namespace only to a program with one thread: with EINVAL
 * otherwise. It must not be our doing, neither before a scan nor after.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <sched.h>

static void unshare_user(void)
{
	errno = 0;
	if (unshare(CLONE_NEWUSER) != 0)
		CHECK(errno == EPERM || errno == ENOSPC || errno == EUSERS);
}

int main(void)
{
	if (access("/proc/self/ns/user", F_OK) != 0)
		skip("no user namespaces");
	unshare_user();
	scan(1);
	unshare_user();
	leak_control();
	clear_registers();
}
