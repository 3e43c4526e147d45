#include "node/evidence_signer.h"

#include <stdio.h>
#include <string.h>

#include "node/evidence_rows.h"
#include "node/grounds.h"
#include "sampan/clock.h"

/* What a verdict rests on, of one kind. */
struct kind {
	const char *role, *named; /* attribute of the verdict */
	enum err (*add)(struct trust *trust, struct bytes der);
	const char *code; /* of a content that is none */
};

static const struct kind authorities = {GROUNDS_AUTHORITY, "signature.issuers",
					trust_list_add_between, "authority-form"};
static const struct kind lists = {GROUNDS_LIST, "signature.lists", trust_list_add, "list-form"};

static const char *attribute(const struct evidence_record *of, const char *name)
{
	return facts_get_or_empty(&of->record.attributes, name);
}

/* A content of this role that the verdict names, and that is shown. */
static bool is_ground(const struct evidence_record *of, const struct evidence_record *ground,
		      const char *role, const char *named)
{
	char hex[HASH_HEX_BYTES];

	if (!ground->is_shown || strcmp(ground->record.event, GROUNDS_EVENT) != 0 ||
	    ground->record.payload_count != 1 || !ground->has_payload[0] ||
	    strcmp(ground->record.payloads[0].role, role) != 0)
		return false;
	hash_format_hex(&ground->record.payloads[0].hash, hex);
	return strstr(attribute(of, named), hex) != NULL;
}

static enum err add_grounds(struct evidence_repeat *repeat, const struct evidence_record *of,
			    const struct kind *kind)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < repeat->evidence->count; i++) {
		const struct evidence_record *ground = &repeat->evidence->records[i];

		if (!is_ground(of, ground, kind->role, kind->named))
			continue;
		err = kind->add(repeat->trust, ground->payloads[0]);
		if (err == ERR_FORMAT)
			err = evidence_rows_fail(repeat, ground, kind->code, 0);
	}
	return err;
}

enum err evidence_signer_bring(struct evidence_repeat *repeat, const struct evidence_record *of)
{
	enum err err = add_grounds(repeat, of, &authorities);

	return err == ERR_LIMIT ? OK : err; /* a verdict names no chain that is longer */
}

enum err evidence_signer_ask(struct evidence_repeat *repeat, const struct evidence_record *of,
			     struct trust_list_answer *ret_answer)
{
	enum err err;

	*ret_answer = (struct trust_list_answer){.word = TRUST_LIST_SILENT};
	err = add_grounds(repeat, of, &lists);
	if (err == OK)
		err = trust_list_ask(repeat->trust, (int64_t)of->record.time_ms, ret_answer);
	return err;
}

void evidence_signer_forget(struct evidence_repeat *repeat)
{
	trust_list_forget(repeat->trust);
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
