/* SPDX-License-Identifier: MIT */
/* self.c - the one block of thread-local state; the contract is in self.h */
#include "self.h"

#include "os.h"

_Thread_local struct self self;

uint32_t self_ask_tid(void)
{
	self.tid = (uint32_t)os_tid();
	return self.tid;
}
