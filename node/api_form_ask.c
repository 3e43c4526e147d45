#include "node/api_form_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api_inside.h"
#include "node/api_json.h"
#include "node/calendar.h"
#include "sampan/clock.h"
#include "sampan/key.h"
#include "sampan/limit.h"

#define REFERENCE_BYTES 36u
#define DIGITS 10u /* of a reference that are random: 50 bits */
#define CLOCK_BYTES 9u

static json_t *caller_new(const struct api_call *call)
{
	const struct caller *caller = &call->caller;
	const struct config_party *party =
		config_party_of(api_ends(call)->role->config, caller->party);

	const char *roles = caller_format_roles(caller->roles, call->arena);

	return json_pack("{s:s, s:s, s:s, s:s, s:o?, s:o?}", "party", caller->party, "name",
			 party == NULL ? "" : party->name, "taxCode", caller->tax_code, "user",
			 caller->user, "offices", api_json_words(caller->offices), "roles",
			 api_json_words(roles == NULL ? "" : roles));
}

/* Codes of the papers that there are (attachments.yaml). */
static json_t *papers_new(const struct config *config)
{
	json_t *list = json_array();

	for (size_t i = 0; i < config->paper_count; i++)
		(void)json_array_append_new(list, json_string(config->papers[i].code));
	return list;
}

static json_t *office_new(const char *code, const char *name)
{
	return json_pack("{s:s, s:s}", "identity", code, "name", name);
}

/* Where certificates are applied for: offices whose keys are here, and authorities that are parties. */
static json_t *authorities_new(const struct config *config)
{
	json_t *list = json_array();

	for (size_t i = 0; i < config->office_count; i++) {
		const struct config_office *office = &config->offices[i];
		const struct config_party *party = config_party_of(config, office->party);

		(void)json_array_append_new(
			list, office_new(office->code, office->name[0] != '\0' || party == NULL
							       ? office->name
							       : party->name));
	}
	for (size_t i = 0; i < config->party_count; i++) {
		const struct config_party *party = &config->parties[i];

		if ((party->roles & PARTY_ISSUING_AUTHORITY) != 0 && party->tax_code[0] != '\0' &&
		    config_office_of(config, party->tax_code) == NULL)
			(void)json_array_append_new(list, office_new(party->tax_code, party->name));
	}
	return list;
}

/* The declarant code that customs gave an agent. */
static const char *agent_code(const struct config *config, const struct caller *caller)
{
	const struct config_trader *trader = config_trader_of(config, caller->tax_code);

	return trader == NULL ? "" : trader->agent_code;
}

/* "TCHQ-261123-7K2M9QWXTA": who, the day, and what nobody else has. */
static void make_reference(const struct api_call *call, const char *date,
			   char ret_reference[REFERENCE_BYTES])
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	const struct caller *caller = &call->caller;
	uint8_t random[DIGITS];
	int len = snprintf(ret_reference, REFERENCE_BYTES, "%.13s-%.2s%.2s%.2s-",
			   caller->tax_code[0] == '\0' ? caller->party : caller->tax_code, date + 2,
			   date + 5, date + 8);

	key_random(random, sizeof(random));
	for (size_t i = 0; i < DIGITS; i++)
		ret_reference[(size_t)len + i] = letters[random[i] % 32];
	ret_reference[(size_t)len + DIGITS] = '\0';
}

/* RFC 9562 section 5.4. */
static const char *make_id(struct arena *arena)
{
	uint8_t id[16];

	key_random(id, sizeof(id));
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x40);
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
	return arena_format(arena,
			    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			    id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7], id[8], id[9],
			    id[10], id[11], id[12], id[13], id[14], id[15]);
}

static json_t *head_new(const struct api_call *call)
{
	const struct config *config = api_ends(call)->role->config;
	const char *kind = arena_text(call->arena, form_table_kind(call->doing->row, config));
	uint64_t now_ms = clock_now_ms();
	unsigned seconds = (unsigned)((now_ms + CALENDAR_OFFSET_MS) / 1000 % 86400);
	char now[CLOCK_TEXT_BYTES], date[CALENDAR_DATE_BYTES], clock[CLOCK_BYTES];
	char reference[REFERENCE_BYTES];

	clock_format(now_ms, now);
	calendar_format_date(now_ms, date);
	(void)snprintf(clock, sizeof(clock), "%02u:%02u:%02u", seconds / 3600 % 24,
		       seconds / 60 % 60, seconds % 60);
	make_reference(call, date, reference);
	if (kind == NULL)
		return NULL;
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o?, s:o?, s:o?, s:s, s:s, s:s, s:s}",
		"country", config->country, "kind", kind, "now", now, "today", date, "clock", clock,
		"year", arena_format(call->arena, "%.4s", date), "reference", reference,
		"messageId", make_id(call->arena), "caller", caller_new(call), "papers",
		papers_new(config), "authorities", authorities_new(config), "office",
		config->office, "declarant", agent_code(config, &call->caller), "act",
		call->doing->act, "signed",
		config_must_be_signed(config, kind, false) ? "yes" : "");
}

enum err api_form_ask(struct api_call *call)
{
	struct api_form *doing = call->doing;
	json_t *head = head_new(call);
	char *text = head == NULL ? NULL : json_dumps(head, JSON_COMPACT);
	struct buffer ask;
	enum err err;

	buffer_init(&ask, LIMIT_CALL_BYTES);
	if (text != NULL && doing->message.len > 0 && !doing->is_copy) {
		buffer_put(&ask, bytes_of(text, strlen(text) - 1));
		buffer_put_text(&ask, ",\"about\":");
		buffer_put(&ask, doing->message);
		buffer_put_text(&ask, "}");
	} else if (text != NULL) {
		buffer_put_text(&ask, text);
	}
	free(text);
	json_decref(head);
	err = text == NULL ? ERR_MEMORY : buffer_error(&ask);
	if (err == OK)
		err = buffer_give(&ask, call->arena, &doing->ask);
	buffer_clear(&ask);
	return err;
}
