/* side_check: what stands beside the tree, cards, cosignatures, stamps, and whatever of it is changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/card_file.h"
#include "node/cosignature.h"
#include "node/cosigned.h"
#include "node/seal.h"
#include "node/setup.h"
#include "node/side_check.h"
#include "node/stamped.h"
#include "node/witness_call.h"
#include "node/witness_view.h"
#include "sampan/stamp.h"
#include "tests/support/evidence_scene.h"
#include "tests/support/index_change.h"
#include "tests/support/tsa.h"

#define TH_NAME "th.sampan.example"
#define MAX_ENTRIES 16u
#define NO_CHECKPOINT 2u /* a record that none ends with */

static char folder[] = "/tmp/sampan-side-XXXXXX";
static uint64_t signed_before, signed_last;

static struct arena *arena(void)
{
	return evidence_scene.fixture->arena;
}

static struct ledger *ledger(void)
{
	return evidence_scene.fixture->turn.ledger;
}

/* ---- a partner that countersigned with two keys, and an authority ---- */

static struct bytes note_at(uint64_t number, uint64_t *ret_size)
{
	struct checkpoint checkpoint;
	struct bytes note;

	assert_int_equal(ledger_checkpoint_first_covering(ledger(), number, arena(), &note), OK);
	assert_int_equal(checkpoint_parse(note, &checkpoint), OK);
	*ret_size = checkpoint.size;
	return note;
}

static void take_card(uint64_t version)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct bytes note;
	struct card card;

	assert_int_equal(card_file_load(folder, version, arena(), &note), OK);
	assert_int_equal(card_parse(note, arena(), &card), OK);
	node_fixture_begin(fixture);
	assert_int_equal(
		witness_state_take_card(&fixture->turn, "TH", TH_NAME, card.ledger_key, note), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static struct bytes line_for(uint64_t number, uint64_t time_s, uint64_t *ret_size)
{
	struct bytes note = note_at(number, ret_size), line;
	struct buffer text;
	struct key *key;

	assert_int_equal(key_load(arena_format(arena(), "%s/" CARD_FILE_WITNESS_KEY, folder), &key),
			 OK);
	buffer_init(&text, COSIGNATURE_MAX_BYTES);
	assert_int_equal(cosignature_sign(note, TH_NAME, key, time_s, &text), OK);
	assert_int_equal(buffer_give(&text, arena(), &line), OK);
	buffer_clear(&text);
	key_free(key);
	return line;
}

static void countersign(uint64_t number)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	uint64_t size;
	struct bytes line = line_for(number, 1795340648, &size);

	node_fixture_begin(fixture);
	assert_int_equal(cosigned_put(&fixture->turn, "TH", size, line), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static struct tsa tsa, other;

static void stamp(uint64_t number)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct stamp_question question = {.policy = "", .nonce = "\x01nonce!"};
	struct stamped stamped = {.number = 0};
	enum stamp_verdict verdict;
	struct stamp_trust *trust;
	struct buffer der, body;
	struct stamp given;
	struct bytes note = note_at(number, &stamped.number);

	question.digest = hash_of(note);
	buffer_init(&der, STAMP_QUESTION_BYTES);
	buffer_init(&body, 65536);
	assert_int_equal(stamp_question_put(&question, &der), OK);
	assert_int_equal(stamp_trust_new(&trust), OK);
	assert_int_equal(stamp_trust_add(trust, tsa.authority), OK);
	assert_int_equal(stamp_reply_check(trust, tsa_reply(&tsa, buffer_bytes(&der), arena()),
					   &question, arena(), &verdict, &given, &stamped.token),
			 OK);
	assert_int_equal(verdict, STAMP_GOOD);
	stamped.time_ms = given.time_ms;
	stamped.authority = given.authority;
	stamped_pack(&body, &stamped, &question.digest);
	node_fixture_begin(fixture);
	assert_int_equal(stamped_serve(&fixture->turn, buffer_bytes(&body)), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	stamp_trust_free(trust);
	buffer_clear(&der);
	buffer_clear(&body);
}

static int set_up(void **state)
{
	struct setup setup = {.directory = folder, .country = "TH"};
	const char *message = "";
	uint64_t version = 0;

	assert_int_equal(evidence_scene_open(state), 0);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(setup_make(&setup, arena(), &message), OK);
	take_card(1);
	evidence_scene_sign();
	signed_before = node_fixture_size(evidence_scene.fixture);
	countersign(signed_before);
	assert_int_equal(unlink(arena_format(arena(), "%s/" CARD_FILE_WITNESS_KEY, folder)), 0);
	assert_int_equal(card_file_make(folder, "TH", TH_NAME, arena(), &version), OK);
	take_card(version);
	evidence_scene_sign();
	signed_last = node_fixture_size(evidence_scene.fixture);
	countersign(signed_last);
	tsa = tsa_make(arena_format(arena(), "%s/tsa", folder), &(struct tsa_wish){0}, arena());
	other = tsa_make(arena_format(arena(), "%s/other", folder), &(struct tsa_wish){0}, arena());
	stamp(signed_last);
	return 0;
}

static int tear_down(void **state)
{
	assert_int_equal(system(arena_format(arena(), "rm -rf %s", folder)), 0);
	return evidence_scene_close(state);
}

/* ---- looking, and changing behind the ledger's back ---- */

static const struct stamp_trust *believed; /* NULL: whoever gave the stamps */

static struct ledger_verdict judge(uint64_t since, struct side_counts *ret_counts)
{
	struct ledger_verdict verdict = {.what = ""};

	assert_int_equal(side_check(ledger(), since, believed, &verdict, ret_counts), OK);
	return verdict;
}

static struct ledger_verdict judge_all(void)
{
	struct side_counts counts;

	return judge(1, &counts);
}

static void change(struct bytes key, const struct bytes *value)
{
	struct engine *engine = evidence_scene.fixture->engine;
	struct engine_put put = {key, value == NULL ? (struct bytes){0} : *value};
	struct engine_batch batch = {.puts = &put,
				     .put_count = value == NULL ? 0 : 1,
				     .deletes = &key,
				     .delete_count = value == NULL ? 1 : 0};

	assert_int_equal(engine_head(engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(engine, &batch, NULL), OK);
}

struct entries {
	struct bytes keys[MAX_ENTRIES], values[MAX_ENTRIES];
	size_t count;
};

static bool keep(void *context, struct bytes key, struct bytes value)
{
	struct entries *entries = context;

	assert_true(entries->count < MAX_ENTRIES);
	entries->keys[entries->count] = bytes_of(arena_copy(arena(), key), key.len);
	entries->values[entries->count++] = bytes_of(arena_copy(arena(), value), value.len);
	return true;
}

static struct entries gather(char space)
{
	uint8_t from = (uint8_t)space, until = (uint8_t)(space + 1);
	struct entries entries = {.count = 0};

	assert_int_equal(engine_scan(evidence_scene.fixture->engine, bytes_of(&from, 1),
				     bytes_of(&until, 1), false, keep, &entries),
			 OK);
	return entries;
}

static void what_was_given_is_verified_also_with_keys_of_before(void **state)
{
	struct side_counts counts;

	(void)state;
	assert_string_equal(judge(1, &counts).what, "");
	assert_int_equal(counts.cards, 2);
	assert_int_equal(counts.cosignatures, 2);
	assert_int_equal(counts.stamps, 1);
	assert_string_equal(judge(signed_before + 1, &counts).what, "");
	assert_int_equal(counts.cosignatures, 1);
}

/* Each byte of what is small, each seventh of a stamp: of that, certificates beside the signer's prove nothing. */
static const struct {
	char space;
	size_t step;
	unsigned least_percent;
	const char *what;
} damages[] = {
	{'X', 1, 100, "a cosignature is not of this checkpoint by a key on the partner's cards"},
	{'Z', 1, 100, "a card is not signed by its keys and those before it"},
	{'t', 7, 75, "a time stamp is not of this checkpoint, or was changed"},
};

static void every_changed_byte_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		struct entries entries = gather(damages[i].space);
		size_t looked = 0, told = 0, in_words = 0;

		assert_true(entries.count > 0);
		for (size_t j = 0; j < entries.count; j++) {
			uint8_t *bytes = arena_copy(arena(), entries.values[j]);
			struct bytes changed = bytes_of(bytes, entries.values[j].len);

			for (size_t at = 0; at < changed.len; at += damages[i].step, looked++) {
				const char *what;

				bytes[at] ^= 1;
				change(entries.keys[j], &changed);
				what = judge_all().what;
				told += *what != '\0';
				in_words += strcmp(what, damages[i].what) == 0;
				bytes[at] ^= 1;
			}
			change(entries.keys[j], &entries.values[j]);
		}
		assert_true(told * 100 >= looked * damages[i].least_percent &&
			    in_words * 2 > looked);
	}
	assert_string_equal(judge_all().what, "");
}

static void what_stands_at_another_record_or_partner_is_told(void **state)
{
	struct entries lines = gather('X'), stamps = gather('t');
	uint8_t key[16];

	(void)state;
	assert_int_equal(lines.count, 2);
	memcpy(key, lines.keys[0].at, lines.keys[0].len);
	memcpy(key + 9, "LA", 2);
	change(bytes_of(key, 11), &lines.values[0]);
	assert_string_equal(judge_all().what, damages[0].what);
	assert_int_equal(judge_all().first_bad, signed_before);
	change(bytes_of(key, 11), NULL);

	change(lines.keys[1], &lines.values[0]); /* the other checkpoint's */
	assert_string_equal(judge_all().what, damages[0].what);
	assert_int_equal(judge_all().first_bad, signed_last);
	change(lines.keys[1], &lines.values[1]);

	bytes_put_u64(key + 1, NO_CHECKPOINT);
	change(bytes_of(key, 11), &lines.values[0]);
	assert_string_equal(judge_all().what, "a cosignature stands at no checkpoint");
	change(bytes_of(key, 11), NULL);

	key[0] = 't';
	change(bytes_of(key, 9), &stamps.values[0]);
	assert_string_equal(judge_all().what,
			    "a time stamp stands at no checkpoint, or cannot be read");
	change(bytes_of(key, 9), NULL);
	bytes_put_u64(key + 1, signed_before);
	change(bytes_of(key, 9), &stamps.values[0]);
	assert_string_equal(judge_all().what, damages[2].what);
	change(bytes_of(key, 9), NULL);
	assert_string_equal(judge_all().what, "");
}

/* ---- what a partner brings ---- */

static enum err bring(uint64_t size, struct bytes line)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct buffer body, to;
	enum err err;

	buffer_init(&body, 4096);
	buffer_init(&to, 4096);
	pack_text(&body, "TH");
	pack_u64(&body, size);
	pack_bytes(&body, line);
	node_fixture_begin(fixture);
	err = witness_call_serve(&fixture->turn, LEDGER_COSIGNED, buffer_bytes(&body), &to);
	assert_int_equal(node_fixture_commit(fixture), OK);
	buffer_clear(&body);
	buffer_clear(&to);
	return err;
}

/* With its own key and of the right checkpoint: what would be kept must stand in notes, evidence and views. */
static void what_a_witness_brings_is_one_line_of_a_time_that_can_be_written(void **state)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	uint64_t size;
	struct bytes line = line_for(signed_last, 1795340648, &size);
	struct bytes open = bytes_of(line.at, line.len - 1);
	struct bytes far = line_for(signed_last, COSIGNATURE_LAST_S + 1, &size);
	json_t *view;

	(void)state;
	assert_int_equal(bring(size, open), ERR_DENIED);
	assert_int_equal(bring(size, far), ERR_DENIED);
	assert_int_equal(bring(size, line_for(signed_last, INT64_MAX, &size)), ERR_DENIED);
	assert_int_equal(bring(size, (struct bytes){0}), ERR_DENIED);
	assert_int_equal(witness_view_new(&fixture->turn, "TH", &view), OK);
	json_decref(view);
	assert_int_equal(bring(size, line), OK);
}

static void keep_time(uint64_t ours_ms)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct witness_state seen;

	assert_int_equal(witness_state_load(&fixture->turn, "TH", &seen), OK);
	seen.ours_ms = ours_ms;
	node_fixture_begin(fixture);
	assert_int_equal(witness_state_save(&fixture->turn, "TH", &seen), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void a_time_that_was_kept_beyond_all_years_is_shown_as_the_last(void **state)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct witness_state before;
	json_t *view;

	(void)state;
	assert_int_equal(witness_state_load(&fixture->turn, "TH", &before), OK);
	keep_time((COSIGNATURE_LAST_S + 1) * 1000);
	assert_int_equal(witness_view_new(&fixture->turn, "TH", &view), OK);
	assert_string_equal(json_string_value(json_object_get(view, "countersignedOursAt")),
			    "9999-12-31T23:59:59.999Z");
	json_decref(view);
	keep_time(before.ours_ms);
}

/* Without the card of before, what was signed with its key is by nobody. */
static struct stamp_trust *believe(struct bytes pem)
{
	struct stamp_trust *trust;

	assert_int_equal(stamp_trust_new(&trust), OK);
	assert_int_equal(stamp_trust_add(trust, pem), OK);
	return trust;
}

static void with_anchors_a_stamp_of_somebody_else_is_told(void **state)
{
	struct stamp_trust *right = believe(tsa.authority), *wrong = believe(other.authority);
	struct ledger_verdict verdict;

	(void)state;
	believed = right;
	assert_string_equal(judge_all().what, "");
	believed = wrong;
	verdict = judge_all();
	assert_string_equal(verdict.what,
			    "a time stamp is of an authority that nobody here vouches for");
	assert_int_equal(verdict.first_bad, signed_last);
	believed = NULL;
	stamp_trust_free(right);
	stamp_trust_free(wrong);
}

static void record_at(uint64_t time_ms)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct record record = {.time_ms = time_ms, .event = "SignedOut", .actor = "user:a"};

	node_fixture_begin(fixture);
	assert_int_equal(batch_append(fixture->turn.batch, &record, NULL, 0, NULL), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* The authority's clock is this machine's; an hour ahead is more than the few minutes that are let through. */
static void a_record_that_says_a_later_time_than_its_stamp_is_counted(void **state)
{
	uint64_t now_ms = (uint64_t)time(NULL) * 1000, late;
	struct side_counts counts;

	(void)state;
	assert_string_equal(judge(1, &counts).what, "");
	late = counts.late;
	record_at(now_ms - 3600000);
	record_at(now_ms + 3600000);
	record_at(now_ms);
	record_at(now_ms + 3600000);
	evidence_scene_sign();
	assert_string_equal(judge(signed_last + 1, &counts).what, "");
	assert_int_equal(counts.late, 0); /* no stamp covers them yet */
	stamp(node_fixture_size(evidence_scene.fixture));
	assert_string_equal(judge(signed_last + 1, &counts).what, "");
	assert_int_equal(counts.late, 2);
	assert_int_equal(counts.first_late, signed_last + 2);
	assert_string_equal(judge(1, &counts).what, "");
	assert_int_equal(counts.late, late + 2);
	assert_string_equal(judge(signed_last + 5, &counts).what, "");
	assert_int_equal(counts.late, 0);
}

static void a_card_that_is_gone_is_missed_where_its_key_signed(void **state)
{
	struct entries cards = gather('Z');

	(void)state;
	change(cards.keys[0], NULL);
	assert_string_equal(judge_all().what, damages[0].what);
	assert_int_equal(judge_all().first_bad, signed_before);
	change(cards.keys[0], &cards.values[0]);
	assert_string_equal(judge_all().what, "");
}

/* As it is remembered of TH, signed by that key. */
static void see(const char *key_file)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct checkpoint checkpoint = {.origin = TH_NAME "/1", .size = 7};
	struct witness_state state;
	struct buffer note;
	struct key *key;

	assert_int_equal(key_load(arena_format(arena(), "%s/%s", folder, key_file), &key), OK);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, key, &note), OK);
	node_fixture_begin(fixture);
	assert_int_equal(witness_state_load(&fixture->turn, "TH", &state), OK);
	state.seen = buffer_bytes(&note);
	assert_int_equal(witness_state_save(&fixture->turn, "TH", &state), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	buffer_clear(&note);
	key_free(key);
}

static void what_was_seen_of_a_partner_is_by_a_key_of_its_cards(void **state)
{
	(void)state;
	see(CARD_FILE_WITNESS_KEY);
	assert_string_equal(
		judge_all().what,
		"what was seen of a partner's ledger is not signed by a key on its cards");
	see(SEAL_KEY_FILE);
	assert_string_equal(judge_all().what, "");
}

static enum err look_beside(struct node_fixture *fixture, struct ledger_verdict *verdict)
{
	struct side_counts counts;

	return side_check(fixture->turn.ledger, 1, NULL, verdict, &counts);
}

static void a_store_that_fails_is_no_verdict(void **state)
{
	(void)state;
	see(SEAL_KEY_FILE);
	assert_true(index_change_fail_each_in(evidence_scene.fixture, look_beside) > 10);
}

static void a_ledger_that_holds_less_than_its_seal_signed_or_another_past_is_told(void **state)
{
	struct ledger_verdict verdict = {.what = ""};
	struct checkpoint last;
	uint64_t size;

	(void)state;
	assert_int_equal(checkpoint_parse(note_at(signed_before, &size), &last), OK);
	assert_int_equal(side_check_sealed(ledger(), &last, &verdict), OK);
	assert_string_equal(verdict.what, "");
	last.root.at[7] ^= 1;
	assert_int_equal(side_check_sealed(ledger(), &last, &verdict), OK);
	assert_string_equal(verdict.what,
			    "its seal signed another root at this size: the ledger was rewritten");
	verdict = (struct ledger_verdict){.what = ""};
	last.size = node_fixture_size(evidence_scene.fixture) + 1;
	assert_int_equal(side_check_sealed(ledger(), &last, &verdict), OK);
	assert_string_equal(verdict.what, "its seal signed more records than are here: this is an "
					  "older copy of the ledger");
	assert_int_equal(verdict.first_bad, last.size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_witness_brings_is_one_line_of_a_time_that_can_be_written),
		cmocka_unit_test(a_time_that_was_kept_beyond_all_years_is_shown_as_the_last),
		cmocka_unit_test(what_was_given_is_verified_also_with_keys_of_before),
		cmocka_unit_test(with_anchors_a_stamp_of_somebody_else_is_told),
		cmocka_unit_test(a_record_that_says_a_later_time_than_its_stamp_is_counted),
		cmocka_unit_test(what_was_seen_of_a_partner_is_by_a_key_of_its_cards),
		cmocka_unit_test(a_store_that_fails_is_no_verdict),
		cmocka_unit_test(every_changed_byte_is_told),
		cmocka_unit_test(what_stands_at_another_record_or_partner_is_told),
		cmocka_unit_test(a_card_that_is_gone_is_missed_where_its_key_signed),
		cmocka_unit_test(
			a_ledger_that_holds_less_than_its_seal_signed_or_another_past_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
