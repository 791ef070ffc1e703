/* SPDX-License-Identifier: MIT */
/*
 * A library that keeps a block in a global of its own; for leak_dlclose.c and guest_dlopen.c.
 */
#include <stdlib.h>

void keep_a_block(void);

void *volatile libvictim_kept;

void keep_a_block(void)
{
	libvictim_kept = malloc(48);
}
