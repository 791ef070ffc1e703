/* SPDX-License-Identifier: MIT */
/*
 * command_table.h - the run-time commands, and how one travels from `leakscan` to the program
 *
 * Owns     the table of commands, the names and limits of the protocol.
 * For      command.c and signals.c in the program, src/tool in the command.
 * Never    holds code.
 *
 * A command is a text in a file that the sender makes in the program's /tmp (COMMAND_FILE: the
 * program's own pid, and a random number that is not 0; mode 0600; owned by the program's user or by
 * root).  A queued signal carries the number.  The program appends its answer, which ends with the
 * line COMMAND_DONE; the sender removes the file.
 */
#ifndef COMMAND_TABLE_H
#define COMMAND_TABLE_H

/*
 * A row here is the only place where a command exists: from it come the parser in the program, the
 * subcommand of `leakscan` and its line in --help.  @argument is what stands behind "name=", "" if
 * the command has no value; command.c has a handler answer_<id>() for each row.
 *
 *   X(id, name, argument, help)
 */
/* clang-format off */
#define COMMANDS(X)                                                                                \
	X(scan,    "scan",    "", "scan and say what is new")                                      \
	X(period,  "scan",    "on|off|adaptive|SECONDS",                                           \
	  "scan now and every 600 s, no more, as a site leaks, or so often")                       \
	X(clear,   "clear",   "", "what has been reported is not reported again")                  \
	X(off,     "off",     "", "stop recording and scanning, for good")                         \
	X(stack,   "stack",   "on|off", "thread stacks are roots, or are not")                     \
	X(dump,    "dump",    "ADDRESS", "what is recorded of the block there")                    \
	X(who,     "who",     "ADDRESS", "every root and every block that refers to it")           \
	X(path,    "path",    "ADDRESS", "a shortest path from a root to it")                      \
	X(options, "options", "", "the options in force")
/* clang-format on */

/* The name of the library's ELF note: by it `leakscan' knows it in a program, whatever its file is called. */
#define COMMAND_NOTE "leakscan"

#define COMMAND_MAGIC 0x6c65616bu /* the upper half of the signal's value; the lower: the number */
#define COMMAND_DIRECTORY "/tmp"
#define COMMAND_FILE "leakscan-%d-%08x" /* pid, number */
#define COMMAND_MOST 256                /* bytes of a command, its newline included */
#define COMMAND_DONE "done %08x %d\n"   /* number, enum command_status */

enum command_status {
	COMMAND_OK,
	COMMAND_FAILED, /* the answer says why */
	COMMAND_WRONG,  /* no such command, or a value that is not allowed */
};

#endif
