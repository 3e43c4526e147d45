#include "node/alike.h"

#include <inttypes.h>
#include <string.h>

#include "messages/decimal.h"
#include "messages/table.h"
#include "node/find.h"

#define HS_DIGITS 6u
#define MAX_INVOICES 32u /* of one document, that are looked at */
#define MAX_BACK 16u     /* certificates of one invoice, the newest first */
#define MAX_ITEMS 64u    /* of an application, that are compared */
#define ROWS_OF_ITEM 3u

static const char *fact(const struct message *message, const char *name)
{
	return facts_get_or_empty(&message->facts, name);
}

/* ---- Invoices ---- */

struct invoices {
	const char *at[MAX_INVOICES];
	size_t count;
};

static enum err add(struct invoices *invoices, const char *number)
{
	if (number == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < invoices->count; i++)
		if (strcmp(invoices->at[i], number) == 0)
			return OK;
	if (number[0] != '\0' && invoices->count < MAX_INVOICES)
		invoices->at[invoices->count++] = number;
	return OK;
}

static enum err gather(const struct turn *turn, const struct message *message,
		       struct invoices *ret_invoices)
{
	struct table goods;
	enum err err = OK;

	*ret_invoices = (struct invoices){.count = 0};
	table_open(&goods, fact(message, "goods"));
	while (err == OK && table_next(&goods))
		err = add(ret_invoices, table_text(&goods, "invoice", turn->arena));
	return err;
}

static const char *key_of(const struct turn *turn, const struct message *message,
			  const char *invoice)
{
	return find_text(turn, "invoiced", fact(message, "exporter"), invoice, NULL);
}

/* Under this stands the certificate of the same invoice that came before that of this number. */
static const char *back_of(const struct turn *turn, uint64_t number, const char *invoice)
{
	const char *text = arena_format(turn->arena, "%" PRIu64, number);

	return text == NULL ? NULL : find_text(turn, "invoiced-before", text, invoice, NULL);
}

static enum err note_one(const struct turn *turn, const struct message *certificate,
			 const char *invoice)
{
	const char *key = key_of(turn, certificate, invoice);
	const char *back = back_of(turn, certificate->number, invoice);
	const struct find_entry entry = {.message = certificate->number,
					 .document = certificate->document};
	struct find_entry before;
	enum err err;

	if (key == NULL || back == NULL)
		return ERR_MEMORY;
	err = find_get(turn, key, &before);
	if (err == OK && before.message != certificate->number)
		err = find_put(turn, back, &before);
	return err == OK || err == ERR_MISSING ? find_put(turn, key, &entry) : err;
}

enum err alike_note(const struct turn *turn, const struct message *certificate)
{
	struct invoices invoices;
	enum err err = gather(turn, certificate, &invoices);

	if (fact(certificate, "exporter")[0] == '\0')
		return err;
	for (size_t i = 0; err == OK && i < invoices.count; i++)
		err = note_one(turn, certificate, invoices.at[i]);
	return err;
}

/* ---- Comparing ---- */

struct comparing {
	struct arena *arena;
	const struct message *application, *certificate;
	struct compare_row *rows;
	size_t count;
};

/* Of one item, as its document says it. */
struct item {
	const char *name, *hs, *quantity, *unit, *invoice, *date;
};

static bool read_item(const struct table *goods, struct arena *arena, struct item *ret_item)
{
	*ret_item = (struct item){
		.name = table_cell(goods, "item").len > 0 ? table_text(goods, "item", arena)
							  : arena_format(arena, "%zu", goods->row),
		.hs = table_text(goods, "hs", arena),
		.quantity = table_text(goods, "quantity", arena),
		.unit = table_text(goods, "unit", arena),
		.invoice = table_text(goods, "invoice", arena),
		.date = table_text(goods, "invoiceDate", arena),
	};
	return ret_item->name != NULL && ret_item->hs != NULL && ret_item->quantity != NULL &&
	       ret_item->unit != NULL && ret_item->invoice != NULL && ret_item->date != NULL;
}

static bool has_same_hs(const struct item *a, const struct item *b)
{
	return strlen(a->hs) >= HS_DIGITS && strncmp(a->hs, b->hs, HS_DIGITS) == 0;
}

static const char *quantity_of(const struct item *item, struct arena *arena)
{
	return item->quantity[0] == '\0' ? ""
					 : arena_format(arena, "%s %s", item->quantity, item->unit);
}

static bool has_same_quantity(const struct item *a, const struct item *b)
{
	struct decimal one, other;

	return strcmp(a->unit, b->unit) == 0 && decimal_parse(bytes_of_text(a->quantity), &one) &&
	       decimal_parse(bytes_of_text(b->quantity), &other) &&
	       decimal_compare(&one, &other) == 0;
}

static enum compare_verdict judge(const char *said, const char *certified, bool is_same)
{
	if (said[0] == '\0' || certified[0] == '\0')
		return COMPARE_UNKNOWN;
	return is_same ? COMPARE_EQUAL : COMPARE_DIFFERS;
}

static enum err put_item(struct comparing *to, const struct item *said,
			 const struct item *certified)
{
	const char *a = quantity_of(said, to->arena), *b = quantity_of(certified, to->arena);
	const struct compare_row rows[ROWS_OF_ITEM] = {
		{"invoice-date", said->name, certified->name, said->date, certified->date,
		 judge(said->date, certified->date, strcmp(said->date, certified->date) == 0), "",
		 ""},
		{"hs", said->name, certified->name, said->hs, certified->hs,
		 judge(said->hs, certified->hs, has_same_hs(said, certified)), "", ""},
		{"quantity", said->name, certified->name, a, b,
		 a == NULL || b == NULL ? COMPARE_UNKNOWN
					: judge(a, b, has_same_quantity(said, certified)),
		 "", ""},
	};

	if (a == NULL || b == NULL)
		return ERR_MEMORY;
	memcpy(to->rows + to->count, rows, sizeof(rows));
	to->count += ROWS_OF_ITEM;
	return OK;
}

/* Of the same invoice, with the same HS code if there is one: beside which item this one is put. */
static enum err find_beside(const struct comparing *comparing, const struct item *said,
			    struct item *ret_item)
{
	struct table goods;
	struct item item;
	bool is_found = false;

	table_open(&goods, fact(comparing->certificate, "goods"));
	while (table_next(&goods)) {
		if (!bytes_equal(table_cell(&goods, "invoice"), bytes_of_text(said->invoice)))
			continue;
		if (!read_item(&goods, comparing->arena, &item))
			return ERR_MEMORY;
		if (!is_found || has_same_hs(said, &item))
			*ret_item = item;
		is_found = true;
		if (has_same_hs(said, &item))
			break;
	}
	return is_found ? OK : ERR_MISSING;
}

static enum err compare(struct comparing *comparing)
{
	struct item said, certified;
	struct table goods;
	enum err err = OK;

	comparing->rows = arena_alloc_array(comparing->arena, (size_t)MAX_ITEMS * ROWS_OF_ITEM,
					    sizeof(*comparing->rows));
	if (comparing->rows == NULL)
		return ERR_MEMORY;
	table_open(&goods, fact(comparing->application, "goods"));
	while (err == OK && comparing->count < MAX_ITEMS * ROWS_OF_ITEM && table_next(&goods)) {
		if (!read_item(&goods, comparing->arena, &said))
			return ERR_MEMORY;
		err = find_beside(comparing, &said, &certified);
		if (err == OK)
			err = put_item(comparing, &said, &certified);
		else if (err == ERR_MISSING)
			err = OK;
	}
	return err;
}

/* ---- Finding ---- */

static bool is_other(const struct message *certificate, const struct message *application)
{
	return strcmp(certificate->state, "cancelled") != 0 &&
	       strcmp(certificate->state, "replaced") != 0 &&
	       certificate->number != application->number &&
	       strcmp(fact(certificate, "application"), fact(application, "reference")) != 0;
}

static enum err find_one(const struct turn *turn, const struct message *application,
			 const char *invoice, struct message *ret_certificate)
{
	const char *key = key_of(turn, application, invoice);
	struct find_entry entry;
	enum err err = OK;

	for (unsigned i = 0; i < MAX_BACK && err == OK; i++) {
		if (key == NULL)
			return ERR_MEMORY;
		if ((err = find_get(turn, key, &entry)) == OK)
			err = message_load(turn, entry.message, ret_certificate);
		if (err == OK && is_other(ret_certificate, application))
			return OK;
		key = err == OK ? back_of(turn, entry.message, invoice) : key;
	}
	return err == OK ? ERR_MISSING : err;
}

enum err alike_find(const struct turn *turn, const struct message *application,
		    struct message *ret_certificate, struct compare_row **ret_rows,
		    size_t *ret_count)
{
	struct comparing comparing = {.arena = turn->arena, .application = application};
	struct message certificate, newest = {.number = 0};
	struct invoices invoices;
	enum err err = gather(turn, application, &invoices);

	for (size_t i = 0; err == OK && i < invoices.count; i++) {
		err = find_one(turn, application, invoices.at[i], &certificate);
		if (err == OK && certificate.number > newest.number)
			newest = certificate;
		else if (err == ERR_MISSING)
			err = OK;
	}
	if (err != OK || newest.number == 0)
		return err == OK ? ERR_MISSING : err;
	comparing.certificate = &newest;
	if ((err = compare(&comparing)) != OK)
		return err;
	*ret_certificate = newest;
	*ret_rows = comparing.rows;
	*ret_count = comparing.count;
	return OK;
}
