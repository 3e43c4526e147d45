#include "node/supervisor.h"

#include <errno.h>
#include <fcntl.h>
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
#include "node/trust_folder.h"
#include "sampan/clock.h"
#include "sampan/process.h"

#define MAX_CHILDREN 80u
#define ARENA_BYTES ((size_t)1024 * 1024)

/*
 * Roles in the order in which they are drained: doors first, the ledger's keepers last. They are
 * started in the other order.
 */
static const char *const stages[] = {"gate",  "courier", "worker", "warden",
				     "clerk", "ledger",  "seal"};

#define STAGE_COUNT (sizeof(stages) / sizeof(stages[0]))

struct child {
	size_t stage;
	unsigned index;
	pid_t pid;    /* 0: not running */
	int ready_fd; /* -1: it is ready, or not running */
	bool is_ready;
	bool is_retired; /* the configuration does not want it any more */
	uint64_t started_ms;
	uint64_t start_at_ms; /* when it is not running */
	uint64_t delay_ms;
};

enum phase { PHASE_RUNNING, PHASE_DRAINING };

struct supervisor {
	struct config *config;
	struct arena *arena; /* emptied at each reload */
	struct role log;
	struct child children[MAX_CHILDREN];
	size_t child_count;
	enum phase phase;
	size_t drain_stage;
	uint64_t drain_until_ms;
	bool is_announced;
	int signal_fd;
	int lock_fd;
};

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

static const char *name_of(const struct child *child)
{
	return stages[child->stage];
}

/*
 * Behind fork: nothing but exec. The signals that the supervisor reads from its signalfd must come
 * again.
 */
static _Noreturn void exec_role(const struct supervisor *supervisor, const struct child *child,
				int ready_fd, long parent)
{
	char role[] = "role", config[] = "--config", index[] = "--index", ready[] = "--ready-fd",
	     parent_option[] = "--parent";
	char program[] = "sampan", index_text[16], ready_text[16], parent_text[24];
	char name[32], path[4096];
	char *const arguments[] = {program,    role,  name,       config,        path,        index,
				   index_text, ready, ready_text, parent_option, parent_text, NULL};
	sigset_t none;

	(void)snprintf(name, sizeof(name), "%s", name_of(child));
	(void)snprintf(path, sizeof(path), "%s", supervisor->config->path);
	(void)snprintf(index_text, sizeof(index_text), "%u", child->index);
	(void)snprintf(ready_text, sizeof(ready_text), "%d", ready_fd);
	(void)snprintf(parent_text, sizeof(parent_text), "%ld", parent);
	sigemptyset(&none);
	(void)setpgid(0, 0); /* ^C in a terminal is for the supervisor, which drains in order */
	if (!process_die_with(parent) || fcntl(ready_fd, F_SETFD, 0) != 0 ||
	    sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		_exit(EX_OSERR);
	execv("/proc/self/exe", arguments);
	_exit(EX_OSERR);
}

static void start(struct supervisor *supervisor, struct child *child)
{
	long self = (long)getpid();
	int ready[2] = {-1, -1};
	pid_t pid = -1;

	child->started_ms = clock_monotonic_ms();
	if (pipe2(ready, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		exec_role(supervisor, child, ready[1], self);
	if (ready[1] >= 0)
		close(ready[1]);
	if (pid < 0) {
		role_log(&supervisor->log, "error", "start-failed", "name=%s why=\"%s\"",
			 name_of(child), strerror(errno));
		if (ready[0] >= 0)
			close(ready[0]);
		child->start_at_ms = supervisor_restart_at(child->started_ms, child->started_ms,
							   &child->delay_ms);
		return;
	}
	child->pid = pid;
	child->ready_fd = ready[0];
	child->is_ready = false;
}

static void forget_ready(struct child *child)
{
	if (child->ready_fd >= 0)
		close(child->ready_fd);
	child->ready_fd = -1;
}

static void log_end(const struct supervisor *supervisor, const struct child *child, int status)
{
	bool is_wanted = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	role_log(&supervisor->log, is_wanted ? "info" : "warn", "role-ended",
		 "name=%s index=%u pid=%ld %s=%d", name_of(child), child->index, (long)child->pid,
		 WIFSIGNALED(status) ? "signal" : "exit",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void reap(struct supervisor *supervisor)
{
	uint64_t now = clock_monotonic_ms();
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < supervisor->child_count; i++) {
			struct child *child = &supervisor->children[i];

			if (child->pid != pid)
				continue;
			log_end(supervisor, child, status);
			forget_ready(child);
			child->pid = 0;
			child->start_at_ms =
				supervisor_restart_at(child->started_ms, now, &child->delay_ms);
		}
	}
}

/* ---- All children ---- */

static void add_child(struct supervisor *supervisor, size_t stage, unsigned index)
{
	struct child *child = &supervisor->children[supervisor->child_count++];

	*child = (struct child){.stage = stage, .index = index, .ready_fd = -1};
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
	supervisor->is_announced = true;
	notify_send("READY=1");
	role_log(&supervisor->log, "info", "node-ready", "node=%s country=%s workers=%u",
		 supervisor->config->name, supervisor->config->country,
		 supervisor->config->workers);
}

/* A byte: the role is ready. The end: it died before; reap() will see it. */
static void read_ready(struct supervisor *supervisor, struct child *child)
{
	char byte;

	if (read(child->ready_fd, &byte, 1) == 1)
		child->is_ready = true;
	forget_ready(child);
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
	supervisor->drain_until_ms = clock_monotonic_ms() + SUPERVISOR_DRAIN_MS;
	notify_send("STOPPING=1");
	role_log(&supervisor->log, "info", "draining", "%s", "");
	(void)signal_stage(supervisor, 0, SIGTERM);
}

/* Each stage is asked when the one before it is over. true: all are. */
static bool drain(struct supervisor *supervisor)
{
	if (clock_monotonic_ms() >= supervisor->drain_until_ms)
		for (size_t stage = 0; stage < STAGE_COUNT; stage++)
			(void)signal_stage(supervisor, stage, SIGKILL);
	while (supervisor->drain_stage < STAGE_COUNT &&
	       is_stage_over(supervisor, supervisor->drain_stage)) {
		supervisor->drain_stage++;
		if (supervisor->drain_stage < STAGE_COUNT)
			(void)signal_stage(supervisor, supervisor->drain_stage, SIGTERM);
	}
	return supervisor->drain_stage == STAGE_COUNT;
}

/* ---- Reloading ---- */

static bool is_worker(const struct child *child)
{
	return strcmp(name_of(child), "worker") == 0;
}

/*
 * All roles are asked to end, and begin anew with the new configuration; workers become more or
 * fewer.
 */
static void replace_children(struct supervisor *supervisor)
{
	unsigned workers = 0;
	size_t stage = 0;

	for (size_t i = 0; i < supervisor->child_count; i++) {
		struct child *child = &supervisor->children[i];

		if (is_worker(child)) {
			stage = child->stage;
			workers++;
			child->is_retired = child->index >= supervisor->config->workers;
		}
		child->delay_ms = child->start_at_ms = 0;
		child->is_ready = false;
		if (child->pid != 0)
			(void)kill(child->pid, SIGTERM);
	}
	for (; workers > 0 && workers < supervisor->config->workers; workers++)
		add_child(supervisor, stage, workers);
}

static void reload(struct supervisor *supervisor)
{
	struct config *config = NULL;
	const char *message = "";

	notify_send("RELOADING=1");
	arena_clear(supervisor->arena);
	if (config_load(supervisor->config->path, supervisor->arena, &config, &message) != OK ||
	    trust_folder_check(config, supervisor->arena, &message) != OK) {
		role_log(&supervisor->log, "error", "reload-refused", "why=\"%s\"", message);
		config_free(config);
	} else if (strcmp(config->name, supervisor->config->name) != 0 ||
		   strcmp(config->country, supervisor->config->country) != 0) {
		role_log(&supervisor->log, "error", "reload-refused",
			 "why=\"a node never changes its name or country\"");
		config_free(config);
	} else {
		config_free(supervisor->config);
		supervisor->config = config;
		supervisor->is_announced = false;
		role_log(&supervisor->log, "info", "reloading", "file=%s", config->path);
		replace_children(supervisor);
	}
	notify_send("READY=1");
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
		reload(supervisor);
	/* SIGCHLD: reap() looks after every turn. */
}

static int timeout_ms(const struct supervisor *supervisor)
{
	uint64_t now = clock_monotonic_ms(), until = now + 60000;

	if (supervisor->phase == PHASE_DRAINING)
		until = supervisor->drain_until_ms;
	for (size_t i = 0; supervisor->phase == PHASE_RUNNING && i < supervisor->child_count; i++) {
		const struct child *child = &supervisor->children[i];

		if (child->pid == 0 && !child->is_retired && child->start_at_ms < until)
			until = child->start_at_ms;
	}
	return until <= now ? 0 : (int)(until - now);
}

static enum err turn(struct supervisor *supervisor)
{
	struct pollfd polls[MAX_CHILDREN + 1] = {{.fd = supervisor->signal_fd, .events = POLLIN}};
	struct child *waiting[MAX_CHILDREN + 1] = {NULL};
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
			read_ready(supervisor, waiting[i]);
	if (polls[0].revents != 0)
		take_signal(supervisor);
	reap(supervisor);
	return OK;
}

static int loop(struct supervisor *supervisor)
{
	for (;;) {
		if (supervisor->phase == PHASE_RUNNING)
			start_due(supervisor);
		else if (drain(supervisor))
			return EX_OK;
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
	supervisor->signal_fd = supervisor->lock_fd = -1;
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
		arena_free(supervisor->arena);
	}
	config_free(config);
	free(supervisor);
	return code;
}
