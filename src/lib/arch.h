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

/* Has a signal just cut a system call short with EINTR?  Then where the code behind it is, else 0. */
static inline uintptr_t arch_interrupted_at(const ucontext_t *context)
{
	return context->uc_mcontext.gregs[REG_RAX] == -4
		       ? (uintptr_t)context->uc_mcontext.gregs[REG_RIP]
		       : 0;
}

/* Bytes of the operand that @at, a ModRM byte, begins; 0 if they are not all before @end. */
static inline size_t arch_operand_size(const uint8_t *at, const uint8_t *end)
{
	unsigned mod = at[0] >> 6, memory = at[0] & 7;
	size_t size = 1;

	if (mod != 3 && memory == 4) {
		size++;
		if (end - at < 2)
			return 0;
		memory = at[1] & 7; /* the base */
	}
	size += mod == 1 ? 1 : mod == 2 || (mod == 0 && memory == 5) ? 4 : 0;
	return size <= (size_t)(end - at) ? size : 0;
}

/* Bytes of the instruction at @at, if it is one of those that a compiler puts between the number of a
 * system call and the call, and does not write eax; else 0. */
static inline size_t arch_skipped_size(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *start = at;
	unsigned rex = 0, target;
	size_t operand, immediate = 0;
	bool to_register, conditional;

	if (at < end && *at == 0x64) /* fs: */
		at++;
	if (at < end && *at >> 4 == 4)
		rex = *at++;
	conditional = end - at > 2 && at[0] == 0x0f && at[1] >> 4 == 4; /* cmov */
	at += conditional;
	if (end - at < 2)
		return 0;
	uint8_t code = *at++;

	if (!conditional && code >> 3 == 0xb8 >> 3) { /* mov imm, reg */
		target = (code & 7) | (rex & 1) << 3;
		at += rex & 8 ? 8 : 4;
		return target && at <= end ? (size_t)(at - start) : 0;
	}
	/* add or and sub xor mov, in both directions, lea, movsxd */
	to_register = conditional || code == 0x03 || code == 0x0b || code == 0x23 || code == 0x2b ||
		      code == 0x33 || code == 0x8b || code == 0x8d || code == 0x63;
	if (code == 0x80 || code == 0x83 || code == 0xc6)
		immediate = 1;
	else if (code == 0x81 || code == 0xc7)
		immediate = 4;
	else if (!to_register && code != 0x01 && code != 0x09 && code != 0x21 && code != 0x29 &&
		 code != 0x31 && code != 0x89)
		return 0;
	operand = arch_operand_size(at, end);
	target = to_register ? (*at >> 3 & 7) | (rex & 4) << 1
			     : (*at >> 6 == 3 ? (*at & 7) | (rex & 1) << 3 : 16);
	/* Of bytes, 4 is ah without a prefix. */
	if (!operand || !target || (!rex && target == 4 && (code == 0x80 || code == 0xc6)))
		return 0;
	at += operand + immediate;
	return at <= end ? (size_t)(at - start) : 0;
}

/* What the instruction that begins at @at loads into eax, if it does only that, and its size. */
static inline long arch_loaded_number(const uint8_t *code, const uint8_t *at, const uint8_t *end,
				      size_t *size)
{
	/* The end of another instruction, or a prefix, with which it is another register? */
	bool prefix = at > code && at[-1] >> 4 == 4;

	if (end - at >= 5 && at[0] == 0xb8 && !prefix && at[2] < 4 && !at[3] && !at[4]) {
		*size = 5;
		return at[1] | at[2] << 8;
	}
	if (end - at >= 7 && at[0] == 0x48 && at[1] == 0xc7 && at[2] == 0xc0 && at[4] < 4 &&
	    !at[5] && !at[6]) {
		*size = 7;
		return at[3] | at[4] << 8;
	}
	if (end - at >= 2 && (at[0] == 0x31 || at[0] == 0x33) && at[1] == 0xc0 && !prefix) {
		*size = 2;
		return 0;
	}
	return -1;
}

#define ARCH_CALL_CODE 40u /* bytes of code that are looked at */

/*
 * The number of the system call whose instruction is the last of the @size bytes at @code, or -1 if
 * they do not tell.  The kernel has overwritten the number in rax, but a compiler loads it right
 * before the call, or a few moves before.  Nothing is taken that can be read in two ways.
 */
static inline long arch_call_number(const uint8_t *code, size_t size)
{
	const uint8_t *call = code + size - 2;

	if (size < 4 || call[0] != 0x0f || call[1] != 0x05)
		return -1;
	for (const uint8_t *at = call - 2; at >= code; at--) {
		size_t step = 0;
		long number = arch_loaded_number(code, at, call, &step);
		const uint8_t *next = at + step;

		while (number >= 0 && next < call && (step = arch_skipped_size(next, call)))
			next += step;
		if (number >= 0 && next == call)
			return number;
	}
	return -1;
}

#define ARCH_CALL_OF_CALLER (-2L)

/*
 * The same of a function that makes the calls of others and has the number on its stack, as glibc's do
 * since 2.41.  The instruction before the call (0f 05) tells:
 *
 *   48 8b 44 24 disp8   mov disp(%rsp), %rax   __internal_syscall_cancel() in a process of one thread
 *   48 8b 45 disp8      mov disp(%rbp), %rax   the same with frame pointers
 *   4c 89 5c 24 08      mov %r11, 8(%rsp)      __syscall_cancel_arch(): it is the first argument on
 *                                              the stack of its caller, ARCH_CALL_OF_CALLER
 *
 * Else -1.
 */
static inline long arch_number_on_stack(const ucontext_t *context, const uint8_t *code, size_t size)
{
	const greg_t *registers = context->uc_mcontext.gregs;
	const uint8_t *end = code + size;

	if (size < 7 || end[-2] != 0x0f || end[-1] != 0x05)
		return -1;
	if (end[-7] == 0x48 && end[-6] == 0x8b && end[-5] == 0x44 && end[-4] == 0x24)
		return *(const long *)(registers[REG_RSP] + (int8_t)end[-3]);
	if (end[-6] == 0x48 && end[-5] == 0x8b && end[-4] == 0x45)
		return *(const long *)(registers[REG_RBP] + (int8_t)end[-3]);
	if (end[-7] == 0x4c && end[-6] == 0x89 && end[-5] == 0x5c && end[-4] == 0x24 &&
	    end[-3] == 0x08)
		return ARCH_CALL_OF_CALLER;
	return -1;
}

/* Of a function that has not used its stack: its return address, and the caller's stack pointer. */
static inline uintptr_t arch_leaf_return(const ucontext_t *context, uintptr_t *stack_pointer)
{
	*stack_pointer = arch_stack_pointer(context) + sizeof(uintptr_t);
	return *(const uintptr_t *)arch_stack_pointer(context);
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

static inline void arch_restart_call(ucontext_t *context, long number)
{
	context->uc_mcontext.gregs[REG_RAX] = number;
	context->uc_mcontext.gregs[REG_RIP] -= 2;
}

/* Argument @index (from 0) of the interrupted system call. */
static inline greg_t *arch_call_argument(ucontext_t *context, int index)
{
	static const int order[] = { REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9 };

	return &context->uc_mcontext.gregs[order[index]];
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

typedef unsigned long long greg_t;

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

/* The first argument is lost (x0 holds the result), so the call cannot be made again. */
static inline uintptr_t arch_interrupted_at(const ucontext_t *context)
{
	(void)context;
	return 0;
}

#define ARCH_CALL_CODE 4u

static inline long arch_call_number(const uint8_t *code, size_t size)
{
	(void)code;
	(void)size;
	return -1;
}

#define ARCH_CALL_OF_CALLER (-2L)

static inline long arch_number_on_stack(const ucontext_t *context, const uint8_t *code, size_t size)
{
	(void)context;
	(void)code;
	(void)size;
	return -1;
}

static inline uintptr_t arch_leaf_return(const ucontext_t *context, uintptr_t *stack_pointer)
{
	*stack_pointer = arch_stack_pointer(context);
	return (uintptr_t)context->uc_mcontext.regs[30];
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

static inline void arch_restart_call(ucontext_t *context, long number)
{
	(void)context;
	(void)number;
}

static inline greg_t *arch_call_argument(ucontext_t *context, int index)
{
	return &context->uc_mcontext.regs[index];
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
