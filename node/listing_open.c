#include "node/listing_open.h"

#include "node/by_state.h"

#define RUN_NUMBERS 128u /* looked up at once */

/* docs/states.md: of declarations that the desk registered, until they are cleared or rejected. */
static const char *const states[] = {"registered",       "papers-asked", "supplemented",
				     "under-inspection", "inspected",    "set-aside"};
#define STATES (sizeof(states) / sizeof(states[0]))

/* Of certificates that arrived; listing_decide.h says which of those that are asked about, or not accepted. */
static const char *const certificates[] = {"checked", "handed-over", "not-confirmed",
					   "under-verification", "not-accepted"};

static const struct {
	const char *const *states;
	size_t count;
} sets[] = {
	[LISTING_OPEN_DECLARATIONS] = {states, STATES},
	[LISTING_OPEN_CERTIFICATES] = {certificates,
				       sizeof(certificates) / sizeof(certificates[0])},
};

bool listing_open_has(enum listing_open_set set, struct bytes state)
{
	for (size_t i = 0; i < sets[set].count; i++)
		if (bytes_equal(state, bytes_of_text(sets[set].states[i])))
			return true;
	return false;
}

/* What is left of one state. */
struct run {
	const char *state;
	uint64_t numbers[RUN_NUMBERS];
	size_t at, count;
	uint64_t before;
	bool is_ended;
};

static enum err fill(const struct turn *turn, struct run *run)
{
	enum err err = by_state_numbers(turn, run->state, run->before, run->numbers, RUN_NUMBERS,
					&run->count);

	run->at = 0;
	run->is_ended = run->count < RUN_NUMBERS;
	if (err == OK && run->count > 0)
		run->before = run->numbers[run->count - 1];
	return err;
}

/* The newest of all runs; 0: there is none. */
static enum err take(const struct turn *turn, struct run *runs, size_t count, uint64_t *ret_number)
{
	struct run *newest = NULL;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < count; i++) {
		if (runs[i].at == runs[i].count && !runs[i].is_ended)
			err = fill(turn, &runs[i]);
		if (runs[i].at < runs[i].count &&
		    (newest == NULL || runs[i].numbers[runs[i].at] > newest->numbers[newest->at]))
			newest = &runs[i];
	}
	*ret_number = newest == NULL ? 0 : newest->numbers[newest->at++];
	return err;
}

struct looking {
	const struct listing_open_look_at *look;
	bool is_over;
};

static bool look_at(void *context, struct bytes key, struct bytes value)
{
	struct looking *looking = context;

	looking->is_over = !looking->look->look(looking->look->context, key, value);
	return false;
}

enum err listing_open_scan(const struct turn *turn, enum listing_open_set set, uint64_t before,
			   const struct listing_open_look_at *look)
{
	struct looking looking = {.look = look};
	struct run runs[STATES] = {{.before = before}};
	size_t count = sets[set].count;
	uint64_t number = 0, last = 0;
	enum err err;

	for (size_t i = 0; i < count; i++) {
		runs[i].state = sets[set].states[i];
		runs[i].before = before;
	}
	while ((err = take(turn, runs, count, &number)) == OK && number != 0 && !looking.is_over) {
		struct turn_key from = turn_key(SPACE_MESSAGE), until = from;

		if (number == last)
			continue;
		turn_key_add_number(&from, number);
		turn_key_add_number(&until, number + 1);
		err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				  false, look_at, &looking);
		if (err != OK)
			return err;
		last = number;
	}
	return err;
}
