/* SPDX-License-Identifier: MIT */
/*
 * traces_cxx.cpp - allocations in call trees of C++, for traces.sh
 *
 *   traces_cxx COUNT
 *
 * Four threads make COUNT allocations and more, below frames with alloca() and with locals that want a
 * large alignment, below frames that an exception or a longjmp() has just left, in constructors and
 * destructors.
 */
#include <csetjmp>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <alloca.h>

namespace
{

using names = std::map<int, std::string>;

const int threads = 4;
const int deepest = 29;
volatile bool jumps = true; /* the compiler need not know that nobody returns */

/* NOLINTBEGIN(misc-no-recursion): deep stacks are what this is about */
int descend(int further, names &kept)
{
	char *room = static_cast<char *>(alloca(static_cast<size_t>(further * 37 % 512 + 1)));
	std::vector<std::string> list;

	room[0] = 1;
	for (int i = 0; i < 3; i++)
		list.emplace_back(static_cast<size_t>(further * 7 + 20), 'x');
	kept[further] = list[0];
	if (further % 13 == 12)
		throw std::runtime_error(std::string(50, 'y'));
	if (further <= 0)
		return room[0];
	auto aligned = [&](int next) {
		alignas(64) char bytes[128];

		bytes[0] = static_cast<char>(next);
		std::string text(100, bytes[0]);
		return descend(next, kept) + static_cast<int>(text.size());
	};
	return further % 2 ? aligned(further - 1) : descend(further - 1, kept) + 1;
}

/* Allocates, and at the bottom jumps back over all frames. */
void dive(int further, std::jmp_buf &back)
{
	free(malloc(64));
	if (further > 0)
		dive(further - 1, back);
	else if (jumps)
		std::longjmp(back, 1);
	free(malloc(32));
}
/* NOLINTEND(misc-no-recursion) */

void jump(int depth)
{
	std::jmp_buf back;

	if (setjmp(back) == 0)
		dive(depth, back);
}

void work(int count)
{
	names kept;

	for (int i = 0; i < count; i++) {
		try {
			descend(i % deepest, kept);
		} catch (const std::exception &) {
			kept.clear();
		}
		jump(i % 11);
	}
}

} // namespace

int main(int argc, char **argv)
{
	int count = argc > 1 ? std::atoi(argv[1]) / threads / 4 + 1 : 0;
	std::vector<std::thread> others;

	for (int i = 1; i < threads; i++)
		others.emplace_back(work, count);
	work(count);
	for (auto &other : others)
		other.join();
	return 0;
}
