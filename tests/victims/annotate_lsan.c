/* SPDX-License-Identifier: MIT */
/*
 * LeakSanitizer's names, referred to weakly, as programs have them in their code.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 32 in make_buffer
 * EXPECT scan 3: size 32 in make_buffer
 * EXPECT exit: size 32 in make_buffer
 */
#include "victim.h"

#include <sys/mman.h>

__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);
__attribute__((weak)) void __lsan_ignore_object(const void *block);
__attribute__((weak)) void __lsan_register_root_region(const void *start, size_t size);
__attribute__((weak)) void __lsan_unregister_root_region(const void *start, size_t size);
__attribute__((weak)) void __lsan_do_leak_check(void);
__attribute__((weak)) int __lsan_do_recoverable_leak_check(void);

static uintptr_t hidden;
static void **shared;

NOINLINE static void lose_ignored(void)
{
	void **block = malloc(48);

	CHECK(block);
	block[0] = malloc(24);
	hidden = hide(block);
}

NOINLINE static void lose_unseen(void)
{
	use(malloc(1000));
}

NOINLINE static void make_buffer(void)
{
	int file = memfd_create("shared", MFD_CLOEXEC);

	CHECK(file >= 0 && ftruncate(file, 4096) == 0);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	CHECK(shared != MAP_FAILED);
	shared[1] = malloc(32);
}

NOINLINE static void tell(void)
{
	__lsan_ignore_object(show(hidden));
	__lsan_disable();
	lose_unseen();
	__lsan_enable();
	__lsan_register_root_region(shared, 4096);
}

int main(void)
{
	CHECK(__lsan_disable && __lsan_enable && __lsan_ignore_object && __lsan_do_leak_check &&
	      __lsan_do_recoverable_leak_check && __lsan_register_root_region &&
	      __lsan_unregister_root_region);
	lose_ignored();
	make_buffer();
	tell();
	clear_registers();
	CHECK(__lsan_do_recoverable_leak_check() == 0);
	__lsan_unregister_root_region(shared, 4096);
	CHECK(__lsan_do_recoverable_leak_check() != 0);
	__lsan_do_leak_check();
}
