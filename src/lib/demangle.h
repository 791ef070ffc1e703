/* SPDX-License-Identifier: MIT */
/*
 * demangle.h - the qualified name in a mangled one
 *
 * Owns     nothing.
 * For      suppress.c (patterns are written as one reads a name), cxx_type.c.
 * Never    allocates, recurses, reads behind the final 0; trusts the name.
 *
 * Of the Itanium C++ ABI it knows what names are made of: nested names, the abbreviations of std::,
 * constructors, destructors, operators.  Arguments of a function are left out; those of a template
 * are "<...>".  Whoever wants them has the mangled name and c++filt.
 */
#ifndef DEMANGLE_H
#define DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

enum demangled {
	DEMANGLED_NOT,      /* no mangled name, or not understood: @text is "" */
	DEMANGLED_WHOLE,    /* "net::Session::Session" */
	DEMANGLED_TEMPLATE, /* "net::Pool<...>::get": something is left out of the name */
};

/* "_ZN3net7SessionC2Ev" and the like.  A name that does not fit is DEMANGLED_NOT. */
enum demangled demangle(const char *mangled, char *text, size_t size);

#endif
