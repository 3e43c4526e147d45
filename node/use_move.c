#include "node/use.h"

#include <string.h>

#include "node/balance.h"

#define HS_DIGITS 6u

static struct bytes hs_of(const struct balance_item *items, size_t count, const char *item)
{
	struct bytes hs = {0};

	for (size_t i = 0; i < count && hs.len == 0; i++)
		if (strcmp(items[i].item, item) == 0)
			hs = bytes_of_text(items[i].hs);
	return hs.len > HS_DIGITS ? bytes_of(hs.at, HS_DIGITS) : hs;
}

/* What each certifies; nothing is used. */
struct goods {
	struct balance_item *from, *to;
	size_t from_count, to_count;
};

static enum err read_goods(const struct turn *turn, const struct message *from,
			   const struct message *to, struct goods *ret_goods)
{
	const struct balance nothing = {.count = 0};
	enum err err =
		balance_items(turn, from, &nothing, &ret_goods->from, &ret_goods->from_count);

	return err == OK ? balance_items(turn, to, &nothing, &ret_goods->to, &ret_goods->to_count)
			 : err;
}

/* Other goods under the same number: an item of its own, which the certificate has not. */
static enum err rename_other_goods(const struct turn *turn, const struct goods *goods,
				   struct balance_use *row)
{
	struct bytes was = hs_of(goods->from, goods->from_count, row->item),
		     is = hs_of(goods->to, goods->to_count, row->item);

	if (was.len == 0 || is.len == 0 || bytes_equal(was, is))
		return OK;
	row->item = arena_format(turn->arena, "%s (%.*s)", row->item, (int)was.len,
				 (const char *)was.at);
	return row->item == NULL ? ERR_MEMORY : OK;
}

enum err use_move(const struct turn *turn, const struct message *from, const struct message *to)
{
	struct balance balance, none = {.count = 0};
	struct goods goods;
	enum err err = balance_load(turn, from->number, &balance);

	if (err != OK || balance.count == 0 || (err = read_goods(turn, from, to, &goods)) != OK)
		return err;
	for (size_t i = 0; err == OK && i < balance.count; i++) {
		struct message declaration;

		if ((err = rename_other_goods(turn, &goods, &balance.uses[i])) != OK)
			return err;
		if (balance.uses[i].declared_in == 0)
			continue;
		err = message_load(turn, balance.uses[i].declared_in, &declaration);
		if (err == OK)
			err = use_remember(turn, to, &declaration);
	}
	if (err == OK)
		err = balance_save(turn, to->number, &balance);
	return err == OK ? balance_save(turn, from->number, &none) : err;
}
