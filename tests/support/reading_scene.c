#include "tests/support/reading_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/named.h"

struct reading_scene reading_scene;

static const char *const lodgers[] = {"gom", "nong-san", "dai-ly"};
static const char *const tax_codes[] = {"0100101308", "0301442986", "0200456781"};
static const char *const offices[] = {"03CC", "03CC/02", "02CI"};

/* ---- Making it ---- */

static void remember(struct reading_scene *to, uint64_t number, struct reading_known known)
{
	known.number = number;
	to->known[to->count++] = known;
}

void reading_scene_lodge(struct reading_scene *to, unsigned i)
{
	struct node_fixture *fixture = to->fixture;
	unsigned who = i % 3, office = i / 3 % 3;
	struct reading_known known = {.lodger = lodgers[who],
				      .exporter = tax_codes[i / 9 % 3],
				      .office = offices[office],
				      .schema = "vn.import"};
	struct intake_answer answer;

	known.reference = arena_format(fixture->arena, "R%u", i);
	known.is_issuing = i % 5 == 4;
	if (known.is_issuing)
		known.schema = "vn.co-application";
	/* "from" is always the lodger's; the exporter may be another's code */
	answer = node_fixture_lodge(
		fixture, known.lodger, arena_format(fixture->arena, "<a n='%u'/>", i),
		known.is_issuing ? node_fixture_application : node_fixture_import,
		PAIRS("reference", known.reference, "from", tax_codes[who], "exporter",
		      known.exporter, "importer", "9999999999", "office",
		      known.is_issuing ? "BCTHN" : known.office));
	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
	if (known.is_issuing)
		known.office = "BCTHN";
	remember(to, answer.message, known);
}

/* An arrival that names a trader of ours: no reason to show it to them. */
static void arrive(struct reading_scene *to, uint64_t number)
{
	struct node_fixture *fixture = to->fixture;
	struct parcel parcel = {.message =
					arena_format(fixture->arena, "TH-1-%u", (unsigned)number),
				.root = "TH-1-1",
				.delivery = number,
				.kind = "asw.acdd",
				.document = bytes_of_text("<arrival/>")};
	struct reading_known known = {
		.lodger = "", .exporter = "", .office = "", .reference = "X", .schema = "asw.acdd"};
	uint64_t size = node_fixture_size(fixture);
	struct facts facts;
	struct findings findings;

	assert_int_equal(node_fixture_arrive(fixture, "TH", number, &parcel), OK);
	node_fixture_begin(fixture);
	facts_init(&facts, fixture->arena);
	findings_init(&findings, fixture->arena);
	assert_int_equal(facts_put(&facts, "kind", "asw.acdd"), OK);
	assert_int_equal(facts_put(&facts, "schema", "asw.acdd/1"), OK);
	assert_int_equal(facts_put(&facts, "reference", "X"), OK);
	assert_int_equal(facts_put(&facts, "exporter", tax_codes[0]), OK);
	assert_int_equal(facts_put(&facts, "office", "03CC"), OK);
	assert_int_equal(facts_put(&facts, "country", "TH"), OK);
	assert_int_equal(facts_put(&facts, "destination", "VN"), OK);
	assert_int_equal(facts_put(&facts, "meaning", "original"), OK);
	assert_int_equal(arrival_checked(&fixture->turn, size + 1, &facts, &findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	remember(to, size + 1, known);
}

static void add_caller(struct reading_scene *to, unsigned roles, const char *party,
		       const char *user, const char *customs, const char *issuing)
{
	struct caller *caller = &to->callers[to->caller_count++];
	const struct config_party *is = config_party_of(&to->fixture->config, party);

	caller_init(caller);
	caller->proof = CALLER_TOKEN;
	caller->roles = roles;
	caller->actions = CALLER_ALL_ACTIONS;
	caller->party = party;
	caller->tax_code = is == NULL ? "" : is->tax_code;
	caller->user = user;
	caller->offices = customs;
	caller->issuing_offices = issuing;
}

/* gom lets dai-ly act for it, in import declarations. */
static void give_mandate(struct reading_scene *to)
{
	struct node_fixture *fixture = to->fixture;
	struct caller gom;
	struct facts facts, answer;

	facts_init(&facts, fixture->arena);
	facts_init(&answer, fixture->arena);
	assert_int_equal(caller_of_folder(&fixture->config, "gom", &gom), OK);
	assert_int_equal(facts_put(&facts, "principal", tax_codes[0]), OK);
	assert_int_equal(facts_put(&facts, "agent", "dai-ly"), OK);
	assert_int_equal(facts_put(&facts, "kinds", "vn.import"), OK);
	assert_int_equal(facts_put(&facts, "from", ""), OK);
	assert_int_equal(facts_put(&facts, "until", ""), OK);
	node_fixture_begin(fixture);
	assert_int_equal(mandate_give(&fixture->turn, &gom, &facts, &answer), OK);
	assert_false(identity_is_refused(&answer));
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void add_callers(struct reading_scene *to)
{
	caller_init(&to->callers[to->caller_count++]);
	add_caller(to, CALLER_TRADER, "gom", "", "", "");
	add_caller(to, CALLER_TRADER, "nong-san", "lan", "", "");
	add_caller(to, CALLER_TRADER | CALLER_AGENT, "dai-ly", "", "", "");
	add_caller(to, CALLER_CUSTOMS_OFFICER, "03cc", "huy", "03CC", "");
	add_caller(to, CALLER_CUSTOMS_OFFICER, "03cc", "mai", "03CC/02", "");
	add_caller(to, CALLER_CUSTOMS_OFFICER, "hai-quan", "", "", "");
	add_caller(to, CALLER_ISSUING_OFFICER, "bct", "an", "", "BCTHN");
	add_caller(to, CALLER_OPERATOR, "", "op", "", "");
	add_caller(to, CALLER_AUDITOR, "", "audit", "", "");
	add_caller(to, 0, "gom", "nobody", "03CC", "BCTHN");
	add_caller(to, CALLER_TRADER, "", "of-no-party", "", "");
}

static void begin_names(struct reading_scene *to)
{
	node_fixture_begin(to->fixture);
	assert_int_equal(named_begin(&to->fixture->turn), OK);
	assert_int_equal(node_fixture_commit(to->fixture), OK);
}

int reading_scene_open(void **state)
{
	reading_scene = (struct reading_scene){.fixture = NULL};
	node_fixture_open(state);
	reading_scene.fixture = *state;
	give_mandate(&reading_scene);
	for (unsigned i = 0; i < READING_MESSAGES; i++) {
		if (i == READING_MESSAGES / 2) /* those before are of an older program */
			begin_names(&reading_scene);
		reading_scene_lodge(&reading_scene, i);
		if (i % 24 == 0)
			arrive(&reading_scene, i / 24 + 1);
	}
	node_fixture_register(reading_scene.fixture);
	node_fixture_translate(reading_scene.fixture);
	node_fixture_hand_over(reading_scene.fixture);
	add_callers(&reading_scene);
	return 0;
}

/* ---- The plain filter ---- */

static bool is_in_office(const char *words, const char *office)
{
	size_t len = strlen(words);

	return len > 0 && strncmp(words, office, len) == 0 &&
	       (office[len] == '\0' || office[len] == '/');
}

static bool is_own(const struct caller *caller, const struct reading_known *known)
{
	unsigned i = 0;

	if (known->lodger[0] != '\0') {
		while (strcmp(lodgers[i], known->lodger) != 0)
			i++;
		if (strcmp(caller->party, known->lodger) == 0 ||
		    strcmp(caller->tax_code, tax_codes[i]) == 0 ||
		    strcmp(caller->tax_code, known->exporter) == 0)
			return true;
	}
	return false;
}

/*
 * Imports and arrivals go to the customs party whose code they name, else to the first one;
 * applications to the authority.
 */
static bool is_received(const struct caller *caller, const struct reading_known *known)
{
	if (known->lodger[0] == '\0')
		return strcmp(caller->party, "03cc") == 0;
	if (known->is_issuing)
		return strcmp(caller->party, "bct") == 0;
	return strncmp(known->office, "03CC", 4) == 0 && known->office[4] == '\0'
		       ? strcmp(caller->party, "03cc") == 0
		       : strcmp(caller->party, "hai-quan") == 0;
}

/* Whose document it is: who sends it, who exports. */
static bool is_of(const struct reading_known *known, const char *tax_code)
{
	unsigned i = 0;

	if (known->lodger[0] == '\0')
		return false;
	while (strcmp(lodgers[i], known->lodger) != 0)
		i++;
	return strcmp(tax_codes[i], tax_code) == 0 || strcmp(known->exporter, tax_code) == 0;
}

bool reading_scene_is_seen(const struct caller *caller, const struct reading_known *known)
{
	if (caller->proof == CALLER_NOBODY || caller->roles == 0)
		return false;
	if ((caller->roles & (CALLER_OPERATOR | CALLER_AUDITOR)) != 0)
		return true;
	if ((caller->roles & CALLER_CUSTOMS_OFFICER) != 0 && known->lodger[0] != '\0' &&
	    !known->is_issuing && caller->user[0] != '\0')
		return is_in_office(caller->offices, known->office);
	if ((caller->roles & CALLER_ISSUING_OFFICER) != 0 && known->is_issuing)
		return is_in_office(caller->issuing_offices, known->office);
	if ((caller->roles & CALLER_AGENT) != 0 && strcmp(known->schema, "vn.import") == 0 &&
	    is_of(known, tax_codes[0]))
		return true;
	return is_own(caller, known) || is_received(caller, known);
}

bool reading_scene_fits(const struct reading_known *known, enum listing_key key, const char *value)
{
	unsigned i = 0;

	switch ((int)key) {
	case LISTING_PARTY:
		return strcmp(known->lodger, value) == 0;
	case LISTING_REFERENCE:
		return strcmp(known->reference, value) == 0;
	case LISTING_SCHEMA:
		return strcmp(known->schema, value) == 0;
	case LISTING_OFFICE:
		return strcmp(known->office, value) == 0 ||
		       (known->lodger[0] == '\0' && strcmp(value, "03CC") == 0);
	case LISTING_TAX_CODE:
		if (known->lodger[0] == '\0')
			return strcmp(value, tax_codes[0]) == 0;
		while (strcmp(lodgers[i], known->lodger) != 0)
			i++;
		return strcmp(value, tax_codes[i]) == 0 || strcmp(value, known->exporter) == 0 ||
		       strcmp(value, "9999999999") == 0;
	default:
		return true;
	}
}

/* ---- Asking the clerk ---- */

enum err reading_scene_list(const struct caller *caller, const struct clerk_list_question *question,
			    struct clerk_list_answer *ret_answer)
{
	struct node_fixture *fixture = reading_scene.fixture;
	struct buffer body, answer;
	struct bytes bytes;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	clerk_list_pack(&body, caller, question);
	err = clerk_list_serve(&fixture->turn, buffer_bytes(&body), &answer);
	bytes = bytes_of(arena_copy(fixture->arena, buffer_bytes(&answer)), answer.len);
	if (err == OK)
		assert_int_equal(clerk_list_unpack_answer(bytes, fixture->arena, ret_answer), OK);
	buffer_clear(&body);
	buffer_clear(&answer);
	return err;
}

json_t *reading_scene_rows(const struct clerk_list_answer *answer)
{
	char *text = arena_format(reading_scene.fixture->arena, "[%.*s]", (int)answer->rows.len,
				  (const char *)answer->rows.at);
	json_t *rows = json_loads(text, 0, NULL);

	assert_non_null(rows);
	assert_int_equal(json_array_size(rows), answer->count);
	return rows;
}

enum err reading_scene_read(const struct caller *caller, uint64_t number, enum clerk_read_part part,
			    bool is_recorded, struct clerk_read_answer *ret_answer)
{
	struct node_fixture *fixture = reading_scene.fixture;
	char id[MESSAGE_ID_BYTES];
	struct clerk_read_question question = {
		.id = id, .part = part, .which = "", .is_recorded = is_recorded};
	struct buffer body, answer;
	struct bytes bytes;
	enum err err;

	message_format_id(&fixture->turn, number, id);
	buffer_init(&body, LIMIT_CALL_BYTES);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	clerk_read_pack(&body, caller, &question);
	err = clerk_read_serve(&fixture->turn, buffer_bytes(&body), &answer);
	bytes = bytes_of(arena_copy(fixture->arena, buffer_bytes(&answer)), answer.len);
	if (err == OK)
		assert_int_equal(clerk_read_unpack_answer(bytes, fixture->arena, ret_answer), OK);
	buffer_clear(&body);
	buffer_clear(&answer);
	return err;
}

enum err reading_scene_events(const struct caller *caller, uint64_t after, uint32_t max_count,
			      struct clerk_list_events_answer *ret_answer)
{
	struct node_fixture *fixture = reading_scene.fixture;
	struct clerk_list_events_question question = {.after = after, .max_count = max_count};
	struct buffer body, answer;
	struct bytes bytes;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	clerk_list_pack_events(&body, caller, &question);
	err = clerk_list_serve_events(&fixture->turn, buffer_bytes(&body), &answer);
	bytes = bytes_of(arena_copy(fixture->arena, buffer_bytes(&answer)), answer.len);
	if (err == OK)
		assert_int_equal(clerk_list_unpack_events(bytes, fixture->arena, ret_answer), OK);
	buffer_clear(&body);
	buffer_clear(&answer);
	return err;
}

const struct reading_known *reading_scene_known(uint64_t number)
{
	for (size_t i = 0; i < reading_scene.count; i++)
		if (reading_scene.known[i].number == number)
			return &reading_scene.known[i];
	return NULL;
}
