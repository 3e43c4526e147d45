#include "node/evidence_sight.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/evidence_words.h"
#include "node/plain.h"
#include "sampan/clock.h"

void evidence_sight_init(struct evidence_sights *sights, struct arena *arena)
{
	*sights = (struct evidence_sights){.arena = arena};
}

static enum err add(struct evidence_sights *sights, const struct evidence_verdict *verdict,
		    const struct evidence_record *of, bool is_sent, const struct hash *hash)
{
	size_t room = sights->room == 0 ? 64 : 2 * sights->room;
	struct evidence_sight *items = sights->items, *item;

	if (sights->count == sights->room) {
		items = arena_alloc_array(sights->arena, room, sizeof(*items));
		if (items == NULL)
			return ERR_MEMORY;
		if (sights->count > 0)
			memcpy(items, sights->items, sights->count * sizeof(*items));
		sights->items = items;
		sights->room = room;
	}
	item = &items[sights->count++];
	*item = (struct evidence_sight){
		.is_sent = is_sent,
		.hash = *hash,
		.file = arena_text(sights->arena, bytes_of_text(verdict->file)),
		.ledger = arena_text(sights->arena, bytes_of_text(verdict->evidence->origin)),
		.number = of->number,
		.time_ms = of->record.time_ms};
	return item->file == NULL || item->ledger == NULL ? ERR_MEMORY : OK;
}

/* The document that came from a partner. */
static enum err note_received(struct evidence_sights *sights,
			      const struct evidence_verdict *verdict,
			      const struct evidence_record *of)
{
	enum err err = OK;

	if (!of->is_shown || strcmp(of->record.event, "RelayAcceptance") != 0)
		return OK;
	for (size_t i = 0; err == OK && i < of->record.payload_count; i++)
		if (strcmp(of->record.payloads[i].role, "document") == 0)
			err = add(sights, verdict, of, false, &of->record.payloads[i].hash);
	return err;
}

static enum err note_sent(struct evidence_sights *sights, const struct evidence_verdict *verdict,
			  const struct evidence_record *of)
{
	const struct evidence_repeat *repeat = verdict->repeat;
	struct hash hash;
	enum err err = OK;

	for (size_t i = 0; err == OK && repeat != NULL && i < repeat->count; i++)
		if (repeat->rows[i].number == of->number &&
		    strcmp(repeat->rows[i].code, "sent") == 0 &&
		    hash_parse_hex(repeat->rows[i].detail, &hash))
			err = add(sights, verdict, of, true, &hash);
	return err;
}

enum err evidence_sight_note(struct evidence_sights *sights, const struct evidence_verdict *verdict)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < verdict->evidence->count; i++) {
		const struct evidence_record *of = &verdict->evidence->records[i];

		err = note_received(sights, verdict, of);
		if (err == OK)
			err = note_sent(sights, verdict, of);
	}
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct evidence_sight *left = a, *right = b;
	int order = memcmp(left->hash.at, right->hash.at, HASH_BYTES);

	return order != 0 ? order : (int)right->is_sent - (int)left->is_sent;
}

static void print_pair(const struct evidence_sight *sent, const struct evidence_sight *received,
		       bool vi)
{
	const char *record = evidence_sentence(EVIDENCE_RECORD, vi);
	char time[CLOCK_TEXT_BYTES];

	clock_format(received->time_ms, time);
	plain_print(stdout, sent->file);
	printf(" (%s %" PRIu64 "): %s: %s  ", record, sent->number,
	       evidence_sentence(EVIDENCE_ELSEWHERE, vi), time);
	plain_print(stdout, received->ledger);
	printf(", %s %" PRIu64 " (", record, received->number);
	plain_print(stdout, received->file);
	fputs(")\n", stdout);
}

void evidence_sight_print(const struct evidence_sights *sights, bool in_vietnamese)
{
	const struct evidence_sight *sent = NULL;

	if (sights->count > 1)
		qsort(sights->items, sights->count, sizeof(*sights->items), compare);
	for (size_t i = 0; i < sights->count; i++) {
		const struct evidence_sight *item = &sights->items[i];

		if (item->is_sent)
			sent = item;
		else if (sent != NULL && hash_equal(&sent->hash, &item->hash))
			print_pair(sent, item, in_vietnamese);
	}
}
