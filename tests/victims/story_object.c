/* SPDX-License-Identifier: MIT */
/*
 * A block that another one held, which has been freed without it: the report names the one that is
 * gone, with its size and the place that allocated it.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_name
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through object 0x# (size 96) +0x18 \
 *                     allocated in make_session+0x#/0x# [story_object]; lost before scan 2 (+#s)
 * EXPECT exit: size 48 in make_name
 * EXPECT exit: line last reachable in scan 1 (+#s) through object 0x# (size 96) +0x18 \
 *                   allocated in make_session+0x#/0x# [story_object]; lost before scan 2 (+#s)
 */
#include "victim.h"

struct session {
	long numbers[3];
	char *name;
	char rest[64];
};

static struct session *volatile session;

NOINLINE static void make_session(void)
{
	session = calloc(1, sizeof(*session));
}

NOINLINE static void make_name(void)
{
	session->name = malloc(48);
}

NOINLINE static void end_session(void)
{
	free(session);
	session = NULL;
}

int main(void)
{
	make_session();
	make_name();
	clear_registers();
	CHECK(scan(1) == 0);
	end_session();
	clear_registers();
	CHECK(scan(2) == 1);
}
