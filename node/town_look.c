#include "node/town.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/ask.h"
#include "node/checkpoint.h"
#include "node/file.h"
#include "node/json_read.h"
#include "node/receipt.h"
#include "node/setup.h"
#include "sampan/folder.h"
#include "sampan/limit.h"

#define QUESTION_MS 20000u
#define KEY_FILE_BYTES ((size_t)64 * 1024)

static enum err ask_node(const struct town_node *node, uint64_t timeout_ms,
			 enum clerk_operation operation, struct bytes body, json_t **ret_answer)
{
	struct ask ask = {.config = node->config, .timeout_ms = timeout_ms};
	enum err err = ERR_MEMORY;

	ask.arena = arena_new((size_t)256 * 1024 * 1024);
	if (ask.arena != NULL)
		ask.endpoint = role_endpoint(node->config, "admin", ask.arena);
	if (ask.endpoint != NULL)
		err = ask_clerk(&ask, operation, body, ret_answer);
	arena_free(ask.arena);
	return err;
}

enum err town_count_within(const struct town_node *node, uint64_t timeout_ms,
			   struct town_counts *ret_counts)
{
	json_t *answer = NULL;
	const json_t *events;
	enum err err = ask_node(node, timeout_ms, CLERK_COUNTS, (struct bytes){0}, &answer);

	if (err != OK)
		return err;
	events = json_object_get(answer, "events");
	*ret_counts = (struct town_counts){
		.accepted = json_read_number(events, "SubmissionAcceptance"),
		.refused = json_read_number(events, "SubmissionRejection"),
		.waiting = json_read_number(answer, "waiting"),
		.held = json_read_number(answer, "held"),
		.records = json_read_number(answer, "records"),
		.owed = json_read_number(events, "DeliveryOwed"),
		.signed_outputs = json_read_number(events, "Signed"),
		.relayed = json_read_number(events, "RelayAcceptance"),
		.handed_over = json_read_number(events, "ContentHandover"),
	};
	json_decref(answer);
	return OK;
}

enum err town_count(const struct town_node *node, struct town_counts *ret_counts)
{
	return town_count_within(node, QUESTION_MS, ret_counts);
}

/* ---- The audit ---- */

/* All pages of a list into one array that the caller owns. */
static enum err fetch_all(const struct town_node *node, enum clerk_operation operation,
			  const char *name, json_t **ret_list)
{
	json_t *list = json_array();
	uint8_t after[8] = {0};
	uint64_t next = 1;
	enum err err = list == NULL ? ERR_MEMORY : OK;

	while (err == OK && next != 0) {
		json_t *page = NULL;

		err = ask_node(node, QUESTION_MS, operation, bytes_of(after, sizeof(after)), &page);
		if (err == OK && json_array_extend(list, json_object_get(page, name)) != 0)
			err = ERR_MEMORY;
		next = json_read_number(page, "next");
		bytes_put_u64(after, next);
		json_decref(page);
	}
	if (err == OK)
		*ret_list = list;
	else
		json_decref(list);
	return err;
}

/* Arrivals of a node by the sender's "message/delivery": how often, and how often handed over. */
struct arrivals {
	json_t *times;  /* origin -> how often it arrived */
	json_t *handed; /* origin -> was all that was owed of the last handed over? */
	uint64_t doubled;
};

/* Its state goes on from there: a certificate is used. */
static bool is_handed(const json_t *arrival)
{
	uint64_t owed = json_read_number(arrival, "owed");

	return owed > 0 && json_read_number(arrival, "delivered") == owed;
}

static enum err index_arrivals(const struct town_node *node, struct arrivals *ret)
{
	json_t *list = NULL;
	const json_t *item;
	size_t i;
	enum err err = fetch_all(node, CLERK_ARRIVALS, "arrivals", &list);

	*ret = (struct arrivals){.times = json_object(), .handed = json_object()};
	json_array_foreach(list, i, item)
	{
		const char *origin = json_read_text(item, "origin");
		uint64_t times = json_read_number(ret->times, origin) + 1;

		if (times > 1)
			ret->doubled++;
		(void)json_object_set_new(ret->times, origin, json_integer((json_int_t)times));
		(void)json_object_set_new(ret->handed, origin, json_boolean(is_handed(item)));
	}
	json_decref(list);
	return err;
}

static void arrivals_clear(struct arrivals *arrivals)
{
	json_decref(arrivals->times);
	json_decref(arrivals->handed);
}

static bool is_lodged_here(const json_t *delivery)
{
	/* what came from a partner is handed over as the end of the partner's delivery, and counted
	 * there */
	return strncmp(json_read_text(delivery, "kind"), "asw.", 4) != 0;
}

static void follow(const json_t *delivery, const struct arrivals *there, struct town_audit *audit)
{
	char origin[256];
	bool is_done = strcmp(json_read_text(delivery, "stage"), "done") == 0;

	if (!is_lodged_here(delivery))
		return;
	audit->owed++;
	if (strncmp(json_read_text(delivery, "to"), "partner:", 8) == 0) {
		(void)snprintf(origin, sizeof(origin), "%s/%llu",
			       json_read_text(delivery, "message"),
			       (unsigned long long)json_read_number(delivery, "delivery"));
		is_done = is_done && json_is_true(json_object_get(there->handed, origin));
	}
	audit->delivered += is_done ? 1 : 0;
}

static enum err audit_deliveries(const struct town_node *node, const struct town_node *other,
				 struct town_audit *audit)
{
	struct arrivals there;
	json_t *deliveries = NULL;
	const json_t *delivery;
	size_t i;
	enum err err = index_arrivals(other, &there);

	if (err == OK)
		err = fetch_all(node, CLERK_DELIVERIES, "deliveries", &deliveries);
	json_array_foreach(deliveries, i, delivery) follow(delivery, &there, audit);
	audit->duplicated += there.doubled;
	json_decref(deliveries);
	arrivals_clear(&there);
	return err;
}

static bool has_ending(const char *name, const char *ending)
{
	size_t len = strlen(name), ending_len = strlen(ending);

	return len >= ending_len && strcmp(name + len - ending_len, ending) == 0;
}

static bool is_receipt_good(struct folder *taken, const char *name,
			    const uint8_t public_key[KEY_PUBLIC_BYTES], struct arena *arena)
{
	struct folder_stamp stamp;
	struct record record;
	struct buffer file;
	json_t *json = NULL;
	char *text = NULL;
	bool is_good = false;

	buffer_init(&file, LIMIT_PAYLOAD_BYTES);
	if (folder_read(taken, name, &file, &stamp) == OK)
		json = json_loadb((const char *)file.at, file.len, 0, NULL);
	text = json_dumps(json_object_get(json, "receipt"), JSON_COMPACT);
	if (text != NULL)
		is_good = receipt_verify(bytes_of_text(text), public_key, arena, &record) == OK;
	free(text);
	json_decref(json);
	buffer_clear(&file);
	return is_good;
}

static enum err audit_party(const struct town_node *node, const char *party,
			    const uint8_t public_key[KEY_PUBLIC_BYTES], struct town_audit *audit)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	const char *const *names;
	struct folder *taken = NULL;
	char path[4096];
	size_t count = 0;
	enum err err = arena == NULL ? ERR_MEMORY : OK;

	(void)snprintf(path, sizeof(path), "%s/parties/%s/taken", node->directory, party);
	if (err == OK)
		err = folder_open(path, false, &taken);
	if (err == OK)
		err = folder_list(taken, false, 1000000, arena, &names, &count);
	for (size_t i = 0; err == OK && i < count; i++) {
		if (!has_ending(names[i], ".receipt"))
			audit->taken++;
		else if (is_receipt_good(taken, names[i], public_key, arena))
			audit->receipts++;
	}
	folder_close(taken);
	arena_free(arena);
	return err;
}

static enum err audit_receipts(const struct town_node *node, struct arena *arena,
			       struct town_audit *audit)
{
	const char *path = arena_format(arena, "%s/%s", node->directory, SETUP_LEDGER_PUBLIC);
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct bytes text;
	char *line;
	enum err err = path == NULL ? ERR_MEMORY : file_read(path, KEY_FILE_BYTES, arena, &text);

	if (err != OK)
		return err;
	line = arena_text(arena, text);
	if (line == NULL)
		return ERR_MEMORY;
	line[strcspn(line, "\n")] = '\0';
	err = checkpoint_parse_key(line, origin, public_key);
	for (size_t i = 0; err == OK && i < node->config->party_count; i++)
		err = audit_party(node, node->config->parties[i].id, public_key, audit);
	return err;
}

/* An inbox file's name says which delivery it is; two files for one delivery would be a document
 * doubled. */
enum err town_audit(const struct town *town, struct town_audit *ret_audit)
{
	struct town_audit audit = {0};
	enum err err = OK;

	for (size_t i = 0; err == OK && i < TOWN_NODES; i++) {
		err = audit_deliveries(&town->nodes[i], &town->nodes[1 - i], &audit);
		if (err == OK)
			err = audit_receipts(&town->nodes[i], town->arena, &audit);
	}
	audit.lost = audit.owed - audit.delivered;
	if (err == OK)
		*ret_audit = audit;
	return err;
}
