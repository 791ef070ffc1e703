/* SPDX-License-Identifier: MIT */
/*
 * LeakSanitizer's names, looked up at run time.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 32 in make_buffer
 * EXPECT exit: size 32 in make_buffer
 */
#include "victim.h"

#include <dlfcn.h>
#include <sys/mman.h>

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

NOINLINE static void call(const char *name)
{
	void (*function)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, name);

	CHECK(function);
	function();
}

NOINLINE static void call_on(const char *name, const void *start, size_t size)
{
	void (*function)(const void *, size_t) = (void (*)(const void *, size_t))dlsym(RTLD_DEFAULT,
										       name);

	CHECK(function);
	function(start, size);
}

NOINLINE static void tell(void)
{
	call_on("__lsan_ignore_object", show(hidden), 0);
	call("__lsan_disable");
	lose_unseen();
	call("__lsan_enable");
	call_on("__lsan_register_root_region", shared, 4096);
}

int main(void)
{
	lose_ignored();
	make_buffer();
	tell();
	clear_registers();
	call("__lsan_do_leak_check");
	call_on("__lsan_unregister_root_region", shared, 4096);
	call("__lsan_do_leak_check");
}
