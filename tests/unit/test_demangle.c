/* SPDX-License-Identifier: MIT */
/* test_demangle.c - mangled names as c++filt reads them, but for arguments */
#include "check.h"

#include <string.h>

#include "demangle.h"

static bool is_read(const char *mangled, enum demangled kind, const char *readable)
{
	char text[128];
	enum demangled got = demangle(mangled, text, sizeof(text));

	if (got == kind && strcmp(text, readable) == 0)
		return true;
	printf("%s is read as %d %s\n", mangled, got, text);
	return false;
}

static void names_are_joined(void)
{
	CHECK(is_read("_Z4mainv", DEMANGLED_WHOLE, "main"));
	CHECK(is_read("_ZN3net7Session4openEPKc", DEMANGLED_WHOLE, "net::Session::open"));
	CHECK(is_read("_ZNK3net7Session4nameEv", DEMANGLED_WHOLE, "net::Session::name"));
	CHECK(is_read("_ZL6helperi", DEMANGLED_WHOLE, "helper"));
	CHECK(is_read("_ZN12_GLOBAL__N_15innerEv", DEMANGLED_WHOLE,
		      "(anonymous namespace)::inner"));
	CHECK(is_read("_ZN3foo3barB5cxx11Ev", DEMANGLED_WHOLE, "foo::bar"));
}

static void members_without_a_name_have_one(void)
{
	CHECK(is_read("_ZN3net7SessionC2Ev", DEMANGLED_WHOLE, "net::Session::Session"));
	CHECK(is_read("_ZN3net7SessionD1Ev", DEMANGLED_WHOLE, "net::Session::~Session"));
	CHECK(is_read("_ZN3VecaSERKS_", DEMANGLED_WHOLE, "Vec::operator="));
	CHECK(is_read("_ZN3VecixEm", DEMANGLED_WHOLE, "Vec::operator[]"));
	CHECK(is_read("_Znwm", DEMANGLED_WHOLE, "operator new"));
}

static void template_arguments_are_left_out(void)
{
	CHECK(is_read("_ZNSt6vectorIiSaIiEE9push_backEOi", DEMANGLED_TEMPLATE,
		      "std::vector<...>::push_back"));
	CHECK(is_read("_ZN4PoolIN3net7SessionELi42EE3getEv", DEMANGLED_TEMPLATE, "Pool<...>::get"));
	CHECK(is_read("_ZSt4moveIRPcEONSt16remove_referenceIT_E4typeEOS3_", DEMANGLED_TEMPLATE,
		      "std::move<...>"));
	CHECK(is_read("_ZN4PoolI1EEC1Ev", DEMANGLED_TEMPLATE, "Pool<...>::Pool"));
	CHECK(is_read("_ZNSaIcEC1Ev", DEMANGLED_TEMPLATE, "std::allocator<...>::allocator"));
}

static void what_is_no_such_name_is_none(void)
{
	static const char *const names[] = {
		"",           "main",     "_Z",           "_ZN",
		"_ZN3fo",     "_ZN3foo",  "_ZN999999foo", "_ZN0E",
		"_ZNE",       "_ZN3fooI", "_ZNC1Ev",      "_Z99999999999999",
		"_ZN3fooILi", "_ZN3fooIS"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CHECK(is_read(names[i], DEMANGLED_NOT, ""));
}

static void what_does_not_fit_is_none(void)
{
	char text[8];

	CHECK(demangle("_ZN3foo3barEv", text, sizeof(text)) == DEMANGLED_NOT && !text[0]);
	CHECK(demangle("_Z3foov", text, sizeof(text)) == DEMANGLED_WHOLE);
}

RUN({ "names are joined", names_are_joined },
    { "members without a name have one", members_without_a_name_have_one },
    { "template arguments are left out", template_arguments_are_left_out },
    { "what is no such name is none", what_is_no_such_name_is_none },
    { "what does not fit is none", what_does_not_fit_is_none })
