/* SPDX-License-Identifier: MIT */
/*
 * A C++ function is written in a rule as one reads it.
 *
 * RULE leak:^shop::Cart::~Cart
 * RULE leak:shop::Cart::add
 * RULE leak:^shop::Shelf<...>::put$
 * EXPECT exit: size 24 in main
 * EXPECT exit: line # suppressed: 2 objects, 96 bytes
 * EXPECT exit: line # suppression: 1 object, 48 bytes: leak:shop::Cart::add
 * EXPECT exit: line # suppression: 1 object, 48 bytes: leak:^shop::Shelf<...>::put$
 */
#include "victim.h"

namespace shop
{
struct Cart {
	NOINLINE static void add(int count)
	{
		use(malloc(static_cast<size_t>(count)));
	}
};

template <typename T> struct Shelf {
	NOINLINE static void put(T count)
	{
		use(malloc(static_cast<size_t>(count)));
	}
};
} // namespace shop

int main()
{
	shop::Cart::add(48);
	shop::Shelf<long>::put(48);
	use(malloc(24));
	clear_registers();
}
