#include "node/clerk_list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/clerk_view.h"
#include "node/identity.h"

#define EVENT_HEAD_BYTES (8u + 4u)                                    /* packed in front of each */
#define EVENTS_BYTES ((size_t)LIMIT_PAYLOAD_BYTES + EVENT_HEAD_BYTES) /* so one always fits */

/* ---- Lists ---- */

void clerk_list_pack(struct buffer *to, const struct caller *caller,
		     const struct clerk_list_question *question)
{
	caller_pack(to, caller);
	pack_text(to, question->cursor);
	pack_u32(to, question->limit);
	for (unsigned i = 0; i < LISTING_KEYS; i++) {
		pack_u8(to, question->values[i] != NULL);
		pack_text(to, question->values[i]);
	}
}

static enum err unpack(struct bytes body, struct arena *arena, struct caller *ret_caller,
		       struct clerk_list_question *ret_question)
{
	struct unpack from;

	unpack_init(&from, body);
	caller_unpack(&from, arena, ret_caller);
	ret_question->cursor = unpack_text(&from, arena);
	ret_question->limit = unpack_u32(&from);
	for (unsigned i = 0; i < LISTING_KEYS; i++) {
		bool is_given = unpack_bool(&from);
		const char *value = unpack_text(&from, arena);

		ret_question->values[i] = is_given ? value : NULL;
	}
	return unpack_end(&from);
}

enum err clerk_list_unpack_answer(struct bytes body, struct arena *arena,
				  struct clerk_list_answer *ret_answer)
{
	struct clerk_list_answer answer;
	struct unpack from;
	enum err err;

	unpack_init(&from, body);
	answer.count = unpack_u32(&from);
	answer.next = unpack_text(&from, arena);
	answer.rows = unpack_bytes(&from);
	if ((err = unpack_end(&from)) == OK)
		*ret_answer = answer;
	return err;
}

/* A conversation that is no id of ours has no messages: number 0 is none's. */
static enum err query_of(const struct turn *turn, const struct clerk_list_question *question,
			 struct listing_query *ret_query)
{
	uint64_t epoch = ledger_epoch(turn->ledger);
	const char *conversation = question->values[LISTING_CONVERSATION];

	*ret_query = (struct listing_query){.limit = question->limit};
	memcpy(ret_query->values, question->values, sizeof(ret_query->values));
	if (conversation != NULL)
		(void)message_find_id(turn, conversation, &ret_query->conversation);
	if (question->cursor[0] != '\0' &&
	    !listing_parse_cursor(epoch, question->cursor, &ret_query->before))
		return ERR_USAGE;
	return OK;
}

/* The JSON's text; it is taken. */
static enum err put_json(struct buffer *to, json_t *json)
{
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
	enum err err = text == NULL ? ERR_MEMORY : OK;

	buffer_put_text(to, text == NULL ? "" : text);
	free(text);
	json_decref(json);
	return err;
}

/* How a row is loaded: a message, or what is known of a refusal. */
typedef enum err loader(const struct turn *turn, uint64_t number, struct message *ret_message);

static enum err put_rows(const struct clerk_view *view, const struct listing *listing, loader *load,
			 struct buffer *to, uint32_t *ret_count)
{
	enum err err = OK;

	*ret_count = 0;
	for (size_t i = 0; err == OK && i < listing->count; i++) {
		struct message message;

		err = load(view->turn, listing->numbers[i], &message);
		if (turn_is_bad_value(err)) {
			err = OK;
			continue;
		}
		if (err == OK && (*ret_count)++ > 0)
			buffer_put_byte(to, ',');
		if (err == OK)
			err = put_json(to, clerk_view_row_new(view, &message));
	}
	return err == OK ? buffer_error(to) : err;
}

static enum err put_listing(const struct turn *turn, const struct listing *listing, loader *load,
			    struct buffer *to)
{
	const struct clerk_view view = {.turn = turn};
	char cursor[LISTING_CURSOR_BYTES] = "";
	struct buffer rows;
	uint32_t count;
	enum err err;

	buffer_init(&rows, LIMIT_PAYLOAD_BYTES);
	err = put_rows(&view, listing, load, &rows, &count);
	if (listing->next != 0)
		listing_format_cursor(ledger_epoch(turn->ledger), listing->next, cursor);
	pack_u32(to, count);
	pack_text(to, cursor);
	pack_bytes(to, buffer_bytes(&rows));
	buffer_clear(&rows);
	return err == OK ? buffer_error(to) : err;
}

enum err clerk_list_serve(const struct turn *turn, struct bytes body, struct buffer *to)
{
	struct clerk_list_question question;
	struct listing_query query;
	struct listing listing;
	struct reading reading;
	struct caller caller;
	enum err err = unpack(body, turn->arena, &caller, &question);

	if (err != OK || (err = query_of(turn, &question, &query)) != OK ||
	    (err = reading_init(turn, &caller, &reading)) != OK ||
	    (err = listing_page(&reading, &query, &listing)) != OK)
		return err;
	return put_listing(turn, &listing,
			   listing_is_of_refusals(&query) ? message_load_refusal : message_load,
			   to);
}

/* Names of lanes are letters (listing.c): nothing in them is escaped. */
enum err clerk_list_serve_lanes(const struct turn *turn, struct bytes body, struct buffer *to)
{
	struct clerk_list_question question;
	struct listing_query query;
	struct listing_lanes lanes;
	struct reading reading;
	struct caller caller;
	uint32_t decide = 0;
	bool is_whole = false;
	enum err err = unpack(body, turn->arena, &caller, &question);

	if (err != OK || (err = query_of(turn, &question, &query)) != OK ||
	    (err = reading_init(turn, &caller, &reading)) != OK ||
	    (err = listing_count_lanes(&reading, &query, &lanes)) != OK ||
	    (err = listing_count_decide(&reading, &decide, &is_whole)) != OK)
		return err;
	buffer_put_text(to, "\"lanes\":[");
	for (size_t i = 0; i < lanes.count; i++)
		buffer_put_format(to, "%s{\"lane\":\"%s\",\"count\":%" PRIu32 "}",
				  i == 0 ? "" : ",", lanes.items[i].lane, lanes.items[i].count);
	buffer_put_format(to, "],\"lanesWhole\":%s,\"toDecide\":%" PRIu32 ",\"toDecideWhole\":%s",
			  lanes.is_whole ? "true" : "false", decide, is_whole ? "true" : "false");
	return buffer_error(to);
}

/* ---- Events ---- */

void clerk_list_pack_events(struct buffer *to, const struct caller *caller,
			    const struct clerk_list_events_question *question)
{
	caller_pack(to, caller);
	pack_u64(to, question->after);
	pack_u32(to, question->max_count);
	pack_u8(to, question->in_vietnamese);
	pack_u8(to, question->is_followed);
}

static enum err unpack_events(struct bytes body, struct arena *arena, struct caller *ret_caller,
			      struct clerk_list_events_question *ret_question)
{
	struct unpack from;

	unpack_init(&from, body);
	caller_unpack(&from, arena, ret_caller);
	ret_question->after = unpack_u64(&from);
	ret_question->max_count = unpack_u32(&from);
	ret_question->in_vietnamese = unpack_bool(&from);
	ret_question->is_followed = unpack_bool(&from);
	return unpack_end(&from);
}

enum err clerk_list_unpack_events(struct bytes body, struct arena *arena,
				  struct clerk_list_events_answer *ret_answer)
{
	struct clerk_list_events_answer answer;
	struct unpack from;
	enum err err;

	unpack_init(&from, body);
	answer.until = unpack_u64(&from);
	answer.size = unpack_u64(&from);
	answer.count = unpack_count(&from, 8 + 4);
	answer.events = arena_alloc_array(arena, answer.count + 1u, sizeof(*answer.events));
	if (answer.events == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < answer.count; i++) {
		answer.events[i].sequence = unpack_u64(&from);
		answer.events[i].json = unpack_bytes(&from);
	}
	if ((err = unpack_end(&from)) == OK)
		*ret_answer = answer;
	return err;
}

/* A look at the events: what the caller sees of one message is asked once for records in a row. */
struct following {
	const struct reading *reading;
	struct clerk_view view;
	uint64_t message; /* the last one looked at; 0: none */
	bool is_seen, is_refusal;
	struct message state;
};

static enum err look_at(struct following *following, const struct record *record)
{
	const struct turn *turn = following->view.turn;
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct glance glance;
	struct bytes stored;
	enum err err;

	following->message = record->message;
	following->is_seen = following->is_refusal = false;
	turn_key_add_number(&key, record->message);
	err = turn_get(turn, &key, &stored);
	if (err == ERR_MISSING) { /* no message: a refusal, or a record about something else */
		following->is_refusal = strcmp(record->event, "SubmissionRejection") == 0;
		following->is_seen =
			following->is_refusal &&
			reading_may_refusal(following->reading, ACCESS_LIST, record) == ACCESS_YES;
		return OK;
	}
	if (err != OK || (err = glance_read(stored, &glance)) != OK ||
	    (err = message_parse(stored, turn->arena, &following->state)) != OK)
		return err;
	following->is_seen = reading_may(following->reading, ACCESS_LIST, &glance) == ACCESS_YES;
	return OK;
}

/* ERR_FULL: there is no room for it in this answer. */
static enum err put_sequenced(uint64_t number, json_t *event, struct buffer *to)
{
	struct buffer json;
	enum err err;

	buffer_init(&json, LIMIT_PAYLOAD_BYTES);
	err = put_json(&json, event);
	if (err == OK)
		err = buffer_error(&json);
	if (err == OK && json.len > to->max_bytes - to->len - EVENT_HEAD_BYTES)
		err = ERR_FULL;
	if (err == OK) {
		pack_u64(to, number);
		pack_bytes(to, buffer_bytes(&json));
		err = buffer_error(to);
	}
	buffer_clear(&json);
	return err;
}

/* Adds to count when there is an event to see. */
static enum err put_event(struct following *following, uint64_t number, struct buffer *to,
			  uint32_t *count)
{
	const struct turn *turn = following->view.turn;
	const struct message *message;
	struct record record;
	enum err err = ledger_record(turn->ledger, number, turn->arena, &record, NULL);

	if (err != OK)
		return err;
	if (record.message != following->message && (err = look_at(following, &record)) != OK)
		return err;
	if (!following->is_seen || !clerk_view_is_shown(&following->view, &record))
		return OK;
	message = following->is_refusal ? NULL : &following->state;
	err = put_sequenced(number, clerk_view_event_new(&following->view, &record, message), to);
	if (err == OK)
		(*count)++;
	return err;
}

/*
 * What cannot be read says of nobody that it is theirs: marked for those who see everything, and
 * passed over for all others.
 */
static enum err put_unreadable(struct following *following, uint64_t number, struct buffer *to,
			       uint32_t *count)
{
	const struct access_object nothing = {0};
	enum err err;

	following->message = 0;
	if (access_may(following->reading->caller, ACCESS_LIST, &nothing) != ACCESS_YES)
		return OK;
	err = put_sequenced(number, clerk_view_unreadable_new(&following->view, number), to);
	if (err == OK)
		(*count)++;
	return err;
}

static enum err put_events(struct following *following,
			   const struct clerk_list_events_question *question, struct buffer *to)
{
	uint64_t size = 0, until = question->after;
	uint32_t count = 0;
	struct buffer events;
	struct hash root;
	enum err err = ledger_head(following->view.turn->ledger, &size, &root);

	if (until > size)
		until = size;
	buffer_init(&events, EVENTS_BYTES);
	for (uint32_t looked = 0; err == OK && until < size && count < question->max_count &&
				  looked < CLERK_LIST_RECORDS;
	     looked++) {
		err = put_event(following, until + 1, &events, &count);
		if (turn_is_bad_value(err))
			err = put_unreadable(following, until + 1, &events, &count);
		if (err == OK)
			until++;
	}
	if (until > question->after)
		err = OK; /* what there is goes out; the next question meets the error first */
	pack_u64(to, until);
	pack_u64(to, size);
	pack_u32(to, count);
	buffer_put(to, buffer_bytes(&events));
	buffer_clear(&events);
	return err == OK ? buffer_error(to) : err;
}

/* As the registry knows them now: a stream lives for days, and asks whenever the ledger moves. */
static enum err look_up(const struct turn *turn, struct caller *caller)
{
	const struct caller claimed = *caller;
	enum err err = identity_resolve(turn, &claimed, caller);

	return err == ERR_MISSING ? ERR_DENIED : err;
}

enum err clerk_list_serve_events(const struct turn *turn, struct bytes body, struct buffer *to)
{
	struct clerk_list_events_question question;
	struct reading reading;
	struct caller caller;
	enum err err = unpack_events(body, turn->arena, &caller, &question);

	if (err == OK && question.is_followed)
		err = look_up(turn, &caller);
	if (err != OK || (err = reading_init(turn, &caller, &reading)) != OK)
		return err;
	if (question.max_count == 0 || question.max_count > CLERK_LIST_EVENTS)
		return ERR_USAGE;
	struct following following = {.reading = &reading,
				      .view = {.turn = turn,
					       .is_staff = access_may_ever(&caller, ACCESS_AUDIT),
					       .in_vietnamese = question.in_vietnamese,
					       .caller = &caller}};

	return put_events(&following, &question, to);
}
