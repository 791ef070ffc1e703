/* SPDX-License-Identifier: MIT */
/*
 * unwind.h - where am I? The return addresses of the program's code that called a hook
 *
 * Owns     libunwind, and what libunwind borrows from libc.
 * For      hook.c.
 * Never    symbolizes, reads debug information from disk, opens a descriptor, waits for the loader
 *          while another thread of ours waits for us.
 */
#ifndef UNWIND_H
#define UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNWIND_MAX 64 /* frames; the bound of max_trace */

/*
 * The id (trace.h) of the call chain outside this library, at most @max frames; 0 if there is none.
 * A thread that is inside (self.h).  errno is what it was.
 */
uint32_t unwind_trace(unsigned max);

/* What is still in use of the stack of a thread that has called exit(), or a function of ours: frames
 * above those of the function itself, and the registers that its caller relies on. */
struct unwind_caller {
	uintptr_t thread_pointer;
	uintptr_t stack_pointer;
	uintptr_t registers[12];
};

/* Looks for the frame that called exit(); false when it is not found.  errno is what it was. */
bool unwind_exit_frame(struct unwind_caller *found);
/* The same of the function of ours that is under way. */
bool unwind_caller_frame(struct unwind_caller *found);

/* dl_iterate_phdr(), but not at the moment of a fork. */
struct dl_phdr_info;
int unwind_iterate(int (*see)(struct dl_phdr_info *, size_t, void *), void *context);

/* With the option check_traces: how many traces were found without libunwind, how many of these it
 * did not confirm. */
void unwind_checked(unsigned long *compared, unsigned long *different);

/* Around a fork: no thread is in the loader for us at that moment, so the child can use it. */
void unwind_before_fork(void);
void unwind_after_fork(bool child);

/* Takes libunwind's calls to libc over; done once, before the first trace. */
void unwind_init(void);

#endif
