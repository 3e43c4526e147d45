#include "node/clerk_wait.h"

#include <stdlib.h>
#include <string.h>

#include "node/clerk_call.h"
#include "sampan/clock.h"

#define AGAIN_MS 3u

struct waiting {
	struct waiting *next;
	struct call_ticket *ticket;
	uint16_t operation;
	uint64_t until_ms;
	struct bytes body; /* behind the struct */
};

struct clerk_wait {
	struct loop *loop;
	call_on_question *callback;
	void *context;
	struct waiting *first;
	size_t count;
	bool is_timed;
	uint64_t until_ms; /* of the one that is asked again; 0: a new one */
};

static void on_timer(void *context)
{
	struct clerk_wait *wait = context;
	struct waiting *all = wait->first, *next;

	loop_forget(wait->loop, wait);
	wait->is_timed = false;
	wait->first = NULL;
	wait->count = 0;
	for (; all != NULL; all = next) {
		next = all->next;
		wait->until_ms = all->until_ms;
		wait->callback(wait->context, all->operation, all->body, all->ticket);
		free(all);
	}
	wait->until_ms = 0;
}

enum err clerk_wait_open(struct loop *loop, call_on_question *callback, void *context,
			 struct clerk_wait **ret_wait)
{
	struct clerk_wait *wait = calloc(1, sizeof(*wait));

	if (wait == NULL)
		return ERR_MEMORY;
	wait->loop = loop;
	wait->callback = callback;
	wait->context = context;
	*ret_wait = wait;
	return OK;
}

void clerk_wait_close(struct clerk_wait *wait)
{
	struct waiting *next;

	if (wait == NULL)
		return;
	loop_forget(wait->loop, wait);
	for (; wait->first != NULL; wait->first = next) {
		next = wait->first->next;
		free(wait->first);
	}
	free(wait);
}

enum err clerk_wait_put(struct clerk_wait *wait, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	uint64_t now_ms = clock_monotonic_ms();
	uint64_t until_ms = wait->until_ms != 0 ? wait->until_ms : now_ms + CLERK_WAIT_MS;
	struct waiting *waiting;

	if (operation != CLERK_READ && operation != CLERK_RECEIPT)
		return ERR_USAGE;
	if (wait->count == CLERK_WAIT_MAX || now_ms >= until_ms)
		return ERR_LIMIT;
	if (!wait->is_timed && loop_every(wait->loop, AGAIN_MS, on_timer, wait) != OK)
		return ERR_MEMORY;
	wait->is_timed = true;
	if ((waiting = malloc(sizeof(*waiting) + body.len)) == NULL)
		return ERR_MEMORY;
	*waiting = (struct waiting){.next = wait->first,
				    .ticket = ticket,
				    .operation = operation,
				    .until_ms = until_ms};
	if (body.len > 0)
		waiting->body = bytes_of(memcpy(waiting + 1, body.at, body.len), body.len);
	wait->first = waiting;
	wait->count++;
	return OK;
}
