#include "node/door.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "messages/utf8.h"
#include "node/findings_json.h"
#include "node/objection.h"
#include "sampan/clock.h"
#include "sampan/folder.h"
#include "sampan/form.h"
#include "sampan/limit.h"

#define MAX_PARTIES 4096u
#define MAX_FILES 4096u      /* of a folder, looked at once */
#define MAX_UNDER_WAY 256u   /* of all parties */
#define PARTY_UNDER_WAY 128u /* of one, so that no heap of files shuts out the others */
#define LOOK_MS 500u
#define RETRY_FIRST_MS 500u
#define RETRY_MAX_MS 5000u
#define NAMES_ARENA_BYTES ((size_t)16 * 1024 * 1024)
#define FILE_NAME_BYTES 256u
#define KEPT_NAME_BYTES 120u /* of the file's own name in its final name */
#define MAX_NAMESAKES 100000u
/* the sender, where a stranger's folder has no name that an id can have */
#define UNNAMED "unnamed"

struct party_folder { /* of one party */
	struct party_folder *next;
	char folder[FILE_NAME_BYTES];
	char party[FILE_NAME_BYTES]; /* id of the sender */
	size_t under_way;
	bool has_more;       /* than were begun when it was looked into last */
	enum err unreadable; /* why a file could not be read */
	enum err shut;       /* why the folder could not be looked into */
	enum err trouble;    /* why the last lodgement comes again */
	uint64_t delay_ms;   /* after trouble; 0: none */
	uint64_t not_before_ms;
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
	bool look_is_due;
	int watch;
};

static void look(void *context);

static enum err open_sub(const struct door *door, const struct party_folder *party, const char *sub,
			 bool create, struct folder **ret_folder)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/parties/%s/%s", door->role->config->directory,
		       party->folder, sub);
	return folder_open(path, create, ret_folder);
}

/* ---- The end of a lodgement: file and answer go where the party finds them ---- */

static void lodgement_free(struct lodgement *lodgement)
{
	struct lodgement **place = &lodgement->door->under_way;

	while (*place != NULL && *place != lodgement)
		place = &(*place)->next;
	if (*place == lodgement)
		*place = lodgement->next;
	lodgement->door->under_way_count--;
	lodgement->party->under_way--;
	free(lodgement);
}

static json_t *answer_new(const struct ledger_accepted *accepted)
{
	return json_pack(
		"{s:s, s:s, s:o?, s:o?}", "id", accepted->id, "state", accepted->state, "findings",
		findings_json_new(&accepted->findings), "receipt",
		json_loadb((const char *)accepted->receipt.at, accepted->receipt.len, 0, NULL));
}

/* The name for file and answer: the file's own, unless it is long or another file has it. */
static enum err final_name(struct folder *folder, const char *name, const char *id,
			   char ret_name[FILE_NAME_BYTES])
{
	int kept = (int)utf8_within(bytes_of_text(name), KEPT_NAME_BYTES).len;

	(void)snprintf(ret_name, FILE_NAME_BYTES, "%.*s", kept, name);
	if (strcmp(ret_name, name) == 0 && !folder_has(folder, ret_name))
		return OK;
	(void)snprintf(ret_name, FILE_NAME_BYTES, "%.60s.%.*s", id, kept, name);
	for (unsigned i = 2; folder_has(folder, ret_name); i++) {
		if (i > MAX_NAMESAKES)
			return ERR_EXISTS;
		(void)snprintf(ret_name, FILE_NAME_BYTES, "%.60s.%u.%.*s", id, i, kept, name);
	}
	return OK;
}

static enum err put_answer(struct folder *folder, const char *name, const char *ending,
			   json_t *json)
{
	char answer_name[FILE_NAME_BYTES + 16];
	char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
	enum err err = ERR_MEMORY;

	(void)snprintf(answer_name, sizeof(answer_name), "%s%s", name, ending);
	if (text != NULL)
		err = folder_write(folder, answer_name, bytes_of_text(text));
	free(text);
	json_decref(json);
	return err;
}

static enum err put_both(const struct lodgement *lodgement, const struct ledger_accepted *accepted,
			 struct folder *lodge, struct folder *to)
{
	bool is_refused = accepted->verdict == INTAKE_REFUSED;
	char name[FILE_NAME_BYTES];
	enum err err = final_name(to, lodgement->name, accepted->id, name);

	if (err == OK)
		err = put_answer(to, name, is_refused ? ".findings" : ".receipt",
				 is_refused ? findings_json_new(&accepted->findings)
					    : answer_new(accepted));
	if (err == OK)
		err = folder_move(lodge, lodgement->name, &lodgement->stamp, to, name);
	return err;
}

static enum err settle(const struct lodgement *lodgement, const struct ledger_accepted *accepted)
{
	bool is_refused = accepted->verdict == INTAKE_REFUSED;
	struct folder *lodge = NULL, *to = NULL;
	enum err err;

	if (!is_refused && accepted->receipt.len == 0)
		return ERR_UNAVAILABLE;
	err = open_sub(lodgement->door, lodgement->party, "lodge", false, &lodge);
	if (err == OK)
		err = open_sub(lodgement->door, lodgement->party, is_refused ? "refused" : "taken",
			       true, &to);
	if (err == OK)
		err = put_both(lodgement, accepted, lodge, to);
	if (err == OK)
		role_log(lodgement->door->role, "info", is_refused ? "refused" : "accepted",
			 "message=%s party=%s", accepted->id, lodgement->party->party);
	folder_close(to);
	folder_close(lodge);
	return err;
}

/* Trouble of one party's files makes that party wait, longer and longer, and is told when it is
 * new. */
static void note_trouble(const struct door *door, struct party_folder *party, enum err err)
{
	if (err_is_news(&party->trouble, err))
		role_log(door->role, "warn", "lodged-again-later", "party=%s err=%s", party->party,
			 err_name(err));
	if (err == OK) {
		party->delay_ms = 0;
		return;
	}
	if (clock_monotonic_ms() < party->not_before_ms)
		return; /* of the same round */
	party->delay_ms = party->delay_ms == 0 ? RETRY_FIRST_MS : 2 * party->delay_ms;
	if (party->delay_ms > RETRY_MAX_MS)
		party->delay_ms = RETRY_MAX_MS;
	party->not_before_ms = clock_monotonic_ms() + party->delay_ms;
}

/* Where files wait for room, the next are begun before all of these are done. */
static void look_for_more(struct door *door, const struct party_folder *party)
{
	if (!party->has_more || party->under_way > PARTY_UNDER_WAY / 2 || door->look_is_due)
		return;
	door->look_is_due = loop_idle(door->role->loop, look, door) == OK;
}

static void on_done(void *context, enum err err, const struct ledger_accepted *accepted)
{
	struct lodgement *lodgement = context;
	struct party_folder *party = lodgement->party;
	struct door *door = lodgement->door;

	if (err == OK)
		err = settle(lodgement, accepted);
	if (err != ERR_CONFLICT &&
	    err != ERR_MISSING) /* then the party itself changed or took the file */
		note_trouble(door, party, err);
	lodgement_free(lodgement);
	look_for_more(door, party);
}

/* ---- Looking for files ---- */

static bool is_under_way(const struct door *door, const struct party_folder *party,
			 const char *name)
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
	struct ledger_accepted accepted = {
		.verdict = INTAKE_REFUSED, .id = "too-large", .state = ""};
	enum err err;

	if (arena == NULL)
		return;
	findings_init(&accepted.findings, arena);
	err = objection_put(&accepted.findings, OBJECTION_TOO_LARGE, "");
	if (err == OK)
		err = settle(lodgement, &accepted);
	note_trouble(lodgement->door, lodgement->party, err);
	arena_free(arena);
}

static struct lodgement *lodgement_new(struct door *door, struct party_folder *party,
				       const char *name)
{
	struct lodgement *lodgement = calloc(1, sizeof(*lodgement));

	if (lodgement == NULL)
		return NULL;
	lodgement->door = door;
	lodgement->party = party;
	(void)snprintf(lodgement->name, sizeof(lodgement->name), "%s", name);
	lodgement->next = door->under_way;
	door->under_way = lodgement;
	door->under_way_count++;
	party->under_way++;
	return lodgement;
}

static enum err lodge(struct door *door, struct party_folder *party, struct folder *folder,
		      const char *name)
{
	struct lodgement *lodgement = lodgement_new(door, party, name);
	struct buffer content;
	enum err err;

	if (lodgement == NULL)
		return ERR_MEMORY;
	buffer_init(&content, (size_t)door->role->config->max_document_bytes);
	err = folder_read(folder, name, &content, &lodgement->stamp);
	if (err == ERR_UNAVAILABLE || err == ERR_MISSING) {
		err = OK; /* still being written, or taken back */
		lodgement_free(lodgement);
	} else if (err == ERR_LIMIT) {
		err = OK;
		refuse_large(lodgement);
		lodgement_free(lodgement);
	} else {
		if (err == OK)
			err = pipeline_submit(door->pipeline, party->party, buffer_bytes(&content),
					      on_done, lodgement);
		if (err != OK)
			lodgement_free(lodgement);
	}
	buffer_clear(&content);
	return err;
}

static bool has_room(const struct door *door, const struct party_folder *party)
{
	return door->under_way_count < MAX_UNDER_WAY && party->under_way < PARTY_UNDER_WAY;
}

/* A file that cannot be read stops none of the others; false: nothing more can be begun now. */
static bool begin(struct door *door, struct party_folder *party, struct folder *folder,
		  const char *name)
{
	enum err err = lodge(door, party, folder, name);

	if (err != OK && err != ERR_FULL && err != ERR_MEMORY && err != party->unreadable) {
		role_log(door->role, "warn", "file-not-read", "party=%s err=%s", party->party,
			 err_name(err));
		party->unreadable = err;
	}
	return err != ERR_FULL && err != ERR_MEMORY;
}

static void look_into(struct door *door, struct party_folder *party)
{
	const char *const *names;
	struct folder *folder = NULL;
	size_t count = 0, i = 0;
	enum err err;

	party->has_more = false;
	if (clock_monotonic_ms() < party->not_before_ms || !has_room(door, party))
		return;
	arena_clear(door->names);
	if ((err = open_sub(door, party, "lodge", false, &folder)) == OK)
		err = folder_list(folder, false, MAX_FILES, door->names, &names, &count);
	if (err_is_news(&party->shut, err))
		role_log(door->role, "warn", "folder-not-read", "party=%s err=%s", party->party,
			 err_name(err));
	if (err == OK)
		while (i < count && has_room(door, party) &&
		       (is_under_way(door, party, names[i]) ||
			begin(door, party, folder, names[i])))
			i++;
	party->has_more = i < count || count == MAX_FILES;
	folder_close(folder);
}

/* Who was first this time is last the next time. */
static void rotate(struct door *door)
{
	struct party_folder *first = door->first, **place = &door->first;

	if (first == NULL)
		return;
	*place = first->next;
	first->next = NULL;
	while (*place != NULL)
		place = &(*place)->next;
	*place = first;
}

static void look(void *context)
{
	struct door *door = context;

	door->look_is_due = false;
	for (struct party_folder *party = door->first; party != NULL; party = party->next)
		look_into(door, party);
	rotate(door);
}

/* ---- Opening ---- */

static bool is_known(const struct door *door, const char *name)
{
	for (const struct party_folder *party = door->first; party != NULL; party = party->next)
		if (strcmp(party->folder, name) == 0)
			return true;
	return false;
}

static enum err make_folders(const struct door *door, const struct party_folder *party,
			     bool is_registered)
{
	static const char *const subs[] = {"", "lodge", "taken", "refused", "inbox"};
	enum err err = OK;

	for (size_t i = 0; err == OK && i < sizeof(subs) / sizeof(subs[0]); i++) {
		struct folder *folder = NULL;

		/* a stranger's folder is one only when somebody made its `lodge` */
		err = open_sub(door, party, subs[i], is_registered || i > 1, &folder);
		folder_close(folder);
	}
	return err;
}

static enum err open_party(struct door *door, const char *name, bool is_registered)
{
	struct party_folder *party = calloc(1, sizeof(*party));
	char path[4096];
	enum err err;

	if (party == NULL)
		return ERR_MEMORY;
	(void)snprintf(party->folder, sizeof(party->folder), "%s", name);
	(void)snprintf(party->party, sizeof(party->party), "%s", form_is_id(name) ? name : UNNAMED);
	if ((err = make_folders(door, party, is_registered)) != OK) {
		free(party);
		return err;
	}
	(void)snprintf(path, sizeof(path), "%s/parties/%s/lodge", door->role->config->directory,
		       name);
	if (door->watch >= 0)
		(void)folder_watch_add(door->watch, path);
	party->next = door->first;
	door->first = party;
	return OK;
}

/* Folders that belong to nobody we know: taken in too, so that their files are refused and not
 * forgotten. */
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
	struct loop *loop = door->role->loop;
	char path[4096];
	enum err err;

	(void)snprintf(path, sizeof(path), "%s/parties", config->directory);
	if ((err = folder_open(path, true, &door->parties)) != OK)
		return err;
	for (size_t i = 0; i < config->party_count; i++)
		if ((err = open_party(door, config->parties[i].id, true)) !=
		    OK) /* the others' are open */
			role_log(door->role, "error", "party-folder", "party=%s err=%s",
				 config->parties[i].id, err_name(err));
	look_for_strangers(door);
	if (door->watch >= 0 && (err = loop_watch(loop, door->watch, on_change, door)) != OK)
		return err;
	if ((err = loop_every(loop, LOOK_MS, look, door)) != OK ||
	    (err = loop_every(loop, 10 * LOOK_MS, look_for_strangers, door)) != OK)
		return err;
	return loop_idle(loop, look, door); /* what was lodged while nobody looked */
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
	*ret_door = door;
	return OK;
}

void door_rest(struct door *door)
{
	loop_forget(door->role->loop, door);
}

void door_close(struct door *door)
{
	struct party_folder *party;

	if (door == NULL)
		return;
	while (door->under_way != NULL)
		/* it leaves the list first, which the analyzer does not follow */
		lodgement_free(door->under_way); /* NOLINT(clang-analyzer-unix.Malloc) */
	while ((party = door->first) != NULL) {
		door->first = party->next;
		free(party);
	}
	loop_forget(door->role->loop, door);
	folder_watch_close(door->watch);
	folder_close(door->parties);
	arena_free(door->names);
	free(door);
}
