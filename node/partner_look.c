#include "node/partner_look.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "node/ask.h"
#include "node/seal_witness.h"
#include "node/witness_view.h"

enum err partner_look_list(const struct config *config, struct arena *arena, json_t **ret_list)
{
	const char *folder = arena_format(arena, "%s/ledger", config->directory);
	struct turn turn = {.config = config, .arena = arena};
	struct engine *engine;
	enum err err = ERR_MEMORY;

	if (folder != NULL)
		err = engine_lmdb_open(folder, config->map_bytes, true, &engine);
	if (err == OK)
		err = ledger_open(engine, NULL, true, &turn.ledger);
	if (err == ERR_MISSING) {
		*ret_list = json_array();
		return *ret_list == NULL ? ERR_MEMORY : OK;
	}
	if (err == OK)
		err = witness_view_list(&turn, ret_list);
	ledger_close(turn.ledger);
	return err;
}

const json_t *partner_look_of(const json_t *list, const char *country)
{
	const json_t *view;
	size_t i;

	json_array_foreach(list, i, view)
	{
		const char *of = json_string_value(json_object_get(view, "country"));

		if (of != NULL && strcmp(of, country) == 0)
			return view;
	}
	return NULL;
}

/* What it showed at the alarm. ERR_MISSING: there is none. */
static enum err find_shown(const struct ask *ask, const char *country, struct bytes *ret_note)
{
	const char *folder = arena_format(ask->arena, "%s/ledger", ask->config->directory);
	struct turn turn = {.config = ask->config, .arena = ask->arena};
	struct witness_state state;
	struct engine *engine;
	enum err err = ERR_MEMORY;

	if (folder != NULL)
		err = engine_lmdb_open(folder, ask->config->map_bytes, true, &engine);
	if (err == OK)
		err = ledger_open(engine, NULL, true, &turn.ledger);
	if (err == OK && (err = witness_state_load(&turn, country, &state)) == OK)
		err = state.alarm == 0
			      ? ERR_MISSING
			      : ledger_payload(turn.ledger, state.alarm, 1, ask->arena, ret_note);
	ledger_close(turn.ledger);
	return err;
}

/* The seal believes no role: what an operator lets through is told it by this program alone. */
static int tell_seal(const struct ask *ask, const char *country)
{
	struct bytes note;
	enum err err = find_shown(ask, country, &note);

	if (err == OK)
		err = seal_witness_accept(ask->config->directory, country, note, ask->arena);
	if (err == OK || err == ERR_MISSING)
		return EX_OK;
	fprintf(stderr, "sampan partner resume: %s/seal: %s\n", ask->config->directory,
		err_text(err));
	return EX_CANTCREAT;
}

static int resume(struct ask *ask, const char *country, const char *reason)
{
	struct bytes answer;
	struct buffer body;
	enum err err;
	int code;

	if (config_partner_of(ask->config, country) == NULL) {
		fprintf(stderr, "sampan partner resume: there is no partner %s\n", country);
		return EX_NOINPUT;
	}
	if (reason[0] == '\0') {
		fputs("sampan partner resume: --reason: say why; it is recorded\n", stderr);
		return EX_USAGE;
	}
	if ((code = tell_seal(ask, country)) != EX_OK)
		return code;
	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_text(&body, country);
	pack_text(&body, ask_operator());
	pack_text(&body, reason);
	err = ask_bytes(ask, ADMIN_RESUME, buffer_bytes(&body), &answer);
	buffer_clear(&body);
	if (err == ERR_MISSING) {
		fprintf(stderr, "sampan partner resume: there is no partner %s\n", country);
		return EX_NOINPUT;
	}
	return ask_complain(ask, "partner", err);
}

int partner_look_resume(const char *config_path, const char *country, const char *reason)
{
	struct ask ask;
	int code = ask_init(&ask, config_path);

	if (code == 0)
		code = resume(&ask, country, reason);
	ask_clear(&ask);
	return code;
}
