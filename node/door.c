#include "node/door.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "node/findings_json.h"
#include "node/objection.h"
#include "sampan/folder.h"
#include "sampan/limit.h"

#define MAX_PARTIES 4096u
#define MAX_FILES 4096u
#define MAX_UNDER_WAY 256u
#define LOOK_MS 500u
#define NAMES_ARENA_BYTES ((size_t)16 * 1024 * 1024)
#define FILE_NAME_BYTES 256u

struct party_folder { /* of one party */
	struct party_folder *next;
	char party[LIMIT_NAME_BYTES + 1];
	struct folder *lodge;
	struct folder *taken;
	struct folder *refused;
};

struct lodgement {
	struct lodgement *next;
	struct door *door;
	struct party_folder *party;
	char name[FILE_NAME_BYTES];
	struct folder_stamp stamp;
};

struct door {
	struct role *role;
	struct pipeline *pipeline;
	struct arena *names;
	struct folder *parties;
	struct party_folder *first;
	struct lodgement *under_way;
	size_t under_way_count;
	int watch;
};

/* ---- The end of a lodgement: file and answer go where the party finds them ---- */

static void lodgement_free(struct lodgement *lodgement)
{
	struct lodgement **place = &lodgement->door->under_way;

	while (*place != NULL && *place != lodgement)
		place = &(*place)->next;
	if (*place == lodgement)
		*place = lodgement->next;
	lodgement->door->under_way_count--;
	free(lodgement);
}

static json_t *answer_new(const struct ledger_accepted *accepted)
{
	json_t *receipt = accepted->receipt.len == 0
				  ? json_null()
				  : json_loadb((const char *)accepted->receipt.at,
					       accepted->receipt.len, 0, NULL);

	return json_pack("{s:s, s:s, s:o?, s:o?}", "id", accepted->id, "state", accepted->state,
			 "findings", findings_json_new(&accepted->findings), "receipt", receipt);
}

/* The name under which file and answer are put: the file's own unless that is taken by another file. */
static void final_name(struct folder *folder, const char *name, const char *id,
		       char ret_name[FILE_NAME_BYTES])
{
	int len = 0;

	if (folder_has(folder, name))
		len = snprintf(ret_name, FILE_NAME_BYTES, "%.60s.%.150s", id, name);
	else
		len = snprintf(ret_name, FILE_NAME_BYTES, "%.200s", name);
	(void)len;
}

static enum err put_answer(struct folder *folder, const char *name, const char *ending, json_t *json)
{
	char answer_name[FILE_NAME_BYTES + 16];
	char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
	enum err err = ERR_MEMORY;

	(void)snprintf(answer_name, sizeof(answer_name), "%.190s%s", name, ending);
	if (text != NULL)
		err = folder_write(folder, answer_name, bytes_of_text(text));
	free(text);
	json_decref(json);
	return err;
}

static enum err settle(struct lodgement *lodgement, const struct ledger_accepted *accepted)
{
	bool is_refused = accepted->verdict == INTAKE_REFUSED;
	struct folder *to = is_refused ? lodgement->party->refused : lodgement->party->taken;
	char name[FILE_NAME_BYTES];
	enum err err;

	if (!is_refused && accepted->receipt.len == 0)
		return ERR_UNAVAILABLE;
	final_name(to, lodgement->name, accepted->id, name);
	err = put_answer(to, name, is_refused ? ".findings" : ".receipt",
			 is_refused ? findings_json_new(&accepted->findings)
				    : answer_new(accepted));
	if (err == OK)
		err = folder_move(lodgement->party->lodge, lodgement->name, &lodgement->stamp, to,
				  name);
	return err;
}

static void on_done(void *context, enum err err, const struct ledger_accepted *accepted)
{
	struct lodgement *lodgement = context;
	struct role *role = lodgement->door->role;

	if (err == OK) {
		role_log(role, "info",
			 accepted->verdict == INTAKE_REFUSED ? "refused" : "accepted",
			 "message=%s party=%s", accepted->id, lodgement->party->party);
		err = settle(lodgement, accepted);
	}
	if (err != OK && err != ERR_CONFLICT)
		role_log(role, "warn", "lodged-again-later", "party=%s err=%s",
			 lodgement->party->party, err_name(err));
	lodgement_free(lodgement);
}

/* ---- Looking for files ---- */

static bool is_under_way(const struct door *door, const struct party_folder *party, const char *name)
{
	for (const struct lodgement *at = door->under_way; at != NULL; at = at->next)
		if (at->party == party && strcmp(at->name, name) == 0)
			return true;
	return false;
}

/* Too large to be read at all: refused here, with the finding the party needs. */
static void refuse_large(struct lodgement *lodgement)
{
	struct arena *arena = arena_new(LIMIT_FACT_BYTES);
	struct findings findings;
	struct ledger_accepted accepted = {.verdict = INTAKE_REFUSED, .id = "too-large", .state = ""};

	if (arena == NULL)
		return;
	findings_init(&findings, arena);
	if (objection_put(&findings, OBJECTION_TOO_LARGE, lodgement->name) == OK) {
		accepted.findings = findings;
		role_log(lodgement->door->role, "info", "refused", "party=%s code=too-large",
			 lodgement->party->party);
		(void)settle(lodgement, &accepted);
	}
	arena_free(arena);
}

static enum err lodge(struct door *door, struct party_folder *party, const char *name)
{
	struct lodgement *lodgement = calloc(1, sizeof(*lodgement));
	struct buffer content;
	enum err err;

	if (lodgement == NULL)
		return ERR_MEMORY;
	lodgement->door = door;
	lodgement->party = party;
	(void)strncpy(lodgement->name, name, sizeof(lodgement->name) - 1);
	lodgement->next = door->under_way;
	door->under_way = lodgement;
	door->under_way_count++;
	buffer_init(&content, (size_t)door->role->config->max_document_bytes);
	err = folder_read(party->lodge, name, &content, &lodgement->stamp);
	if (err == OK)
		err = pipeline_submit(door->pipeline, party->party, buffer_bytes(&content), on_done,
				      lodgement);
	else if (err == ERR_LIMIT)
		refuse_large(lodgement);
	buffer_clear(&content);
	if (err != OK)
		lodgement_free(lodgement);
	return err;
}

static enum err look_into(struct door *door, struct party_folder *party)
{
	const char *const *names;
	size_t count;
	enum err err;

	arena_clear(door->names);
	err = folder_list(party->lodge, false, MAX_FILES, door->names, &names, &count);
	for (size_t i = 0; err == OK && i < count && door->under_way_count < MAX_UNDER_WAY; i++) {
		if (is_under_way(door, party, names[i]))
			continue;
		err = lodge(door, party, names[i]);
		if (err != ERR_FULL && err != ERR_UNAVAILABLE)
			err = OK; /* this file's own trouble: the others go on */
		else if (err == ERR_UNAVAILABLE)
			err = OK; /* still being written */
	}
	return err;
}

static void look(void *context)
{
	struct door *door = context;
	enum err err = OK;

	for (struct party_folder *party = door->first; err == OK && party != NULL; party = party->next)
		err = look_into(door, party);
}

/* ---- Opening ---- */

static enum err open_sub(struct door *door, const char *party, const char *sub, bool create,
			 struct folder **ret_folder)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/parties/%s/%s", door->role->config->directory, party,
		       sub);
	return folder_open(path, create, ret_folder);
}

static bool is_known(const struct door *door, const char *name)
{
	for (const struct party_folder *party = door->first; party != NULL; party = party->next)
		if (strcmp(party->party, name) == 0)
			return true;
	return false;
}

static enum err open_party(struct door *door, const char *name, bool is_registered)
{
	struct party_folder *party = calloc(1, sizeof(*party));
	char path[4096];
	struct folder *folder = NULL;
	enum err err;

	if (party == NULL)
		return ERR_MEMORY;
	(void)strncpy(party->party, name, LIMIT_NAME_BYTES);
	if ((err = open_sub(door, name, "", is_registered, &folder)) != OK)
		goto failed;
	folder_close(folder);
	folder = NULL;
	if ((err = open_sub(door, name, "lodge", is_registered, &party->lodge)) != OK ||
	    (err = open_sub(door, name, "taken", true, &party->taken)) != OK ||
	    (err = open_sub(door, name, "refused", true, &party->refused)) != OK ||
	    (err = open_sub(door, name, "inbox", true, &folder)) != OK)
		goto failed;
	folder_close(folder);
	(void)snprintf(path, sizeof(path), "%s/parties/%s/lodge", door->role->config->directory, name);
	if (door->watch >= 0)
		(void)folder_watch_add(door->watch, path);
	party->next = door->first;
	door->first = party;
	return OK;
failed:
	folder_close(party->lodge);
	folder_close(party->taken);
	folder_close(party->refused);
	free(party);
	return err;
}

/* Folders that belong to nobody we know: taken in too, so that their files are refused and not forgotten. */
static void look_for_strangers(void *context)
{
	struct door *door = context;
	const char *const *names;
	size_t count;

	arena_clear(door->names);
	if (folder_list(door->parties, true, MAX_PARTIES, door->names, &names, &count) != OK)
		return;
	for (size_t i = 0; i < count; i++)
		if (!is_known(door, names[i]) && open_party(door, names[i], false) == OK)
			role_log(door->role, "warn", "unknown-sender", "folder=%s", names[i]);
}

static void on_change(void *context, int fd)
{
	folder_watch_drain(fd);
	look(context);
}

static enum err open_all(struct door *door)
{
	const struct config *config = door->role->config;
	char path[4096];
	enum err err;

	(void)snprintf(path, sizeof(path), "%s/parties", config->directory);
	err = folder_open(path, true, &door->parties);
	for (size_t i = 0; err == OK && i < config->party_count; i++)
		err = open_party(door, config->parties[i].id, true);
	if (err == OK && door->watch >= 0)
		err = loop_watch(door->role->loop, door->watch, on_change, door);
	if (err == OK)
		err = loop_every(door->role->loop, LOOK_MS, look, door);
	return err == OK ? loop_every(door->role->loop, 10 * LOOK_MS, look_for_strangers, door) : err;
}

enum err door_open(struct role *role, struct pipeline *pipeline, struct door **ret_door)
{
	struct door *door = calloc(1, sizeof(*door));
	enum err err;

	if (door == NULL)
		return ERR_MEMORY;
	door->role = role;
	door->pipeline = pipeline;
	door->names = arena_new(NAMES_ARENA_BYTES);
	if (folder_watch_open(&door->watch) != OK)
		door->watch = -1;
	err = door->names == NULL ? ERR_MEMORY : open_all(door);
	if (err != OK) {
		door_close(door);
		return err;
	}
	look_for_strangers(door);
	*ret_door = door;
	return OK;
}

void door_close(struct door *door)
{
	struct party_folder *party, *next;

	if (door == NULL)
		return;
	while (door->under_way != NULL)
		lodgement_free(door->under_way);
	for (party = door->first; party != NULL; party = next) {
		next = party->next;
		folder_close(party->lodge);
		folder_close(party->taken);
		folder_close(party->refused);
		free(party);
	}
	folder_close(door->parties);
	arena_free(door->names);
	free(door);
}
