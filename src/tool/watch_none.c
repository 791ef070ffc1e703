/* SPDX-License-Identifier: MIT */
/* watch_none.c - `leakscan watch` where the command was built without ncurses */
#include <stdio.h>

#include "command.h"

int cmd_watch(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	fprintf(stderr, "leakscan watch: built without ncurses; `leakscan scan' prints a table\n");
	return EXIT_WRONG;
}
