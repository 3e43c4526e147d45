#include "node/cmd_ledger_search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "node/plain.h"

static bool holds(const struct cmd_ledger_search *search, struct bytes in)
{
	return memmem(in.at, in.len, search->text, strlen(search->text)) != NULL;
}

enum err cmd_ledger_search_record(struct cmd_ledger_search *search, struct ledger *ledger,
				  const struct record *record, struct arena *arena, bool *ret_holds)
{
	bool is_it = false;

	for (size_t i = 0; i < record->attributes.count && !is_it; i++)
		is_it = holds(search, bytes_of_text(record->attributes.items[i].value));
	for (size_t i = 0; i < record->payload_count && !is_it; i++) {
		struct bytes payload = {0};
		enum err err = ledger_payload(ledger, record->number, i, arena, &payload);

		if (err != OK && err != ERR_ARCHIVED)
			return err;
		search->unread += err == ERR_ARCHIVED;
		is_it = err == OK && holds(search, payload);
	}
	search->found += is_it;
	*ret_holds = is_it;
	return OK;
}

int cmd_ledger_search_end(const struct cmd_ledger_search *search)
{
	if (search->unread > 0)
		fprintf(stderr,
			"sampan ledger: not looked at: %" PRIu64
			" payloads in archives that are not here\n",
			search->unread);
	if (search->found > 0)
		return EX_OK;
	fputs("sampan ledger: no record holds ", stderr);
	plain_print(stderr, search->text);
	fputc('\n', stderr);
	return EX_NOINPUT;
}
