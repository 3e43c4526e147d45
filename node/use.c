#include "node/use.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/table.h"
#include "messages/word.h"
#include "node/access.h"
#include "node/account.h"
#include "node/balance.h"
#include "node/calendar.h"
#include "node/certificate.h"
#include "node/decision.h"
#include "node/desk.h"
#include "node/expiry.h"
#include "node/find.h"
#include "node/objection.h"

#define TOLD_BYTES 1000u
#define USER "user:"

static const char *said(const struct use_turn *use, const char *fact)
{
	return facts_get_or_empty(&use->notice->facts, fact);
}

static bool is_strict(const struct use_turn *use)
{
	return strncmp(use->notice->sender, "partner:", 8) != 0;
}

/* ---- The import declaration ---- */

/* By its office and the number given here, else by the number that it came with. */
static enum err find_declaration(const struct use_turn *use, const struct balance_use *row,
				 struct message *ret_declaration)
{
	const struct turn *turn = use->turn;
	const char *keys[] = {desk_key(turn, row->office, row->declaration),
			      find_text(turn, "only.declaration",
					arena_format(turn->arena, "%s|%s", turn->config->country,
						     row->declaration),
					NULL)};
	enum err err = ERR_MISSING;

	for (size_t i = 0; err == ERR_MISSING && i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct find_entry entry;

		err = keys[i] == NULL ? ERR_MEMORY : find_get(turn, keys[i], &entry);
		if (err == OK)
			err = message_load(turn, entry.message, ret_declaration);
		if (err == OK)
			err = message_load(turn, ret_declaration->root, ret_declaration);
		if (err == OK && facts_get_or_empty(&ret_declaration->facts, "importer")[0] == '\0')
			err = ERR_MISSING; /* nothing is imported under it */
	}
	return err;
}

static bool is_in_force(const struct message *declaration)
{
	static const char *const ended = "checked parked noted cancelled rejected set-aside";

	return !word_is_in(ended, declaration->state);
}

enum err use_remember(const struct turn *turn, const struct message *certificate,
		      struct message *declaration)
{
	const char *known = facts_get_or_empty(&declaration->facts, USE_CERTIFICATES);
	const char *number = arena_format(turn->arena, "%" PRIu64, certificate->number);
	const char *words;
	enum err err;

	if (number == NULL)
		return ERR_MEMORY;
	if (word_is_in(known, number))
		return OK;
	words = arena_format(turn->arena, "%s%s%s", known, known[0] == '\0' ? "" : " ", number);
	err = words == NULL ? ERR_MEMORY : facts_put(&declaration->facts, USE_CERTIFICATES, words);
	return err == OK ? message_save(turn, declaration) : err;
}

static enum err tell_declaration(const struct use_turn *use, const struct message *declaration,
				 const struct balance_use *row)
{
	char certificate[MESSAGE_ID_BYTES], by[MESSAGE_ID_BYTES];
	uint64_t ignored;

	message_format_id(use->turn, use->certificate->number, certificate);
	message_format_id(use->turn, use->notice->number, by);
	const char *attributes[] = {"certificate", certificate, "item",    row->item, "quantity",
				    row->quantity, "unit",      row->unit, "by",      by,
				    NULL};
	struct message_event event = {
		.event = "CertificateUsed", .actor = use->notice->sender, .attributes = attributes};

	return message_record(use->turn, declaration->number, &event, &ignored);
}

/*
 * Officers write off, and give back, for declarations of their own offices, whichever certificate it is; a party's
 * machine for all.
 */
static enum err check_office(const struct use_turn *use, const struct message *declaration)
{
	const char *person = said(use, DECISION_PERSON);
	const char *office = desk_office(use->turn, &declaration->facts);
	struct account account = {.offices = ""};
	enum err err = OK;

	if (strncmp(person, USER, sizeof(USER) - 1) != 0)
		return OK;
	err = account_load(use->turn, person + sizeof(USER) - 1, &account);
	if (err != OK && err != ERR_MISSING)
		return err;
	return access_office_is_in(account.offices, office)
		       ? OK
		       : objection_put(use->findings, OBJECTION_OTHER_OFFICE, office);
}

/* Everywhere by its kind, or where declarations of this country are here too. */
static bool must_be_known(const struct use_turn *use)
{
	return strcmp(said(use, "usesFor"), "known") == 0 ||
	       (is_strict(use) && word_is_in(said(use, "usesKnownIn"), use->turn->config->country));
}

/* *ret_known is 0 when the declaration is not here, and need not be. */
static enum err check_declaration(const struct use_turn *use, const struct balance_use *row,
				  struct message *ret_declaration, uint64_t *ret_known)
{
	enum err err = ERR_MISSING;

	*ret_known = 0;
	if (is_strict(use)) /* a partner's declarations are not here, whatever their numbers */
		err = find_declaration(use, row, ret_declaration);
	if (err == OK && is_in_force(ret_declaration)) {
		*ret_known = ret_declaration->number;
		return check_office(use, ret_declaration);
	}
	if (err == OK || (err == ERR_MISSING && must_be_known(use)))
		return objection_put(use->findings, OBJECTION_NO_DECLARATION, row->declaration);
	return err == ERR_MISSING ? OK : err;
}

/* ---- Twelve months ---- */

static enum err check_day(const struct use_turn *use, const struct message *declaration)
{
	const char *until = expiry_last_day(&use->certificate->facts, use->turn->arena);
	char day[CALENDAR_DATE_BYTES];

	if (until == NULL)
		return ERR_MEMORY;
	calendar_format_date(declaration == NULL ? use->turn->now_ms : declaration->received_ms,
			     day);
	return calendar_is_within(day, "", until)
		       ? OK
		       : objection_put(use->findings, OBJECTION_CERTIFICATE_EXPIRED, until);
}

/* ---- One write-off ---- */

static enum err read_use(const struct use_turn *use, const struct table *rows,
			 struct balance_use *ret_use)
{
	struct arena *arena = use->turn->arena;

	*ret_use = (struct balance_use){
		.item = table_text(rows, "item", arena),
		.unit = table_text(rows, "unit", arena),
		.quantity = table_text(rows, "quantity", arena),
		.declaration = table_text(rows, "declaration", arena),
		.office = table_text(rows, "office", arena),
		.date = table_text(rows, "date", arena),
		.reference = said(use, "reference"),
		.notice = use->notice->number,
	};
	return ret_use->item == NULL || ret_use->unit == NULL || ret_use->quantity == NULL ||
			       ret_use->declaration == NULL || ret_use->office == NULL ||
			       ret_use->date == NULL
		       ? ERR_MEMORY
		       : OK;
}

static enum err object_with(const struct use_turn *use, enum objection objection,
			    const struct balance_use *row, const char *left, const char *unit)
{
	const char *value = arena_format(use->turn->arena, "%s: %s%s%s", row->item, left,
					 left[0] == '\0' ? "" : " ", unit);

	const char *const said[] = {row->item, row->quantity, left, unit};

	return value == NULL ? ERR_MEMORY
			     : objection_put_said(use->findings, objection, value, said,
						  sizeof(said) / sizeof(said[0]));
}

static enum err check_balance(const struct use_turn *use, const struct balance *balance,
			      const struct balance_use *row)
{
	struct balance_item item;
	enum err err = balance_item_of(use->turn, use->certificate, balance, row, &item);

	if (err == ERR_MISSING)
		return objection_put(use->findings, OBJECTION_NO_ITEM, row->item);
	if (err == ERR_CONFLICT)
		return object_with(use, OBJECTION_OTHER_UNIT, row, "", item.unit);
	if (err != OK)
		return err;
	return balance_is_above(row->quantity, item.left) || !balance_is_above(row->quantity, "0")
		       ? object_with(use, OBJECTION_BALANCE, row, item.left, item.unit)
		       : OK;
}

static enum err take_row(const struct use_turn *use, struct balance *balance,
			 struct balance_use *row)
{
	struct message declaration = {.number = 0};
	enum err err = check_declaration(use, row, &declaration, &row->declared_in);

	if (err == OK && is_strict(use))
		err = check_balance(use, balance, row);
	if (err == OK && is_strict(use))
		err = check_day(use, row->declared_in == 0 ? NULL : &declaration);
	if (err != OK || findings_has_errors(use->findings))
		return err;
	err = balance_add(use->turn, balance, row);
	if (err == ERR_LIMIT)
		return objection_put(use->findings, OBJECTION_USES_FULL, row->item);
	if (err != OK || row->declared_in == 0)
		return err;
	if ((err = tell_declaration(use, &declaration, row)) != OK)
		return err;
	return use_remember(use->turn, use->certificate, &declaration);
}

/* ---- More than is certified ---- */

static const char *missing_of(const struct turn *turn, const struct balance_item *item)
{
	return arena_format(turn->arena, "%s: %s%s%s", item->item, item->left,
			    item->unit[0] == '\0' ? "" : " ", item->unit);
}

static enum err object_to_missing(const struct turn *turn, const struct message *certificate,
				  const struct balance *balance, enum objection objection,
				  struct findings *findings)
{
	struct balance_item *items;
	size_t count = 0;
	enum err err = balance_items(turn, certificate, balance, &items, &count);

	for (size_t i = 0; err == OK && i < count; i++) {
		const char *value;

		if (!balance_is_above("0", items[i].left))
			continue;
		value = missing_of(turn, &items[i]);
		err = value == NULL ? ERR_MEMORY : objection_put(findings, objection, value);
	}
	return err;
}

enum err use_object_to_strays(const struct turn *turn, const struct message *certificate,
			      struct findings *findings)
{
	struct balance balance;
	enum err err = balance_load(turn, certificate->number, &balance);

	return err == OK ? object_to_missing(turn, certificate, &balance, OBJECTION_COPY_DIFFERS,
					     findings)
			 : err;
}

/* ---- In words ---- */

static enum err tell(const struct use_turn *use, const struct balance *balance,
		     const char **ret_told)
{
	struct balance_item *items;
	struct buffer told;
	size_t count = 0;
	enum err err = balance_items(use->turn, use->certificate, balance, &items, &count);

	if (err != OK)
		return err;
	buffer_init(&told, LIMIT_RECORD_BYTES);
	for (size_t i = 0; i < count && told.len < TOLD_BYTES; i++)
		buffer_put_format(&told, "%s%s: %s %s", i == 0 ? "" : "; ", items[i].item,
				  items[i].left, items[i].unit);
	if (told.len >= TOLD_BYTES)
		buffer_put_text(&told, " ...");
	err = buffer_error(&told);
	if (err == OK)
		*ret_told = arena_text(use->turn->arena, buffer_bytes(&told));
	buffer_clear(&told);
	return err == OK && *ret_told == NULL ? ERR_MEMORY : err;
}

/* What changed nothing is not written anew: a partner may say it very often. */
static enum err finish(const struct use_turn *use, const struct balance *balance, bool is_changed,
		       enum life_event *ret_event, const char **ret_told)
{
	enum err err = is_changed ? balance_save(use->turn, use->certificate->number, balance) : OK;

	if (err == OK)
		err = balance_event(use->turn, use->certificate, balance, ret_event);
	return err == OK ? tell(use, balance, ret_told) : err;
}

enum err use_take(const struct use_turn *use, enum life_event *ret_event, const char **ret_told)
{
	struct balance balance;
	struct table rows;
	enum err err = balance_load(use->turn, use->certificate->number, &balance);

	if (err == OK && is_strict(use))
		err = object_to_missing(use->turn, use->certificate, &balance, OBJECTION_UNSETTLED,
					use->findings);
	if (err != OK || findings_has_errors(use->findings))
		return err;
	table_open(&rows, said(use, "uses"));
	while (err == OK && table_next(&rows)) {
		struct balance_use row;

		err = read_use(use, &rows, &row);
		if (err == OK)
			err = take_row(use, &balance, &row);
	}
	if (err == OK && rows.row == 0 && is_strict(use))
		err = objection_put(use->findings, OBJECTION_NO_ITEM, "");
	if (err != OK || findings_has_errors(use->findings))
		return err;
	return finish(use, &balance, rows.row > 0, ret_event, ret_told);
}

/* ---- Back ---- */

static bool names(const struct use_turn *use, const struct balance_use *old)
{
	const char *reference = said(use, "reverses");
	struct table rows;

	if (reference[0] != '\0')
		return strcmp(old->reference, reference) == 0;
	table_open(&rows, said(use, "uses"));
	while (table_next(&rows))
		if (bytes_equal(table_cell(&rows, "item"), bytes_of_text(old->item)) &&
		    bytes_equal(table_cell(&rows, "declaration"), bytes_of_text(old->declaration)))
			return true;
	return false;
}

static enum err check_reversal(const struct use_turn *use, const struct balance_use *row)
{
	struct message declaration;
	enum err err;

	if (!is_strict(use) || row->declared_in == 0)
		return OK;
	err = message_load(use->turn, row->declared_in, &declaration);
	return err == OK ? check_office(use, &declaration) : err;
}

enum err use_reverse(const struct use_turn *use, enum life_event *ret_event, const char **ret_told)
{
	struct balance balance;
	bool is_any = false;
	enum err err = balance_load(use->turn, use->certificate->number, &balance);

	for (size_t i = 0; err == OK && i < balance.count; i++)
		if (names(use, &balance.uses[i])) {
			is_any = balance.uses[i].is_reversed = true;
			err = check_reversal(use, &balance.uses[i]);
		}
	if (err != OK || findings_has_errors(use->findings))
		return err;
	if (!is_any && is_strict(use))
		return objection_put(use->findings, OBJECTION_NOT_USED, said(use, "reverses"));
	return finish(use, &balance, is_any, ret_event, ret_told);
}

enum err use_event(const struct turn *turn, const struct message *certificate,
		   enum life_event *ret_event)
{
	struct balance balance;
	enum err err = balance_load(turn, certificate->number, &balance);

	return err == OK ? balance_event(turn, certificate, &balance, ret_event) : err;
}

/* ---- What a declaration has used ---- */

/* false also when there is none of this number. */
static enum err uses_it(const struct turn *turn, uint64_t certificate,
			const struct message *declaration, bool *ret_uses)
{
	struct balance balance;
	enum err err = balance_load(turn, certificate, &balance);

	for (size_t i = 0; err == OK && i < balance.count && !*ret_uses; i++)
		*ret_uses = balance.uses[i].declared_in == declaration->number &&
			    !balance.uses[i].is_reversed;
	return err;
}

enum err use_find(const struct turn *turn, const struct message *declaration,
		  struct message *ret_certificate)
{
	const char *words = facts_get_or_empty(&declaration->facts, USE_CERTIFICATES);
	struct bytes word;

	while (word_next(&words, &word)) {
		uint64_t number = strtoull((const char *)word.at, NULL, 10);
		bool uses = false;
		enum err err = uses_it(turn, number, declaration, &uses);

		if (err != OK || uses)
			return err != OK ? err : message_load(turn, number, ret_certificate);
	}
	return ERR_MISSING;
}
