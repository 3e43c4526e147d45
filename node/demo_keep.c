#include "node/demo_keep.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/clerk_list.h"
#include "node/document_key.h"
#include "node/evidence_ask.h"
#include "node/file.h"
#include "node/json_read.h"
#include "node/partner_look.h"
#include "node/setup.h"
#include "node/trust_folder.h"
#include "node/zip.h"

#define ANCHOR_BYTES ((size_t)1024 * 1024)
#define QUESTION_BYTES ((size_t)64 * 1024)
#define TRIES 50u
#define WITNESS_TRIES 150u
#define LOOK_BYTES ((size_t)64 * 1024 * 1024)

/* ---- Anchors ---- */

static enum err copy(const char *from, const char *to, struct arena *arena)
{
	struct bytes bytes;
	enum err err = from == NULL || to == NULL ? ERR_MEMORY
						  : file_read(from, ANCHOR_BYTES, arena, &bytes);

	return err == OK ? file_replace(to, bytes) : err;
}

static int is_certificate(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot != NULL &&
	       (strcmp(dot, ".crt") == 0 || strcmp(dot, ".pem") == 0 || strcmp(dot, ".crl") == 0);
}

/* The certificates and lists in a folder of a node; those of what it signs with among them. */
static enum err copy_certificates(const struct town_node *node, const char *folder,
				  const char *trust, struct arena *arena)
{
	const char *from = arena_format(arena, "%s/%s", node->directory, folder);
	struct dirent **entries = NULL;
	int count = from == NULL ? -1 : scandir(from, &entries, is_certificate, alphasort);
	enum err err = from == NULL ? ERR_MEMORY : OK;

	for (int i = 0; i < count; i++) {
		if (err == OK)
			err = copy(arena_format(arena, "%s/%s", from, entries[i]->d_name),
				   arena_format(arena, "%s/%s.%s", trust, node->country,
						entries[i]->d_name),
				   arena);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static enum err keep_anchors(const struct town *town, const struct town_node *node,
			     struct arena *arena)
{
	const char *trust = arena_format(arena, "%s/trust", town->directory);
	enum err err = trust == NULL ? ERR_MEMORY : OK;

	if (err == OK && mkdir(trust, 0755) != 0 && errno != EEXIST)
		err = ERR_IO;
	if (err == OK)
		err = copy(arena_format(arena, "%s/%s", node->directory, SETUP_LEDGER_PUBLIC),
			   arena_format(arena, "%s/%s.ledger.pub", trust, node->country), arena);
	if (err == OK)
		err = copy(arena_format(arena, "%s/seal/card-1.note", node->directory),
			   arena_format(arena, "%s/%s.card.note", trust, node->country), arena);
	if (err == OK)
		err = copy_certificates(node, "seal", trust, arena);
	return err == OK ? copy_certificates(node, TRUST_FOLDER, trust, arena) : err;
}

/* ---- Which messages ---- */

static enum err ask_page(struct ask *ask, const char *cursor, struct clerk_list_answer *ret_answer)
{
	const struct clerk_list_question question = {.cursor = cursor, .limit = LISTING_LIMIT};
	struct caller caller;
	struct buffer body;
	struct bytes answer;
	enum err err;

	caller_of_admin(ask_operator(), &caller);
	buffer_init(&body, QUESTION_BYTES);
	clerk_list_pack(&body, &caller, &question);
	err = buffer_error(&body);
	if (err == OK)
		err = ask_bytes(ask, ADMIN_CLERK + CLERK_LIST, buffer_bytes(&body), &answer);
	if (err == OK)
		err = clerk_list_unpack_answer(answer, ask->arena, ret_answer);
	buffer_clear(&body);
	return err;
}

/* Rows come newest first, so that the oldest of each kind is what stays. */
static enum err note_rows(const struct clerk_list_answer *answer, struct arena *arena,
			  json_t *messages)
{
	const char *text =
		arena_format(arena, "[%.*s]", (int)answer->rows.len, (const char *)answer->rows.at);
	json_t *rows = text == NULL ? NULL : json_loads(text, 0, NULL), *row;
	size_t i;

	if (rows == NULL)
		return ERR_MEMORY;
	json_array_foreach(rows, i, row)
	{
		const char *schema = json_read_text(row, "schema");
		const char *kind = arena_text(arena, bytes_of(schema, strcspn(schema, "/")));

		if (kind != NULL && *kind != '\0')
			(void)json_object_set_new(messages, kind,
						  json_string(json_read_text(row, "id")));
	}
	json_decref(rows);
	return OK;
}

static enum err find_messages(struct ask *ask, json_t *messages)
{
	struct clerk_list_answer answer = {.next = ""};
	enum err err;

	do {
		err = ask_page(ask, answer.next, &answer);
		if (err == OK)
			err = note_rows(&answer, ask->arena, messages);
	} while (err == OK && answer.next[0] != '\0');
	return err;
}

/* ---- Evidence ---- */

static int take(void *context, struct bytes piece)
{
	buffer_put(context, piece);
	return buffer_error(context) == OK ? 0 : 1;
}

/* What the seal has not signed for yet it signs in a moment. */
static enum err fetch(struct ask *ask, const char *id, struct buffer *to)
{
	enum err err = ERR_UNAVAILABLE;
	int taken = 0;

	for (unsigned i = 0; i < TRIES && (err == ERR_UNAVAILABLE || err == ERR_CONFLICT); i++) {
		if (i > 0)
			(void)usleep(100 * 1000);
		buffer_reset(to);
		err = evidence_ask(ask, id, "", take, to, &taken);
	}
	return err == OK ? buffer_error(to) : err;
}

static enum err keep_one(struct ask *ask, const char *id, const char *path)
{
	struct buffer file;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	buffer_init(&file, ZIP_MAX_BYTES);
	if ((err = fetch(ask, id, &file)) == OK)
		err = file_replace(path, buffer_bytes(&file));
	buffer_clear(&file);
	return err;
}

static enum err keep_evidence(const struct town *town, const struct town_node *node,
			      struct arena *arena)
{
	struct ask ask = {.config = node->config, .arena = arena, .timeout_ms = 20000};
	json_t *messages = json_object(), *id;
	const char *kind;
	enum err err;

	ask.endpoint = role_endpoint(node->config, "admin", arena);
	err = messages == NULL || ask.endpoint == NULL ? ERR_MEMORY : find_messages(&ask, messages);
	json_object_foreach(messages, kind, id)
	{
		if (err == OK)
			err = keep_one(&ask, json_string_value(id),
				       arena_format(arena, "%s/%s.%s.evidence", town->directory,
						    node->country, kind));
	}
	json_decref(messages);
	return err;
}

static bool is_countersigned(const struct town_node *node)
{
	struct arena *arena = arena_new(LOOK_BYTES);
	json_t *list = NULL;
	bool is_it = arena != NULL && partner_look_list(node->config, arena, &list) == OK &&
		     json_is_null(json_object_get(json_array_get(list, 0), "uncoveredSince"));

	json_decref(list);
	arena_free(arena);
	return is_it;
}

/* Partners say so every few seconds. Who is late stands in the evidence that is fetched then. */
static void wait_for_witness(const struct town_node *node)
{
	for (unsigned i = 0; i < WITNESS_TRIES && !is_countersigned(node); i++)
		(void)usleep(100 * 1000);
}

enum err demo_keep(const struct town *town)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < TOWN_NODES; i++) {
		struct arena *arena = arena_new((size_t)512 * 1024 * 1024);

		err = arena == NULL ? ERR_MEMORY : keep_anchors(town, &town->nodes[i], arena);
		wait_for_witness(&town->nodes[i]);
		if (err == OK)
			err = keep_evidence(town, &town->nodes[i], arena);
		arena_free(arena);
	}
	return err;
}
