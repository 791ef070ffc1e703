/* SPDX-License-Identifier: MIT */
/*
 * redis_sessions.c - a module for redis that remembers who is logged in, and loses some
 *
 *   SESSION.LOGIN SLOT USER    SLOT is a number below 64; a login takes the place of the one before
 *   SESSION.WHO SLOT           the user
 *
 * It forgets to free the session whose place is taken, with the name that hangs on it; -DFIXED frees it.
 * Debian has no redismodule.h, so the little of redis' interface for modules that is used stands here.
 */
#include <stdlib.h>
#include <string.h>

#define SLOTS 64

struct context;
struct string;

typedef int command(struct context *context, struct string **words, int count);

static int (*get_api)(const char *name, void *function);
static void (*set_module_attributes)(struct context *context, const char *name, int version,
				     int api);
static int (*create_command)(struct context *context, const char *name, command *function,
			     const char *flags, int first_key, int last_key, int step);
static const char *(*string_text)(const struct string *string, size_t *length);
static int (*string_number)(const struct string *string, long long *number);
static int (*reply_text)(struct context *context, const char *text);
static int (*reply_error)(struct context *context, const char *text);
static int (*wrong_arity)(struct context *context);

struct session {
	char *user;
	char cart[200];
};

static struct session *sessions[SLOTS];

static struct session *session_new(const char *user)
{
	struct session *session = calloc(1, sizeof(*session)); /* LEAK */

	session->user = strdup(user);
	return session;
}

static void session_set(size_t slot, struct session *session)
{
#ifdef FIXED
	if (sessions[slot])
		free(sessions[slot]->user);
	free(sessions[slot]);
#endif
	sessions[slot] = session;
}

static int login(struct context *context, struct string **words, int count)
{
	long long slot;

	if (count != 3)
		return wrong_arity(context);
	if (string_number(words[1], &slot) != 0 || slot < 0 || slot >= SLOTS)
		return reply_error(context, "ERR no such slot");
	session_set((size_t)slot, session_new(string_text(words[2], NULL)));
	return reply_text(context, "OK");
}

static int who(struct context *context, struct string **words, int count)
{
	long long slot;

	if (count != 2)
		return wrong_arity(context);
	if (string_number(words[1], &slot) != 0 || slot < 0 || slot >= SLOTS || !sessions[slot])
		return reply_error(context, "ERR nobody");
	return reply_text(context, sessions[slot]->user);
}

int RedisModule_OnLoad(struct context *context)
{
	get_api = *(int (**)(const char *, void *))context; /* by convention its first member */
	get_api("RedisModule_SetModuleAttribs", &set_module_attributes);
	get_api("RedisModule_CreateCommand", &create_command);
	get_api("RedisModule_StringPtrLen", &string_text);
	get_api("RedisModule_StringToLongLong", &string_number);
	get_api("RedisModule_ReplyWithSimpleString", &reply_text);
	get_api("RedisModule_ReplyWithError", &reply_error);
	get_api("RedisModule_WrongArity", &wrong_arity);
	set_module_attributes(context, "sessions", 1, 1);
	return create_command(context, "session.login", login, "write deny-oom", 0, 0, 0) ||
	       create_command(context, "session.who", who, "readonly", 0, 0, 0);
}
