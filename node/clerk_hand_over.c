#include "node/clerk_hand_over.h"

#include <stdlib.h>
#include <string.h>

#include "node/account.h"
#include "node/clerk_view.h"
#include "node/hand_over.h"
#include "node/inquiry.h"
#include "node/json_time.h"
#include "node/listing.h"
#include "node/procedure.h"

#define PAGES 20u /* of one list, so that what it costs is bounded */
#define PERSON "user:"

/* What is open at a desk, what there is few of first: only so many rows are shown. */
static const struct wanted {
	enum access_desk desk;
	const char *state, *schema;
	bool is_of_office; /* others are nobody's */
} wanted[] = {
	{ACCESS_DESK_CUSTOMS, INQUIRY_STATE, "asw.form-d", false},
	{ACCESS_DESK_CUSTOMS, INQUIRY_STATE, "vn.co-paper", true},
	{ACCESS_DESK_CUSTOMS, LISTING_DECIDE, NULL, false},
	{ACCESS_DESK_CUSTOMS, LISTING_OPEN, NULL, true},
	{ACCESS_DESK_ISSUING, INQUIRY_STATE, "vn.co", true},
	{ACCESS_DESK_ISSUING, INQUIRY_STATE, "th.co", true},
	{ACCESS_DESK_ISSUING, "issuing", "vn.co-application", true},
	{ACCESS_DESK_ISSUING, "supplement-asked", "vn.co-application", true},
	{ACCESS_DESK_ISSUING, "supplemented", "vn.co-application", true},
	{ACCESS_DESK_ISSUING, "with-authority", "vn.co-application", true},
	{ACCESS_DESK_ISSUING, "lodged", "vn.co-application", true},
};

struct row {
	uint64_t number;
	const char *by; /* "user:NAME"; "": nobody yet */
	json_t *json;
};

struct gathering {
	const struct turn *turn;
	const struct caller *caller;
	const struct reading *reading;
	const struct hand_over_office *office;
	struct row rows[CLERK_HAND_OVER_ROWS];
	size_t count;
	bool is_cut;
};

void clerk_hand_over_pack(struct buffer *to, const struct caller *caller, const char *office,
			  const char *desk)
{
	caller_pack(to, caller);
	pack_text(to, office);
	pack_text(to, desk);
}

static void set(json_t *to, const char *name, json_t *value)
{
	(void)json_object_set_new(to, name, value);
}

static json_t *name_new(const struct turn *turn, const char *actor)
{
	struct account account;
	bool is_known = strncmp(actor, PERSON, sizeof(PERSON) - 1) == 0 &&
			account_load(turn, actor + sizeof(PERSON) - 1, &account) == OK;

	return json_string(is_known ? account.full_name : "");
}

/* ---- Rows ---- */

static const char *person_in(const struct record *record)
{
	const char *person = facts_get_or_empty(&record->attributes, "person");

	return strncmp(person, PERSON, sizeof(PERSON) - 1) == 0 ? person : "";
}

static bool is_of_person(const void *context, const struct record *record)
{
	(void)context;
	return person_in(record)[0] != '\0';
}

/* Who decided something about it last. */
static enum err find_person(const struct turn *turn, uint64_t message, const char **ret_by)
{
	struct record record;
	enum err err = message_find_record(turn, message, is_of_person, NULL, &record);

	*ret_by = err == OK ? person_in(&record) : "";
	return err == ERR_MISSING ? OK : err;
}

static bool is_overdue(const struct turn *turn, const struct message *message)
{
	struct inquiry inquiry = inquiry_of(&message->facts);
	enum inquiry_stage stage = inquiry_stage(&inquiry, message->state, turn->now_ms);

	if (stage == INQUIRY_OVERDUE || stage == INQUIRY_RUN_OUT)
		return true;
	return message->due_ms != 0 && message->closed_ms == 0 &&
	       procedure_paused_since(message) == 0 && turn->now_ms > message->due_ms;
}

static bool is_of_office(const char *of, const char *office)
{
	size_t len = strlen(office);

	return strncmp(of, office, len) == 0 && (of[len] == '\0' || of[len] == '/');
}

static bool is_there(const struct gathering *gathering, uint64_t number)
{
	for (size_t i = 0; i < gathering->count; i++)
		if (gathering->rows[i].number == number)
			return true;
	return false;
}

static enum err add(struct gathering *gathering, const struct message *message)
{
	const struct turn *turn = gathering->turn;
	const struct clerk_view view = {
		.turn = turn, .is_staff = true, .caller = gathering->caller};
	struct row *row = &gathering->rows[gathering->count];
	enum err err = find_person(turn, message->number, &row->by);

	if (err != OK)
		return err;
	row->number = message->number;
	row->json = clerk_view_row_new(&view, message);
	if (row->json == NULL)
		return ERR_MEMORY;
	gathering->count++;
	set(row->json, "by", json_string(row->by));
	set(row->json, "byName", name_new(turn, row->by));
	set(row->json, "overdue", json_boolean(is_overdue(turn, message)));
	return OK;
}

static enum err add_page(struct gathering *gathering, const struct wanted *want,
			 const struct listing *listing)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < listing->count; i++) {
		struct message message;

		if (gathering->count == CLERK_HAND_OVER_ROWS) {
			gathering->is_cut = true;
			return OK;
		}
		err = message_load(gathering->turn, listing->numbers[i], &message);
		if (err == OK && !is_there(gathering, message.number) &&
		    (!want->is_of_office ||
		     is_of_office(facts_get_or_empty(&message.facts, "office"),
				  gathering->office->code)))
			err = add(gathering, &message);
		if (turn_is_bad_value(err))
			err = OK;
	}
	return err;
}

static enum err gather(struct gathering *gathering, const struct wanted *want)
{
	struct listing_query query = {
		.values = {[LISTING_STATE] = want->state, [LISTING_SCHEMA] = want->schema},
		.limit = LISTING_LIMIT};
	struct listing listing;
	unsigned pages = 0;
	enum err err;

	do {
		err = listing_page(gathering->reading, &query, &listing);
		if (err == OK)
			err = add_page(gathering, want, &listing);
		query.before = listing.next;
	} while (err == OK && listing.next != 0 && !gathering->is_cut && ++pages < PAGES);
	gathering->is_cut |= err == OK && listing.next != 0;
	return err;
}

static int by_person(const void *a, const void *b)
{
	const struct row *left = a, *right = b;
	int order = strcmp(left->by, right->by);

	return order != 0 ? order : left->number < right->number ? -1 : 1;
}

static enum err put_open(struct gathering *gathering, json_t *to)
{
	json_t *open = json_array();
	enum err err = OK;

	for (size_t i = 0; err == OK && i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (wanted[i].desk == gathering->office->desk && !gathering->is_cut)
			err = gather(gathering, &wanted[i]);
	qsort(gathering->rows, gathering->count, sizeof(gathering->rows[0]), by_person);
	for (size_t i = 0; i < gathering->count; i++)
		(void)json_array_append_new(open, gathering->rows[i].json);
	set(to, "open", open);
	set(to, "whole", json_boolean(!gathering->is_cut));
	return err;
}

/* ---- Notes ---- */

static const char *text_of(const struct hand_over_read *note)
{
	return note->text.len == 0 ? "" : (const char *)note->text.at;
}

static enum err put_notes(const struct turn *turn, const struct caller *caller,
			  const struct hand_over_office *office, json_t *to)
{
	struct hand_over_read notes[HAND_OVER_NOTES];
	json_t *list = json_array();
	size_t count = 0;
	enum err err = hand_over_list(turn, caller->party, office, notes, &count);

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(list, json_pack("{s:I, s:o, s:s, s:o, s:s%}", "number",
							    (json_int_t)notes[i].number, "time",
							    json_time_new(notes[i].time_ms),
							    "actor", notes[i].actor, "actorName",
							    name_new(turn, notes[i].actor), "text",
							    text_of(&notes[i]), notes[i].text.len));
	set(to, "notes", list);
	return err;
}

/* ---- All of it ---- */

static json_t *offices_new(const struct hand_over_office *offices, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(list,
					    json_pack("{s:s, s:s}", "office", offices[i].code,
						      "desk", hand_over_desk(offices[i].desk)));
	return list;
}

static enum err put_all(const struct turn *turn, const struct caller *caller,
			const struct hand_over_office *office, json_t *to)
{
	struct gathering *gathering = arena_alloc(turn->arena, sizeof(*gathering));
	struct reading reading;
	enum err err = gathering == NULL ? ERR_MEMORY : reading_init(turn, caller, &reading);

	if (err != OK)
		return err;
	*gathering = (struct gathering){
		.turn = turn, .caller = caller, .reading = &reading, .office = office};
	set(to, "office", json_string(office->code));
	set(to, "desk", json_string(hand_over_desk(office->desk)));
	err = put_notes(turn, caller, office, to);
	return err == OK ? put_open(gathering, to) : err;
}

static enum err answer(const struct turn *turn, const struct caller *caller, const char *wish,
		       const char *desk, json_t *to)
{
	struct hand_over_office offices[HAND_OVER_OFFICES];
	size_t count = hand_over_offices(caller, ACCESS_HAND_OVER, offices), i = 0;

	while (i < count && wish[0] != '\0' && !hand_over_is(&offices[i], wish, desk))
		i++;
	if (!access_may_ever(caller, ACCESS_HAND_OVER) || (i == count && wish[0] != '\0'))
		return ERR_DENIED;
	set(to, "offices", offices_new(offices, count));
	if (count > 0)
		return put_all(turn, caller, &offices[i], to);
	set(to, "office", json_string(""));
	set(to, "desk", json_string(""));
	set(to, "notes", json_array());
	set(to, "open", json_array());
	set(to, "whole", json_true());
	return OK;
}

/* Who asks is looked up again: what was revoked since sees nothing. */
enum err clerk_hand_over_serve(const struct turn *turn, struct bytes question, struct buffer *to)
{
	struct caller claimed, caller;
	json_t *json = json_object();
	char *text = NULL;
	struct unpack from;
	const char *wish, *desk;
	enum err err;

	unpack_init(&from, question);
	caller_unpack(&from, turn->arena, &claimed);
	wish = unpack_text(&from, turn->arena);
	desk = unpack_text(&from, turn->arena);
	err = unpack_end(&from) != OK ? ERR_FORMAT : identity_resolve(turn, &claimed, &caller);
	if (err == OK)
		err = answer(turn, &caller, wish, desk, json);
	else if (err == ERR_MISSING)
		err = ERR_DENIED;
	if (err == OK && (text = json_dumps(json, JSON_COMPACT)) == NULL)
		err = ERR_MEMORY;
	if (err == OK)
		buffer_put_text(to, text);
	free(text);
	json_decref(json);
	return err == OK ? buffer_error(to) : err;
}
