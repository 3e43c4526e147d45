#include "node/api_lodge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api_key.h"
#include "node/api_media.h"
#include "node/attachment.h"
#include "node/certificate.h"
#include "node/findings_json.h"
#include "node/form_read.h"
#include "sampan/limit.h"

#define LOCATION_BYTES 128u

/* The receipt goes out as the ledger made it: reading and writing it again took a fifth of the
 * gate's time. */
static void put_answer(const struct ledger_accepted *accepted, struct buffer *to)
{
	struct json_writer writer = {.buffer = to};
	const struct {
		const char *name, *value;
	} members[] = {{"{\"id\":", accepted->id},
		       {",\"reference\":", accepted->reference},
		       {",\"state\":", accepted->state},
		       {",\"findings\":", NULL}};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		json_writer_put(&writer, members[i].name, strlen(members[i].name));
		if (members[i].value != NULL)
			json_writer_put_string(&writer, members[i].value);
	}
	if (findings_json_put(&accepted->findings, &writer) != OK ||
	    json_writer_end(&writer) != OK) {
		to->err = ERR_MEMORY;
		return;
	}
	buffer_put_text(to, ",\"receipt\":");
	buffer_put(to, accepted->receipt.len == 0 ? bytes_of_text("null") : accepted->receipt);
	buffer_put_text(to, ledger_receipt_is_lost(accepted) ? ",\"receiptLost\":true}" : "}");
}

static void answer_taken(struct api_call *call, const struct ledger_accepted *accepted)
{
	char location[LOCATION_BYTES], etag[FORM_READ_VERSION_BYTES];
	const struct http_field fields[] = {{"Location", location}, {"ETag", etag}};
	struct buffer body;

	(void)snprintf(location, sizeof(location), "/v1/messages/%s", accepted->id);
	form_read_format_version(accepted->version, etag);
	buffer_init(&body, LIMIT_CALL_BYTES);
	put_answer(accepted, &body);
	if (buffer_error(&body) != OK || body.len == 0)
		api_problem(call, PROBLEM_UNAVAILABLE, "");
	else
		api_answer(call,
			   &(struct http_answer){.status = 202,
						 .type = "application/json",
						 .body = buffer_bytes(&body),
						 .fields = fields,
						 .field_count = accepted->version > 0 ? 2 : 1});
	buffer_clear(&body);
}

void api_lodge_answer(struct api_call *call, enum err err, const struct ledger_accepted *accepted)
{
	if (err != OK)
		api_problem_of(call, err);
	else if (accepted->verdict == INTAKE_CHANGED)
		api_problem(call, PROBLEM_CHANGED, "");
	else if (accepted->verdict == INTAKE_KEY_USED)
		api_problem(call, PROBLEM_KEY_REUSED, "");
	else if (accepted->verdict == INTAKE_REFUSED)
		api_problem_words(call, PROBLEM_REFUSED,
				  &(struct problem_words){.id = accepted->id,
							  .findings = &accepted->findings});
	else
		answer_taken(call, accepted);
}

static void on_lodged(void *context, enum err err, const struct ledger_accepted *accepted)
{
	struct api_call *call = context;

	api_lodge_answer(call, err, accepted);
	api_release(call);
}

void api_lodge(struct api_call *call)
{
	struct pipeline_lodging lodging = {.party = call->caller.party,
					   .document = call->body,
					   .caller = &call->caller,
					   .principal =
						   http_header(call->http, "sampan-principal")};
	enum err err;

	if (lodging.party[0] == '\0') {
		api_problem(call, PROBLEM_FORBIDDEN, "Only who belongs to a party can lodge.");
		return;
	}
	if (!api_key_take(call, &lodging.repeat))
		return;
	api_hold(call);
	err = pipeline_lodge(api_ends(call)->pipeline, &lodging, on_lodged, call);
	if (err == OK)
		return;
	api_problem_of(call, err);
	api_release(call);
}

/* ---- Attachments ---- */

struct attaching {
	struct attachment_ask ask;
	api_on_attached *then;
};

static void answer_attached(struct api_call *call, const struct attaching *attaching,
			    const char *name)
{
	const struct attachment_ask *ask = &attaching->ask;
	char location[LOCATION_BYTES + HASH_HEX_BYTES], hex[HASH_HEX_BYTES];
	struct http_field field = {"Location", location};
	struct hash hash = hash_of(ask->content);

	hash_format_hex(&hash, hex);
	if (attaching->then != NULL) {
		attaching->then(call, hex);
		return;
	}
	(void)snprintf(location, sizeof(location), "/v1/messages/%s/attachments/%s", ask->message,
		       hex);
	api_answer_json(call, 201,
			json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "message", ask->message, "type",
				  ask->type, "mediaType", ask->media, "name", name, "bytes",
				  (json_int_t)ask->content.len, "sha256", hex),
			&field);
}

static void on_attached(struct api_call *call, enum err err, struct bytes body)
{
	const struct attaching *attaching = call->state;
	struct attachment_answer answer;

	if (call->http == NULL)
		return;
	if (err == OK)
		err = attachment_unpack_answer(body, call->arena, &answer);
	if (err != OK)
		api_problem_of(call, err);
	else if (answer.verdict == ATTACHMENT_KEY_USED)
		api_problem(call, PROBLEM_KEY_REUSED, "");
	else if (answer.verdict == ATTACHMENT_TOO_MANY)
		api_problem(call, PROBLEM_STATE, "The message has as many attachments as it can.");
	else
		answer_attached(call, attaching, answer.name);
}

/* Everything about it that needs no ledger. false: the call was answered. */
static bool is_paper(struct api_call *call, const struct attachment_ask *ask)
{
	const struct config *config = api_ends(call)->role->config;
	const struct config_attachment *kind =
		ask->media == NULL ? NULL : attachment_kind(config, ask->media);

	if (ask->type == NULL || attachment_paper(config, ask->type) == NULL) {
		api_problem(call, PROBLEM_BAD_REQUEST,
			    "type: a code of UN/EDIFACT 1001 that schemas/attachments.yaml lists.");
		return false;
	}
	if (strlen(ask->name) > ATTACHMENT_NAME_BYTES) {
		api_problem(call, PROBLEM_BAD_REQUEST, "name: at most 200 bytes.");
		return false;
	}
	if (kind == NULL) {
		api_problem_words(
			call, PROBLEM_MEDIA_TYPE_UNKNOWN,
			&(struct problem_words){
				.detail = "The bytes are none of the kinds that may be attached.",
				.detail_vi =
					"Tệp không thuộc loại được đính kèm (PDF, PNG, JPEG hoặc "
					"XML)."});
		return false;
	}
	if (ask->content.len > kind->max_bytes) {
		api_problem(call, PROBLEM_TOO_LARGE,
			    arena_format(call->arena, "At most %llu bytes of %s.",
					 (unsigned long long)kind->max_bytes, ask->media));
		return false;
	}
	return true;
}

void api_attach_paper(struct api_call *call, const struct api_paper *paper, api_on_attached *then)
{
	struct attaching *attaching = arena_alloc(call->arena, sizeof(*attaching));
	struct attachment_ask *ask = attaching == NULL ? NULL : &attaching->ask;
	struct buffer question;

	if (ask == NULL) {
		api_problem(call, PROBLEM_UNAVAILABLE, "");
		return;
	}
	*ask = (struct attachment_ask){.caller = call->caller,
				       .message = call->parameters[0],
				       .type = paper->type,
				       .media = api_media_of(paper->content),
				       .name = paper->name,
				       .content = paper->content};
	attaching->then = then;
	if (!is_paper(call, ask) || !api_key_take(call, &ask->repeat))
		return;
	call->state = attaching;
	buffer_init(&question, LIMIT_CALL_BYTES);
	attachment_pack(&question, ask);
	if (buffer_error(&question) != OK)
		api_problem_of(call, buffer_error(&question));
	else
		api_ask(call, api_ends(call)->ledger, LEDGER_ATTACH, buffer_bytes(&question),
			on_attached);
	buffer_clear(&question);
}

void api_attach(struct api_call *call)
{
	const char *name = http_query(call->http, "name");
	const char *media = api_media_of(call->body);

	if (media != NULL && !api_media_is_taken(http_header(call->http, "content-type"), media))
		api_problem(call, PROBLEM_MEDIA_TYPE_UNKNOWN,
			    arena_format(call->arena, "The bytes are %s.", media));
	else
		api_attach_paper(call,
				 &(struct api_paper){http_query(call->http, "type"),
						     name == NULL ? "" : name, call->body},
				 NULL);
}

/* ---- The exporter's word ---- */

static void on_said(struct api_call *call, enum err err, struct bytes body)
{
	struct certificate_answer answer;

	if (err == OK)
		err = certificate_unpack_answer(body, call->arena, &answer);
	if (err != OK)
		api_problem_of(call, err);
	else if (answer.verdict == CERTIFICATE_KEY_USED)
		api_problem(call, PROBLEM_KEY_REUSED, "");
	else if (answer.verdict == CERTIFICATE_STATE)
		api_problem(call, PROBLEM_STATE,
			    arena_format(call->arena, "Its state is %s.", answer.state));
	else
		api_answer_json(
			call, 200,
			json_pack("{s:s, s:s}", "id", call->parameters[0], "state", answer.state),
			NULL);
}

/* {"authorise": true} and nothing else. */
static bool read_word(struct bytes body, bool *ret_is_yes)
{
	json_t *json = json_loadb((const char *)body.at, body.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *word = json_object_get(json, "authorise");
	bool is_word = json_is_boolean(word) && json_object_size(json) == 1;

	*ret_is_yes = json_is_true(word);
	json_decref(json);
	return is_word;
}

void api_authorise(struct api_call *call)
{
	struct certificate_ask ask = {.caller = call->caller, .message = call->parameters[0]};
	struct buffer question;

	if (!read_word(call->body, &ask.is_yes)) {
		api_problem(call, PROBLEM_BAD_REQUEST, "{\"authorise\": true} or false.");
		return;
	}
	if (!api_key_take(call, &ask.repeat))
		return;
	buffer_init(&question, LIMIT_CALL_BYTES);
	certificate_pack(&question, &ask);
	if (buffer_error(&question) != OK)
		api_problem_of(call, buffer_error(&question));
	else
		api_ask(call, api_ends(call)->ledger, LEDGER_AUTHORISE, buffer_bytes(&question),
			on_said);
	buffer_clear(&question);
}
