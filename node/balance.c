#include "node/balance.h"

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
	/* once for each power of two: so it is copied as often as it doubles */
	if ((balance->count & (balance->count - 1)) == 0) {
		all = arena_alloc_array(turn->arena, 2 * balance->count + 1, sizeof(*all));
		if (all == NULL)
			return ERR_MEMORY;
		if (balance->count > 0)
			memcpy(all, balance->uses, balance->count * sizeof(*all));
		balance->uses = all;
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

static enum err reckon(const struct turn *turn, const struct balance *balance,
		       struct balance_item *item)
{
	struct rule_number used = rule_number_of(0), left = number_of(item->declared);

	for (size_t i = 0; i < balance->count; i++) {
		struct rule_number quantity;

		if (!is_of(&balance->uses[i], item->item, item->unit))
			continue;
		quantity = number_of(balance->uses[i].quantity);
		rule_number_add(&used, &quantity);
	}
	item->used = text_of(&used, turn->arena);
	if (item->used == NULL)
		return ERR_MEMORY;
	const char *minus = arena_format(turn->arena, "-%s", item->used);
	struct rule_number taken = number_of(minus == NULL ? "0" : minus);

	rule_number_add(&left, &taken);
	item->left = text_of(&left, turn->arena);
	return minus == NULL || item->left == NULL ? ERR_MEMORY : OK;
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

static bool is_listed(const struct balance_item *items, size_t count, const struct balance_use *use)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].item, use->item) == 0 && strcmp(items[i].unit, use->unit) == 0)
			return true;
	return false;
}

/* What a partner wrote off of items that the certificate does not have, or in other units. */
static enum err put_strays(const struct turn *turn, const struct balance *balance,
			   struct balance_item *items, size_t *count)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < balance->count; i++) {
		const struct balance_use *use = &balance->uses[i];

		if (use->is_reversed || is_listed(items, *count, use))
			continue;
		items[*count] = (struct balance_item){
			.item = use->item, .hs = "", .unit = use->unit, .declared = "0"};
		err = reckon(turn, balance, &items[(*count)++]);
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
	size_t count = 0;
	enum err err = items == NULL ? ERR_MEMORY : OK;

	table_open(&goods, text);
	while (err == OK && table_next(&goods)) {
		const char *item = item_name(&goods, turn->arena);

		err = item == NULL
			      ? ERR_MEMORY
			      : read_row(turn, &goods, unit_in_use(balance, item), &items[count]);
		if (err == OK)
			err = reckon(turn, balance, &items[count++]);
	}
	if (err == OK)
		err = put_strays(turn, balance, items, &count);
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
