/* SPDX-License-Identifier: MIT */
/*
 * scans.h - which reports are scans of one process
 *
 * Owns     the proof: the same program and process id; and an entry in common, since addresses are
 *          random.  Where one of the two has no entry, the times of their files have to say that the
 *          process of both was started at one moment.
 * For      sites.c, export.c: of each process the newest report counts, those of different processes add
 *          up.
 */
#ifndef SCANS_H
#define SCANS_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

bool scans_of_one_process(const struct report *one, const struct report *other);
/* Is it the newest of its process?  One that is given twice is so the second time. */
bool scans_is_newest(const struct report *reports, size_t count, size_t index);

#endif
