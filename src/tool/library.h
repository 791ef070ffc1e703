/* SPDX-License-Identifier: MIT */
/*
 * library.h - where libleakscan.so is, and the environment that loads it
 *
 * Owns     the search for the library, LD_PRELOAD and LEAKSCAN_OPTIONS.
 * For      cmd_run.c.
 * Never    changes what the user had in these variables: it adds to them.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>

/* Puts libleakscan.so in front of LD_PRELOAD.  False, with a line on stderr, when there is none. */
bool library_preload(void);

/* Adds an item to LEAKSCAN_OPTIONS; there the last of two items with the same key holds.  A ':' in
 * the value is escaped. */
bool library_add_option(const char *key, const char *value);

/* The value of the last item of LEAKSCAN_OPTIONS with that key, unescaped, to be freed; or NULL. */
char *library_option(const char *key);

#endif
