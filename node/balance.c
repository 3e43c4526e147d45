#include "node/balance.h"

#include <stdlib.h>
#include <string.h>

#include "messages/decimal.h"
#include "messages/rule_number.h"
#include "messages/table.h"

#define VERSION 1u
#define BALANCE_BYTES ((size_t)1024 * 1024)

/* ---- Stored ---- */

static struct turn_key key_of(uint64_t certificate)
{
	struct turn_key key = turn_key(SPACE_BALANCE);

	turn_key_add_number(&key, certificate);
	return key;
}

static void pack_use(struct buffer *to, const struct balance_use *use)
{
	pack_text(to, use->item);
	pack_text(to, use->unit);
	pack_text(to, use->quantity);
	pack_text(to, use->declaration);
	pack_text(to, use->office);
	pack_text(to, use->date);
	pack_text(to, use->reference);
	pack_u64(to, use->notice);
	pack_u64(to, use->declared_in);
	pack_u8(to, use->is_reversed);
}

static void unpack_use(struct unpack *from, struct arena *arena, struct balance_use *ret_use)
{
	ret_use->item = unpack_text(from, arena);
	ret_use->unit = unpack_text(from, arena);
	ret_use->quantity = unpack_text(from, arena);
	ret_use->declaration = unpack_text(from, arena);
	ret_use->office = unpack_text(from, arena);
	ret_use->date = unpack_text(from, arena);
	ret_use->reference = unpack_text(from, arena);
	ret_use->notice = unpack_u64(from);
	ret_use->declared_in = unpack_u64(from);
	ret_use->is_reversed = unpack_bool(from);
}

static enum err parse(struct bytes stored, struct arena *arena, struct balance *ret_balance)
{
	struct balance balance = {0};
	struct unpack from;
	uint32_t count;

	unpack_init(&from, stored);
	if (unpack_u16(&from) > VERSION)
		return ERR_VERSION;
	count = unpack_u32(&from);
	if (count > BALANCE_USES)
		return ERR_CORRUPT;
	balance.uses = arena_alloc_array(arena, count + 1, sizeof(*balance.uses));
	if (balance.uses == NULL)
		return ERR_MEMORY;
	balance.room = count + 1;
	while (balance.count < count)
		unpack_use(&from, arena, &balance.uses[balance.count++]);
	if (unpack_end(&from) != OK)
		return ERR_CORRUPT;
	*ret_balance = balance;
	return OK;
}

enum err balance_load(const struct turn *turn, uint64_t certificate, struct balance *ret_balance)
{
	struct turn_key key = key_of(certificate);
	struct bytes stored;
	enum err err = turn_get(turn, &key, &stored);

	if (err == ERR_MISSING) {
		*ret_balance = (struct balance){0};
		return OK;
	}
	return err == OK ? parse(stored, turn->arena, ret_balance) : err;
}

enum err balance_save(const struct turn *turn, uint64_t certificate, const struct balance *balance)
{
	struct turn_key key = key_of(certificate);
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, BALANCE_BYTES);
	pack_u16(&buffer, VERSION);
	pack_u32(&buffer, (uint32_t)balance->count);
	for (size_t i = 0; i < balance->count; i++)
		pack_use(&buffer, &balance->uses[i]);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

enum err balance_add(const struct turn *turn, struct balance *balance,
		     const struct balance_use *use)
{
	struct balance_use *all;

	if (balance->count == BALANCE_USES)
		return ERR_LIMIT;
	if (balance->count == balance->room) {
		size_t room = 2 * balance->count + 1;

		all = arena_alloc_array(turn->arena, room, sizeof(*all));
		if (all == NULL)
			return ERR_MEMORY;
		if (balance->count > 0)
			memcpy(all, balance->uses, balance->count * sizeof(*all));
		balance->uses = all;
		balance->room = room;
	}
	balance->uses[balance->count++] = *use;
	return OK;
}

/* ---- Reckoned ---- */

/* What is no number counts as none: a kind's XSD sees to it that there is one. */
static struct rule_number number_of(const char *text)
{
	struct rule_number number = rule_number_of(0);

	(void)rule_number_parse(bytes_of_text(text), &number);
	return number;
}

bool balance_is_above(const char *a, const char *b)
{
	struct rule_number left = number_of(a), right = number_of(b);

	return rule_number_compare(&left, &right) > 0;
}

static const char *text_of(const struct rule_number *number, struct arena *arena)
{
	char text[RULE_NUMBER_TEXT_BYTES];

	return arena_text(arena, bytes_of_text(rule_number_format(number, text)));
}

static bool is_of(const struct balance_use *use, const char *item, const char *unit)
{
	return !use->is_reversed && strcmp(use->item, item) == 0 && strcmp(use->unit, unit) == 0;
}

static const char *unit_in_use(const struct balance *balance, const char *item)
{
	for (size_t i = 0; i < balance->count; i++)
		if (!balance->uses[i].is_reversed && strcmp(balance->uses[i].item, item) == 0)
			return balance->uses[i].unit;
	return NULL;
}

static enum err put_sums(const struct turn *turn, const struct rule_number *used,
			 struct balance_item *item)
{
	struct rule_number left = number_of(item->declared), taken;
	const char *minus;

	item->used = text_of(used, turn->arena);
	minus = item->used == NULL ? NULL : arena_format(turn->arena, "-%s", item->used);
	if (minus == NULL)
		return ERR_MEMORY;
	taken = number_of(minus);
	rule_number_add(&left, &taken);
	item->left = text_of(&left, turn->arena);
	return item->left == NULL ? ERR_MEMORY : OK;
}

static enum err reckon(const struct turn *turn, const struct balance *balance,
		       struct balance_item *item)
{
	struct rule_number used = rule_number_of(0);

	for (size_t i = 0; i < balance->count; i++) {
		struct rule_number quantity;

		if (!is_of(&balance->uses[i], item->item, item->unit))
			continue;
		quantity = number_of(balance->uses[i].quantity);
		rule_number_add(&used, &quantity);
	}
	return put_sums(turn, &used, item);
}

/* ---- All that is used, in order of item and unit: what a partner says may be very much ---- */

/* The uses of one item in one unit. */
struct run {
	const struct balance_use *const *uses; /* the first is the first that was said */
	size_t count;
	bool is_listed; /* a row of the certificate has it */
};

struct runs {
	struct run *items;
	size_t count;
};

static int compare_kinds(const struct balance_use *a, const struct balance_use *b)
{
	int item = strcmp(a->item, b->item);

	return item != 0 ? item : strcmp(a->unit, b->unit);
}

static int compare_uses(const void *left, const void *right)
{
	const struct balance_use *a = *(const struct balance_use *const *)left;
	const struct balance_use *b = *(const struct balance_use *const *)right;
	int kind = compare_kinds(a, b);

	return kind != 0 ? kind : a < b ? -1 : a > b;
}

static int compare_firsts(const void *left, const void *right)
{
	const struct balance_use *a = *((const struct run *)left)->uses;
	const struct balance_use *b = *((const struct run *)right)->uses;

	return a < b ? -1 : a > b;
}

static enum err read_runs(const struct turn *turn, const struct balance *balance,
			  struct runs *ret_runs)
{
	const struct balance_use **uses =
		arena_alloc_array(turn->arena, balance->count + 1, sizeof(*uses));
	struct runs runs = {arena_alloc_array(turn->arena, balance->count + 1, sizeof(*runs.items)),
			    0};
	size_t count = 0;

	if (uses == NULL || runs.items == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < balance->count; i++)
		if (!balance->uses[i].is_reversed)
			uses[count++] = &balance->uses[i];
	qsort(uses, count, sizeof(*uses), compare_uses);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || compare_kinds(uses[i - 1], uses[i]) != 0)
			runs.items[runs.count++] = (struct run){.uses = &uses[i]};
		runs.items[runs.count - 1].count++;
	}
	*ret_runs = runs;
	return OK;
}

/* The first run that is not before this item. */
static size_t first_run(const struct runs *runs, const char *item)
{
	size_t low = 0, high = runs->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(runs->items[middle].uses[0]->item, item) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_run_of(const struct runs *runs, size_t at, const char *item)
{
	return at < runs->count && strcmp(runs->items[at].uses[0]->item, item) == 0;
}

/* In which the item was written off first; NULL: in none. */
static const char *unit_of(const struct runs *runs, const char *item)
{
	const struct balance_use *first = NULL;

	for (size_t i = first_run(runs, item); is_run_of(runs, i, item); i++)
		if (first == NULL || runs->items[i].uses[0] < first)
			first = runs->items[i].uses[0];
	return first == NULL ? NULL : first->unit;
}

static enum err reckon_run(const struct turn *turn, struct run *run, struct balance_item *item)
{
	struct rule_number used = rule_number_of(0);

	for (size_t i = 0; run != NULL && i < run->count; i++) {
		struct rule_number quantity = number_of(run->uses[i]->quantity);

		rule_number_add(&used, &quantity);
	}
	if (run != NULL)
		run->is_listed = true;
	return put_sums(turn, &used, item);
}

/* Of two rows with one number the first has what is used of it. */
static struct run *run_of(const struct runs *runs, const struct balance_item *item)
{
	for (size_t i = first_run(runs, item->item); is_run_of(runs, i, item->item); i++)
		if (strcmp(runs->items[i].uses[0]->unit, item->unit) == 0)
			return runs->items[i].is_listed ? NULL : &runs->items[i];
	return NULL;
}

/* A row of the certificate: its number, or which one it is where goods have none. */
static const char *item_name(const struct table *goods, struct arena *arena)
{
	return table_cell(goods, "item").len > 0 ? table_text(goods, "item", arena)
						 : arena_format(arena, "%zu", goods->row);
}

static enum err read_row(const struct turn *turn, const struct table *goods, const char *unit,
			 struct balance_item *ret_item)
{
	bool is_quantity =
		table_cell(goods, "quantity").len > 0 &&
		(unit == NULL || bytes_equal(table_cell(goods, "unit"), bytes_of_text(unit)));

	*ret_item = (struct balance_item){
		.item = item_name(goods, turn->arena),
		.hs = table_text(goods, "hs", turn->arena),
		.unit = table_text(goods, is_quantity ? "unit" : "grossUnit", turn->arena),
		.declared = table_text(goods, is_quantity ? "quantity" : "gross", turn->arena),
	};
	return ret_item->item == NULL || ret_item->hs == NULL || ret_item->unit == NULL ||
			       ret_item->declared == NULL
		       ? ERR_MEMORY
		       : OK;
}

static const char *goods_of(const struct message *certificate)
{
	return facts_get_or_empty(&certificate->facts, "goods");
}

enum err balance_item_of(const struct turn *turn, const struct message *certificate,
			 const struct balance *balance, const struct balance_use *use,
			 struct balance_item *ret_item)
{
	const char *unit = unit_in_use(balance, use->item);
	struct table goods;
	enum err err = OK;

	table_open(&goods, goods_of(certificate));
	while (err == OK && table_next(&goods)) {
		const char *item = item_name(&goods, turn->arena);

		if (item == NULL)
			return ERR_MEMORY;
		if (strcmp(item, use->item) != 0)
			continue;
		err = read_row(turn, &goods, unit != NULL ? unit : use->unit, ret_item);
		if (err == OK && strcmp(ret_item->unit, use->unit) != 0)
			return ERR_CONFLICT;
		return err == OK ? reckon(turn, balance, ret_item) : err;
	}
	return err == OK ? ERR_MISSING : err;
}

/* What a partner wrote off of items that the certificate does not have, or in other units, as it was said. */
static enum err put_strays(const struct turn *turn, struct runs *runs, struct balance_item *items,
			   size_t *count)
{
	size_t strays = 0;
	enum err err = OK;

	for (size_t i = 0; i < runs->count; i++)
		if (!runs->items[i].is_listed)
			runs->items[strays++] = runs->items[i];
	qsort(runs->items, strays, sizeof(*runs->items), compare_firsts);
	for (size_t i = 0; err == OK && i < strays; i++) {
		const struct balance_use *use = runs->items[i].uses[0];

		items[*count] = (struct balance_item){
			.item = use->item, .hs = "", .unit = use->unit, .declared = "0"};
		err = reckon_run(turn, &runs->items[i], &items[(*count)++]);
	}
	return err;
}

static size_t count_rows(const char *text)
{
	struct table table;
	size_t count = 0;

	table_open(&table, text);
	while (table_next(&table))
		count++;
	return count;
}

enum err balance_items(const struct turn *turn, const struct message *certificate,
		       const struct balance *balance, struct balance_item **ret_items,
		       size_t *ret_count)
{
	const char *text = goods_of(certificate);
	struct balance_item *items = arena_alloc_array(
		turn->arena, count_rows(text) + balance->count + 1, sizeof(*items));
	struct table goods;
	struct runs runs;
	size_t count = 0;
	enum err err = items == NULL ? ERR_MEMORY : read_runs(turn, balance, &runs);

	table_open(&goods, text);
	while (err == OK && table_next(&goods)) {
		const char *item = item_name(&goods, turn->arena);

		err = item == NULL ? ERR_MEMORY
				   : read_row(turn, &goods, unit_of(&runs, item), &items[count]);
		if (err == OK)
			err = reckon_run(turn, run_of(&runs, &items[count]), &items[count]);
		count++;
	}
	if (err == OK)
		err = put_strays(turn, &runs, items, &count);
	if (err != OK)
		return err;
	*ret_items = items;
	*ret_count = count;
	return OK;
}

enum err balance_event(const struct turn *turn, const struct message *certificate,
		       const struct balance *balance, enum life_event *ret_event)
{
	struct balance_item *items;
	size_t count = 0;
	bool is_used = false, is_left = false;
	enum err err = balance_items(turn, certificate, balance, &items, &count);

	if (err != OK)
		return err;
	for (size_t i = 0; i < balance->count; i++)
		is_used |= !balance->uses[i].is_reversed;
	for (size_t i = 0; i < count; i++)
		is_left |= balance_is_above(items[i].left, "0");
	/* of goods that nobody could read nothing is known to be left or not: it is never used up */
	is_left |= goods_of(certificate)[0] == '\0';
	*ret_event = !is_used ? LIFE_REVERSED : is_left ? LIFE_USED : LIFE_USED_UP;
	return OK;
}
