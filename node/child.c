#include "node/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/role.h"
#include "sampan/clock.h"
#include "sampan/process.h"

struct child child_new(const char *name, size_t stage, unsigned index)
{
	return (struct child){.name = name, .stage = stage, .index = index, .ready_fd = -1};
}

/* The pipe's and the door's number, as text; "-1" for a role that has no door. */
struct handed {
	char ready[16], door[16];
};

static bool hand_down(const struct child *child, const struct child_start *start, int ready_fd,
		      struct handed *handed)
{
	const struct role_table *role = role_find(child->name);
	int door_fd = role != NULL && (role->may & ROLE_MAY_SERVE) != 0 ? start->door_fd : -1;

	(void)snprintf(handed->ready, sizeof(handed->ready), "%d", ready_fd);
	(void)snprintf(handed->door, sizeof(handed->door), "%d", door_fd);
	return fcntl(ready_fd, F_SETFD, 0) == 0 && (door_fd < 0 || fcntl(door_fd, F_SETFD, 0) == 0);
}

/*
 * Behind fork: nothing but exec. The signals that the supervisor reads from its signalfd must come
 * again.
 */
static _Noreturn void exec_role(const struct child *child, const struct child_start *start,
				int ready_fd, long parent)
{
	char role[] = "role", config[] = "--config", index[] = "--index", ready[] = "--ready-fd",
	     door[] = "--door-fd", parent_option[] = "--parent";
	char program[] = "sampan", index_text[16], parent_text[24], name[32], path[4096];
	struct handed handed = {.ready = ""};
	char *const arguments[] = {program,     role,          name,        config,       path,
				   index,       index_text,    ready,       handed.ready, door,
				   handed.door, parent_option, parent_text, NULL};
	sigset_t none;

	(void)snprintf(name, sizeof(name), "%s", child->name);
	(void)snprintf(path, sizeof(path), "%s", start->config_path);
	(void)snprintf(index_text, sizeof(index_text), "%u", child->index);
	(void)snprintf(parent_text, sizeof(parent_text), "%ld", parent);
	sigemptyset(&none);
	(void)setpgid(0, 0); /* ^C in a terminal is for the supervisor, which drains in order */
	if (!process_die_with(parent) || !hand_down(child, start, ready_fd, &handed) ||
	    sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		_exit(EX_OSERR);
	execv("/proc/self/exe", arguments);
	_exit(EX_OSERR);
}

enum err child_run(struct child *child, const struct child_start *start)
{
	long self = (long)getpid();
	int ready[2] = {-1, -1};
	pid_t pid = -1;

	child->started_ms = clock_monotonic_ms();
	if (pipe2(ready, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		exec_role(child, start, ready[1], self);
	if (ready[1] >= 0)
		close(ready[1]);
	if (pid < 0) {
		if (ready[0] >= 0)
			close(ready[0]);
		return ERR_UNAVAILABLE;
	}
	child->pid = pid;
	child->ready_fd = ready[0];
	child->is_ready = false;
	return OK;
}

static void stop_hearing(struct child *child)
{
	if (child->ready_fd >= 0)
		close(child->ready_fd);
	child->ready_fd = -1;
}

enum child_word child_hear(struct child *child)
{
	char byte = 0;

	if (read(child->ready_fd, &byte, 1) != 1)
		stop_hearing(child);
	else if (byte == ROLE_SAYS_READY)
		child->is_ready = true;
	return byte == ROLE_SAYS_READY    ? CHILD_READY
	       : byte == ROLE_SAYS_LET_GO ? CHILD_LET_GO
					  : CHILD_SILENT;
}

void child_ended(struct child *child)
{
	stop_hearing(child);
	child->pid = 0;
}
