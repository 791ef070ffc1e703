/* SPDX-License-Identifier: MIT */
/*
 * cxx_name.h - the linker's name of a function as it stands in the source
 *
 * Owns     the way to the C++ runtime's __cxa_demangle(), which is loaded when the first such name comes.
 * For      symbolize.c.
 * Never    fails: without libstdc++.so.6 on the system, a name stays as it is.
 *
 * C++, and Rust's names in C++'s form ("_ZN...17h0123456789abcdefE", without the hash).  Rust's newer
 * form ("_R...") is not known.
 */
#ifndef CXX_NAME_H
#define CXX_NAME_H

/* To be freed; NULL: @name is no such name, or nothing can be done. */
char *cxx_name(const char *name);

#endif
