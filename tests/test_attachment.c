/* attachment, certificate_say: what is brought to a message over HTTP, by who may, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/attachment.h"
#include "node/certificate.h"
#include "tests/support/node_fixture.h"

#define PDF "%PDF-1.7 invoice"

static struct config_attachment kinds[] = {{"application/pdf", 100}, {"image/png", 10}};
static struct config_paper papers[] = {{"380", "", ""}, {"705", "", ""}};

static int set_up(void **state)
{
	struct node_fixture *fixture;

	if (node_fixture_open(state) != 0)
		return -1;
	fixture = *state;
	fixture->config.attachments = kinds;
	fixture->config.attachment_count = 2;
	fixture->config.papers = papers;
	fixture->config.paper_count = 2;
	fixture->config.max_attachments = 2;
	return 0;
}

static struct caller folder_of(const struct node_fixture *fixture, const char *party)
{
	struct caller caller;

	assert_int_equal(caller_of_folder(&fixture->config, party, &caller), OK);
	return caller;
}

static struct attachment_ask invoice(const struct node_fixture *fixture, const char *party)
{
	return (struct attachment_ask){.caller = folder_of(fixture, party),
				       .message = "VN-1-1",
				       .type = "380",
				       .media = "application/pdf",
				       .name = "invoice.pdf",
				       .content = bytes_of_text(PDF),
				       .repeat = {.key = ""}};
}

static void end(struct node_fixture *fixture, enum err err)
{
	if (err == OK && batch_count(fixture->turn.batch) > 0)
		assert_int_equal(node_fixture_commit(fixture), OK);
	else
		node_fixture_drop(fixture);
}

static enum err attach(struct node_fixture *fixture, const struct attachment_ask *ask,
		       struct attachment_answer *ret)
{
	enum err err;

	*ret = (struct attachment_answer){0};
	node_fixture_begin(fixture);
	err = attachment_take(&fixture->turn, ask, ret);
	end(fixture, err);
	return err;
}

static enum err say(struct node_fixture *fixture, const char *party, bool is_yes,
		    struct certificate_answer *ret)
{
	const struct certificate_ask ask = {.caller = folder_of(fixture, party),
					    .message = "VN-1-1",
					    .is_yes = is_yes,
					    .repeat = {.key = ""}};
	enum err err;

	*ret = (struct certificate_answer){0};
	node_fixture_begin(fixture);
	err = certificate_say(&fixture->turn, &ask, ret);
	end(fixture, err);
	return err;
}

static void lodge(struct node_fixture *fixture, const char *party, const char *const *base)
{
	assert_int_equal(node_fixture_lodge(fixture, party, "a", base, NULL).verdict,
			 INTAKE_ACCEPTED);
}

/* ---- Attachments ---- */

static void a_paper_stands_in_the_life_of_its_message_with_its_bytes(void **state)
{
	struct node_fixture *fixture = *state;
	struct attachment_answer answer;
	struct attachment_ask ask = invoice(fixture, "gom");
	struct record record;
	struct bytes payload;

	lodge(fixture, "gom", node_fixture_export);
	assert_int_equal(attach(fixture, &ask, &answer), OK);
	assert_int_equal(answer.verdict, ATTACHMENT_TAKEN);
	record = node_fixture_record(fixture, "AttachmentAccepted", 1);
	assert_string_equal(record.actor, "party:gom");
	assert_string_equal(facts_get(&record.attributes, "type"), "380");
	assert_string_equal(facts_get(&record.attributes, "mediaType"), "application/pdf");
	assert_string_equal(facts_get(&record.attributes, "name"), "invoice.pdf");
	assert_int_equal(record.payload_count, 1);
	assert_string_equal(record.payloads[0].role, "attachment");
	assert_int_equal(
		ledger_payload(fixture->turn.ledger, record.number, 0, fixture->arena, &payload),
		OK);
	assert_true(bytes_equal(payload, bytes_of_text(PDF)));
}

static void the_same_file_again_gets_the_same_answer_and_no_record(void **state)
{
	struct node_fixture *fixture = *state;
	struct attachment_answer answer;
	struct attachment_ask ask = invoice(fixture, "gom");
	uint64_t size;

	lodge(fixture, "gom", node_fixture_export);
	assert_int_equal(attach(fixture, &ask, &answer), OK);
	size = node_fixture_size(fixture);
	ask.name = "renamed.pdf";
	assert_int_equal(attach(fixture, &ask, &answer), OK);
	assert_int_equal(answer.verdict, ATTACHMENT_TAKEN);
	assert_string_equal(answer.name, "invoice.pdf");
	assert_int_equal(node_fixture_size(fixture), size);
	/* as another paper it is another one */
	ask.type = "705";
	assert_int_equal(attach(fixture, &ask, &answer), OK);
	assert_int_equal(node_fixture_size(fixture), size + 1);
}

static void a_message_has_only_so_many(void **state)
{
	struct node_fixture *fixture = *state;
	struct attachment_answer answer;
	struct attachment_ask ask = invoice(fixture, "gom");
	static const char *const contents[] = {"%PDF-1", "%PDF-2", "%PDF-3"};

	lodge(fixture, "gom", node_fixture_export);
	for (size_t i = 0; i < 3; i++) {
		ask.content = bytes_of_text(contents[i]);
		assert_int_equal(attach(fixture, &ask, &answer), OK);
		assert_int_equal(answer.verdict, i < 2 ? ATTACHMENT_TAKEN : ATTACHMENT_TOO_MANY);
	}
	ask.content = bytes_of_text(contents[0]);
	assert_int_equal(attach(fixture, &ask, &answer), OK);
	assert_int_equal(answer.verdict, ATTACHMENT_TAKEN);
	assert_int_equal(node_fixture_count(fixture, "AttachmentAccepted", 1), 2);
}

static void only_who_may_attaches_and_others_do_not_learn_of_the_message(void **state)
{
	struct node_fixture *fixture = *state;
	struct attachment_answer answer;
	struct attachment_ask ask = invoice(fixture, "nong-san");

	lodge(fixture, "gom", node_fixture_export);
	assert_int_equal(attach(fixture, &ask, &answer), ERR_MISSING);
	ask = invoice(fixture, "gom");
	ask.message = "VN-1-2";
	assert_int_equal(attach(fixture, &ask, &answer), ERR_MISSING);
	ask.message = "../VN-1-1";
	assert_int_equal(attach(fixture, &ask, &answer), ERR_MISSING);
	ask = invoice(fixture, "gom");
	ask.caller.party = "nobody";
	assert_int_equal(attach(fixture, &ask, &answer), ERR_DENIED);
	ask = invoice(fixture, "gom");
	ask.caller.proof = CALLER_TOKEN; /* that the registry does not know */
	assert_int_equal(attach(fixture, &ask, &answer), ERR_DENIED);
	assert_int_equal(node_fixture_count(fixture, "AttachmentAccepted", 0), 0);
}

static void what_the_data_do_not_allow_is_not_taken_whatever_the_gate_let_through(void **state)
{
	struct node_fixture *fixture = *state;
	struct attachment_answer answer;
	struct attachment_ask good = invoice(fixture, "gom"), ask;

	lodge(fixture, "gom", node_fixture_export);
	ask = good;
	ask.type = "999";
	assert_int_equal(attach(fixture, &ask, &answer), ERR_USAGE);
	ask = good;
	ask.media = "application/zip";
	assert_int_equal(attach(fixture, &ask, &answer), ERR_USAGE);
	ask = good;
	ask.media = "image/png"; /* 10 bytes at most */
	assert_int_equal(attach(fixture, &ask, &answer), ERR_USAGE);
	ask = good;
	ask.content = (struct bytes){0};
	assert_int_equal(attach(fixture, &ask, &answer), ERR_USAGE);
}

static void a_key_holds_for_attachments_too(void **state)
{
	struct node_fixture *fixture = *state;
	struct attachment_answer answer;
	struct attachment_ask ask = invoice(fixture, "gom");

	lodge(fixture, "gom", node_fixture_export);
	ask.repeat = (struct repeat_ask){"gom||k", hash_of(bytes_of_text("one"))};
	assert_int_equal(attach(fixture, &ask, &answer), OK);
	assert_int_equal(attach(fixture, &ask, &answer), OK);
	assert_int_equal(answer.verdict, ATTACHMENT_TAKEN);
	ask.repeat.request = hash_of(bytes_of_text("another"));
	assert_int_equal(attach(fixture, &ask, &answer), OK);
	assert_int_equal(answer.verdict, ATTACHMENT_KEY_USED);
	assert_int_equal(node_fixture_count(fixture, "AttachmentAccepted", 0), 1);
}

/* ---- The exporter's word ---- */

static void the_exporter_lets_his_certificate_travel(void **state)
{
	struct node_fixture *fixture = *state;
	struct certificate_answer answer;

	lodge(fixture, "bct", node_fixture_certificate);
	assert_int_equal(say(fixture, "gom", true, &answer), OK);
	assert_int_equal(answer.verdict, CERTIFICATE_SAID);
	assert_string_equal(answer.state, "authorised");
	assert_int_equal(node_fixture_count(fixture, "Authorised", 1), 1);
	assert_string_equal(node_fixture_record(fixture, "Authorised", 1).actor, "party:gom");
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 1), 1);
	/* said twice is said once, and it cannot be taken back */
	assert_int_equal(say(fixture, "gom", true, &answer), OK);
	assert_int_equal(answer.verdict, CERTIFICATE_SAID);
	assert_int_equal(node_fixture_count(fixture, "Authorised", 1), 1);
	assert_int_equal(say(fixture, "gom", false, &answer), OK);
	assert_int_equal(answer.verdict, CERTIFICATE_STATE);
	assert_string_equal(answer.state, "authorised");
}

static void a_no_can_become_a_yes_and_each_is_on_record_once(void **state)
{
	struct node_fixture *fixture = *state;
	struct certificate_answer answer;

	lodge(fixture, "bct", node_fixture_certificate);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(say(fixture, "gom", false, &answer), OK);
		assert_int_equal(answer.verdict, CERTIFICATE_SAID);
		assert_string_equal(answer.state, "issued");
	}
	assert_int_equal(node_fixture_count(fixture, "Withheld", 1), 1);
	assert_int_equal(say(fixture, "gom", true, &answer), OK);
	assert_string_equal(answer.state, "authorised");
}

static void nobody_but_the_exporter_is_heard(void **state)
{
	struct node_fixture *fixture = *state;
	struct certificate_answer answer;

	lodge(fixture, "bct", node_fixture_certificate);
	assert_int_not_equal(say(fixture, "nong-san", true, &answer), OK);
	assert_int_not_equal(say(fixture, "bct", true, &answer), OK);
	assert_int_equal(node_fixture_count(fixture, "Authorised", 0), 0);
}

static void what_is_no_certificate_cannot_be_authorised(void **state)
{
	struct node_fixture *fixture = *state;
	struct certificate_answer answer;

	lodge(fixture, "gom", node_fixture_export);
	assert_int_equal(say(fixture, "gom", true, &answer), OK);
	assert_int_equal(answer.verdict, CERTIFICATE_STATE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_paper_stands_in_the_life_of_its_message_with_its_bytes),
		CASE(the_same_file_again_gets_the_same_answer_and_no_record),
		CASE(a_message_has_only_so_many),
		CASE(only_who_may_attaches_and_others_do_not_learn_of_the_message),
		CASE(what_the_data_do_not_allow_is_not_taken_whatever_the_gate_let_through),
		CASE(a_key_holds_for_attachments_too),
		CASE(the_exporter_lets_his_certificate_travel),
		CASE(a_no_can_become_a_yes_and_each_is_on_record_once),
		CASE(nobody_but_the_exporter_is_heard),
		CASE(what_is_no_certificate_cannot_be_authorised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
