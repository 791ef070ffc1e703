/* SPDX-License-Identifier: MIT */
/*
 * arch_call.h - the system call that a signal has cut short, by processor
 *
 * Owns     all knowledge of the code with which a libc makes system calls.
 * For      restart.c.
 * Never    decides whether a call is made again.
 */
#ifndef ARCH_CALL_H
#define ARCH_CALL_H

#include "arch.h"

#if defined(__x86_64__)

typedef greg_t arch_register; /* of a ucontext */

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

static inline void arch_restart_call(ucontext_t *context, long number)
{
	context->uc_mcontext.gregs[REG_RAX] = number;
	context->uc_mcontext.gregs[REG_RIP] -= 2;
}

/* The number of the call that the kernel is about to make again, since a signal has cut it short; or -1.  That
 * it has been in the call already, rcx tells: the call puts the address of the code behind it there. */
static inline long arch_repeated_call(const ucontext_t *context)
{
	const greg_t *registers = context->uc_mcontext.gregs;
	const uint8_t *code = (const uint8_t *)registers[REG_RIP];

	return code && registers[REG_RCX] == registers[REG_RIP] + 2 && code[0] == 0x0f &&
			       code[1] == 0x05
		       ? registers[REG_RAX]
		       : -1;
}

/* Of such a call: EINTR instead. */
static inline void arch_cancel_restart(ucontext_t *context)
{
	context->uc_mcontext.gregs[REG_RAX] = -4;
	context->uc_mcontext.gregs[REG_RIP] += 2;
}

/* Argument @index (from 0) of the interrupted system call. */
static inline arch_register *arch_call_argument(ucontext_t *context, int index)
{
	static const int order[] = { REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9 };

	return &context->uc_mcontext.gregs[order[index]];
}

#elif defined(__aarch64__)

typedef unsigned long long arch_register;

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

static inline void arch_restart_call(ucontext_t *context, long number)
{
	(void)context;
	(void)number;
}

static inline long arch_repeated_call(const ucontext_t *context)
{
	(void)context;
	return -1;
}

static inline void arch_cancel_restart(ucontext_t *context)
{
	(void)context;
}

static inline arch_register *arch_call_argument(ucontext_t *context, int index)
{
	return &context->uc_mcontext.regs[index];
}

#endif

#endif
