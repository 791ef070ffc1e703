/* SPDX-License-Identifier: MIT */
/*
 * A thread sleeps in a page fault and has the only pointer to a block in a register, where no scan can see
 * it.  As long as it has not run since, nothing is certain, and nothing is reported; then the block is
 * where it belongs, and what is lost is found.
 *
 * OPTIONS mode=live:min_age=0:stop_timeout=10
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT scan 3: size 21 in leak_control
 * EXPECT unreadable pages
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

enum { PAGE = 4096 };

static uintptr_t hidden, *gate;
static void *kept;
static volatile pid_t sleeper;
static int faults;

NOINLINE static void make_buffer(void)
{
	hidden = hide(malloc(48));
}

static void make_gate(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	/* A scan that reads the page is not to wait for it. */
	faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	if (faults < 0)
		skip("no userfaultfd for us");
	gate = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(gate != MAP_FAILED);
	range.range.start = (uintptr_t)gate;
	range.range.len = PAGE;
	CHECK(ioctl(faults, UFFDIO_API, &api) == 0);
	CHECK(ioctl(faults, UFFDIO_REGISTER, &range) == 0);
}

static void *run(void *unused)
{
	make_buffer();
	clear_registers();
	sleeper = gettid();
	__asm__ volatile("mov %[hidden], %%r12\n\t"
			 "xor %[hiding], %%r12\n\t"
			 "xor %[word], %%r12\n\t" /* 0 */
			 "mov %%r12, %[kept]\n\t"
			 "xor %%r12d, %%r12d"
			 : [kept] "=m"(kept)
			 : [hidden] "m"(hidden), [hiding] "r"(HIDING), [word] "m"(*gate)
			 : "r12", "cc", "memory");
	return unused;
}

int main(void)
{
	struct uffdio_zeropage fill;
	pthread_t thread;

	make_gate();
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	while (!sleeper)
		sleep_ms(1);
	wait_until_asleep(sleeper);
	leak_control();
	clear_registers();
	scan(1);
	scan(2);
	fill = (struct uffdio_zeropage){ .range = { (uintptr_t)gate, PAGE } };
	CHECK(ioctl(faults, UFFDIO_ZEROPAGE, &fill) == 0);
	CHECK(pthread_join(thread, NULL) == 0 && kept);
	CHECK(close(faults) == 0);
	scan(3);
	return 0;
}
