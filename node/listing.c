#include "node/listing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node/by_state.h"
#include "node/find.h"
#include "node/listing_decide.h"
#include "node/listing_open.h"
#include "node/named.h"

#define HALF 16u
#define STATE_NUMBERS 256u /* looked up at once */

/* ---- What fits ---- */

static bool is(struct bytes value, struct bytes wanted)
{
	return bytes_equal(value, wanted);
}

static bool fits_fact(const struct glance *glance, const char *const *names, struct bytes wanted)
{
	for (; *names != NULL; names++)
		if (is(glance_fact(glance, *names), wanted))
			return true;
	return false;
}

static bool fits_party(const struct glance *glance, struct bytes wanted)
{
	static const size_t prefix = sizeof("party:") - 1;

	return bytes_has_prefix(glance->sender, bytes_of_text("party:")) &&
	       is(bytes_of(glance->sender.at + prefix, glance->sender.len - prefix), wanted);
}

static bool fits_state(const struct glance *glance, struct bytes wanted)
{
	if (is(wanted, bytes_of_text(LISTING_DECIDE)))
		return listing_decide_fits(glance);
	return is(wanted, bytes_of_text(LISTING_OPEN))
		       ? listing_open_has(LISTING_OPEN_DECLARATIONS, glance->state)
		       : is(glance->state, wanted);
}

static bool fits_number(const struct glance *glance, struct bytes wanted)
{
	return is(glance->registered, wanted) || is(glance_fact(glance, "declaration"), wanted);
}

static bool is_base(struct bytes number, struct bytes wanted)
{
	return number.len == wanted.len + 1 && bytes_has_prefix(number, wanted);
}

static bool fits_base(const struct glance *glance, struct bytes wanted)
{
	return is_base(glance->registered, wanted) ||
	       is_base(glance_fact(glance, "declaration"), wanted);
}

/* Several containers stand in one fact, with blanks between them. */
static bool fits_container(const struct glance *glance, struct bytes wanted)
{
	struct bytes all = glance_fact(glance, "container");

	for (size_t i = 0; i + wanted.len <= all.len; i++)
		if ((i == 0 || all.at[i - 1] == ' ') &&
		    (i + wanted.len == all.len || all.at[i + wanted.len] == ' ') &&
		    memcmp(all.at + i, wanted.at, wanted.len) == 0)
			return true;
	return false;
}

/* In the order of enum listing_key: a function, or the facts one of which must have the value. */
static const struct {
	const char *name;
	bool (*fits)(const struct glance *glance, struct bytes wanted);
	const char *facts[4];
} keys[LISTING_KEYS] = {
	[LISTING_REFERENCE] = {"reference", NULL, {"reference"}},
	[LISTING_PARTY] = {"party", fits_party, {NULL}},
	[LISTING_STATE] = {"state", fits_state, {NULL}},
	[LISTING_SCHEMA] = {"schema", NULL, {"kind", "schema"}},
	[LISTING_TAX_CODE] = {"taxCode", NULL, {"from", "exporter", "importer"}},
	[LISTING_NUMBER] = {"number", fits_number, {NULL}},
	[LISTING_BASE] = {"base", fits_base, {NULL}},
	[LISTING_OFFICE] = {"office", NULL, {"office"}},
	[LISTING_COUNTRY] = {"country", NULL, {"country"}},
	[LISTING_CERTIFICATE] = {"certificate", NULL, {"certificate"}},
	[LISTING_UCR] = {"ucr", NULL, {"ucr"}},
	[LISTING_TRANSPORT] = {"transport", NULL, {"transport"}},
	[LISTING_CONTAINER] = {"container", fits_container, {NULL}},
	[LISTING_CONVERSATION] = {"conversation", NULL, {NULL}},
	[LISTING_LANE] = {"lane", NULL, {"lane"}},
};

const char *listing_key_name(enum listing_key key)
{
	return keys[key].name;
}

enum listing_key listing_key_of(const char *name)
{
	unsigned i = 0;

	while (i < LISTING_KEYS && strcmp(keys[i].name, name) != 0)
		i++;
	return (enum listing_key)i;
}

static bool fits(const struct listing_query *query, const struct glance *glance)
{
	for (unsigned i = 0; i < LISTING_KEYS; i++) {
		struct bytes wanted = bytes_of_text(query->values[i]);
		bool is_fit;

		if (query->values[i] == NULL)
			continue;
		if (i == LISTING_CONVERSATION)
			is_fit = glance->root == query->conversation;
		else if (wanted.len == 0)
			is_fit = false;
		else if (keys[i].fits != NULL)
			is_fit = keys[i].fits(glance, wanted);
		else
			is_fit = fits_fact(glance, keys[i].facts, wanted);
		if (!is_fit)
			return false;
	}
	return true;
}

/* ---- Looking ---- */

struct looking {
	const struct reading *reading;
	const struct listing_query *query;
	struct listing *listing;
	uint64_t rows;
	enum err err;
};

static bool is_state(const struct listing_query *query, const char *state)
{
	return query->values[LISTING_STATE] != NULL &&
	       strcmp(query->values[LISTING_STATE], state) == 0;
}

/* false: this was the last one for this page. */
static bool look(void *context, struct bytes key, struct bytes value)
{
	struct looking *looking = context;
	struct listing *listing = looking->listing;
	struct glance glance;

	if (listing->count == looking->query->limit || looking->rows == LISTING_ROWS)
		return false; /* there is more: next stands behind the last one looked at */
	looking->rows++;
	listing->next = bytes_get_u64(key.at + key.len - sizeof(uint64_t));
	looking->err = glance_read(value, &glance);
	if (looking->err != OK) { /* one that cannot be read hides none of the others */
		bool is_bad = turn_is_bad_value(looking->err);

		looking->err = is_bad ? OK : looking->err;
		return is_bad;
	}
	if (fits(looking->query, &glance) &&
	    reading_may(looking->reading, ACCESS_LIST, &glance) == ACCESS_YES)
		listing->numbers[listing->count++] = glance.number;
	return true;
}

struct ending {
	struct looking looking;
	bool is_cut;
};

static bool look_on(void *context, struct bytes key, struct bytes value)
{
	struct ending *ending = context;
	bool goes_on = look(&ending->looking, key, value);

	ending->is_cut = !goes_on;
	return goes_on;
}

static enum err look_at_one(struct ending *ending, uint64_t number)
{
	struct turn_key from = turn_key(SPACE_MESSAGE), until = from;

	turn_key_add_number(&from, number);
	turn_key_add_number(&until, number + 1);
	return ledger_scan(ending->looking.reading->turn->ledger, turn_key_bytes(&from),
			   turn_key_bytes(&until), false, look_on, ending);
}

/* Those that are in the state that is asked for, one after the other. */
static enum err look_by_state(struct ending *ending, const char *state, uint64_t before)
{
	const struct turn *turn = ending->looking.reading->turn;
	uint64_t numbers[STATE_NUMBERS];
	size_t count = 0;
	enum err err;

	do {
		err = by_state_numbers(turn, state, before, numbers, STATE_NUMBERS, &count);
		for (size_t i = 0; err == OK && i < count && !ending->is_cut; i++) {
			err = look_at_one(ending, numbers[i]);
			before = numbers[i];
		}
	} while (err == OK && count == STATE_NUMBERS && !ending->is_cut);
	return err;
}

static enum err look_at_all(struct ending *ending, enum space space, uint64_t before)
{
	struct turn_key from = turn_key(space), until = turn_key_after(&from);

	if (before != 0) {
		until = from;
		turn_key_add_number(&until, before);
	}
	return ledger_scan(ending->looking.reading->turn->ledger, turn_key_bytes(&from),
			   turn_key_bytes(&until), true, look_on, ending);
}

/* What messages are found by however old they are (named.h); NULL: none of that is asked for. */
static const char *named_value(const struct listing_query *query)
{
	static const enum listing_key named[] = {LISTING_REFERENCE, LISTING_NUMBER,
						 LISTING_CERTIFICATE};

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (query->values[named[i]] != NULL)
			return query->values[named[i]];
	return NULL;
}

/* ERR_LIMIT: it is a name of too many, nothing was looked at. */
static enum err look_by_name(struct ending *ending, const char *name, uint64_t before)
{
	const struct turn *turn = ending->looking.reading->turn;
	uint64_t since, *numbers;
	size_t count;
	enum err err = named_since(turn, &since);

	if (err == OK)
		err = since == UINT64_MAX ? ERR_LIMIT
					  : find_about(turn, name, before, &numbers, &count);
	if (err != OK)
		return err;
	for (size_t i = 0; err == OK && i < count && numbers[i] >= since && !ending->is_cut; i++)
		err = look_at_one(ending, numbers[i]);
	if (err != OK || ending->is_cut)
		return err;
	return look_at_all(ending, SPACE_MESSAGE, before == 0 || before > since ? since : before);
}

/* Of certificates those that wait for who asks: nothing is read while a scan goes on. */
static size_t keep_for(const struct reading *reading, uint64_t *numbers, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (listing_decide_is_for(reading, numbers[i]))
			numbers[kept++] = numbers[i];
	return kept;
}

bool listing_is_of_refusals(const struct listing_query *query)
{
	const char *state = query->values[LISTING_STATE];

	return state != NULL && strcmp(state, MESSAGE_REFUSED) == 0;
}

static enum err look_at_any(struct ending *ending, const struct listing_query *query)
{
	const struct turn *turn = ending->looking.reading->turn;
	const char *state = query->values[LISTING_STATE];
	bool is_whole = false;
	enum err err = state == NULL ? OK : by_state_is_whole(turn, &is_whole);

	if (err != OK)
		return err;
	if (!is_whole)
		return look_at_all(ending, SPACE_MESSAGE, query->before);
	ending->looking.rows = LISTING_ROWS - LISTING_STATE_ROWS;
	if (is_state(query, LISTING_OPEN) || is_state(query, LISTING_DECIDE))
		return listing_open_scan(turn,
					 is_state(query, LISTING_OPEN) ? LISTING_OPEN_DECLARATIONS
								       : LISTING_OPEN_CERTIFICATES,
					 query->before,
					 &(struct listing_open_look_at){look_on, ending});
	return look_by_state(ending, state, query->before);
}

enum err listing_page(const struct reading *reading, const struct listing_query *query,
		      struct listing *ret_listing)
{
	struct ending ending = {
		.looking = {.reading = reading, .query = query, .listing = ret_listing}};
	const char *name = named_value(query);
	enum err err = ERR_LIMIT;

	ret_listing->count = 0;
	ret_listing->next = 0;
	if (query->limit == 0 || query->limit > LISTING_LIMIT)
		return ERR_USAGE;
	if (listing_is_of_refusals(query))
		err = look_at_all(&ending, SPACE_REFUSAL, query->before);
	else if (name != NULL)
		err = look_by_name(&ending, name, query->before);
	if (err == ERR_LIMIT)
		err = look_at_any(&ending, query);
	if (err == OK)
		err = ending.looking.err;
	if (!ending.is_cut)
		ret_listing->next = 0;
	if (err == OK && is_state(query, LISTING_DECIDE))
		ret_listing->count = keep_for(reading, ret_listing->numbers, ret_listing->count);
	return err;
}

/* ---- Counting ---- */

struct counting {
	const struct reading *reading;
	const struct listing_query *query;
	struct listing_lanes *lanes;
	uint64_t rows;
};

/* The id of a lane: it is written as it is. */
static bool is_plain(struct bytes lane)
{
	for (size_t i = 0; i < lane.len; i++)
		if (lane.at[i] != '-' && (lane.at[i] < 'a' || lane.at[i] > 'z'))
			return false;
	return true;
}

/* false: there is no room for another lane. */
static bool count_lane(struct listing_lanes *lanes, struct bytes lane)
{
	size_t i = 0;

	if (lane.len >= LISTING_LANE_BYTES || !is_plain(lane))
		lane.len = 0;
	while (i < lanes->count && !is(bytes_of_text(lanes->items[i].lane), lane))
		i++;
	if (i == LISTING_LANES)
		return false;
	if (i == lanes->count) {
		if (lane.len > 0)
			memcpy(lanes->items[i].lane, lane.at, lane.len);
		lanes->count++;
	}
	lanes->items[i].count++;
	return true;
}

static bool count_one(void *context, struct bytes key, struct bytes value)
{
	struct counting *counting = context;
	struct glance glance;

	(void)key;
	if (counting->rows++ == LISTING_STATE_ROWS) {
		counting->lanes->is_whole = false;
		return false;
	}
	if (glance_read(value, &glance) != OK || !fits(counting->query, &glance) ||
	    reading_may(counting->reading, ACCESS_LIST, &glance) != ACCESS_YES)
		return true;
	return count_lane(counting->lanes, glance_fact(&glance, "lane"));
}

enum err listing_count_lanes(const struct reading *reading, const struct listing_query *query,
			     struct listing_lanes *ret_lanes)
{
	struct listing_query any = *query;
	struct counting counting = {reading, &any, ret_lanes, 0};
	enum err err;

	memset(ret_lanes, 0, sizeof(*ret_lanes));
	any.values[LISTING_STATE] = any.values[LISTING_LANE] = NULL;
	if ((err = by_state_is_whole(reading->turn, &ret_lanes->is_whole)) != OK)
		return err;
	return listing_open_scan(reading->turn, LISTING_OPEN_DECLARATIONS, 0,
				 &(struct listing_open_look_at){count_one, &counting});
}

struct deciding {
	const struct reading *reading;
	uint64_t rows;
	uint64_t numbers[LISTING_DECIDE_ROWS];
	size_t count;
	bool is_cut;
};

static bool note_decide(void *context, struct bytes key, struct bytes value)
{
	struct deciding *deciding = context;
	struct glance glance;

	(void)key;
	deciding->is_cut = deciding->rows++ == LISTING_DECIDE_ROWS;
	if (!deciding->is_cut && glance_read(value, &glance) == OK &&
	    listing_decide_fits(&glance) &&
	    reading_may(deciding->reading, ACCESS_LIST, &glance) == ACCESS_YES)
		deciding->numbers[deciding->count++] = glance.number;
	return !deciding->is_cut;
}

enum err listing_count_decide(const struct reading *reading, uint32_t *ret_count,
			      bool *ret_is_whole)
{
	struct deciding deciding = {.reading = reading};
	enum err err = listing_open_scan(reading->turn, LISTING_OPEN_CERTIFICATES, 0,
					 &(struct listing_open_look_at){note_decide, &deciding});

	*ret_count = (uint32_t)keep_for(reading, deciding.numbers, deciding.count);
	if (err == OK)
		err = by_state_is_whole(reading->turn, ret_is_whole);
	*ret_is_whole = err == OK && *ret_is_whole && !deciding.is_cut;
	return err;
}

/* ---- Cursors ---- */

void listing_format_cursor(uint64_t epoch, uint64_t before, char ret_cursor[LISTING_CURSOR_BYTES])
{
	(void)snprintf(ret_cursor, LISTING_CURSOR_BYTES, "%016" PRIx64 "%016" PRIx64, epoch,
		       before);
}

static bool parse_half(const char *text, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < HALF; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = text[i] == '\0' ? NULL : strchr(digits, text[i]);

		if (digit == NULL)
			return false;
		value = value << 4 | (uint64_t)(digit - digits);
	}
	*ret_value = value;
	return true;
}

bool listing_parse_cursor(uint64_t epoch, const char *cursor, uint64_t *ret_before)
{
	uint64_t of_epoch, before;

	if (strlen(cursor) != LISTING_CURSOR_BYTES - 1 || !parse_half(cursor, &of_epoch) ||
	    !parse_half(cursor + HALF, &before) || of_epoch != epoch || before == 0)
		return false;
	*ret_before = before;
	return true;
}
