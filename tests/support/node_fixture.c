#include "tests/support/node_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/calendar.h"
#include "node/desk.h"
#include "node/outcome.h"

#define ARENA_BYTES ((size_t)512 << 20)
#define QUEUE_ROOM 2048u
#define DAY_MS (24ull * 3600 * 1000)

/* ---- The node ---- */

static const struct config_party parties[] = {
	{"gom", "Gốm sứ Bát Tràng", "0100101308", PARTY_TRADER},
	{"nong-san", "Nông sản Việt", "0301442986", PARTY_TRADER},
	{"dai-ly", "Đại lý Hải Phòng", "0200456781", PARTY_TRADER | PARTY_AGENT},
	{"bct", "Bộ Công Thương", "BCTHN", PARTY_ISSUING_AUTHORITY},
	{"hai-quan", "Hải quan Việt Nam", "TCHQ", PARTY_CUSTOMS},
	{"03cc", "Chi cục Cảng Hải Phòng", "03CC", PARTY_CUSTOMS},
};

static struct config_port ports[] = {{"TH", "THLCH"}};

static const struct config_trader traders[] = {
	{"0100101308", "Gốm sứ Bát Tràng", "", "2026-01-01", "", ports, 1},
	{"0301442986", "Nông sản Việt", "", "", "", NULL, 0},
	{"0200456781", "Đại lý Hải Phòng", "K1234", "", "", NULL, 0},
};

static const struct config_partner partners[] = {
	{"TH", "th.sampan.example", "tcp://127.0.0.1:1", "", "", "", "tcp://127.0.0.1:2", "", NULL,
	 0, NULL, 0},
	{"LA", "la.sampan.example", "tcp://127.0.0.1:3", "", "", "", "tcp://127.0.0.1:4", "", NULL,
	 0, NULL, 0},
};

static struct config_fact origin[] = {{"origin", "VN"}};

static const struct config_route routes[] = {
	{"ASEAN", "acdd", "VN", "vn.export", "registered", "destination", "asw.acdd", "acdd", "law",
	 "2020-12-31", "", origin, 1},
	{"ASEAN", "application", "VN", "vn.co-application", "checked", "role:issuing-authority", "",
	 "", "law", "", "", NULL, 0},
	{"ASEAN", "form-d", "VN", "vn.co", "authorised", "destination", "asw.form-d", "", "law",
	 "2018-01-01", "", NULL, 0},
	{"ASEAN", "import", "VN", "vn.import", "checked", "role:customs", "", "", "law", "", "",
	 NULL, 0},
	{"ASEAN", "advance", "VN", "asw.acdd", "received", "role:customs", "vn.advance-export", "",
	 "law", "", "", NULL, 0},
	{"TEST", "test-received", "", "asw.declaration", "received", "role:customs", "", "",
	 "agreement", "", "", NULL, 0},
	{"TEST", "test-parked", "VN", "wco.declaration", "parked", "TH", "", "", "agreement", "",
	 "", NULL, 0},
	{"TEST", "test", "VN", "wco.declaration", "checked", "TH", "", "", "agreement", "", "",
	 NULL, 0},
};

static const struct config_procedure procedures[] = {
	{"XK01", "vn.export", "", "", 1, "registered", 0, true},
	{"NK01", "vn.import", "", "", 1, "registered", 0, true},
	{"CO-D", "vn.co-application", "", "", 1, "issued", 0, true},
	{"CO-D-CAP", "vn.co", "", "", 1, "authorised", 0, false},
	{"CO-D-TRUYEN", "vn.co-authorise", "", "", 0, "checked", 0, true},
	{"KB-WCO", "wco.declaration", "", "", 1, "checked", 0, true},
};

/* Pairs of name and value, several on a line. */
/* clang-format off */
#define COMMON "reference", "R1", "year", "2026", "function", "01", "type", "1", "version", "", \
	"meaning", "original"

const char *const node_fixture_export[] = {
	"kind", "vn.export", "schema", "vn.export/1", "lodgedBy", "trader agent",
	"life", "declaration", "register", "yes", "numberPrefix", "3", "country", "VN",
	"from", "0100101308", "procedure", "XK01", "exporter", "0100101308",
	"destination", "TH", "office", "03CC",
	COMMON, NULL};

const char *const node_fixture_cancellation[] = {
	"kind", "vn.cancel", "schema", "vn.cancel/1", "lodgedBy", "trader agent",
	"life", "notice", "follows", "vn.export", "function", "03", "meaning", "cancellation",
	"procedure", "XK01", "country", "VN", "year", "2026", "type", "1", "version", "",
	"reference", "X1", "destination", "VN", NULL};

const char *const node_fixture_import[] = {
	"kind", "vn.import", "schema", "vn.import/1", "lodgedBy", "trader agent",
	"life", "declaration", "register", "yes", "numberPrefix", "1", "country", "VN",
	"from", "0100101308", "procedure", "NK01", "importer", "0100101308", "office", "03CC",
	COMMON, NULL};

const char *const node_fixture_application[] = {
	"kind", "vn.co-application", "schema", "vn.co-application/1",
	"lodgedBy", "trader agent", "life", "application", "country", "VN",
	"from", "0100101308", "procedure", "CO-D", "exporter", "0100101308",
	"destination", "TH", "office", "BCTHN",
	COMMON, NULL};

const char *const node_fixture_certificate[] = {
	"kind", "vn.co", "schema", "vn.co/1", "lodgedBy", "issuing-authority",
	"life", "certificate", "country", "VN", "from", "BCTHN", "procedure", "CO-D-CAP",
	"exporter", "0100101308", "destination", "TH", "office", "BCTHN", "application", "R1",
	"certificate", "VN-TH 26/01/1", "issued", "2026-11-20",
	"only.certificate", "VN|VN-TH 26/01/1|2026-11-20",
	COMMON, NULL};

const char *const node_fixture_authorise[] = {
	"kind", "vn.co-authorise", "schema", "vn.co-authorise/1", "lodgedBy", "trader agent",
	"life", "authorisation", "country", "VN", "from", "0100101308",
	"procedure", "CO-D-TRUYEN", "exporter", "0100101308", "certificate", "VN-TH 26/01/1",
	"issued", "2026-11-20", "authorise", "yes",
	COMMON, NULL};

const char *const node_fixture_wco[] = {
	"kind", "wco.declaration", "schema", "wco.declaration/1", "lodgedBy", "trader agent",
	"life", "declaration", "procedure", "KB-WCO", "exporter", "GB123",
	COMMON, NULL};

/* clang-format on */

#define FILL(fixture, table, table_count) \
	do { \
		memcpy((fixture)->table, table, sizeof(table)); \
		(fixture)->config.table = (fixture)->table; \
		(fixture)->config.table_count = sizeof(table) / sizeof((table)[0]); \
	} while (0)

int node_fixture_open(void **state)
{
	struct node_fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->arena = arena_new(ARENA_BYTES);
	assert_non_null(fixture->arena);
	assert_int_equal(engine_sim_open(&fixture->engine), OK);
	assert_int_equal(
		ledger_open(fixture->engine, "vn.test.example", false, &fixture->turn.ledger), OK);
	FILL(fixture, parties, party_count);
	FILL(fixture, traders, trader_count);
	FILL(fixture, partners, partner_count);
	FILL(fixture, routes, route_count);
	FILL(fixture, procedures, procedure_count);
	fixture->config.country = "VN";
	fixture->config.name = "vn.test.example";
	fixture->config.office = "00ZZ";
	fixture->config.holidays = fixture->holidays;
	fixture->turn.config = &fixture->config;
	fixture->turn.arena = fixture->arena;
	node_fixture_set_date(fixture, "2026-11-20");
	*state = fixture;
	return 0;
}

int node_fixture_close(void **state)
{
	struct node_fixture *fixture = *state;

	ledger_drop(fixture->turn.ledger, fixture->turn.batch);
	ledger_close(fixture->turn.ledger);
	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

void node_fixture_set_date(struct node_fixture *fixture, const char *date)
{
	char text[CALENDAR_DATE_BYTES] = "";
	uint64_t time_ms = DAY_MS / 2 - CALENDAR_OFFSET_MS;

	for (; strcmp(text, date) < 0; time_ms += DAY_MS)
		calendar_format_date(time_ms, text);
	assert_string_equal(text, date);
	fixture->turn.now_ms = time_ms - DAY_MS;
}

void node_fixture_begin(struct node_fixture *fixture)
{
	assert_null(fixture->turn.batch);
	assert_int_equal(ledger_begin(fixture->turn.ledger, &fixture->turn.batch), OK);
}

enum err node_fixture_commit(struct node_fixture *fixture)
{
	struct batch *batch = fixture->turn.batch;

	fixture->turn.batch = NULL;
	return ledger_commit(fixture->turn.ledger, batch);
}

void node_fixture_drop(struct node_fixture *fixture)
{
	ledger_drop(fixture->turn.ledger, fixture->turn.batch);
	fixture->turn.batch = NULL;
}

static void end(struct node_fixture *fixture)
{
	if (batch_count(fixture->turn.batch) == 0)
		node_fixture_drop(fixture);
	else
		assert_int_equal(node_fixture_commit(fixture), OK);
}

/* ---- Lodging ---- */

struct facts node_fixture_facts(struct node_fixture *fixture, const char *const *base,
				const char *const *changes)
{
	struct facts facts;

	facts_init(&facts, fixture->arena);
	for (; base[0] != NULL; base += 2)
		assert_int_equal(facts_put(&facts, base[0], base[1]), OK);
	for (; changes != NULL && changes[0] != NULL; changes += 2)
		assert_int_equal(facts_put(&facts, changes[0], changes[1]), OK);
	return facts;
}

struct intake_answer node_fixture_accept(struct node_fixture *fixture, const char *party,
					 const char *document, const char *const *base,
					 const char *const *changes)
{
	struct intake intake = {.party = party,
				.document = bytes_of_text(document),
				.facts = node_fixture_facts(fixture, base, changes)};
	struct intake_answer answer;

	findings_init(&intake.findings, fixture->arena);
	assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), OK);
	fixture->findings = intake.findings;
	return answer;
}

struct intake_answer node_fixture_lodge(struct node_fixture *fixture, const char *party,
					const char *document, const char *const *base,
					const char *const *changes)
{
	struct intake_answer answer;

	node_fixture_begin(fixture);
	answer = node_fixture_accept(fixture, party, document, base, changes);
	end(fixture);
	return answer;
}

bool node_fixture_found(const struct node_fixture *fixture, const char *code)
{
	for (size_t i = 0; i < fixture->findings.count; i++)
		if (strcmp(fixture->findings.items[i].code, code) == 0)
			return true;
	return false;
}

/* ---- What the roles do ---- */

void node_fixture_register(struct node_fixture *fixture)
{
	uint64_t numbers[QUEUE_ROOM];
	size_t count = node_fixture_queue(fixture, STAGE_REGISTER, "", numbers, QUEUE_ROOM);

	node_fixture_begin(fixture);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(desk_register(&fixture->turn, numbers[i]), OK);
	end(fixture);
}

void node_fixture_translate(struct node_fixture *fixture)
{
	uint64_t numbers[QUEUE_ROOM];
	size_t count = node_fixture_queue(fixture, STAGE_TRANSLATE, "", numbers, QUEUE_ROOM);

	node_fixture_begin(fixture);
	for (size_t i = 0; i < count; i++) {
		struct delivery delivery = node_fixture_delivery(fixture, numbers[i]);
		struct outcome_translation translation = {.as = delivery.as,
							  .report = bytes_of_text("{}")};

		translation.output = bytes_of_text(arena_format(
			fixture->arena, "<T>translated %llu</T>", (unsigned long long)numbers[i]));
		assert_int_equal(outcome_translated(&fixture->turn, numbers[i], &translation), OK);
	}
	end(fixture);
	node_fixture_sign(fixture);
}

/* As it came, in canonical form; ERR_USAGE: it must be translated. */
static enum err canonical_of(struct node_fixture *fixture, uint64_t number,
			     struct outcome_translation *ret_translation)
{
	struct delivery delivery = node_fixture_delivery(fixture, number);
	struct bytes document;
	const char *text;

	if (strcmp(delivery.from_kind, delivery.as) != 0)
		return ERR_USAGE;
	assert_int_equal(delivery_document(&fixture->turn, &delivery, &document), OK);
	text = arena_format(fixture->arena, "<D>%.*s</D>", (int)document.len, document.at);
	assert_non_null(text);
	*ret_translation =
		(struct outcome_translation){.as = delivery.as, .output = bytes_of_text(text)};
	return OK;
}

void node_fixture_canonicalise(struct node_fixture *fixture)
{
	uint64_t numbers[QUEUE_ROOM];
	size_t count = node_fixture_queue(fixture, STAGE_TRANSLATE, "", numbers, QUEUE_ROOM);

	node_fixture_begin(fixture);
	for (size_t i = 0; i < count; i++) {
		struct outcome_translation translation;

		if (canonical_of(fixture, numbers[i], &translation) == OK)
			assert_int_equal(
				outcome_translated(&fixture->turn, numbers[i], &translation), OK);
	}
	end(fixture);
	node_fixture_sign(fixture);
}

void node_fixture_sign(struct node_fixture *fixture)
{
	uint64_t numbers[QUEUE_ROOM];
	size_t count = node_fixture_queue(fixture, STAGE_SIGN, "", numbers, QUEUE_ROOM);

	node_fixture_begin(fixture);
	for (size_t i = 0; i < count; i++) {
		struct delivery delivery = node_fixture_delivery(fixture, numbers[i]);

		assert_int_equal(outcome_signed(&fixture->turn, numbers[i], delivery.output_record,
						bytes_of_text("<ds:Signature></ds:Signature>")),
				 OK);
	}
	end(fixture);
}

size_t node_fixture_send(struct node_fixture *fixture, const char *partner)
{
	struct stream_frame frames[64];
	struct stream stream;
	size_t count;

	node_fixture_begin(fixture);
	assert_int_equal(stream_load(&fixture->turn, partner, &stream), OK);
	assert_int_equal(stream_frames(&fixture->turn, partner, stream.last_given, (size_t)64 << 20,
				       64, frames, &count),
			 OK);
	end(fixture);
	return count;
}

void node_fixture_acknowledge(struct node_fixture *fixture, const char *partner, uint64_t number)
{
	node_fixture_begin(fixture);
	assert_int_equal(stream_acknowledge(&fixture->turn, partner, number, (struct bytes){0}),
			 OK);
	end(fixture);
}

void node_fixture_hand_over(struct node_fixture *fixture)
{
	uint64_t numbers[QUEUE_ROOM];
	size_t count = node_fixture_queue(fixture, STAGE_HAND_OVER, "", numbers, QUEUE_ROOM);

	node_fixture_begin(fixture);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(outcome_handed_over(&fixture->turn, numbers[i]), OK);
	end(fixture);
}

struct link_frame node_fixture_frame(struct node_fixture *fixture, uint64_t number,
				     const struct parcel *parcel)
{
	struct link_frame frame = {.epoch = 1, .number = number};
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_FRAME_BYTES);
	parcel_pack(&buffer, parcel);
	assert_int_equal(buffer_error(&buffer), OK);
	frame.content = bytes_of(arena_copy(fixture->arena, buffer_bytes(&buffer)), buffer.len);
	assert_non_null(frame.content.at);
	frame.hash = hash_of(frame.content);
	buffer_clear(&buffer);
	return frame;
}

enum err node_fixture_arrive(struct node_fixture *fixture, const char *partner, uint64_t number,
			     const struct parcel *parcel)
{
	struct link_frame frame = node_fixture_frame(fixture, number, parcel);
	enum err err;

	node_fixture_begin(fixture);
	err = stream_arrive(&fixture->turn, partner, &frame);
	if (err == OK)
		end(fixture);
	else
		node_fixture_drop(fixture);
	return err;
}

/* ---- What came of it ---- */

struct message node_fixture_message(struct node_fixture *fixture, uint64_t number)
{
	struct turn turn = fixture->turn;
	struct message message;

	turn.batch = NULL;
	assert_int_equal(message_load(&turn, number, &message), OK);
	return message;
}

struct delivery node_fixture_delivery(struct node_fixture *fixture, uint64_t number)
{
	struct turn turn = fixture->turn;
	struct delivery delivery;

	turn.batch = NULL;
	assert_int_equal(delivery_load(&turn, number, &delivery), OK);
	return delivery;
}

uint64_t node_fixture_size(struct node_fixture *fixture)
{
	struct hash root;
	uint64_t size;

	assert_int_equal(ledger_head(fixture->turn.ledger, &size, &root), OK);
	return size;
}

static size_t look(struct node_fixture *fixture, const char *event, uint64_t message,
		   struct record *ret_record)
{
	uint64_t size = node_fixture_size(fixture);
	size_t count = 0;

	for (uint64_t number = 1; number <= size; number++) {
		struct record record;

		assert_int_equal(
			ledger_record(fixture->turn.ledger, number, fixture->arena, &record, NULL),
			OK);
		if (strcmp(record.event, event) != 0 || (message != 0 && record.message != message))
			continue;
		*ret_record = record;
		count++;
	}
	return count;
}

size_t node_fixture_count(struct node_fixture *fixture, const char *event, uint64_t message)
{
	struct record record;

	return look(fixture, event, message, &record);
}

struct record node_fixture_record(struct node_fixture *fixture, const char *event, uint64_t message)
{
	struct record record;

	if (look(fixture, event, message, &record) == 0)
		fail_msg("no record %s of message %llu", event, (unsigned long long)message);
	return record;
}

const char *node_fixture_attribute(struct node_fixture *fixture, const char *event,
				   uint64_t message, const char *name)
{
	struct record record = node_fixture_record(fixture, event, message);
	const char *value = facts_get(&record.attributes, name);

	return value == NULL ? "" : value;
}

struct seen {
	uint64_t *numbers;
	size_t count;
	size_t max_count;
};

static bool see(void *context, struct bytes key, struct bytes value)
{
	struct seen *seen = context;

	(void)value;
	seen->numbers[seen->count++] = bytes_get_u64(key.at + key.len - 8);
	return seen->count < seen->max_count;
}

size_t node_fixture_queue(struct node_fixture *fixture, enum delivery_stage stage, const char *to,
			  uint64_t *ret_numbers, size_t max_count)
{
	struct turn_key from = delivery_queue(stage, to), until = turn_key_after(&from);
	struct seen seen = {.numbers = ret_numbers, .max_count = max_count};

	assert_int_equal(ledger_scan(fixture->turn.ledger, turn_key_bytes(&from),
				     turn_key_bytes(&until), false, see, &seen),
			 OK);
	return seen.count;
}

size_t node_fixture_queued(struct node_fixture *fixture, enum delivery_stage stage, const char *to)
{
	uint64_t numbers[QUEUE_ROOM];

	return node_fixture_queue(fixture, stage, to, numbers, QUEUE_ROOM);
}
