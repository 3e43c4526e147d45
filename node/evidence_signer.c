#include "node/evidence_signer.h"

#include <stdio.h>
#include <string.h>

#include "node/evidence_rows.h"
#include "node/grounds.h"
#include "sampan/clock.h"

static const char *attribute(const struct evidence_record *of, const char *name)
{
	return facts_get_or_empty(&of->record.attributes, name);
}

/* A list that the verdict names, and that is shown. */
static bool is_ground(const struct evidence_record *of, const struct evidence_record *ground)
{
	char hex[HASH_HEX_BYTES];

	if (!ground->is_shown || strcmp(ground->record.event, GROUNDS_EVENT) != 0 ||
	    ground->record.payload_count != 1 || !ground->has_payload[0] ||
	    strcmp(ground->record.payloads[0].role, GROUNDS_LIST) != 0)
		return false;
	hash_format_hex(&ground->record.payloads[0].hash, hex);
	return strstr(attribute(of, "signature.lists"), hex) != NULL;
}

static enum err add_lists(struct evidence_repeat *repeat, const struct evidence_record *of)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < repeat->evidence->count; i++) {
		const struct evidence_record *ground = &repeat->evidence->records[i];

		if (!is_ground(of, ground))
			continue;
		err = trust_list_add(repeat->trust, ground->payloads[0]);
		if (err == ERR_FORMAT)
			err = evidence_rows_fail(repeat, ground, "list-form", 0);
	}
	return err;
}

enum err evidence_signer_ask(struct evidence_repeat *repeat, const struct evidence_record *of,
			     struct trust_list_answer *ret_answer)
{
	enum err err;

	*ret_answer = (struct trust_list_answer){.word = TRUST_LIST_SILENT};
	if (repeat->trust == NULL)
		return OK;
	err = add_lists(repeat, of);
	if (err == OK)
		err = trust_list_ask(repeat->trust, (int64_t)of->record.time_ms, ret_answer);
	trust_list_forget(repeat->trust);
	return err;
}

static void format_time(int64_t time_s, char ret_text[CLOCK_TEXT_BYTES])
{
	clock_format(time_s < 0 ? 0 : (uint64_t)time_s * 1000, ret_text);
}

enum err evidence_signer_tell(struct evidence_repeat *repeat, const struct evidence_record *of,
			      const struct trust_list_answer *answer)
{
	char from[CLOCK_TEXT_BYTES], until[CLOCK_TEXT_BYTES];
	char both[2 * CLOCK_TEXT_BYTES + 4];

	switch (answer->word) {
	case TRUST_LIST_GOOD:
		format_time(answer->from_s, from);
		format_time(answer->until_s, until);
		(void)snprintf(both, sizeof(both), "%s / %s", from, until);
		return evidence_rows_say(repeat, of, "signer-not-revoked", both);
	case TRUST_LIST_LATER:
	case TRUST_LIST_BEFORE:
		format_time(answer->revoked_s, from);
		return evidence_rows_say(repeat, of,
					 answer->word == TRUST_LIST_LATER ? "signer-revoked-later"
									  : "signer-revoked-before",
					 from);
	case TRUST_LIST_SILENT:
		break;
	}
	/* who is believed by itself has nobody above who could revoke */
	return attribute(of, "signature.issuers")[0] == '\0'
		       ? OK
		       : evidence_rows_say(repeat, of, "signer-list-missing", "");
}
