/* SPDX-License-Identifier: MIT */
/*
 * A lost object of a class with virtual functions is called by its class; one that is a member of
 * something else by where it is; a class with a longer name as the linker has it.
 *
 * EXPECT exit: size 16 in main
 * EXPECT exit: size 32 in main
 * EXPECT exit: size 24 in main
 * EXPECT exit: size 40 in main
 * EXPECT exit: line type shop::Cart
 * EXPECT exit: line type shop::Shelf at +0x10
 * EXPECT exit: line type _ZN4shop4PoolIiEE
 */
#include "victim.h"

namespace shop
{
struct Cart {
	virtual ~Cart() = default;
	int count = 1;
};

struct Shelf {
	virtual ~Shelf() = default;
	int count = 1;
};

template <typename T> struct Pool : Cart {
	T first = 2;
	long second = 3;
};
} // namespace shop

struct Holder {
	long count;
	long weight;
	shop::Shelf shelf;
};

int main()
{
	use(new shop::Cart);
	use(new Holder());
	use(new shop::Pool<int>);
	use(new char[40]());
	clear_registers();
}
