#include "node/expiry.h"

#include <stdlib.h>
#include <string.h>

#include "node/calendar.h"

#define STEP_CERTIFICATES 128u
#define DAY_BYTES 4u
#define DAY_AT 1u

/* "2027-11-20" and "20271120" are 20271120; 0: it is no date. */
static uint32_t number_of(const char *date)
{
	uint32_t number = 0;
	size_t digits = 0;

	for (; *date != '\0'; date++)
		if (*date >= '0' && *date <= '9' && ++digits <= 8)
			number = number * 10 + (uint32_t)(*date - '0');
		else if (*date != '-')
			return 0;
	return digits == 8 ? number : 0;
}

/* The 29th of February has no day of its own a year later. */
static uint32_t year_after(uint32_t day)
{
	return day % 10000 == 229 ? day + 10000 - 1 : day + 10000;
}

static uint32_t last_of(const struct facts *certificate)
{
	uint32_t until = number_of(facts_get_or_empty(certificate, "until"));
	uint32_t issued = number_of(facts_get_or_empty(certificate, "issued"));

	return until != 0 ? until : issued != 0 ? year_after(issued) : 0;
}

const char *expiry_last_day(const struct facts *certificate, struct arena *arena)
{
	uint32_t day = last_of(certificate);

	return day == 0 ? ""
			: arena_format(arena, "%04u-%02u-%02u", day / 10000, day / 100 % 100,
				       day % 100);
}

static uint32_t today_of(const struct turn *turn)
{
	char date[CALENDAR_DATE_BYTES];

	calendar_format_date(turn->now_ms, date);
	return number_of(date);
}

bool expiry_is_long_over(const struct turn *turn, const struct facts *certificate)
{
	uint32_t issued = number_of(facts_get_or_empty(certificate, "issued"));
	uint32_t last = last_of(certificate);

	if (issued != 0 && last > year_after(issued))
		last = year_after(issued);
	return last != 0 && today_of(turn) > year_after(last);
}

/* ---- Who ends when ---- */

static struct turn_key key_of(uint32_t day)
{
	struct turn_key key = turn_key(SPACE_EXPIRY);
	uint8_t bytes[DAY_BYTES];

	bytes_put_u32(bytes, day);
	turn_key_add_bytes(&key, bytes, DAY_BYTES);
	return key;
}

static enum err put(const struct turn *turn, uint32_t day, uint64_t number)
{
	struct turn_key key = key_of(day);

	turn_key_add_number(&key, number);
	return batch_put(turn->batch, turn_key_bytes(&key), (struct bytes){0});
}

static bool can_end(const struct message *certificate)
{
	return life_has(facts_get_or_empty(&certificate->facts, "life"), LIFE_EXPIRED);
}

enum err expiry_watch(const struct turn *turn, const struct message *certificate)
{
	uint32_t day = last_of(&certificate->facts);

	return day == 0 || !can_end(certificate) ? OK : put(turn, day, certificate->number);
}

bool expiry_is_true(struct bytes key, const struct message *certificate)
{
	uint32_t day = last_of(&certificate->facts);

	return key.len > DAY_AT + DAY_BYTES && day != 0 && can_end(certificate) &&
	       bytes_get_u32(key.at + DAY_AT) >= day;
}

/* ---- Time passes ---- */

static enum err end(const struct turn *turn, struct message *certificate, const char *next)
{
	const char *until = expiry_last_day(&certificate->facts, turn->arena);
	const char *attributes[] = {"until", until, NULL};
	const struct message_event event = {
		.event = "Expired", .actor = "node", .attributes = attributes};
	uint64_t ignored;
	enum err err = until == NULL ? ERR_MEMORY
				     : message_record(turn, certificate->number, &event, &ignored);

	certificate->state = next;
	return err == OK ? message_save(turn, certificate) : err;
}

static enum err look_at(const struct turn *turn, uint64_t number, uint32_t today)
{
	struct message certificate;
	const char *next;
	enum err err = message_load(turn, number, &certificate);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	if (strcmp(certificate.state, "under-verification") == 0 ||
	    strcmp(certificate.state, "not-confirmed") == 0)
		return put(turn, today, number);
	next = life_step(facts_get_or_empty(&certificate.facts, "life"), certificate.state,
			 LIFE_EXPIRED);
	return next == NULL ? OK : end(turn, &certificate, next);
}

/* Places of keys that turn_scan() found give numbers only; days come with them. */
struct found {
	uint32_t days[STEP_CERTIFICATES];
	uint64_t numbers[STEP_CERTIFICATES];
	size_t count;
};

static bool collect(void *context, struct bytes key, struct bytes value)
{
	struct found *found = context;

	(void)value;
	if (key.len != DAY_AT + DAY_BYTES + 8)
		return true;
	found->days[found->count] = bytes_get_u32(key.at + DAY_AT);
	found->numbers[found->count++] = bytes_get_u64(key.at + DAY_AT + DAY_BYTES);
	return found->count < STEP_CERTIFICATES;
}

static enum err take(const struct turn *turn, const struct turn_key *key, uint64_t number,
		     uint64_t *ret_unread)
{
	size_t mark = batch_mark(turn->batch);
	uint32_t today = today_of(turn);
	enum err err = batch_delete(turn->batch, turn_key_bytes(key));

	if (err == OK)
		err = look_at(turn, number, today);
	if (err == ERR_LIMIT || !turn_is_bad_value(err))
		return err;
	*ret_unread = number;
	batch_rewind(turn->batch, mark);
	err = batch_delete(turn->batch, turn_key_bytes(key));
	return err == OK ? put(turn, today, number) : err;
}

enum err expiry_step(const struct turn *turn, uint64_t *ret_unread, bool *ret_more)
{
	struct turn_key from = turn_key(SPACE_EXPIRY), until;
	struct found found = {.count = 0};
	enum err err;

	*ret_unread = 0;
	until = key_of(today_of(turn));
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			  collect, &found);
	for (size_t i = 0; err == OK && i < found.count; i++) {
		struct turn_key key = key_of(found.days[i]);

		turn_key_add_number(&key, found.numbers[i]);
		err = take(turn, &key, found.numbers[i], ret_unread);
	}
	*ret_more = found.count == STEP_CERTIFICATES;
	return err;
}

/* ---- All of them once ---- */

#define WHOLE 1u /* length of the mark when the walk is over */

/* Under the space's byte alone: the day and number behind which the walk goes on. */
static enum err read_mark(const struct turn *turn, struct turn_key *ret_from, bool *ret_is_over)
{
	struct turn_key key = turn_key(SPACE_EXPIRY);
	struct bytes mark = {0};
	enum err err = turn_get(turn, &key, &mark);

	*ret_is_over = err == OK && mark.len == WHOLE;
	*ret_from = key;
	if (err == OK && mark.len == DAY_BYTES + 8) {
		*ret_from = key_of(bytes_get_u32(mark.at));
		turn_key_add_number(ret_from, bytes_get_u64(mark.at + DAY_BYTES) + 1);
	}
	return err == ERR_MISSING || turn_is_bad_value(err) ? OK : err;
}

static enum err put_mark(const struct turn *turn, const struct found *found, bool is_over)
{
	struct turn_key key = turn_key(SPACE_EXPIRY);
	uint8_t mark[DAY_BYTES + 8] = {0};

	if (!is_over) {
		bytes_put_u32(mark, found->days[found->count - 1]);
		bytes_put_u64(mark + DAY_BYTES, found->numbers[found->count - 1]);
	}
	return batch_put(turn->batch, turn_key_bytes(&key),
			 bytes_of(mark, is_over ? WHOLE : sizeof(mark)));
}

enum err expiry_walk(const struct turn *turn, expiry_visit *visit, bool *ret_more)
{
	struct turn_key space = turn_key(SPACE_EXPIRY), until = turn_key_after(&space), from;
	struct found found = {.count = 0};
	bool is_over;
	enum err err = read_mark(turn, &from, &is_over);

	*ret_more = false;
	if (err != OK || is_over)
		return err;
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			  collect, &found);
	for (size_t i = 0; err == OK && i < found.count; i++)
		err = visit(turn, found.numbers[i]);
	*ret_more = found.count == STEP_CERTIFICATES;
	return err == OK ? put_mark(turn, &found, !*ret_more) : err;
}
