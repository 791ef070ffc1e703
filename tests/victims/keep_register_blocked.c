/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in a register of a thread that is blocked in a system call. The call goes
 * on after the scan and returns what it would have.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <sys/syscall.h>

static uintptr_t hidden;
static int gate[2];
static volatile pid_t reader;

NOINLINE static void make_buffer(void)
{
	hidden = hide(malloc(48));
}

/* Reads a byte, the pointer in a register meanwhile that a call preserves. */
static inline __attribute__((always_inline)) long read_with_pointer(char *byte)
{
	long result;

#if defined(__x86_64__)
	__asm__ volatile("mov %[hidden], %%rbx\n\t"
			 "xor %[hiding], %%rbx\n\t"
			 "syscall\n\t"
			 "xor %%ebx, %%ebx"
			 : "=a"(result)
			 : "a"((long)SYS_read), "D"((long)gate[0]), "S"(byte),
			   "d"(1L), [hidden] "m"(hidden), [hiding] "r"(HIDING)
			 : "rbx", "rcx", "r11", "cc", "memory");
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = SYS_read;
	register long x0 __asm__("x0") = gate[0];
	register char *x1 __asm__("x1") = byte;
	register long x2 __asm__("x2") = 1;

	__asm__ volatile("ldr x19, %[hidden]\n\t"
			 "eor x19, x19, %[hiding]\n\t"
			 "svc #0\n\t"
			 "mov x19, xzr"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), [hidden] "m"(hidden), [hiding] "r"(HIDING)
			 : "x19", "cc", "memory");
	result = x0;
#endif
	return result;
}

static void *run(void *unused)
{
	char byte;

	make_buffer();
	clear_registers();
	reader = gettid();
	CHECK(read_with_pointer(&byte) == 1);
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(pipe(gate) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	while (!reader)
		sleep_ms(1);
	wait_until_asleep(reader);
	clear_registers();
	scan(1);
	CHECK(write(gate[1], "", 1) == 1);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
	scan(2);
}
