#include "node/loop.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "sampan/clock.h"

#define SOURCES 256u
#define TURN_MESSAGES 256u /* of one socket before the next has its turn */
#define IDLE_TURNS 32u     /* idle handlers wait so long at most while messages go on coming */
#define WAIT_MS 60000u

struct source {
	struct socket *socket;
	int fd; /* watched; -1: a socket of ours */
	loop_on_message *on_message;
	loop_on_readable *on_readable;
	void *context;
	bool is_gone;
};

struct timer {
	struct timer *next;
	uint64_t period_ms; /* 0: once, then it is gone */
	uint64_t due_ms;
	loop_on_timer *handler;
	void *context;
	bool is_gone;
};

struct loop {
	struct socket_context *sockets;
	struct source sources[SOURCES];
	size_t source_count;
	struct timer *timers; /* in the order in which they were added */
	struct timer *idles;
	unsigned busy_turns; /* since idle handlers ran */
	struct timer *ends;
	loop_on_timer *on_signal; /* NULL: stop */
	void *on_signal_context;
	int signals;
	sigset_t signals_before;
	bool is_running;
};

static void on_signal(void *context, int fd)
{
	struct signalfd_siginfo info;
	struct loop *loop = context;
	loop_on_timer *handler = loop->on_signal;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	loop->on_signal = NULL;
	if (handler != NULL)
		handler(loop->on_signal_context);
	else
		loop_stop(loop);
}

static enum err open_signals(struct loop *loop)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, &loop->signals_before) != 0)
		return ERR_IO;
	loop->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (loop->signals < 0)
		return ERR_IO;
	return loop_watch(loop, loop->signals, on_signal, loop);
}

enum err loop_new(struct loop **ret_loop)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	enum err err;

	if (loop == NULL)
		return ERR_MEMORY;
	loop->signals = -1;
	if ((err = socket_context_new(&loop->sockets)) == OK && (err = open_signals(loop)) == OK)
		*ret_loop = loop;
	else
		loop_free(loop);
	return err;
}

static void free_timers(struct timer *timer)
{
	while (timer != NULL) {
		struct timer *next = timer->next;

		free(timer);
		timer = next;
	}
}

void loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	for (struct timer *end = loop->ends; end != NULL; end = end->next)
		if (!end->is_gone)
			end->handler(end->context);
	free_timers(loop->timers);
	free_timers(loop->idles);
	free_timers(loop->ends);
	socket_context_free(loop->sockets);
	if (loop->signals >= 0) {
		close(loop->signals);
		sigprocmask(SIG_SETMASK, &loop->signals_before, NULL);
	}
	free(loop);
}

struct socket_context *loop_context(struct loop *loop)
{
	return loop->sockets;
}

/* ---- What is waited for ---- */

static enum err add_source(struct loop *loop, const struct source *source)
{
	if (loop->source_count == SOURCES)
		return ERR_LIMIT;
	loop->sources[loop->source_count++] = *source;
	return OK;
}

enum err loop_open_socket(struct loop *loop, const struct socket_options *options,
			  loop_on_message *handler, void *context, struct socket **ret_socket)
{
	struct source source = {.fd = -1, .on_message = handler, .context = context};
	enum err err;

	if ((err = socket_open(loop->sockets, options, &source.socket)) != OK)
		return err;
	if ((err = add_source(loop, &source)) != OK)
		socket_close(source.socket);
	else
		*ret_socket = source.socket;
	return err;
}

/* Entries stay in their places until the turn is over, because a turn walks over them. */
void loop_close_socket(struct loop *loop, struct socket *socket)
{
	for (size_t i = 0; i < loop->source_count; i++)
		if (loop->sources[i].socket == socket)
			loop->sources[i].is_gone = true;
	socket_close(socket);
}

enum err loop_watch(struct loop *loop, int fd, loop_on_readable *handler, void *context)
{
	struct source source = {.fd = fd, .on_readable = handler, .context = context};
	enum err err;

	if ((err = socket_watch(loop->sockets, fd, &source.socket)) != OK)
		return err;
	if ((err = add_source(loop, &source)) != OK)
		socket_close(source.socket);
	return err;
}

static enum err add_timer(struct timer **list, uint64_t period_ms, loop_on_timer *handler,
			  void *context)
{
	struct timer *timer = calloc(1, sizeof(*timer));

	if (timer == NULL)
		return ERR_MEMORY;
	timer->period_ms = period_ms;
	timer->due_ms = clock_monotonic_ms() + period_ms;
	timer->handler = handler;
	timer->context = context;
	while (*list != NULL)
		list = &(*list)->next;
	*list = timer;
	return OK;
}

enum err loop_every(struct loop *loop, uint64_t period_ms, loop_on_timer *handler, void *context)
{
	return period_ms == 0 ? ERR_USAGE : add_timer(&loop->timers, period_ms, handler, context);
}

enum err loop_idle(struct loop *loop, loop_on_timer *handler, void *context)
{
	return add_timer(&loop->idles, 0, handler, context);
}

enum err loop_at_end(struct loop *loop, loop_on_timer *handler, void *context)
{
	return add_timer(&loop->ends, 0, handler, context);
}

static void forget_timers(struct timer *timer, const void *context)
{
	for (; timer != NULL; timer = timer->next)
		if (timer->context == context)
			timer->is_gone = true;
}

void loop_forget(struct loop *loop, const void *context)
{
	for (size_t i = 0; i < loop->source_count; i++) {
		struct source *source = &loop->sources[i];

		if (source->fd >= 0 && source->context == context && !source->is_gone) {
			source->is_gone = true;
			socket_close(source->socket);
		}
	}
	forget_timers(loop->timers, context);
	forget_timers(loop->idles, context);
	forget_timers(loop->ends, context);
}

/* ---- Turns ---- */

static void sweep_timers(struct timer **list)
{
	while (*list != NULL) {
		struct timer *timer = *list;

		if (timer->is_gone) {
			*list = timer->next;
			free(timer);
		} else {
			list = &timer->next;
		}
	}
}

static void sweep(struct loop *loop)
{
	size_t kept = 0;

	for (size_t i = 0; i < loop->source_count; i++)
		if (!loop->sources[i].is_gone)
			loop->sources[kept++] = loop->sources[i];
	loop->source_count = kept;
	sweep_timers(&loop->timers);
	sweep_timers(&loop->idles);
	sweep_timers(&loop->ends);
}

static int wait_ms(const struct loop *loop)
{
	uint64_t now_ms = clock_monotonic_ms();
	uint64_t wait = WAIT_MS;

	if (loop->idles != NULL)
		return 0;
	for (const struct timer *timer = loop->timers; timer != NULL; timer = timer->next) {
		uint64_t left = timer->due_ms > now_ms ? timer->due_ms - now_ms : 0;

		wait = left < wait ? left : wait;
	}
	return (int)wait;
}

/* Was there any? */
static bool handle_messages(const struct source *source)
{
	struct socket_message message;
	unsigned i = 0;

	while (i < TURN_MESSAGES && !source->is_gone &&
	       socket_receive(source->socket, &message) == OK) {
		source->on_message(source->context, source->socket, &message);
		i++;
	}
	return i > 0;
}

static void handle_timers(struct loop *loop)
{
	uint64_t now_ms = clock_monotonic_ms();

	for (struct timer *timer = loop->timers; timer != NULL; timer = timer->next) {
		if (timer->is_gone || timer->due_ms > now_ms)
			continue;
		timer->due_ms = now_ms + timer->period_ms;
		timer->handler(timer->context);
	}
}

/* What an idle handler adds waits for the next turn. */
static void handle_idles(struct loop *loop)
{
	struct timer *last = loop->idles;

	loop->busy_turns = 0;
	if (last == NULL)
		return;
	while (last->next != NULL)
		last = last->next;
	for (struct timer *idle = loop->idles;; idle = idle->next) {
		if (!idle->is_gone) {
			idle->is_gone = true;
			idle->handler(idle->context);
		}
		if (idle == last)
			return;
	}
}

static enum err turn(struct loop *loop)
{
	size_t count = loop->source_count;
	bool is_busy = false;
	enum err err;

	if ((err = socket_wait(loop->sockets, wait_ms(loop))) != OK)
		return err;
	for (size_t i = 0; i < count; i++) {
		struct source *source = &loop->sources[i];

		if (source->is_gone || !socket_is_ready(source->socket))
			continue;
		if (source->fd < 0)
			is_busy |= handle_messages(source);
		else
			source->on_readable(source->context, source->fd);
		socket_flush(loop->sockets);
	}
	handle_timers(loop);
	loop->busy_turns = is_busy ? loop->busy_turns + 1 : 0;
	if (!is_busy || loop->busy_turns > IDLE_TURNS)
		handle_idles(loop);
	sweep(loop);
	return OK;
}

void loop_on_signal(struct loop *loop, loop_on_timer *handler, void *context)
{
	loop->on_signal = handler;
	loop->on_signal_context = context;
}

enum err loop_run(struct loop *loop)
{
	enum err err = OK;

	loop->is_running = true;
	sweep(loop);
	while (loop->is_running && err == OK)
		err = turn(loop);
	return err;
}

void loop_stop(struct loop *loop)
{
	loop->is_running = false;
}
