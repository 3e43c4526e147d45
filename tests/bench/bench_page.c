/*
 * bench_page - what a worker takes to write a page: a customs officer's work list of 50 rows, and the page of
 * a document laid out as the paper, from the answer as JSON to HTML. There is no rival: nothing that could
 * be installed draws these pages. What the clerk takes for the same answers out of a million documents is
 * measured by bench_ledger; a page is both together.
 */
#include "node/file.h"
#include "node/page_work.h"
#include "node/role.h"
#include "sampan/process.h"
#include "tests/bench/measure.h"

#define VIEW_BYTES ((size_t)256 * 1024)
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define PAGE_BYTES ((size_t)16 * 1024 * 1024)
#define ROWS 50u
#define EVENTS 12u
#define TIMES 50u

static const char head[] =
	"{\"language\":\"vi\",\"status\":200,\"path\":\"/work\",\"self\":\"/work\",\"now\":\"2026-11-23T06:00:00.000Z\","
	"\"country\":\"VN\",\"query\":{},\"caller\":{\"user\":\"minh\",\"party\":\"hai-quan\",\"roles\":[\"customs-officer\"],"
	"\"may\":[\"list\"],\"forms\":[]},\"states\":[\"registered\",\"cleared\"],\"schemas\":[\"vn.import/1\"],\"css\":\"/c\","
	"\"js\":\"/j\",\"icon\":\"/i\",\"answer\":{\"id\":\"VN-1-77\",\"schema\":\"vn.import/1\",\"reference\":\"R\","
	"\"state\":\"registered\",\"lanes\":[{\"lane\":\"red\",\"count\":7}]";

static struct page_work_sets sets;

static void put_rows(struct buffer *to)
{
	buffer_put_text(to, ",\"messages\":[");
	for (unsigned i = 0; i < ROWS; i++)
		buffer_put_format(
			to,
			"%s{\"id\":\"VN-1-%u\",\"schema\":\"vn.import/1\",\"reference\":\"GBT-NK-2026-%u\","
			"\"number\":\"1060123%u\",\"state\":\"registered\",\"sender\":\"party:gom-bat-trang\","
			"\"senderName\":\"Công ty TNHH Gốm sứ Bát Tràng\",\"office\":\"03CC\",\"lane\":\"yellow\","
			"\"received\":\"2026-11-2%uT04:00:00.000Z\",\"due\":\"2026-11-25T16:59:59.999Z\",\"closed\":null}",
			i == 0 ? "" : ",", i, i, i, i % 3);
	buffer_put_text(to, "]}}");
}

static void put_timeline(struct buffer *to)
{
	buffer_put_text(to, ",\"timeline\":[");
	for (unsigned i = 0; i < EVENTS; i++)
		buffer_put_format(
			to,
			"%s{\"sequence\":%u,\"time\":\"2026-11-22T04:00:00.000Z\",\"event\":\"Routed\","
			"\"text\":\"chuyển luồng\",\"actor\":\"party:hai-quan\",\"actorName\":\"Hải quan\","
			"\"attributes\":{\"lane\":\"red\",\"by\":\"VN-1-%u\"}}",
			i == 0 ? "" : ",", i, i);
	buffer_put_text(to, "]}}");
}

/* The document with its first element of this name 50 times. */
static struct bytes repeat(struct bytes document, const char *name, struct arena *arena)
{
	const char *text = arena_format(arena, "%.*s", (int)document.len, document.at);
	const char *open = arena_format(arena, "<%s>", name);
	const char *close = arena_format(arena, "</%s>", name);
	const char *begin = strstr(text, open), *end = strstr(text, close);
	struct buffer made;
	struct bytes kept;

	if (begin == NULL || end == NULL)
		measure_fail("there is no %s", open);
	end += strlen(close);
	buffer_init(&made, VIEW_BYTES);
	buffer_put(&made, bytes_of(text, (size_t)(begin - text)));
	for (unsigned i = 0; i < ROWS; i++)
		buffer_put(&made, bytes_of(begin, (size_t)(end - begin)));
	buffer_put_text(&made, end);
	kept = bytes_of(arena_format(arena, "%.*s", (int)made.len, made.at), made.len);
	buffer_clear(&made);
	return kept;
}

static void draw(void *context)
{
	const struct buffer *question = context;
	struct arena *arena = arena_new(ARENA_BYTES);
	struct buffer page;

	buffer_init(&page, PAGE_BYTES);
	if (arena == NULL || page_work_serve(&sets, buffer_bytes(question), arena, &page) != OK ||
	    page.len == 0)
		measure_fail("a page was not drawn");
	buffer_clear(&page);
	arena_free(arena);
}

/* The median of a few rounds. */
static void tell(const struct measure_options *options, const char *name, struct page_work *work)
{
	struct measure runs[MEASURE_ROUNDS];
	struct buffer question;
	const struct measure_side side = {name, draw, &question, 1};
	unsigned times = options->is_once ? 1 : TIMES,
		 rounds = options->is_once ? 1 : options->rounds;

	buffer_init(&question, PAGE_BYTES);
	page_work_pack(&question, work);
	for (unsigned i = 0; i < rounds; i++)
		runs[i] = measure_run(&side, times);
	if (options->as_json)
		measure_print_json(json_pack("{s:s, s:f}", "page", name, "cpuMs",
					     measure_median_of(runs, rounds, true) / 1000));
	else
		printf("%-28s %8.2f ms of a core\n", name,
		       measure_median_of(runs, rounds, true) / 1000);
	buffer_clear(&question);
}

/* Of what a page is drawn. */
struct subject {
	const char *sheet, *name;
	const char *document; /* NULL: a list */
	const char *repeated; /* the element that it has 50 times; NULL: as it is */
};

static void tell_view(const struct measure_options *options, const struct subject *subject)
{
	const char *document = subject->document;
	struct page_work work = {.sheet = subject->sheet, .in_vietnamese = true};
	struct arena *arena = arena_new(ARENA_BYTES);
	struct buffer view;

	buffer_init(&view, VIEW_BYTES);
	buffer_put_text(&view, head);
	if (document == NULL)
		put_rows(&view);
	else
		put_timeline(&view);
	work.view = buffer_bytes(&view);
	if (arena == NULL || buffer_error(&view) != OK ||
	    (document != NULL && file_read(document, VIEW_BYTES, arena, &work.papers[0]) != OK))
		measure_fail("%s: it cannot be read", subject->name);
	if (subject->repeated != NULL)
		work.papers[0] = repeat(work.papers[0], subject->repeated, arena);
	tell(options, subject->name, &work);
	buffer_clear(&view);
	arena_free(arena);
}

static const struct subject subjects[] = {
	{"work", "work list, 50 rows", NULL, NULL},
	{"document", "declaration, 1 line",
	 "schemas/samples/vn/gom-bat-trang/07-import-stays-at-home.xml", NULL},
	{"document", "declaration, 50 lines",
	 "schemas/samples/vn/dai-ly-hai-phong/06-export-50-lines.xml", NULL},
	{"document", "certificate, 50 items", "schemas/samples/vn/bct-hanoi/21-co-third-party.xml",
	 "Item"},
};

int main(int argc, char **argv)
{
	struct measure_options options;
	struct arena *arena = arena_new(ARENA_BYTES);
	struct stylesheet_set *views;
	struct schema_set *schemas;
	struct findings findings;
	const char *message = "";

	measure_begin(argc, argv, &options);
	process_keep_memory(ROLE_KEPT_BYTES); /* as a worker does */
	findings_init(&findings, arena);
	if (stylesheet_load("schemas/views", &views, &message) != OK ||
	    schema_set_load("schemas", &findings, &schemas) != OK)
		measure_fail("schemas: %s", message);
	sets = (struct page_work_sets){.views = views, .schemas = schemas};
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		tell_view(&options, &subjects[i]);
	schema_set_free(schemas);
	stylesheet_free(views);
	arena_free(arena);
	return EX_OK;
}
