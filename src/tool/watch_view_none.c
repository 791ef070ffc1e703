/* SPDX-License-Identifier: MIT */
/* watch_view_none.c - no screen: the command was built without ncurses */
#include <stdio.h>

#include "watch_view.h"

bool watch_view_open(struct watch_view *view)
{
	(void)view;
	fprintf(stderr, "leakscan watch: built without ncurses; `leakscan scan' prints a table\n");
	return false;
}

/* It never opens: nobody calls these. */
void watch_view_close(struct watch_view *view)
{
	(void)view;
}

void watch_view_draw(struct watch_view *view)
{
	(void)view;
}

void watch_view_renew(struct watch_view *view)
{
	(void)view;
}

bool watch_view_key(struct watch_view *view, enum watch_action *action)
{
	(void)view;
	(void)action;
	return false;
}
