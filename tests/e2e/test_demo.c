/*
 * The demo, run as a user runs it: what its figures claim is looked up in what it leaves behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/checkpoint.h"
#include "node/file.h"
#include "node/receipt.h"
#include "sampan/limit.h"
#include "tests/support/rig.h"

#define CORPUS_FOLDER "wco-dec/declarations/valid"
#define CORPUS_DOCUMENTS 193
#define KEY_FILE_BYTES 1024u

static struct rig rig;  /* its nodes are never started: the demo makes its own */
static struct rig kept; /* the same, as it looks into what the demo kept */
static char keep[RIG_PATH_BYTES];
static json_t *records[TOWN_NODES];
static unsigned passed; /* tests that came to their end */

#define TESTS 10u

/* ---- Running it ---- */

static json_t *figures_of(struct bytes output)
{
	const char *text = (const char *)output.at, *last = strstr(text, "{\"lodged\"");
	json_t *figures = last == NULL ? NULL : json_loads(last, JSON_DISABLE_EOF_CHECK, NULL);

	if (figures == NULL)
		fail_msg("the demo's last line are not its figures: %s", text);
	return figures;
}

static json_int_t figure(const json_t *figures, const char *name)
{
	const json_t *value = json_object_get(figures, name);

	if (!json_is_integer(value))
		fail_msg("there is no figure %s", name);
	return json_integer_value(value);
}

static void assert_nothing_lost(const json_t *figures)
{
	assert_int_equal(figure(figures, "lost"), 0);
	assert_int_equal(figure(figures, "duplicated"), 0);
	assert_int_equal(figure(figures, "owed"), figure(figures, "delivered"));
	assert_int_equal(figure(figures, "receipts"), figure(figures, "accepted"));
	assert_int_equal(figure(figures, "accepted") + figure(figures, "refused"),
			 figure(figures, "lodged"));
	assert_true(json_is_number(json_object_get(figures, "seconds")));
}

static void the_samples_are_carried_and_nothing_is_lost(void **state)
{
	const char *const demo[] = {"demo", "--once", "--json", "--keep", keep, NULL};
	struct bytes output;
	json_t *figures;

	(void)state;
	assert_int_equal(rig_run(&rig, demo, &output), 0);
	figures = figures_of(output);
	assert_nothing_lost(figures);
	assert_true(figure(figures, "lodged") >= 15);
	assert_int_equal(figure(figures, "refused"), 1);
	assert_true(figure(figures, "owed") >= 10);
	json_decref(figures);
	passed++;
}

static void every_real_declaration_is_carried(void **state)
{
	const char *corpus = getenv("SAMPAN_CORPUS");
	char folder[RIG_PATH_BYTES];
	const char *const demo[] = {"demo", "--once", "--json", folder, NULL};
	struct bytes output;
	json_t *figures;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/" CORPUS_FOLDER,
		       corpus == NULL || *corpus == '\0' ? "../shared/corpus" : corpus);
	passed++;
	if (access(folder, R_OK) != 0) {
		print_message("skip: the real declarations are not there (SAMPAN_CORPUS)\n");
		skip();
	}
	passed--;
	assert_int_equal(rig_run(&rig, demo, &output), 0);
	figures = figures_of(output);
	assert_nothing_lost(figures);
	assert_int_equal(figure(figures, "lodged"), CORPUS_DOCUMENTS);
	assert_int_equal(figure(figures, "accepted"), CORPUS_DOCUMENTS);
	assert_int_equal(figure(figures, "owed"), CORPUS_DOCUMENTS);
	json_decref(figures);
	passed++;
}

/* ---- What the ledgers say ---- */

static void both_ledgers_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < TOWN_NODES; i++) {
		const char *const verify[] = {
			"ledger", "verify", "--json", "--dir", kept.town.nodes[i].directory, NULL};
		const char *const list[] = {
			"ledger", "list", "--json", "--dir", kept.town.nodes[i].directory, NULL};
		struct bytes output;

		assert_int_equal(rig_run(&rig, verify, &output), 0);
		assert_non_null(strstr((const char *)output.at, "\"ok\":true"));
		assert_int_equal(rig_run(&rig, list, &output), 0);
		records[i] = json_array();
		for (char *save, *line = strtok_r((char *)(uintptr_t)output.at, "\n", &save);
		     line != NULL; line = strtok_r(NULL, "\n", &save)) {
			json_t *record = json_loads(line, 0, NULL);

			assert_non_null(record);
			assert_int_equal(json_array_append_new(records[i], record), 0);
		}
		assert_true(json_array_size(records[i]) > 0);
	}
	passed++;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* The message that was accepted under a reference; 0: none. */
static json_int_t message_of(size_t node, const char *reference)
{
	const json_t *record;
	size_t i;

	json_array_foreach(
		records[node], i,
		record) if (strcmp(text_of(record, "event"), "SubmissionAcceptance") == 0 &&
			    strcmp(text_of(json_object_get(record, "attributes"), "reference"),
				   reference) ==
				    0) return json_integer_value(json_object_get(record, "number"));
	return 0;
}

/* The record of an event in a message's life; NULL: none. */
static const json_t *event_of(size_t node, json_int_t message, const char *event)
{
	const json_t *record;
	size_t i;

	json_array_foreach(records[node], i,
			   record) if (json_integer_value(json_object_get(record, "message")) ==
					       message &&
				       strcmp(text_of(record, "event"), event) == 0) return record;
	return NULL;
}

static void without_consent_nothing_is_owed(void **state)
{
	json_int_t message = message_of(RIG_VN, "NSV-26-1108");
	const json_t *record = event_of(RIG_VN, message, "DeliveryNotOwed");

	(void)state;
	assert_int_not_equal(message, 0);
	assert_non_null(record);
	assert_string_equal(text_of(json_object_get(record, "attributes"), "reason"), "no-consent");
	assert_null(event_of(RIG_VN, message, "DeliveryOwed"));
	passed++;
}

static void the_certificate_shows_that_the_partner_has_it(void **state)
{
	json_int_t message = message_of(RIG_VN, "BCTHN-2026-41700");
	const json_t *relayed = event_of(RIG_VN, message, "RelayAcceptance");

	(void)state;
	assert_int_not_equal(message, 0);
	assert_non_null(event_of(RIG_VN, message, "Authorised"));
	assert_non_null(event_of(RIG_VN, message, "Translated"));
	assert_non_null(relayed);
	assert_string_equal(text_of(relayed, "actor"), "partner:TH");
	passed++;
}

/* ---- What lies in the folders ---- */

static struct {
	const char *text;
	bool is_found;
} wanted; /* nftw(3) has no context argument */

static int look_into(const char *path, const struct stat *status, int type, struct FTW *where)
{
	struct arena *arena = arena_new(2 * LIMIT_PAYLOAD_BYTES);
	struct bytes file = {0};

	(void)status;
	(void)where;
	if (type == FTW_F && file_read(path, LIMIT_PAYLOAD_BYTES, arena, &file) == OK &&
	    file.len > 0 && memmem(file.at, file.len, wanted.text, strlen(wanted.text)) != NULL)
		wanted.is_found = true;
	arena_free(arena);
	return wanted.is_found;
}

static bool is_in_folder(const char *folder, const char *text)
{
	wanted.text = text;
	wanted.is_found = false;
	(void)nftw(folder, look_into, 16, FTW_PHYS);
	return wanted.is_found;
}

static void the_import_declaration_stays_at_home(void **state)
{
	static const char reference[] = "GBT-NK-2026-0019", certificate[] = "VN-TH 26/01/00417";
	char folders[TOWN_NODES][RIG_PATH_BYTES];

	(void)state;
	for (size_t i = 0; i < TOWN_NODES; i++) {
		const char *const export[] = {
			"ledger",     "export",   "--dir", kept.town.nodes[i].directory,
			"--payloads", folders[i], NULL};
		struct bytes output;

		(void)snprintf(folders[i], sizeof(folders[i]), "%.4000s/payloads-%zu",
			       rig.directory, i);
		assert_int_equal(mkdir(folders[i], 0700), 0);
		assert_int_equal(rig_run(&rig, export, &output), 0);
	}
	assert_true(is_in_folder(folders[RIG_VN], reference));
	assert_false(is_in_folder(folders[RIG_TH], reference));
	assert_false(is_in_folder(kept.town.nodes[RIG_TH].directory, reference));
	/* what did cross is found in the same way */
	assert_true(is_in_folder(folders[RIG_TH], certificate));
	passed++;
}

static const char *named(size_t node, const char *party, const char *folder, const char *ending)
{
	const char *const *names;

	return rig_list(&kept, node, party, folder, ending, &names) == 0 ? NULL : names[0];
}

static void the_invalid_sample_is_refused_with_findings(void **state)
{
	const char *name = named(RIG_VN, "nong-san-viet", "refused", "90-invalid-export.xml"), *en;
	char answer[256];
	struct bytes file;
	json_t *findings;

	(void)state;
	assert_non_null(name);
	(void)snprintf(answer, sizeof(answer), "%s.findings", name);
	file = rig_read(&kept, RIG_VN, "nong-san-viet", "refused", answer);
	findings = json_loadb((const char *)file.at, file.len, 0, NULL);
	assert_true(json_array_size(findings) > 0);
	assert_true(json_integer_value(json_object_get(json_array_get(findings, 0), "line")) > 0);
	en = text_of(json_array_get(findings, 0), "en");
	assert_true(*en != '\0');
	json_decref(findings);
	passed++;
}

static void customs_of_the_other_country_have_the_certificate(void **state)
{
	const char *name = named(RIG_TH, "thai-customs", "inbox", ".th.co-received.xml");
	struct bytes document;

	(void)state;
	assert_non_null(name);
	document = rig_read(&kept, RIG_TH, "thai-customs", "inbox", name);
	assert_non_null(memmem(document.at, document.len, "VN-TH 26/01/00", 14));
	passed++;
}

/* Status, question, answer, papers, cancellation: each lies where its reader looks. */
static void what_follows_a_document_reaches_who_must_know(void **state)
{
	static const struct {
		size_t node;
		const char *party;
		const char *ending;
		size_t count;
		const char *holds;
	} inboxes[] = {
		{RIG_TH, "dft", ".asw.co-status.xml", 3, "D2026-019332"},
		{RIG_TH, "dft", ".asw.verification.xml", 1, "TCHQ-XM-2026-00007"},
		{RIG_TH, "thai-customs", ".asw.cancel.xml", 2, "<FunctionCode>1<"},
		{RIG_VN, "bct-hanoi", ".vn.co-status.xml", 1, "<StatusCode>USED<"},
		{RIG_VN, "bct-hanoi", ".vn.supplement.xml", 1, "GBT-CO-2026-058"},
		{RIG_VN, "bct-hanoi", ".vn.cancel.xml", 1, "<function>22<"},
		{RIG_TH, "dft", ".asw.response.xml", 1, "HQ-2026-0651"},
		{RIG_VN, "gom-bat-trang", ".vn.response.xml", 1, "GBT-NK-2026-0019"},
		{RIG_VN, "hai-quan", ".vn.verification.xml", 1, "<ResultCode>VALID<"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(inboxes) / sizeof(inboxes[0]); i++) {
		const char *const *names;
		size_t count = rig_list(&kept, inboxes[i].node, inboxes[i].party, "inbox",
					inboxes[i].ending, &names);

		assert_int_equal(count, inboxes[i].count);
		for (size_t j = 0; j < count; j++) {
			struct bytes document = rig_read(&kept, inboxes[i].node, inboxes[i].party,
							 "inbox", names[j]);

			assert_non_null(memmem(document.at, document.len, inboxes[i].holds,
					       strlen(inboxes[i].holds)));
		}
	}
	passed++;
}

static void read_key(const char *country, uint8_t ret_key[KEY_PUBLIC_BYTES])
{
	char path[RIG_PATH_BYTES], origin[CHECKPOINT_ORIGIN_BYTES];
	struct bytes file;
	char *line;

	(void)snprintf(path, sizeof(path), "%.4000s/trust/%s.ledger.pub", keep, country);
	assert_int_equal(file_read(path, KEY_FILE_BYTES, rig.arena, &file), OK);
	assert_non_null(line = arena_text(rig.arena, file));
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(checkpoint_parse_key(line, origin, ret_key), OK);
}

static void assert_receipt_is_good(const char *party, const char *name,
				   const uint8_t key[KEY_PUBLIC_BYTES])
{
	struct bytes file = rig_read(&kept, RIG_VN, party, "taken", name);
	json_t *answer = json_loadb((const char *)file.at, file.len, 0, NULL);
	char *receipt = json_dumps(json_object_get(answer, "receipt"), JSON_COMPACT);
	uint8_t other[KEY_PUBLIC_BYTES];
	struct record record;

	assert_non_null(receipt);
	assert_int_equal(receipt_verify(bytes_of_text(receipt), key, rig.arena, &record), OK);
	assert_string_equal(record.event, "SubmissionAcceptance");
	read_key("TH", other);
	assert_int_not_equal(receipt_verify(bytes_of_text(receipt), other, rig.arena, &record), OK);
	free(receipt);
	json_decref(answer);
}

/* One of the samples uses a unit that Recommendation 20 does not have: accepted, with a note. */
static void a_note_of_a_rule_stands_in_the_receipt(void **state)
{
	const char *const *names;
	size_t count = rig_list(&kept, RIG_VN, "nong-san-viet", "taken", ".receipt", &names);
	size_t notes = 0;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct bytes file = rig_read(&kept, RIG_VN, "nong-san-viet", "taken", names[i]);
		json_t *answer = json_loadb((const char *)file.at, file.len, 0, NULL);
		const json_t *finding = json_array_get(json_object_get(answer, "findings"), 0);

		if (strstr(names[i], "03-export-7-lines") != NULL) {
			assert_string_equal(json_string_value(json_object_get(finding, "code")),
					    "declaration-unit-unknown");
			assert_string_equal(json_string_value(json_object_get(finding, "severity")),
					    "note");
			notes++;
		}
		json_decref(answer);
	}
	assert_int_equal(notes, 1);
	passed++;
}

static void receipts_verify_with_the_key_that_was_kept(void **state)
{
	static const char *const parties[] = {"gom-bat-trang", "nong-san-viet", "dai-ly-hai-phong",
					      "bct-hanoi"};
	uint8_t key[KEY_PUBLIC_BYTES];

	(void)state;
	read_key("VN", key);
	for (size_t i = 0; i < sizeof(parties) / sizeof(parties[0]); i++) {
		const char *const *names;
		size_t count = rig_list(&kept, RIG_VN, parties[i], "taken", ".receipt", &names);

		assert_true(count > 0);
		for (size_t j = 0; j < count; j++)
			assert_receipt_is_good(parties[i], names[j], key);
	}
	passed++;
}

static int open_rig(void **state)
{
	(void)state;
	rig_open(&rig);
	(void)snprintf(keep, sizeof(keep), "%.4000s/kept", rig.directory);
	kept = rig;
	kept.town.nodes[RIG_VN].directory = arena_format(rig.town.arena, "%s/vn", keep);
	kept.town.nodes[RIG_TH].directory = arena_format(rig.town.arena, "%s/th", keep);
	return 0;
}

static int close_rig(void **state)
{
	(void)state;
	for (size_t i = 0; i < TOWN_NODES; i++)
		json_decref(records[i]);
	rig_close(&rig, passed == TESTS);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_samples_are_carried_and_nothing_is_lost),
		cmocka_unit_test(both_ledgers_are_whole),
		cmocka_unit_test(without_consent_nothing_is_owed),
		cmocka_unit_test(the_certificate_shows_that_the_partner_has_it),
		cmocka_unit_test(the_import_declaration_stays_at_home),
		cmocka_unit_test(the_invalid_sample_is_refused_with_findings),
		cmocka_unit_test(customs_of_the_other_country_have_the_certificate),
		cmocka_unit_test(what_follows_a_document_reaches_who_must_know),
		cmocka_unit_test(receipts_verify_with_the_key_that_was_kept),
		cmocka_unit_test(a_note_of_a_rule_stands_in_the_receipt),
		cmocka_unit_test(every_real_declaration_is_carried),
	};

	return cmocka_run_group_tests(tests, open_rig, close_rig);
}
