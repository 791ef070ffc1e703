/* SPDX-License-Identifier: MIT */
/* registers.h - overwrites the registers, by processor; for victim.h */
#ifndef REGISTERS_H
#define REGISTERS_H

/* Those that a call preserves as well: in the caller's frame, not by a call. */
#if defined(__x86_64__)

static inline __attribute__((always_inline)) void zero_registers(void)
{
	/* First what libc's string functions use; compilers do not, without being told to. */
	if (__builtin_cpu_supports("avx512f"))
		__asm__ volatile(".irp n,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
				 "vpxord %zmm\\n, %zmm\\n, %zmm\\n\n\t"
				 ".endr");
	if (__builtin_cpu_supports("avx"))
		__asm__ volatile("vzeroall"
				 :
				 :
				 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
				   "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
				   "xmm15");
	__asm__ volatile(".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
			 "pxor %%xmm\\n, %%xmm\\n\n\t"
			 ".endr"
			 :
			 :
			 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
			   "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	__asm__ volatile(
		".irp r,eax,ebx,ecx,edx,esi,edi,ebp,r8d,r9d,r10d,r11d,r12d,r13d,r14d,r15d\n"
		"\txor %%\\r, %%\\r\n\t"
		".endr"
		:
		:
		: "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12",
		  "r13", "r14", "r15", "cc", "memory");
}

#elif defined(__aarch64__)

static inline __attribute__((always_inline)) void zero_registers(void)
{
	__asm__ volatile(".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
			 "movi v\\n\\().2d, #0\n\t"
			 ".endr"
			 :
			 :
			 : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11",
			   "v12", "v13", "v14", "v15");
	__asm__ volatile(".irp n,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
			 "movi v\\n\\().2d, #0\n\t"
			 ".endr"
			 :
			 :
			 : "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25",
			   "v26", "v27", "v28", "v29", "v30", "v31");
	/* But for the frame pointer, and x18, which is the platform's. */
	__asm__ volatile(
		".irp "
		"n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,19,20,21,22,23,24,25,26,27,28,30\n\t"
		"mov x\\n, xzr\n\t"
		".endr"
		:
		:
		: "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
		  "x13", "x14", "x15", "x16", "x17", "x19", "x20", "x21", "x22", "x23", "x24",
		  "x25", "x26", "x27", "x28", "x30", "cc", "memory");
}

#else
#error "another processor needs its block here"
#endif

#endif
