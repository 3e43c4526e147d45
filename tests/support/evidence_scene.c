#include "tests/support/evidence_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/outcome.h"

struct evidence_scene evidence_scene;

void evidence_scene_sign(void)
{
	struct ledger *ledger = evidence_scene.fixture->turn.ledger;
	struct checkpoint checkpoint = {0};
	struct batch *batch;
	struct buffer note;

	assert_int_equal(ledger_head(ledger, &checkpoint.size, &checkpoint.root), OK);
	strcpy(checkpoint.origin, ledger_origin(ledger));
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, evidence_scene.key, &note), OK);
	assert_int_equal(ledger_begin(ledger, &batch), OK);
	assert_int_equal(batch_put_checkpoint(batch, checkpoint.size, buffer_bytes(&note)), OK);
	assert_int_equal(ledger_commit(ledger, batch), OK);
	buffer_clear(&note);
}

/* Held for a finding, and an operator has it tried again. */
static void hold_and_retry(struct node_fixture *fixture)
{
	struct findings findings;
	uint64_t number;

	assert_int_equal(node_fixture_queue(fixture, STAGE_TRANSLATE, "", &number, 1), 1);
	findings_init(&findings, fixture->arena);
	assert_int_equal(findings_put(&findings, &(struct finding){.severity = SEVERITY_ERROR,
								   .code = "value-missing",
								   .path = "",
								   .value = "",
								   .vi = "",
								   .en = ""}),
			 OK);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_held(&fixture->turn, number, &findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_retry(&fixture->turn, number, "operator:thanh", ""), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void export(struct node_fixture *fixture)
{
	evidence_scene.exported =
		node_fixture_lodge(fixture, "gom", "<export>secret of gom</export>",
				   node_fixture_export, NULL)
			.message;
	evidence_scene_sign();
	node_fixture_register(fixture);
	hold_and_retry(fixture);
	node_fixture_translate(fixture);
	assert_int_equal(node_fixture_send(fixture, "TH"), 1);
	node_fixture_acknowledge(fixture, "TH", 1);
}

static void arrive(struct node_fixture *fixture)
{
	const struct parcel parcel = {.message = "TH-1-9",
				      .root = "TH-1-9",
				      .delivery = 3,
				      .kind = "asw.acdd",
				      .document = bytes_of_text("<arrival/>")};
	struct findings findings;
	struct facts facts;

	evidence_scene.arrived = node_fixture_size(fixture) + 1;
	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &parcel), OK);
	node_fixture_begin(fixture);
	facts_init(&facts, fixture->arena);
	findings_init(&findings, fixture->arena);
	assert_int_equal(facts_put(&facts, "kind", "asw.acdd"), OK);
	assert_int_equal(facts_put(&facts, "schema", "asw.acdd/1"), OK);
	assert_int_equal(facts_put(&facts, "country", "TH"), OK);
	assert_int_equal(facts_put(&facts, "destination", "VN"), OK);
	assert_int_equal(facts_put(&facts, "meaning", "original"), OK);
	assert_int_equal(arrival_checked(&fixture->turn, evidence_scene.arrived, &facts, &findings),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	node_fixture_translate(fixture);
	node_fixture_hand_over(fixture);
}

static void refuse(struct node_fixture *fixture)
{
	struct intake intake = {.party = "gom",
				.document = bytes_of_text("<wrong/>"),
				.facts = node_fixture_facts(fixture, node_fixture_export, NULL)};
	struct intake_answer answer;

	findings_init(&intake.findings, fixture->arena);
	assert_int_equal(
		findings_put(&intake.findings, &(struct finding){.severity = SEVERITY_ERROR,
								 .code = "not-well-formed",
								 .path = "",
								 .value = "",
								 .vi = "",
								 .en = ""}),
		OK);
	node_fixture_begin(fixture);
	assert_int_equal(intake_refuse(&fixture->turn, &intake, &answer), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	evidence_scene.refused = node_fixture_size(fixture);
}

static void trust(void)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text;

	key_get_public(evidence_scene.key, public_key);
	buffer_init(&text, 1024);
	assert_int_equal(checkpoint_format_key("vn.test.example/1", public_key, &text), OK);
	buffer_put_byte(&text, 0);
	assert_int_equal(evidence_anchors_add(&evidence_scene.anchors, (const char *)text.at), OK);
	buffer_clear(&text);
}

int evidence_scene_open(void **state)
{
	evidence_scene = (struct evidence_scene){.fixture = NULL};
	node_fixture_open(state);
	evidence_scene.fixture = *state;
	assert_int_equal(key_new(&evidence_scene.key), OK);
	trust();
	export(evidence_scene.fixture);
	arrive(evidence_scene.fixture);
	refuse(evidence_scene.fixture);
	evidence_scene_sign();
	return 0;
}

int evidence_scene_close(void **state)
{
	key_free(evidence_scene.key);
	return node_fixture_close(state);
}

struct bytes evidence_scene_make(uint64_t message, const char *view_text)
{
	const struct turn *turn = &evidence_scene.fixture->turn;
	struct evidence_plan plan;
	struct evidence_view view;
	struct buffer file;
	struct bytes bytes;

	assert_true(evidence_view_parse(view_text, &view));
	assert_int_equal(evidence_plan_make(turn, message, &view, &plan), OK);
	buffer_init(&file, (size_t)64 << 20);
	assert_int_equal(evidence_plan_piece(&plan, 0, (size_t)64 << 20, &file), OK);
	assert_int_equal(file.len, plan.size);
	assert_int_equal(buffer_give(&file, turn->arena, &bytes), OK);
	return bytes;
}

struct evidence_fault evidence_scene_check(struct bytes file, struct evidence *ret_evidence)
{
	struct evidence_fault fault = {.code = "", .part = "", .where = ""};
	enum err err = evidence_check(file, &evidence_scene.anchors, evidence_scene.fixture->arena,
				      ret_evidence, &fault);

	assert_int_equal(err, fault.code[0] == '\0' ? OK : ERR_FORMAT);
	return fault;
}
