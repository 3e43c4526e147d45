#include "node/compare.h"

#include <string.h>

#include "messages/decimal.h"
#include "messages/letters.h"
#include "messages/table.h"

#define HS_DIGITS 6u
#define FIELDS_OF_LINE 4u
#define FIELDS_OF_WHOLE 2u

struct goods {
	const char *name; /* number of the line or item */
	const char *hs, *origin, *quantity, *unit, *value, *currency, *criterion;
	bool is_taken;
};

struct comparing {
	struct arena *arena;
	const struct facts *declaration, *certificate;
	struct goods *lines, *items;
	size_t line_count, item_count;
	struct compare_row *rows;
	size_t count;
};

const char *compare_verdict_name(enum compare_verdict verdict)
{
	static const char *const names[] = {"equal", "part", "minor", "differs", "unknown"};

	return names[verdict];
}

/* ---- Reading ---- */

static bool read_goods(struct comparing *comparing, const struct table *table, struct goods *ret)
{
	struct arena *arena = comparing->arena;

	*ret = (struct goods){
		.name = table_cell(table, "item").len > 0 ? table_text(table, "item", arena)
							  : arena_format(arena, "%zu", table->row),
		.hs = table_text(table, "hs", arena),
		.origin = table_text(table, "origin", arena),
		.quantity = table_text(table, "quantity", arena),
		.unit = table_text(table, "unit", arena),
		.value = table_text(table, "value", arena),
		.currency = table_text(table, "currency", arena),
		.criterion = table_text(table, "criterion", arena),
	};
	return ret->name != NULL && ret->hs != NULL && ret->origin != NULL &&
	       ret->quantity != NULL && ret->unit != NULL && ret->value != NULL &&
	       ret->currency != NULL && ret->criterion != NULL;
}

static struct goods *read_all(struct comparing *comparing, const struct facts *facts, size_t max,
			      size_t *ret_count)
{
	struct goods *all = arena_alloc_array(comparing->arena, max, sizeof(*all));
	struct table table;

	*ret_count = 0;
	table_open(&table, facts_get_or_empty(facts, "goods"));
	while (all != NULL && *ret_count < max && table_next(&table))
		if (!read_goods(comparing, &table, &all[(*ret_count)++]))
			return NULL;
	return all;
}

/* ---- Which item a line stands beside ---- */

static bool is_alike(const char *a, const char *b, size_t digits)
{
	size_t len = strlen(a);

	if (digits == 0)
		return strcmp(a, b) == 0;
	return len >= digits && strlen(b) >= digits && strncmp(a, b, digits) == 0;
}

static struct goods *find_item(struct comparing *comparing, const struct goods *line, size_t digits)
{
	for (size_t i = 0; i < comparing->item_count; i++)
		if (!comparing->items[i].is_taken &&
		    is_alike(line->hs, comparing->items[i].hs, digits))
			return &comparing->items[i];
	return NULL;
}

static struct goods *item_left(struct comparing *comparing)
{
	for (size_t i = 0;
	     comparing->line_count == comparing->item_count && i < comparing->item_count; i++)
		if (!comparing->items[i].is_taken)
			return &comparing->items[i];
	return NULL;
}

/* Lines with the same code first take what is exactly theirs. */
static void match(struct comparing *comparing, struct goods **of_line)
{
	for (unsigned pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < comparing->line_count; i++) {
			const struct goods *line = &comparing->lines[i];

			if (of_line[i] != NULL)
				continue;
			of_line[i] = pass == 0   ? find_item(comparing, line, 0)
				     : pass == 1 ? find_item(comparing, line, HS_DIGITS)
						 : item_left(comparing);
			if (of_line[i] != NULL)
				of_line[i]->is_taken = true;
		}
}

/* ---- Verdicts ---- */

static enum compare_verdict of_texts(const char *a, const char *b)
{
	if (a[0] == '\0' || b[0] == '\0')
		return COMPARE_UNKNOWN;
	return strcmp(a, b) == 0 ? COMPARE_EQUAL : COMPARE_DIFFERS;
}

static enum compare_verdict of_hs(const char *a, const char *b)
{
	enum compare_verdict verdict = of_texts(a, b);

	return verdict == COMPARE_DIFFERS && is_alike(a, b, HS_DIGITS) ? COMPARE_MINOR : verdict;
}

/* Negative, 0 or positive; false: one of them is no number. */
static bool compare_numbers(const char *a, const char *b, int *ret_sign)
{
	struct decimal left, right;

	if (!decimal_parse(bytes_of_text(a), &left) || !decimal_parse(bytes_of_text(b), &right))
		return false;
	*ret_sign = decimal_compare(&left, &right);
	return true;
}

/* Part of the goods is in order; more than was certified has no preference. */
static enum compare_verdict of_quantities(const struct goods *line, const struct goods *item)
{
	int sign;

	if (!compare_numbers(line->quantity, item->quantity, &sign) ||
	    strcmp(line->unit, item->unit) != 0)
		return COMPARE_UNKNOWN;
	return sign == 0 ? COMPARE_EQUAL : sign < 0 ? COMPARE_PART : COMPARE_DIFFERS;
}

/* A certificate has FOB, and seldom: an invoice is above it by freight and insurance, or of a part. */
static enum compare_verdict of_values(const struct goods *line, const struct goods *item)
{
	int sign;

	if (!compare_numbers(line->value, item->value, &sign) ||
	    strcmp(line->currency, item->currency) != 0)
		return COMPARE_UNKNOWN;
	if (sign == 0)
		return COMPARE_EQUAL;
	if (of_quantities(line, item) == COMPARE_PART)
		return sign < 0 ? COMPARE_PART : COMPARE_MINOR;
	return sign > 0 ? COMPARE_MINOR : COMPARE_DIFFERS;
}

/* ---- Rows ---- */

static void put(struct comparing *comparing, const struct compare_row *row)
{
	comparing->rows[comparing->count++] = *row;
}

/* "1800 PCE" */
static const char *measure(struct comparing *comparing, const char *number, const char *unit)
{
	const char *text = number[0] == '\0' ? ""
					     : arena_format(comparing->arena, "%s%s%s", number,
							    unit[0] == '\0' ? "" : " ", unit);

	return text == NULL ? "" : text;
}

static void put_line(struct comparing *comparing, const struct goods *line,
		     const struct goods *item)
{
	static const struct goods nothing = {"", "", "", "", "", "", "", "", false};
	const char *origin;

	if (item == NULL)
		item = &nothing;
	/* where the item says none, it is that of the certificate */
	origin = item == &nothing || item->origin[0] != '\0' ? item->origin
		 : facts_get_or_empty(comparing->certificate, "issuer")[0] != '\0'
			 ? facts_get_or_empty(comparing->certificate, "issuer")
			 : facts_get_or_empty(comparing->certificate, "country");
	const struct compare_row rows[FIELDS_OF_LINE] = {
		{.field = "hs",
		 .declaration = line->hs,
		 .certificate = item->hs,
		 .verdict = item == &nothing ? COMPARE_DIFFERS : of_hs(line->hs, item->hs)},
		{.field = "origin",
		 .declaration = line->origin,
		 .certificate = origin,
		 .verdict = of_texts(line->origin, origin)},
		{.field = "quantity",
		 .declaration = measure(comparing, line->quantity, line->unit),
		 .certificate = measure(comparing, item->quantity, item->unit),
		 .verdict = of_quantities(line, item)},
		{.field = "value",
		 .declaration = measure(comparing, line->value, line->currency),
		 .certificate = measure(comparing, item->value, item->currency),
		 .verdict = of_values(line, item)},
	};

	for (size_t i = 0; i < FIELDS_OF_LINE; i++) {
		struct compare_row row = rows[i];

		row.line = line->name;
		row.item = item->name;
		row.hs = line->hs;
		row.criterion = item->criterion;
		put(comparing, &row);
	}
}

static enum err put_consignee(struct comparing *comparing)
{
	const char *code = facts_get_or_empty(comparing->certificate, "consigneeCode");
	const char *importer = facts_get_or_empty(comparing->declaration, "importer");
	const char *ours = facts_get_or_empty(comparing->declaration, "importerName");
	const char *theirs = facts_get_or_empty(comparing->certificate, "consignee");
	bool is_same_code = importer[0] != '\0' && strlen(code) >= strlen(importer) &&
			    strcmp(code + strlen(code) - strlen(importer), importer) == 0;
	const char *a = NULL, *b = NULL;
	enum err err = letters_to_upper(ours, comparing->arena, &a);

	if (err == OK)
		err = letters_to_upper(theirs, comparing->arena, &b);
	if (err != OK)
		return err;
	put(comparing,
	    &(struct compare_row){"consignee", "", "", ours, theirs,
				  is_same_code ? COMPARE_EQUAL : of_texts(a, b), "", ""});
	return OK;
}

/* One of those that the certificate names. */
static enum err put_invoice(struct comparing *comparing)
{
	const char *ours = facts_get_or_empty(comparing->declaration, "invoice");
	static const char *const tables[] = {"goods", "invoices"};
	const char *theirs = "";
	enum compare_verdict verdict = COMPARE_UNKNOWN;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct table table;

		table_open(&table, facts_get_or_empty(comparing->certificate, tables[i]));
		while (verdict != COMPARE_EQUAL && table_next(&table)) {
			if (table_cell(&table, "invoice").len == 0 || ours[0] == '\0')
				continue;
			theirs = table_text(&table, "invoice", comparing->arena);
			if (theirs == NULL)
				return ERR_MEMORY;
			verdict = of_texts(ours, theirs);
		}
	}
	put(comparing, &(struct compare_row){"invoice", "", "", ours, theirs, verdict, "", ""});
	return OK;
}

enum err compare_facts(const struct facts *declaration, const struct facts *certificate,
		       struct arena *arena, struct compare_row **ret_rows, size_t *ret_count)
{
	struct comparing comparing = {
		.arena = arena, .declaration = declaration, .certificate = certificate};
	struct goods *of_line[COMPARE_LINES] = {NULL};
	enum err err;

	comparing.lines = read_all(&comparing, declaration, COMPARE_LINES, &comparing.line_count);
	comparing.items = read_all(&comparing, certificate, COMPARE_ITEMS, &comparing.item_count);
	comparing.rows = arena_alloc_array(arena, FIELDS_OF_WHOLE + FIELDS_OF_LINE * COMPARE_LINES,
					   sizeof(*comparing.rows));
	if (comparing.lines == NULL || comparing.items == NULL || comparing.rows == NULL)
		return ERR_MEMORY;
	if ((err = put_consignee(&comparing)) != OK || (err = put_invoice(&comparing)) != OK)
		return err;
	match(&comparing, of_line);
	for (size_t i = 0; i < comparing.line_count; i++)
		put_line(&comparing, &comparing.lines[i], of_line[i]);
	*ret_rows = comparing.rows;
	*ret_count = comparing.count;
	return OK;
}
