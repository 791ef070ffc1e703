/* SPDX-License-Identifier: MIT */
/*
 * command.h - the subcommands of `leakscan`
 *
 * Owns     what a subcommand is: a function with its own argp, called with its own arguments.
 * For      main.c, which has the table; cmd_*.c, one for each subcommand.
 */
#ifndef COMMAND_H
#define COMMAND_H

/* A wrong argument, a report that cannot be read: nothing was done, or nothing that was asked for. */
#define EXIT_WRONG 2
/* Of a comparison: a site is new, or has more bytes. */
#define EXIT_WORSE 1

/* @arguments[0] is "leakscan NAME", or "leakscan NAME=VALUE"; returns the exit status of the command. */
int cmd_run(int count, char **arguments);
int cmd_control(int count, char **arguments);
int cmd_report(int count, char **arguments);
int cmd_diff(int count, char **arguments);
int cmd_baseline(int count, char **arguments);
int cmd_export(int count, char **arguments);
int cmd_watch(int count, char **arguments);

#endif
