/* SPDX-License-Identifier: MIT */
/*
 * A pointer moves while memory is gone over: from where it will be read to where it has been.  So the
 * first pass of a scan finds nothing that refers to the block, twice in a row, and with the same
 * contents; the pass that confirms does.  The block is in use, and not reported.
 *
 * The moment is known by a page that is a root: its contents are asked of us (userfaultfd) when the
 * scan reads it, behind the variables and before the blocks.
 *
 * OPTIONS mode=live:min_age=0
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { PAGE = 4096, SCANS = 2 };

static void *early; /* a variable: read first */
static void **late; /* a block: read when a root has led to it */
static char *gate;  /* in between */
static uintptr_t hidden;
static int faults;

NOINLINE static void move_to_block(void)
{
	*late = show(hidden);
	early = NULL;
}

NOINLINE static void move_to_variable(void)
{
	early = show(hidden);
	*late = NULL;
}

NOINLINE static void make(void)
{
	late = calloc(1, 32);
	CHECK(late);
	hidden = hide(calloc(1, 48));
	move_to_block();
}

static void *move_at_gate(void *unused)
{
	for (int i = 0; i < SCANS; i++) {
		struct uffdio_zeropage fill = { .range = { (uintptr_t)gate, PAGE } };
		struct uffd_msg message;

		CHECK(read(faults, &message, sizeof(message)) == sizeof(message));
		CHECK(message.event == UFFD_EVENT_PAGEFAULT);
		move_to_variable();
		clear_registers();
		CHECK(ioctl(faults, UFFDIO_ZEROPAGE, &fill) == 0);
	}
	return unused;
}

static void make_gate(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (faults < 0)
		skip("no userfaultfd for us");
	gate = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(gate != MAP_FAILED);
	range.range.start = (uintptr_t)gate;
	range.range.len = PAGE;
	CHECK(ioctl(faults, UFFDIO_API, &api) == 0);
	CHECK(ioctl(faults, UFFDIO_REGISTER, &range) == 0);
	CHECK(leakscan_add_root(gate, PAGE) == 0);
}

/* Was there a pass more than the one that has found nothing? */
static void check_confirmed(void)
{
	char path[4096], text[4096] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%d.2.txt", getenv("VICTIM_DIR"), (int)getpid());
	file = fopen(path, "re");
	CHECK(file && fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	CHECK(strstr(text, " 2 passes, "));
}

int main(void)
{
	pthread_t mover;

	make_gate();
	make();
	CHECK(pthread_create(&mover, NULL, move_at_gate, NULL) == 0);
	for (unsigned number = 1; number <= SCANS; number++) {
		clear_registers();
		CHECK(scan(number) == 0 && early && !*late);
		move_to_block();
		CHECK(madvise(gate, PAGE, MADV_DONTNEED) == 0);
	}
	CHECK(pthread_join(mover, NULL) == 0);
	CHECK(close(faults) == 0);
	check_confirmed();
	leak_control();
	clear_registers();
	return 0;
}
