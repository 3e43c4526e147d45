#include "node/supervisor_inside.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/notify.h"
#include "node/pass.h"
#include "node/role.h"
#include "node/setup.h"
#include "sampan/clock.h"
#include "sampan/process.h"

#define ARENA_BYTES ((size_t)1024 * 1024)

/*
 * Roles in the order in which they are drained: doors first, the ledger's keepers last. They are
 * started in the other order.
 */
static const char *const stages[] = {"gate",  "courier", "worker", "warden",
				     "clerk", "ledger",  "seal"};

#define STAGE_COUNT (sizeof(stages) / sizeof(stages[0]))

uint64_t supervisor_restart_at(uint64_t started_ms, uint64_t ended_ms, uint64_t *delay_ms)
{
	uint64_t delay;

	if (ended_ms - started_ms >= SUPERVISOR_SOUND_MS)
		*delay_ms = 0;
	delay = *delay_ms;
	*delay_ms = delay == 0 ? SUPERVISOR_FIRST_DELAY_MS : delay * 2;
	if (*delay_ms > SUPERVISOR_MAX_DELAY_MS)
		*delay_ms = SUPERVISOR_MAX_DELAY_MS;
	return ended_ms + delay;
}

/* ---- One child ---- */

static void start(struct supervisor *supervisor, struct child *child)
{
	const struct child_start how = {supervisor->config->path, supervisor->doorway.fd};

	if (child_run(child, &how) == OK)
		return;
	role_log(&supervisor->log, "error", "start-failed", "name=%s why=\"%s\"", child->name,
		 strerror(errno));
	child->start_at_ms =
		supervisor_restart_at(child->started_ms, child->started_ms, &child->delay_ms);
}

static void log_end(const struct supervisor *supervisor, const struct child *child, int status)
{
	bool is_wanted = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	role_log(&supervisor->log, is_wanted ? "info" : "warn", "role-ended",
		 "name=%s index=%u pid=%ld %s=%d", child->name, child->index, (long)child->pid,
		 WIFSIGNALED(status) ? "signal" : "exit",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void begin_draining(struct supervisor *supervisor);

/*
 * What it was told cannot work: trying at once again is of no use. Before the node was ever up that
 * is for whoever started it to know.
 */
static void heed_misfit(struct supervisor *supervisor, struct child *child, uint64_t now_ms)
{
	child->start_at_ms = now_ms + SUPERVISOR_MISFIT_MS;
	if (supervisor->has_been_up || supervisor->phase != PHASE_RUNNING)
		return;
	role_log(&supervisor->log, "error", "cannot-start",
		 "name=%s why=\"the line of this role above says what is wrong\"", child->name);
	supervisor->code = EX_CONFIG;
	begin_draining(supervisor);
}

static void bury(struct supervisor *supervisor, struct child *child, int status)
{
	uint64_t now_ms = clock_monotonic_ms();

	log_end(supervisor, child, status);
	child_ended(child);
	child->start_at_ms = supervisor_restart_at(child->started_ms, now_ms, &child->delay_ms);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG && !child->is_retired)
		heed_misfit(supervisor, child, now_ms);
}

static void reap(struct supervisor *supervisor)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < supervisor->child_count; i++)
			if (supervisor->children[i].pid == pid)
				bury(supervisor, &supervisor->children[i], status);
}

/* ---- All children ---- */

static void add_child(struct supervisor *supervisor, size_t stage, unsigned index)
{
	supervisor->children[supervisor->child_count++] = child_new(stages[stage], stage, index);
}

static void add_children(struct supervisor *supervisor)
{
	for (size_t stage = STAGE_COUNT; stage-- > 0;) {
		unsigned count =
			strcmp(stages[stage], "worker") == 0 ? supervisor->config->workers : 1;

		for (unsigned i = 0; i < count && role_find(stages[stage]) != NULL; i++)
			add_child(supervisor, stage, i);
	}
}

static void start_due(struct supervisor *supervisor)
{
	uint64_t now = clock_monotonic_ms();

	for (size_t i = 0; i < supervisor->child_count; i++) {
		struct child *child = &supervisor->children[i];

		if (child->pid == 0 && !child->is_retired && child->start_at_ms <= now)
			start(supervisor, child);
	}
}

static void announce(struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->child_count; i++)
		if (!supervisor->children[i].is_ready && !supervisor->children[i].is_retired)
			return;
	if (supervisor->is_announced)
		return;
	supervisor->is_announced = supervisor->has_been_up = true;
	notify_send("READY=1");
	role_log(&supervisor->log, "info", "node-ready", "node=%s country=%s workers=%u",
		 supervisor->config->name, supervisor->config->country,
		 supervisor->config->workers);
}

/*
 * The gate goes on by itself with the answers that are under way, beside the next one, which takes
 * its place here.
 */
static void part_with(struct supervisor *supervisor, struct child *child)
{
	struct child next = child_new(child->name, child->stage, child->index);
	struct child *place = &supervisor->children[supervisor->child_count];

	for (size_t i = 0; i < supervisor->child_count; i++)
		if (supervisor->children[i].is_retired && supervisor->children[i].pid == 0)
			place = &supervisor->children[i];
	if (place == &supervisor->children[SUPERVISOR_CHILDREN])
		return; /* so many are ending still: this one is waited for */
	if (place == &supervisor->children[supervisor->child_count])
		supervisor->child_count++;
	*place = *child;
	place->is_retired = true;
	*child = next;
}

static void hear(struct supervisor *supervisor, struct child *child)
{
	enum child_word word = child_hear(child);

	if (word == CHILD_LET_GO && supervisor->phase == PHASE_DRAINING)
		(void)kill(child->pid, SIGTERM); /* all is to end: what is under way too */
	else if (word == CHILD_LET_GO && !child->is_retired)
		part_with(supervisor, child);
	announce(supervisor);
}

/* ---- Draining ---- */

static bool signal_stage(const struct supervisor *supervisor, size_t stage, int signal)
{
	bool is_any = false;

	for (size_t i = 0; i < supervisor->child_count; i++) {
		const struct child *child = &supervisor->children[i];

		if (child->stage == stage && child->pid != 0) {
			is_any = true;
			(void)kill(child->pid, signal);
		}
	}
	return is_any;
}

static bool is_stage_over(const struct supervisor *supervisor, size_t stage)
{
	for (size_t i = 0; i < supervisor->child_count; i++)
		if (supervisor->children[i].stage == stage && supervisor->children[i].pid != 0)
			return false;
	return true;
}

static void begin_draining(struct supervisor *supervisor)
{
	if (supervisor->phase == PHASE_DRAINING)
		return;
	supervisor->phase = PHASE_DRAINING;
	supervisor->drain_stage = 0;
	supervisor->until_ms = clock_monotonic_ms() + SUPERVISOR_DRAIN_MS;
	notify_send("STOPPING=1");
	role_log(&supervisor->log, "info", "draining", "%s", "");
	(void)signal_stage(supervisor, 0, SIGTERM);
}

/* Each stage is asked when the one before it is over. true: all are. */
static bool drain(struct supervisor *supervisor)
{
	if (clock_monotonic_ms() >= supervisor->until_ms)
		for (size_t stage = 0; stage < STAGE_COUNT; stage++)
			(void)signal_stage(supervisor, stage, SIGKILL);
	while (supervisor->drain_stage < STAGE_COUNT &&
	       is_stage_over(supervisor, supervisor->drain_stage)) {
		supervisor->drain_stage++;
		supervisor->until_ms = clock_monotonic_ms() + SUPERVISOR_DRAIN_MS;
		if (supervisor->drain_stage < STAGE_COUNT)
			(void)signal_stage(supervisor, supervisor->drain_stage, SIGTERM);
	}
	return supervisor->drain_stage == STAGE_COUNT;
}

/* ---- The loop ---- */

static void take_signal(struct supervisor *supervisor)
{
	struct signalfd_siginfo info;

	if (read(supervisor->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
		begin_draining(supervisor);
	else if (info.ssi_signo == SIGHUP && supervisor->phase == PHASE_RUNNING)
		supervisor_reload(supervisor);
	else if (info.ssi_signo == SIGHUP)
		supervisor->wants_reload = true;
	/* SIGCHLD: reap() looks after every turn. */
}

static int timeout_ms(const struct supervisor *supervisor)
{
	uint64_t now = clock_monotonic_ms(), until = now + 60000;

	if (supervisor->phase != PHASE_RUNNING)
		until = supervisor->until_ms;
	for (size_t i = 0; supervisor->phase == PHASE_RUNNING && i < supervisor->child_count; i++) {
		const struct child *child = &supervisor->children[i];

		if (child->pid == 0 && !child->is_retired && child->start_at_ms < until)
			until = child->start_at_ms;
	}
	return until <= now ? 0 : (int)(until - now);
}

static enum err turn(struct supervisor *supervisor)
{
	struct pollfd polls[SUPERVISOR_CHILDREN + 1] = {
		{.fd = supervisor->signal_fd, .events = POLLIN}};
	struct child *waiting[SUPERVISOR_CHILDREN + 1] = {NULL};
	nfds_t count = 1;

	for (size_t i = 0; i < supervisor->child_count; i++) {
		if (supervisor->children[i].ready_fd < 0)
			continue;
		waiting[count] = &supervisor->children[i];
		polls[count++] =
			(struct pollfd){.fd = supervisor->children[i].ready_fd, .events = POLLIN};
	}
	if (poll(polls, count, timeout_ms(supervisor)) < 0 && errno != EINTR)
		return ERR_IO;
	for (nfds_t i = 1; i < count; i++)
		if (polls[i].revents != 0)
			hear(supervisor, waiting[i]);
	if (polls[0].revents != 0)
		take_signal(supervisor);
	reap(supervisor);
	return OK;
}

static int loop(struct supervisor *supervisor)
{
	for (;;) {
		if (supervisor->phase == PHASE_RELOADING_DOOR ||
		    supervisor->phase == PHASE_RELOADING_REST)
			supervisor_reload_go_on(supervisor);
		if (supervisor->phase == PHASE_RUNNING)
			start_due(supervisor);
		else if (supervisor->phase == PHASE_DRAINING && drain(supervisor))
			return supervisor->code;
		if (turn(supervisor) != OK)
			return EX_OSERR;
	}
}

static enum err block_signals(struct supervisor *supervisor)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return ERR_IO;
	supervisor->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return supervisor->signal_fd < 0 ? ERR_IO : OK;
}

static enum err take_lock(struct supervisor *supervisor)
{
	const char *path =
		arena_format(supervisor->arena, "%s/run/node.pid", supervisor->config->directory);
	long holder = 0;
	enum err err =
		path == NULL ? ERR_MEMORY : process_lock(path, &supervisor->lock_fd, &holder);

	if (err == ERR_EXISTS)
		role_log(&supervisor->log, "error", "already-running",
			 "directory=%s pid=%ld why=\"another `sampan node run` holds this node\"",
			 supervisor->config->directory, holder);
	else if (err != OK)
		role_log(&supervisor->log, "error", "lock-failed", "path=%s",
			 path == NULL ? "" : path);
	return err;
}

int supervisor_run(struct config *config)
{
	struct supervisor *supervisor = calloc(1, sizeof(*supervisor));
	int code = EX_OSERR;
	enum err err;

	if (supervisor == NULL)
		goto out;
	supervisor->config = config;
	supervisor->log.name = "node";
	supervisor->signal_fd = supervisor->lock_fd = supervisor->doorway.fd = -1;
	if ((supervisor->arena = arena_new(ARENA_BYTES)) == NULL)
		goto out;
	process_harden();
	if (setup_folders(config->directory, supervisor->arena) != OK) {
		role_log(&supervisor->log, "error", "folders-failed", "directory=%s",
			 config->directory);
		goto out;
	}
	if ((err = take_lock(supervisor)) != OK || pass_make(config->directory) != OK ||
	    block_signals(supervisor) != OK) {
		code = err == ERR_EXISTS ? EX_TEMPFAIL : EX_OSERR;
		goto out;
	}
	if ((err = doorway_open(config, &supervisor->log, &supervisor->doorway)) != OK) {
		code = err == ERR_EXISTS ? EX_UNAVAILABLE : EX_CONFIG;
		goto out;
	}
	add_children(supervisor);
	role_log(&supervisor->log, "info", "starting", "node=%s directory=%s pid=%ld", config->name,
		 config->directory, (long)getpid());
	code = loop(supervisor);
	role_log(&supervisor->log, "info", "ended", "exit=%d", code);
out:
	if (supervisor != NULL) {
		config = supervisor->config == NULL ? config : supervisor->config;
		if (supervisor->signal_fd >= 0)
			close(supervisor->signal_fd);
		if (supervisor->lock_fd >= 0)
			close(supervisor->lock_fd);
		doorway_close(&supervisor->doorway);
		arena_free(supervisor->arena);
	}
	config_free(config);
	free(supervisor);
	return code;
}
