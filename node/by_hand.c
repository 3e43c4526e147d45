#include "node/by_hand.h"

#include <string.h>

#include "node/certificate.h"
#include "node/expiry.h"
#include "node/find.h"
#include "node/objection.h"
#include "node/pair.h"
#include "node/use.h"

#define LIFE "foreign-certificate"

bool by_hand_is(const struct message *certificate)
{
	return strcmp(facts_get_or_empty(&certificate->facts, "life"), LIFE) == 0 &&
	       strncmp(certificate->sender, "party:", 6) == 0;
}

static struct find_entry entry_of(const struct message *message)
{
	return (struct find_entry){.message = message->number, .document = message->document};
}

enum err by_hand_record(const struct turn *turn, const struct message *paper,
			struct findings *findings)
{
	const char *key = certificate_key(turn, &paper->facts);
	const struct find_entry entry = entry_of(paper);
	struct find_entry known;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &known);

	if (err == OK)
		return objection_put(findings, OBJECTION_DUPLICATE,
				     facts_get_or_empty(&paper->facts, "certificate"));
	if (err != ERR_MISSING)
		return err;
	if ((err = find_put(turn, key, &entry)) != OK ||
	    (err = pair_certificate(turn, paper)) != OK)
		return err;
	return expiry_watch(turn, paper);
}

static enum err tell(const struct turn *turn, const struct message *of, const struct message *with)
{
	char id[MESSAGE_ID_BYTES];
	uint64_t ignored;

	message_format_id(turn, with->number, id);
	const char *attributes[] = {"with", id, NULL};
	const struct message_event event = {
		.event = "CopyArrived", .actor = "node", .attributes = attributes};

	return message_record(turn, of->number, &event, &ignored);
}

/* What was not looked at yet goes its own way. */
static enum err go_on(const struct turn *turn, struct message *electronic, struct message *paper)
{
	const char *next = life_step(LIFE, paper->state, LIFE_REPLACED);

	if (next == NULL)
		return OK; /* cancelled: so is the electronic one, when that is said of it */
	if (strcmp(paper->state, "checked") != 0 && strcmp(paper->state, "handed-over") != 0)
		electronic->state = paper->state;
	paper->state = next;
	return message_save(turn, paper);
}

enum err by_hand_cover(const struct turn *turn, struct message *electronic)
{
	const char *key = certificate_key(turn, &electronic->facts);
	const struct find_entry entry = entry_of(electronic);
	struct find_entry known;
	struct message paper;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &known);

	if (err == OK)
		err = message_load(turn, known.message, &paper);
	if (err != OK || !by_hand_is(&paper))
		return err == ERR_MISSING ? OK : err;
	if ((err = find_put(turn, key, &entry)) != OK ||
	    (err = use_move(turn, &paper, electronic)) != OK ||
	    (err = tell(turn, &paper, electronic)) != OK ||
	    (err = tell(turn, electronic, &paper)) != OK)
		return err;
	return go_on(turn, electronic, &paper);
}
