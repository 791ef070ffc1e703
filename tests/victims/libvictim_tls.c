/* SPDX-License-Identifier: MIT */
/*
 * A library with a thread-local variable; for keep_tls_dynamic.c.
 */
void *volatile *kept_of_thread(void);

static __thread void *volatile kept __attribute__((tls_model("global-dynamic")));

void *volatile *kept_of_thread(void)
{
	return &kept;
}
