/* SPDX-License-Identifier: MIT */
/*
 * format_kernel.h - the report as a kernel's /sys/kernel/debug/kmemleak has it
 *
 * Owns     the forms of Linux 5.10 and 6.1.
 * For      report.c.
 * Never    prints a line that those kernels do not print: parsers of such files read ours.
 */
#ifndef FORMAT_KERNEL_H
#define FORMAT_KERNEL_H

#include "print.h"
#include "report.h"

/* All unreferenced objects, in the form that options.format names. */
void format_kernel(struct print *out, const struct report_facts *facts,
		   const struct verdict *verdict);

#endif
