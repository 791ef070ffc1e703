/* SPDX-License-Identifier: MIT */
/*
 * run_options.h - the library's options as options of `leakscan run`
 *
 * Owns     the way from src/lib/options.h, where each option stands once, to argp.
 * For      cmd_run.c.
 * Never    knows an option by name: one more there is one more here.
 *
 * min_age is --min-age (or --min_age).  A value is checked before the program is started.
 */
#ifndef RUN_OPTIONS_H
#define RUN_OPTIONS_H

#include <argp.h>

/* A parser that adds what it is given to LEAKSCAN_OPTIONS.  It leaves out what is in @own, ended by an
 * option without a name: there the command has something else to do.  NULL: no memory. */
const struct argp *run_options(const struct argp_option *own);

#endif
