#include "node/month_sieve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MONTHS 1200u                 /* after the oldest */
#define MIN_BITS 9u                  /* a bitmap has 2^bits bits */
#define MAX_BITS 27u                 /* 16 MB: what a month of eight million places needs */
#define BITS_EACH 16u                /* for each key, at least */
#define STEP_KEYS 4000u              /* looked at in one turn */
#define PLACES_MAX ((size_t)1 << 24) /* of a month; with more it gets no sieve */
#define PLACE_END (MONTH_SIEVE_PLACE_AT + 4u)

enum state {
	UNKNOWN = 0, /* it may be stored */
	ABSENT,      /* it is not */
	LOADED,
	DELETED /* by a turn that may have failed */
};

struct sieve {
	enum state state;
	uint8_t *value; /* as stored: bits u8, bitmap; LOADED */
};

/* One that is being made. Keys come in order of their places. */
struct making {
	uint32_t *places; /* no two are the same */
	size_t count, room;
	bool has_begun;
	struct turn_key next; /* where to go on */
};

struct month_sieve_set {
	struct sieve slots[MONTHS];
	unsigned first; /* the month of slots[0], in months; 0: not known yet */
	unsigned next;  /* the month to be made next */
	struct making making;
};

/* ---- Months ---- */

static unsigned month_of(const char *text)
{
	unsigned both = (unsigned)strtoul(text, NULL, 10);

	return both / 100 * 12 + (both % 100 + 11) % 12;
}

static void format_month(unsigned month, char ret_text[CALENDAR_MONTH_BYTES])
{
	(void)snprintf(ret_text, CALENDAR_MONTH_BYTES, "%04u%02u", month / 12 % 10000,
		       month % 12 + 1);
}

static struct turn_key key_of(enum space space, const char *month)
{
	struct turn_key key = turn_key(space);

	turn_key_add_bytes(&key, month, CALENDAR_MONTH_BYTES - 1);
	return key;
}

static struct sieve *slot_of(struct month_sieve_set *sieves, unsigned month)
{
	if (sieves->first == 0 || month < sieves->first || month - sieves->first >= MONTHS)
		return NULL;
	return &sieves->slots[month - sieves->first];
}

/* ---- Bitmaps ---- */

static size_t bytes_of_bits(unsigned bits)
{
	return (size_t)1 << (bits - 3);
}

static bool has_bit(const uint8_t *bitmap, size_t bit)
{
	return (bitmap[bit / 8] & 0x80u >> bit % 8) != 0;
}

static void set_bit(uint8_t *bitmap, size_t bit)
{
	bitmap[bit / 8] = (uint8_t)(bitmap[bit / 8] | 0x80u >> bit % 8);
}

static bool is_sieve(struct bytes value)
{
	return value.len > 1 && value.at[0] >= MIN_BITS && value.at[0] <= MAX_BITS &&
	       value.len == 1 + bytes_of_bits(value.at[0]);
}

static bool lets_through(const uint8_t *value, uint32_t place)
{
	return has_bit(value + 1, place >> (32 - value[0]));
}

/* ---- Asking ---- */

struct month_sieve_set *month_sieve_set_new(void)
{
	return calloc(1, sizeof(struct month_sieve_set));
}

void month_sieve_set_free(struct month_sieve_set *sieves)
{
	if (sieves == NULL)
		return;
	for (size_t i = 0; i < MONTHS; i++)
		free(sieves->slots[i].value);
	free(sieves->making.places);
	free(sieves);
}

struct loading {
	bool is_stored;
	uint8_t *value; /* NULL also: it is damaged, or there is no memory */
};

static bool keep_value(void *context, struct bytes key, struct bytes value)
{
	struct loading *loading = context;

	(void)key;
	loading->is_stored = true;
	if (is_sieve(value) && (loading->value = malloc(value.len)) != NULL)
		memcpy(loading->value, value.at, value.len);
	return false;
}

static void load(struct sieve *sieve, const struct turn *turn, const char *month)
{
	struct turn_key from = key_of(SPACE_SIEVE, month), until = turn_key_after(&from);
	struct loading loading = {.value = NULL};
	enum err err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				   false, keep_value, &loading);

	if (err == OK)
		*sieve = (struct sieve){loading.is_stored ? LOADED : ABSENT, loading.value};
}

static bool keep_month(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	if (key.len > CALENDAR_MONTH_BYTES)
		memcpy(context, key.at + 1, CALENDAR_MONTH_BYTES - 1);
	return false;
}

static enum err find_first(struct month_sieve_set *sieves, const struct turn *turn)
{
	struct turn_key from = turn_key(SPACE_KEY), until = turn_key_after(&from);
	char month[CALENDAR_MONTH_BYTES];
	enum err err;

	calendar_format_month(turn->now_ms, month);
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			  keep_month, month);
	if (err == OK)
		sieves->first = sieves->next = month_of(month);
	return err;
}

/* NULL: of this month nothing can be remembered. */
static struct sieve *look_up(struct month_sieve_set *sieves, const struct turn *turn,
			     const char *month)
{
	struct sieve *sieve;

	if (sieves == NULL || (sieves->first == 0 && find_first(sieves, turn) != OK))
		return NULL;
	sieve = slot_of(sieves, month_of(month));
	if (sieve != NULL && sieve->state == UNKNOWN)
		load(sieve, turn, month);
	return sieve;
}

bool month_sieve_may_hold(struct month_sieve_set *sieves, const struct turn *turn,
			  const char *month, uint32_t place)
{
	const struct sieve *sieve = look_up(sieves, turn, month);

	return sieve == NULL || sieve->value == NULL || lets_through(sieve->value, place);
}

static void stop_making(struct making *making)
{
	free(making->places);
	*making = (struct making){.places = NULL};
}

enum err month_sieve_forget(struct month_sieve_set *sieves, const struct turn *turn,
			    const char *month)
{
	struct turn_key key = key_of(SPACE_SIEVE, month);
	struct sieve *sieve = look_up(sieves, turn, month);
	unsigned number = month_of(month);

	if (sieve != NULL && sieve->state == ABSENT &&
	    (!sieves->making.has_begun || number != sieves->next))
		return OK;
	if (sieve != NULL) {
		free(sieve->value);
		*sieve = (struct sieve){.state = DELETED};
		stop_making(&sieves->making);
		sieves->next = number < sieves->next ? number : sieves->next;
	}
	return batch_delete(turn->batch, turn_key_bytes(&key));
}

/* ---- Making ---- */

struct visit {
	struct making *making;
	size_t left;
	bool is_cut; /* there is more */
	enum err err;
};

static enum err add(struct making *making, uint32_t place)
{
	size_t room = making->room == 0 ? 1024 : 2 * making->room;
	uint32_t *places;

	if (making->count > 0 && making->places[making->count - 1] == place)
		return OK;
	if (making->count == making->room) {
		if (room > PLACES_MAX ||
		    (places = reallocarray(making->places, room, sizeof(*places))) == NULL)
			return ERR_MEMORY;
		making->places = places;
		making->room = room;
	}
	making->places[making->count++] = place;
	return OK;
}

static bool look(void *context, struct bytes key, struct bytes value)
{
	struct visit *visit = context;

	(void)value;
	if (visit->left == 0) {
		visit->is_cut = true;
		visit->making->next = (struct turn_key){.len = 0};
		turn_key_add_bytes(&visit->making->next, key.at, key.len);
		return false;
	}
	visit->left--;
	if (key.len >= PLACE_END)
		visit->err = add(visit->making, bytes_get_u32(key.at + MONTH_SIEVE_PLACE_AT));
	return visit->err == OK;
}

static enum err put(const struct making *making, const struct turn *turn, const char *month)
{
	struct turn_key key = key_of(SPACE_SIEVE, month);
	unsigned bits = MIN_BITS;
	uint8_t *value;
	enum err err;

	while (bits < MAX_BITS && (uint64_t)1 << bits < (uint64_t)making->count * BITS_EACH)
		bits++;
	if ((value = calloc(1, 1 + bytes_of_bits(bits))) == NULL)
		return ERR_MEMORY;
	value[0] = (uint8_t)bits;
	for (size_t i = 0; i < making->count; i++)
		set_bit(value + 1, making->places[i] >> (32 - bits));
	err = batch_put(turn->batch, turn_key_bytes(&key),
			bytes_of(value, 1 + bytes_of_bits(bits)));
	free(value);
	return err;
}

/* A piece of this month; *ret_done: it was the last. */
static enum err make(struct making *making, const struct turn *turn, const char *month,
		     bool *ret_done)
{
	struct turn_key from = key_of(SPACE_KEY, month), until = turn_key_after(&from);
	struct visit visit = {.making = making, .left = STEP_KEYS};
	enum err err;

	if (!making->has_begun)
		making->next = from;
	making->has_begun = true;
	err = ledger_scan(turn->ledger, turn_key_bytes(&making->next), turn_key_bytes(&until),
			  false, look, &visit);
	if (err == OK && visit.err == OK && visit.is_cut)
		return OK;
	if (err == OK)
		err = visit.err == OK ? put(making, turn, month) : visit.err;
	stop_making(making);
	*ret_done = err == OK || err == ERR_MEMORY; /* it goes without */
	return err == ERR_MEMORY ? OK : err;
}

enum err month_sieve_step(struct month_sieve_set *sieves, const struct turn *turn, bool *ret_more)
{
	char now[CALENDAR_MONTH_BYTES], month[CALENDAR_MONTH_BYTES];
	enum err err = sieves->first == 0 ? find_first(sieves, turn) : OK;
	struct sieve *sieve;
	bool is_done;

	*ret_more = false;
	calendar_format_month(turn->now_ms, now);
	if (err != OK || sieves->next >= month_of(now))
		return err;
	format_month(sieves->next, month);
	if ((sieve = look_up(sieves, turn, month)) == NULL)
		return OK; /* years after the first: without a sieve it is looked for */
	is_done = sieve->state == LOADED;
	if (!is_done)
		err = make(&sieves->making, turn, month, &is_done);
	if (is_done && sieve->state != LOADED)
		sieve->state = UNKNOWN; /* known when this turn is durable */
	sieves->next += is_done;
	*ret_more = err == OK;
	return err;
}

/* ---- Verification ---- */

struct hiding {
	uint32_t place;
	bool hides;
};

static bool look_through(void *context, struct bytes key, struct bytes value)
{
	struct hiding *hiding = context;

	(void)key;
	hiding->hides = !is_sieve(value) || !lets_through(value.at, hiding->place);
	return false;
}

bool month_sieve_hides(const struct turn *turn, struct bytes key)
{
	struct turn_key from = turn_key(SPACE_SIEVE), until;
	struct hiding hiding = {.hides = false};

	if (key.len < PLACE_END)
		return false;
	turn_key_add_bytes(&from, key.at + 1, CALENDAR_MONTH_BYTES - 1);
	until = turn_key_after(&from);
	hiding.place = bytes_get_u32(key.at + MONTH_SIEVE_PLACE_AT);
	return ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			   look_through, &hiding) == OK &&
	       hiding.hides;
}
