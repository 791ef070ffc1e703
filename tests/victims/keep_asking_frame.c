/* SPDX-License-Identifier: MIT */
/*
 * Blocks that only the function that asks for a scan refers to: one by its frame, one by a register that calls
 * preserve.  No thread can be had to make the scan on, so it is made on the one that asks.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 32 in make_blocks
 * EXPECT scan 2: size 48 in make_blocks
 * EXPECT exit: size 32 in make_blocks
 * EXPECT exit: size 48 in make_blocks
 */
#include "victim.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static uintptr_t hidden[2];

/* A sandbox that knows no threads. */
static void refuse_threads(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		exit(SKIP);
}

NOINLINE static void make_blocks(void)
{
	hidden[0] = hide(malloc(32));
	hidden[1] = hide(malloc(48));
}

NOINLINE static long scan_with_blocks(void)
{
	void *volatile block = show(hidden[0]);
	long found;

#if defined(__x86_64__)
	__asm__ volatile("mov %[hidden], %%r12\n\t"
			 "xor %[hiding], %%r12\n\t"
			 "mov %%rsp, %%r13\n\t"
			 "sub $128, %%rsp\n\t"
			 "and $-16, %%rsp\n\t"
			 "call leakscan_scan@PLT\n\t"
			 "mov %%r13, %%rsp\n\t"
			 "xor %%r12d, %%r12d"
			 : "=a"(found)
			 : [hidden] "r"(hidden[1]), [hiding] "r"(HIDING)
			 : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
			   "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
			   "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc",
			   "memory");
#else
	void *volatile other = show(hidden[1]);

	found = leakscan_scan();
	use(other);
	other = NULL;
#endif
	use(block);
	block = NULL;
	return found;
}

int main(void)
{
	refuse_threads();
	make_blocks();
	clear_registers();
	if (getenv("VICTIM_TWICE"))
		CHECK(scan_with_blocks() == 0);
	CHECK(scan_with_blocks() == 0);
	scans_done++;
	clear_registers();
	CHECK(scan(2) == 2);
	return 0;
}
