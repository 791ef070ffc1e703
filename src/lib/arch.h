/* SPDX-License-Identifier: MIT */
/*
 * arch.h - what differs by processor: the system call, a new thread, another stack, registers
 *
 * Owns     all assembly and all knowledge of a ucontext's layout.
 * For      os.c, stop.c, scanner.c, init.c.
 * Never    holds a decision; generic code has no #if for a processor.
 *
 * Linux on x86-64 and AArch64.  Another processor is one more block of these functions.
 */
#ifndef ARCH_H
#define ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <ucontext.h>

/* Bytes between what two threads write at once: two lines of the cache, which some processors fetch together. */
#define ARCH_APART 128u

#if defined(__x86_64__)

#include <emmintrin.h>

#define ARCH_RED_ZONE 128 /* bytes below the stack pointer that a leaf function may use */

static inline long arch_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long arch_clone(unsigned long flags, void *stack_end, int *clear_tid, void *tls,
			      long (*fn)(void *), void *arg)
{
	register long r10 __asm__("r10") = (long)clear_tid;
	register long r8 __asm__("r8") = (long)tls;
	void **top = (void **)((uintptr_t)stack_end & ~(uintptr_t)15);
	long result;

	*--top = arg;
	*--top = (void *)fn;
	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "pop %%rax\n\t"
			 "pop %%rdi\n\t"
			 "call *%%rax\n\t"
			 "mov %%rax, %%rdi\n\t"
			 "mov %[exit], %%eax\n\t"
			 "syscall\n"
			 "1:"
			 : "=a"(result)
			 : "a"(SYS_clone), "D"(flags), "S"(top), "d"(0L), "r"(r10),
			   "r"(r8), [exit] "i"(SYS_exit)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long arch_call_on_stack(void *stack_end, long (*fn)(void *), void *arg)
{
	uintptr_t top = (uintptr_t)stack_end & ~(uintptr_t)15;
	long result;

	__asm__ volatile("mov %%rsp, %%rbx\n\t"
			 "mov %[top], %%rsp\n\t"
			 "call *%[fn]\n\t"
			 "mov %%rbx, %%rsp"
			 : "=a"(result), "+D"(arg)
			 : [top] "r"(top), [fn] "r"(fn)
			 : "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc",
			   "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
			   "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	return result;
}

static inline uintptr_t arch_thread_pointer(void)
{
	uintptr_t pointer;

	__asm__("mov %%fs:0, %0" : "=r"(pointer));
	return pointer;
}

/* Where the thread's vector of dynamic TLS blocks is noted (the ABI's tcbhead_t.dtv). */
static inline uintptr_t arch_dtv_slot(uintptr_t thread_pointer)
{
	return thread_pointer + 8;
}

/* Makes the block at @tls usable as a thread pointer (the ABI: its first word is its address;
 * the word of the stack protector is copied from the calling thread). */
static inline void arch_make_thread_block(void *tls)
{
	uintptr_t *block = tls, canary;

	__asm__("mov %%fs:40, %0" : "=r"(canary));
	block[0] = (uintptr_t)tls;
	block[5] = canary;
}

static inline uintptr_t arch_stack_pointer(const ucontext_t *context)
{
	return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
}

/* The registers of an interrupted thread, as words in memory. */
static inline const void *arch_registers(const ucontext_t *context, size_t *size)
{
	*size = sizeof(context->uc_mcontext.gregs);
	return context->uc_mcontext.gregs;
}

/* Two of them. */
static inline uintptr_t arch_registers_pc(const void *registers)
{
	return (uintptr_t)((const greg_t *)registers)[REG_RIP];
}

static inline uintptr_t arch_registers_frame_pointer(const void *registers)
{
	return (uintptr_t)((const greg_t *)registers)[REG_RBP];
}

static inline uintptr_t arch_frame_pointer(const ucontext_t *context)
{
	return (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
}

/* Is it code to which a signal handler returns?  mov $15, %rax; syscall */
static inline bool arch_is_sigreturn(uintptr_t pc)
{
	static const uint8_t code[] = { 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05 };
	size_t same = 0;

	while (same < sizeof(code) && ((const uint8_t *)pc)[same] == code[same])
		same++;
	return same == sizeof(code);
}

static inline void arch_relax(void)
{
	__asm__ volatile("pause");
}

/* DWARF's numbers of registers. */
#define ARCH_DWARF_FRAME_POINTER 6
#define ARCH_DWARF_STACK_POINTER 7

/* Where a function with the frame @frame (__builtin_frame_address) has its caller's pc, below the
 * caller's stack pointer, and its caller's frame pointer: one that asks for its frame address saves
 * that first of all. */
static inline bool arch_hook_frame(uintptr_t frame, uintptr_t *pc_at, uintptr_t *pointer_at)
{
	*pointer_at = frame;
	*pc_at = frame + sizeof(uintptr_t);
	return true;
}

/* A bit for each of 16 bytes that is @wanted. */
static inline unsigned arch_match_16(const uint8_t *bytes, uint8_t wanted)
{
	__m128i all = _mm_loadu_si128((const __m128i *)bytes);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8((char)wanted)));
}

#elif defined(__aarch64__)

#define ARCH_RED_ZONE 0

static inline long arch_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory", "cc");
	return x0;
}

static inline long arch_clone(unsigned long flags, void *stack_end, int *clear_tid, void *tls,
			      long (*fn)(void *), void *arg)
{
	void **top = (void **)((uintptr_t)stack_end & ~(uintptr_t)15);

	*--top = arg;
	*--top = (void *)fn;
	register long x8 __asm__("x8") = SYS_clone;
	register long x0 __asm__("x0") = (long)flags;
	register long x1 __asm__("x1") = (long)top;
	register long x2 __asm__("x2") = 0;
	register long x3 __asm__("x3") = (long)tls;
	register long x4 __asm__("x4") = (long)clear_tid;

	__asm__ volatile("svc 0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, xzr\n\t"
			 "ldp x9, x0, [sp], #16\n\t"
			 "blr x9\n\t"
			 "mov x8, %[exit]\n\t"
			 "svc 0\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), [exit] "i"(SYS_exit)
			 : "memory", "cc", "x9", "x30");
	return x0;
}

static inline long arch_call_on_stack(void *stack_end, long (*fn)(void *), void *arg)
{
	uintptr_t top = (uintptr_t)stack_end & ~(uintptr_t)15;
	register long x0 __asm__("x0") = (long)arg;
	register uintptr_t x9 __asm__("x9") = top;
	register uintptr_t x10 __asm__("x10") = (uintptr_t)fn;

	__asm__ volatile("mov x19, sp\n\t"
			 "mov sp, x9\n\t"
			 "blr x10\n\t"
			 "mov sp, x19"
			 : "+r"(x0), "+r"(x9), "+r"(x10)
			 :
			 : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x11", "x12", "x13",
			   "x14", "x15", "x16", "x17", "x19", "x30", "memory", "cc");
	return x0;
}

static inline uintptr_t arch_thread_pointer(void)
{
	return (uintptr_t)__builtin_thread_pointer();
}

static inline uintptr_t arch_dtv_slot(uintptr_t thread_pointer)
{
	return thread_pointer;
}

static inline void arch_make_thread_block(void *tls)
{
	(void)tls;
}

static inline uintptr_t arch_stack_pointer(const ucontext_t *context)
{
	return (uintptr_t)context->uc_mcontext.sp;
}

static inline const void *arch_registers(const ucontext_t *context, size_t *size)
{
	*size = sizeof(context->uc_mcontext.regs);
	return context->uc_mcontext.regs;
}

/* Behind the 31 general ones come the stack pointer and the pc. */
static inline uintptr_t arch_registers_pc(const void *registers)
{
	return (uintptr_t)((const greg_t *)registers)[32];
}

static inline uintptr_t arch_registers_frame_pointer(const void *registers)
{
	return (uintptr_t)((const greg_t *)registers)[29];
}

static inline uintptr_t arch_frame_pointer(const ucontext_t *context)
{
	return (uintptr_t)context->uc_mcontext.regs[29];
}

/* mov x8, #139; svc #0 */
static inline bool arch_is_sigreturn(uintptr_t pc)
{
	const uint32_t *code = (const uint32_t *)pc;

	return pc % 4 == 0 && code[0] == 0xd2801168 && code[1] == 0xd4000001;
}

static inline void arch_relax(void)
{
	__asm__ volatile("yield");
}

#define ARCH_DWARF_FRAME_POINTER 29
#define ARCH_DWARF_STACK_POINTER 31

/* The frame record may stand anywhere in the frame, so the caller's stack pointer is not known. */
static inline bool arch_hook_frame(uintptr_t frame, uintptr_t *pc_at, uintptr_t *pointer_at)
{
	(void)frame;
	(void)pc_at;
	(void)pointer_at;
	return false;
}

static inline unsigned arch_match_16(const uint8_t *bytes, uint8_t wanted)
{
	unsigned found = 0;

	for (unsigned i = 0; i < 16; i++)
		found |= (unsigned)(bytes[i] == wanted) << i;
	return found;
}

#else
#error "leakscan knows x86-64 and AArch64; another processor needs its block in arch.h"
#endif

#endif
