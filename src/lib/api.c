/* SPDX-License-Identifier: MIT */
/*
 * api.c - the functions of leakscan.h
 *
 * Owns     nothing: each is a check and one call.
 * For      the program.
 * Never    holds logic.
 */
#define LEAKSCAN_LIBRARY
#include "leakscan.h"

#include "record.h"
#include "scanner.h"

EXPORT long leakscan_scan(void)
{
	return scanner_scan();
}
