#include "node/clerk_said.h"

#include <string.h>

#include "messages/table.h"
#include "messages/word.h"

/* Events of what is spoken of that a notice is behind. */
#define TOLD \
	"PapersAsked Rejected Invalidated NotAccepted InspectionOrdered Inspected Routed Cleared Followed"
#define REASON_TYPE "RSN" /* of the hub's additional information: a reason */

/* While it is in this state, the last one of these still counts. */
static const struct {
	const char *state, *event;
} lasting[] = {
	{"papers-asked", "PapersAsked"}, {"supplement-asked", "PapersAsked"},
	{"rejected", "Rejected"},        {"not-accepted", "NotAccepted"},
	{"cancelled", "Invalidated"},
};

static const char *const reason_columns[] = {"code", "text", NULL};
static const char *const paper_columns[] = {"code", "text", "due", NULL};

static json_t *row_new(const struct table *table, const char *const *columns)
{
	json_t *row = json_object();

	for (size_t i = 0; columns[i] != NULL; i++) {
		struct bytes cell = table_cell(table, columns[i]);

		(void)json_object_set_new(row, columns[i],
					  json_stringn((const char *)cell.at, cell.len));
	}
	return row;
}

static void put_rows(const struct message *notice, const char *fact, const char *const *columns,
		     json_t *list)
{
	struct table table;

	table_open(&table, facts_get_or_empty(&notice->facts, fact));
	while (table_next(&table)) {
		struct bytes type = table_cell(&table, "type");

		if (type.len == 0 || bytes_equal(type, bytes_of_text(REASON_TYPE)))
			(void)json_array_append_new(list, row_new(&table, columns));
	}
}

/* NULL: it says nothing of this. */
static json_t *said_new(const struct message *notice)
{
	json_t *reasons = json_array(), *papers = json_array();
	const char *remarks = facts_get_or_empty(&notice->facts, "remarks");
	bool is_empty;

	put_rows(notice, "reasons", reason_columns, reasons);
	put_rows(notice, "faults", reason_columns, reasons);
	put_rows(notice, "papers", paper_columns, papers);
	is_empty = json_array_size(reasons) + json_array_size(papers) == 0 && remarks[0] == '\0';
	if (!is_empty)
		return json_pack("{s:o, s:o, s:s}", "reasons", reasons, "papers", papers, "remarks",
				 remarks);
	json_decref(reasons);
	json_decref(papers);
	return NULL;
}

/* The notice that a record of what it speaks of was put for. */
static bool find_notice(const struct turn *turn, const struct record *record,
			struct message *ret_notice)
{
	uint64_t number;

	return word_is_in(TOLD, record->event) &&
	       message_find_id(turn, facts_get_or_empty(&record->attributes, "by"), &number) &&
	       message_load(turn, number, ret_notice) == OK;
}

void clerk_said_put_record(const struct turn *turn, const struct record *record, json_t *json)
{
	struct message notice;
	json_t *said = find_notice(turn, record, &notice) ? said_new(&notice) : NULL;

	if (said != NULL)
		(void)json_object_set_new(json, "said", said);
}

static bool is_event(const void *event, const struct record *record)
{
	return strcmp(record->event, event) == 0;
}

static const char *lasting_in(const char *state)
{
	for (size_t i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++)
		if (strcmp(lasting[i].state, state) == 0)
			return lasting[i].event;
	return NULL;
}

void clerk_said_put_row(const struct turn *turn, const struct message *message, json_t *row)
{
	const char *event = lasting_in(message->state);
	struct message notice;
	struct record record;
	json_t *said = NULL;

	if (event == NULL ||
	    message_find_record(turn, message->number, is_event, event, &record) != OK)
		return;
	if (find_notice(turn, &record, &notice))
		said = said_new(&notice);
	if (said == NULL)
		return;
	(void)json_object_set_new(said, "event", json_string(event));
	(void)json_object_set_new(row, "said", said);
}
