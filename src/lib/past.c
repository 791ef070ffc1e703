/* SPDX-License-Identifier: MIT */
/* past.c - the contract is in past.h */
#include "past.h"

#include "growth.h"
#include "period.h"
#include "story.h"
#include "unref.h"

void past_begin(bool live)
{
	growth_begin();
	period_begin();
	if (!live)
		story_begin();
}

void past_take(const struct verdict *verdict, uint32_t now_ms, bool live)
{
	growth_take(now_ms, live);
	period_take(verdict);
}

void past_end(bool made)
{
	growth_end(made);
	period_end(made);
	story_end(made);
}

void past_forget(void)
{
	unref_forget();
	growth_forget();
	period_forget();
	story_forget();
}
