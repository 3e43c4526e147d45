#include <signal.h>
#include <string.h>

#include "node/https.h"
#include "node/ledger_fit.h"
#include "node/notify.h"
#include "node/supervisor_inside.h"
#include "node/trust_folder.h"
#include "sampan/clock.h"

static bool is_gate(const struct child *child)
{
	return child->stage == 0 && !child->is_retired;
}

static bool is_worker(const struct child *child)
{
	return strcmp(child->name, "worker") == 0;
}

/* All but the doors that have let go. true: one of them lives. */
static bool signal_rest(const struct supervisor *supervisor, int signal)
{
	bool is_any = false;

	for (size_t i = 0; i < supervisor->child_count; i++) {
		const struct child *child = &supervisor->children[i];

		if (child->pid == 0 || (child->stage == 0 && child->is_retired))
			continue;
		is_any = true;
		if (signal != 0)
			(void)kill(child->pid, signal);
	}
	return is_any;
}

static const struct child *gate_of(const struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->child_count; i++)
		if (is_gate(&supervisor->children[i]))
			return &supervisor->children[i];
	return NULL;
}

/* Workers become more or fewer; all begin anew, at once. */
static void arrange_children(struct supervisor *supervisor)
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
	}
	for (; workers > 0 && workers < supervisor->config->workers &&
	       supervisor->child_count < SUPERVISOR_CHILDREN;
	     workers++)
		supervisor->children[supervisor->child_count++] =
			child_new("worker", stage, workers);
}

static void enter(struct supervisor *supervisor, enum supervisor_phase phase)
{
	supervisor->phase = phase;
	supervisor->until_ms = clock_monotonic_ms() + SUPERVISOR_DRAIN_MS;
}

static void begin_reload(struct supervisor *supervisor)
{
	const struct child *gate = gate_of(supervisor);

	supervisor->is_announced = false;
	enter(supervisor, PHASE_RELOADING_DOOR);
	if (gate != NULL && gate->pid != 0)
		(void)kill(gate->pid, SIGTERM);
}

void supervisor_reload_go_on(struct supervisor *supervisor)
{
	bool is_late = clock_monotonic_ms() >= supervisor->until_ms;
	const struct child *gate = gate_of(supervisor);

	if (supervisor->phase == PHASE_RELOADING_DOOR) {
		if (gate != NULL && gate->pid != 0) {
			if (is_late)
				(void)kill(gate->pid, SIGKILL);
			return;
		}
		enter(supervisor, PHASE_RELOADING_REST);
		(void)signal_rest(supervisor, SIGTERM);
		is_late = false;
	}
	if (signal_rest(supervisor, is_late ? SIGKILL : 0))
		return;
	supervisor->phase = PHASE_RUNNING;
	arrange_children(supervisor);
	if (supervisor->wants_reload)
		supervisor_reload(supervisor);
}

/* Another address or port is opened before anything ends; the one that is open stays as it is. */
static enum err move_door(struct supervisor *supervisor, const struct config *config)
{
	struct doorway doorway;
	enum err err = OK;

	if (doorway_fits(&supervisor->doorway, config))
		return OK;
	if ((err = doorway_open(config, &supervisor->log, &doorway)) != OK)
		return err;
	doorway_close(&supervisor->doorway);
	supervisor->doorway = doorway;
	return OK;
}

static const char *objection_to(struct supervisor *supervisor, const char *path,
				struct config **ret_config)
{
	struct ledger_fit fit = {.en = "out of memory"};
	const char *message = "";

	arena_clear(supervisor->arena);
	if (config_load(path, supervisor->arena, ret_config, &message) != OK ||
	    trust_folder_check(*ret_config, supervisor->arena, &message) != OK)
		return message;
	if (strcmp((*ret_config)->name, supervisor->config->name) != 0 ||
	    strcmp((*ret_config)->country, supervisor->config->country) != 0)
		return "a node never changes its name or country";
	if (ledger_fit_look(*ret_config, supervisor->arena, &fit) != OK || !fit.is_fit)
		return fit.en;
	if (https_check(*ret_config, supervisor->log.name) != OK)
		return "a file of the door over HTTPS cannot be used";
	if (move_door(supervisor, *ret_config) != OK)
		return "the door over HTTPS cannot be opened as it says";
	return NULL;
}

void supervisor_reload(struct supervisor *supervisor)
{
	struct config *config = NULL;
	const char *objection;

	supervisor->wants_reload = false;
	notify_send("RELOADING=1");
	objection = objection_to(supervisor, supervisor->config->path, &config);
	if (objection != NULL) {
		role_log(&supervisor->log, "error", "reload-refused", "why=\"%s\"", objection);
		config_free(config);
	} else {
		config_free(supervisor->config);
		supervisor->config = config;
		role_log(&supervisor->log, "info", "reloading", "file=%s", config->path);
		begin_reload(supervisor);
	}
	notify_send("READY=1");
}
