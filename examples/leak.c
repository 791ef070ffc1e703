/* SPDX-License-Identifier: MIT */
/*
 * leak.c - a program that forgets a session together with everything that hangs on it
 *
 *   LD_PRELOAD=build/libleakscan.so build/examples/leak
 *
 * A table of sessions; each has a user name and a chain of messages.  When a slot is taken a second
 * time, session_open() overwrites the pointer to the session that was there: one leak, which retains
 * the name and the chain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 4

struct message {
	struct message *next;
	char text[56];
};

struct session {
	char *user;
	struct message *inbox;
	char buffer[1008];
};

static struct session *sessions[SLOTS];

static void *or_die(void *block)
{
	if (!block) {
		perror("leak");
		exit(EXIT_FAILURE);
	}
	return block;
}

static struct session *session_new(const char *user)
{
	struct session *session = or_die(calloc(1, sizeof(*session)));

	session->user = or_die(strdup(user));
	return session;
}

static void session_free(struct session *session)
{
	if (!session)
		return;
	while (session->inbox) {
		struct message *next = session->inbox->next;

		free(session->inbox);
		session->inbox = next;
	}
	free(session->user);
	free(session);
}

/* The bug: who was in the slot is forgotten, not freed. */
static void session_open(unsigned slot, const char *user)
{
	sessions[slot % SLOTS] = session_new(user);
}

static void session_send(unsigned slot, const char *text)
{
	struct session *session = sessions[slot % SLOTS];
	struct message *message = or_die(malloc(sizeof(*message)));

	snprintf(message->text, sizeof(message->text), "%s: %s", session->user, text);
	message->next = session->inbox;
	session->inbox = message;
}

int main(void)
{
	session_open(0, "ann");
	session_open(1, "bob");
	session_send(1, "hello");
	session_send(1, "are you there?");
	session_send(1, "good bye");
	session_open(2, "cem");
	session_open(5, "dee"); /* slot 1 again: bob's session is lost */
	session_send(5, "anybody here?");

	for (unsigned slot = 0; slot < SLOTS; slot++) {
		if (sessions[slot])
			printf("slot %u: %s\n", slot, sessions[slot]->user);
		session_free(sessions[slot]);
		sessions[slot] = NULL;
	}
	return EXIT_SUCCESS;
}
