/*
 * Stylesheets: the shipped pages are whole, whatever a document says stays text, and a stylesheet
 * reads and writes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glob.h>

#include "node/life.h"
#include "node/page_table.h"
#include "node/page_view.h"
#include "node/page_work.h"
#include "sampan/stylesheet.h"
#include "tests/support/markup.h"
#include "tests/support/page.h"
#include <cmocka.h>
#include <jansson.h>

#define VIEWS "schemas/views"
#define PAGE_BYTES ((size_t)16 * 1024 * 1024)
#define PATH_BYTES 256u
static struct stylesheet_set *set;

static int load(void **state)
{
	const char *message = "";

	(void)state;
	if (stylesheet_load(VIEWS, &set, &message) != OK)
		fail_msg("%s", message);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	stylesheet_free(set);
	return 0;
}

/* ---- The shipped set ---- */

static void every_page_has_its_stylesheet(void **state)
{
	(void)state;
	for (const struct page_route *row = page_table; row->route.method != NULL; row++) {
		print_message("%s %s\n", row->route.method, row->route.path);
		assert_true(row->sheet[0] == '\0' || stylesheet_is_known(set, row->sheet));
		assert_true(row->refused[0] == '\0' || stylesheet_is_known(set, row->refused));
	}
	assert_true(stylesheet_is_known(set, "problem"));
	assert_false(stylesheet_is_known(set, "frame"));
}

static void look_for_words(const char *path)
{
	char *text = page_read(path), key[PATH_BYTES];

	for (const char *at = text; (at = strstr(at, "w:word('")) != NULL;) {
		size_t len;

		at += strlen("w:word('");
		len = strcspn(at, "'");
		assert_true(len < sizeof(key));
		memcpy(key, at, len);
		key[len] = '\0';
		if (!stylesheet_has_word(set, key))
			fail_msg("%s: there is no word %s", path, key);
	}
	free(text);
}

static void every_word_that_a_page_names_is_there(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob(VIEWS "/*.xsl", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 5);
	for (size_t i = 0; i < files.gl_pathc; i++)
		look_for_words(files.gl_pathv[i]);
	globfree(&files);
}

/* ---- Rendering ---- */

static char *render(const char *sheet, const json_t *view)
{
	struct stylesheet_tree *tree = stylesheet_tree_new("page");
	const struct stylesheet_page page = {sheet, true};
	struct buffer made;
	char *text;

	assert_non_null(tree);
	page_view_put(view, tree);
	buffer_init(&made, PAGE_BYTES);
	assert_int_equal(stylesheet_render(set, &page, tree, &made), OK);
	text = strndup((const char *)made.at, made.len);
	buffer_clear(&made);
	stylesheet_tree_free(tree);
	return text;
}

static json_t *filled(const char *shape, const char *value)
{
	json_t *text = json_string(value);
	char *quoted = json_dumps(text, JSON_ENCODE_ANY),
	     *made = calloc(1, strlen(shape) * 320 + 1), *to = made;
	json_t *view;

	for (const char *at = shape; *at != '\0'; at++)
		if (*at == '@')
			to = stpncpy(to, quoted + 1, strlen(quoted) - 2);
		else
			*to++ = *at;
	view = json_loads(made, 0, NULL);
	assert_non_null(view);
	free(made);
	free(quoted);
	json_decref(text);
	return view;
}

/* One of everything that the shipped pages show, each value the same text. */
static json_t *view_of(const char *value)
{
	/* of the answer, and of each message in a list: a text of C has 4095 bytes at most */
	static const char more[] =
		"{\"office\":\"@\",\"offices\":[{\"office\":\"@\"},{\"office\":\"@\"}],\"notes\":[{\"number\":1,\"time\":\"@\",\"actor\":\"user:@\",\"actorName\":\"@\",\"text\":\"@\"}],"
		"\"open\":[{\"id\":\"@\",\"schema\":\"@\",\"number\":\"@\",\"reference\":\"@\",\"by\":\"user:@\",\"byName\":\"@\",\"state\":\"@\",\"lane\":\"@\",\"sender\":\"@\",\"overdue\":true}],\"whole\":false,"
		"\"toDecide\":3,\"toDecideWhole\":false,\"verification\":{\"stage\":\"@\",\"asked\":\"@\",\"due\":\"@\",\"limit\":\"@\","
		"\"answered\":\"@\",\"result\":\"@\",\"proposal\":\"@\",\"basis\":\"@\",\"text\":\"@\"},\"audit\":[{\"number\":1,\"time\":\"@\",\"event\":\"@\",\"actor\":\"user:@\",\"actorName\":\"@\","
		"\"names\":{\"user\":\"@\"},\"read\":{\"schema\":\"@\",\"reference\":\"@\",\"number\":\"@\",\"office\":\"@\"},"
		"\"attributes\":{\"message\":\"@\",\"reason\":\"@\",\"user\":\"@\",\"action\":\"@\"}}]}";
	static const char shape[] =
		"{\"language\":\"vi\",\"status\":200,\"path\":\"@\",\"self\":\"/@\",\"back\":\"@\",\"now\":\"@\",\"name\":\"@\",\"css\":\"/c\",\"js\":\"/j\",\"icon\":\"/i\",\"query\":{\"reference\":\"@\",\"number\":\"@\","
		"\"after\":\"@\"},\"caller\":{\"user\":\"@\",\"fullName\":\"@\",\"party\":\"@\",\"partyName\":\"@\",\"may\":[\"lodge\",\"@\"],\"forms\":[{\"name\":\"@\",\"about\":\"@ x \",\"in\":\"@\"}],\"csrf\":\"@\"},"
		"\"list\":\"/@\",\"id\":\"@\",\"reason\":\"@\",\"document\":{\"group\":{\"field\":{\"value\":\"@\",\"attribute\":\"@\"}}},"
		"\"states\":[\"@\"],\"procedures\":[\"@\"],\"filled\":[{\"name\":\"agent\",\"value\":\"@\"}],\"schemas\":[\"@\"],\"answer\":{\"id\":\"@\",\"conversation\":\"@\",\"schema\":\"@\","
		"\"reference\":\"@\",\"state\":\"@\",\"sender\":\"@\",\"number\":\"@\",\"received\":\"@\",\"due\":\"@\",\"closed\":\"@\",\"sha256\":\"@\",\"title\":\"@\",\"detail\":\"@\",\"vi\":\"@\",\"detailVi\":\"@\",\"next\":\"@\","
		"\"needsReason\":false,\"reason\":\"@\",\"tooLong\":\"@\",\"report\":{\"fields\":[{\"source\":\"@\",\"target\":\"@\",\"value\":\"@\"}],\"changed\":[{\"source\":\"@\",\"target\":\"@\",\"from\":\"@\",\"to\":\"@\",\"reason\":\"@\"}],"
		"\"dropped\":[{\"source\":\"@\",\"value\":\"@\",\"reason\":\"@\"}],\"supplied\":[{\"target\":\"@\",\"value\":\"@\",\"origin\":\"@\",\"ref\":\"@\"}]},\"ready\":false,\"checks\":[{\"name\":\"@\",\"state\":\"@\",\"en\":\"@\",\"vi\":\"@\"}],"
		"\"room\":{\"records\":1,\"signed\":\"@\",\"storeBytes\":1,\"mapBytes\":2,\"diskFreeBytes\":1,\"diskBytes\":2},\"certificates\":[{\"of\":\"@\",\"name\":\"@\",\"until\":\"@\"}],"
		"\"queues\":[{\"stage\":\"@\",\"partner\":\"@\",\"count\":1,\"since\":\"@\"}],\"waiting\":\"@\",\"held\":\"@\",\"partners\":[{\"country\":\"@\",\"name\":\"@\",\"endpoint\":\"@\",\"sent\":\"@\",\"acknowledged\":1,"
		"\"received\":2,\"witness\":{\"waits\":\"@\",\"waitsSince\":\"@\",\"heardAt\":\"@\",\"nextTryAt\":\"@\",\"alarm\":{\"record\":\"@\",\"at\":\"@\",\"what\":\"@\"}}}],"
		"\"chosen\":[{\"id\":\"@\",\"seen\":\"@\",\"status\":200,\"message\":{\"number\":\"@\",\"reference\":\"@\",\"lane\":\"@\",\"state\":\"@\",\"sender\":\"@\",\"senderName\":\"@\"}}],\"items\":[{\"id\":\"@\",\"status\":202,\"answer\":{\"id\":\"@\"},\"before\":{\"number\":\"@\",\"reference\":\"@\",\"office\":\"@\",\"lane\":\"@\"},\"again\":false},"
		"{\"id\":\"@\",\"status\":422,\"answer\":{\"findings\":[{\"vi\":\"@\"}]}},{\"id\":\"@\",\"status\":412,\"answer\":{\"vi\":\"@\"}}],\"mandates\":[{\"number\":\"@\",\"principal\":\"@\",\"agent\":\"@\",\"kinds\":\"@ @\",\"from\":\"@\","
		"\"until\":\"@\",\"state\":\"@\",\"givenBy\":\"user:@\",\"confirmedBy\":\"@\",\"revokedBy\":\"@\",\"given\":\"@\"}],"
		"\"lane\":\"@\",\"laneWhy\":\"@\",\"lanes\":[{\"lane\":\"@\",\"count\":2}],\"lanesWhole\":false,\"clock\":{\"pausedSince\":\"2026-11-22T22:17:03.000Z\",\"leftMinutes\":90},"
		"\"uses\":[{\"item\":\"@\",\"hs\":\"@\",\"unit\":\"@\",\"declared\":\"@\",\"used\":\"@\",\"left\":\"@\"}],\"usedBy\":[{\"item\":\"@\",\"unit\":\"@\",\"quantity\":\"@\",\"declaration\":\"@\",\"office\":\"@\","
		"\"date\":\"@\",\"declarationMessage\":\"@\",\"reversed\":true}],\"pairs\":[{\"proof\":\"@\",\"country\":\"@\",\"number\":\"@\",\"issued\":\"@\",\"message\":\"@\","
		"\"schema\":\"@\",\"reference\":\"@\",\"state\":\"@\",\"comparison\":[{\"field\":\"@\",\"line\":\"@\",\"item\":\"@\",\"declaration\":\"@\",\"certificate\":\"@\",\"verdict\":\"@\",\"text\":\"@\",\"basis\":\"@\"}]}],"
		"\"about\":{\"exporter\":\"@\",\"@\":\"@\"},\"links\":{\"document\":\"@\",\"translation\":\"@\",\"report\":\"@\",\"receipt\":\"@\"},\"findings\":[{\"severity\":\"@\",\"code\":\"@\",\"path\":\"@\","
		"\"line\":3,\"value\":\"@\",\"vi\":\"@\",\"en\":\"@\",\"excerpt\":\"@\"}],\"messages\":[{\"id\":\"@\",\"schema\":\"@\",\"reference\":\"@\",\"state\":\"@\",\"sender\":\"party:@\",\"number\":\"@\","
		"\"lane\":\"@\",\"said\":{\"event\":\"@\",\"reasons\":[{\"code\":\"@\",\"text\":\"@\"}],\"papers\":[],\"remarks\":\"@\"},\"received\":\"@\",\"due\":\"@\",\"owed\":2,\"delivered\":1,\"waiting\":[{\"to\":\"@\",\"stage\":\"held\","
		"\"why\":\"@\",\"findings\":[{\"vi\":\"@\"}]}]}],\"timeline\":[{\"sequence\":1,\"time\":\"@\",\"event\":\"@\",\"text\":\"@\",\"actor\":\"partner:@\",\"attributes\":{\"number\":\"@\",\"by\":\"-@\",\"lane\":\"@\",\"reason\":\"@\",\"to\":\"@\","
		"\"name\":\"@\",\"signature.verdict\":\"@\",\"signature.subject\":\"@\"},\"said\":{\"reasons\":[{\"code\":\"@\",\"text\":\"@\"}],\"papers\":[{\"code\":\"@\",\"text\":\"@\",\"due\":\"@\"}],\"remarks\":\"@\"},\"findings\":[{\"severity\":\"@\","
		"\"path\":\"@\",\"vi\":\"@\"}]}],\"deliveries\":[{\"delivery\":\"@\",\"message\":\"@\",\"to\":\"@\",\"as\":\"@\",\"stage\":\"@\",\"why\":\"@\",\"since\":\"@\",\"findings\":[{\"vi\":\"@\"}]}],\"attachments\":[{\"sha256\":\"@\",\"bytes\":1,\"type\":\"@\","
		"\"mediaType\":\"@\",\"name\":\"@\"}]}}";
	json_t *view = filled(shape, value), *rest = filled(more, value);
	json_t *answer = json_object_get(view, "answer");

	(void)json_object_update(answer, rest);
	(void)json_object_update(json_array_get(json_object_get(answer, "messages"), 0), rest);
	json_decref(rest);
	(void)json_object_set_new(view, "found", json_pack("{s:s}", "code", value));
	return view;
}

static const char *const sheets[] = {
	"sign-in",     "problem",      "documents", "document", "lodge",    "work",     "content",
	"certificate", "applications", "audit",     "reason",   "drafts",   "exchange", "sides",
	"mandates",    "chosen",       "re-routed", "codes",    "hand-over"};

static void nothing_that_a_document_says_becomes_markup(void **state)
{
	static const unsigned statuses[] = {200, 401, 403, 422};

	(void)state;
	for (size_t i = 0; i < sizeof(sheets) / sizeof(sheets[0]); i++)
		for (size_t j = 0; j < sizeof(statuses) / sizeof(statuses[0]); j++) {
			json_t *view = view_of(MARKUP_HOSTILE);
			char *page;

			(void)json_object_set_new(view, "status", json_integer(statuses[j]));
			page = render(sheets[i], view);
			print_message("%s %u\n", sheets[i], statuses[j]);
			assert_non_null(strstr(page, "evil()")); /* it is shown */
			markup_check(page);
			free(page);
			json_decref(view);
		}
}

static void hidden_characters_are_shown_as_such(void **state)
{
	static const struct {
		const char *said, *shown;
	} cases[] = {
		{"a\x01\x1b[2Jb\x7f", "a\xef\xbf\xbd\xef\xbf\xbd[2Jb\xef\xbf\xbd"},
		/* "1000" that reads "0001", and the word that is not the other one */
		{"SL \xe2\x80\xae"
		 "0001\xe2\x80\xac",
		 "SL \xef\xbf\xbd"
		 "0001\xef\xbf\xbd"},
		{"\xe2\x81\xa6x\xe2\x81\xa9", "\xef\xbf\xbdx\xef\xbf\xbd"},
		{"VN\xe2\x80\x8b-1\xe2\x80\x8d\xe2\x80\x8c",
		 "VN\xef\xbf\xbd-1\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xef\xbb\xbf"
		 "a\xc2\xad"
		 "b\xd8\x9c\xf3\xa0\x81\xa1",
		 "\xef\xbf\xbd"
		 "a\xef\xbf\xbd"
		 "b\xef\xbf\xbd\xef\xbf\xbd"},
		{"Gốm sứ Bát Tràng, ẩm ướt Go\xcc\x82\xcc\x81m",
		 "Gốm sứ Bát Tràng, ẩm ướt Go\xcc\x82\xcc\x81m"},
		{"เซรามิก น้ำ ผู้ส่งออก", "เซรามิก น้ำ ผู้ส่งออก"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *view = view_of(cases[i].said);
		char *page = render("documents", view);

		if (strstr(page, cases[i].shown) == NULL)
			fail_msg("case %zu: %s", i, page);
		assert_null(strpbrk(page, "\x01\x1b\x7f"));
		assert_null(strstr(page, "\xe2\x80\xae"));
		free(page);
		json_decref(view);
	}
}

/* In a sentence of ours: U+2068 before it, U+2069 behind it. */
static void what_is_read_from_right_to_left_reorders_nothing_beside_it(void **state)
{
	static const char hebrew[] = "\xd7\xa9\xd7\x9c";
	json_t *view = view_of(hebrew);
	char *page = render("document", view);

	(void)state;
	assert_non_null(strstr(page, "\xe2\x81\xa8\xd7\xa9\xd7\x9c\xe2\x81\xa9"));
	free(page);
	json_decref(view);
	view = view_of("ไทย Việt");
	page = render("document", view);
	assert_null(strstr(page, "\xe2\x81\xa8"));
	free(page);
	json_decref(view);
}

static void a_moment_is_local_and_says_utc(void **state)
{
	static const char *const cases[][2] = {
		{"2026-11-22T22:17:03.000Z",
		 "<time datetime=\"2026-11-22T22:17:03.000Z\" title=\"2026-11-22 22:17:03 UTC\">23/11/2026\xc2\xa0"
		 "05:17</time>"},
		{"2028-02-28T17:00:00.000Z",
		 "<time datetime=\"2028-02-28T17:00:00.000Z\" title=\"2028-02-28 17:00:00 UTC\">29/02/2028\xc2\xa0"
		 "00:00</time>"},
		{"1970-01-01T00:00:00.000Z",
		 "<time datetime=\"1970-01-01T00:00:00.000Z\" title=\"1970-01-01 00:00:00 UTC\">01/01/1970\xc2\xa0"
		 "07:00</time>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *view = view_of(cases[i][0]);
		char *page = render("document", view), *at = page;

		/* the serialiser writes the blank that does not break as it likes */
		while ((at = strstr(at, "&nbsp;")) != NULL) {
			memcpy(at, "\xc2\xa0", 2);
			memmove(at + 2, at + 6, strlen(at + 6) + 1);
		}
		if (strstr(page, cases[i][1]) == NULL)
			fail_msg("%s: %s", cases[i][0], page);
		free(page);
		json_decref(view);
	}
}

/* A view of a trader with a supplement to give, and what the office said. */
#define SAID(schema, state, event, said) \
	"{\"language\":\"vi\"" \
	",\"status\":200,\"caller\":{\"user\":\"lan\",\"roles\":[\"trader\"]," \
	"\"forms\":[{\"name\":\"supplement\",\"about\":\"vn.import\",\"in\":\"papers-asked\"}]},\"answer\":{" \
	"\"id\":\"VN-1-7\",\"schema\":\"" schema "/1\",\"state\":\"" state \
	"\",\"messages\":[{\"id\":\"VN-1-7\"," \
	"\"schema\":\"" schema "/1\",\"state\":\"" state "\",\"said\":" said "}],\"timeline\":[{" \
	"\"sequence\":9,\"event\":\"" event \
	"\",\"attributes\":{\"reason\":\"NOT-ORIGINATING\"},\"said\":" said "}]}}"
#define PAPERS \
	"{\"reasons\":[],\"papers\":[{\"code\":\"380\",\"text\":\"bản gốc\",\"due\":\"2026-11-27\"}],\"remarks\":\"gấp\"}"
#define REASONS \
	"{\"reasons\":[{\"code\":\"NOT-ORIGINATING\",\"text\":\"RVC 38%\"},{\"code\":\"X-77\",\"text\":\"\"}],\"papers\":[],\"remarks\":\"\"}"

static void what_an_office_asks_and_why_it_refuses_is_said_in_words(void **state)
{
	static const struct {
		const char *sheet, *view, *says[5];
	} cases[] = {
		{"document",
		 SAID("vn.import", "papers-asked", "PapersAsked", PAPERS),
		 {"Cơ quan yêu cầu bổ sung", "</b>: bản gốc", "27/11/2026", "gấp",
		  "href=\"/documents/VN-1-7/do/supplement\""}},
		{"documents",
		 SAID("vn.import", "papers-asked", "PapersAsked", PAPERS),
		 {"</b>: bản gốc</small>"}},
		{"document",
		 SAID("vn.co-application", "rejected", "Rejected", REASONS),
		 {"Vì sao bị từ chối", "<b>Hàng hóa không đạt tiêu chí xuất xứ</b>: RVC 38%",
		  "<b>X-77</b>", "href=\"/lodge\""}},
		{"documents",
		 SAID("vn.co-application", "rejected", "Rejected", REASONS),
		 {"<b>Hàng hóa không đạt tiêu chí xuất xứ</b>: RVC 38% (và 1 mục nữa)"}},
		{"applications",
		 SAID("vn.co-application", "rejected", "Rejected", REASONS),
		 {"</b>: RVC 38% (và 1 mục nữa)"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *view = json_loads(cases[i].view, 0, NULL);
		char *page = render(cases[i].sheet, view);

		for (const char *const *says = cases[i].says;
		     says < cases[i].says + 5 && *says != NULL; says++)
			if (strstr(page, *says) == NULL)
				fail_msg("%zu: no %s in %s", i, *says, page);
		assert_null(strstr(page, "NOT-ORIGINATING"));
		free(page);
		json_decref(view);
	}
}

static char *page_of(const char *sheet, const char *json)
{
	json_t *view = json_loads(json, 0, NULL);
	char *page = render(sheet, view);

	json_decref(view);
	return page;
}

static void one_thing_is_not_said_as_many(void **state)
{
	char *page = page_of("documents", "{\"language\":\"en\",\"answer\":{\"messages\":[{}]}}");

	(void)state;
	assert_non_null(strstr(page, "1 chứng từ trên trang này</p>"));
	free(page);
	page = page_of("documents", "{\"answer\":{\"messages\":[{},{}]}}");
	assert_non_null(strstr(page, "2 chứng từ trên trang này, mới nhất trước</p>"));
	free(page);
}

/* Not "owed to nobody" beside "waits for the exporter's yes"; and each leads on to the other. */
static void a_page_says_what_holds_and_where_it_goes_on(void **state)
{
	static const struct {
		const char *view, *says, *says_not;
	} cases[] = {
		{"{\"answer\":{\"schema\":\"vn.co/1\",\"state\":\"issued\",\"waitsFor\":\"exporter\"}}",
		 "Chưa gửi cho ai", "không phải gửi cho ai"},
		{"{\"answer\":{\"schema\":\"vn.co/1\",\"state\":\"cancelled\"}}",
		 "không phải gửi cho ai", "Chưa gửi cho ai"},
		{"{\"document\":{\"g\":{}},\"answer\":{\"schema\":\"vn.co-application/1\",\"state\":\"issued\","
		 "\"timeline\":[{\"event\":\"Issued\",\"attributes\":{\"by\":\"VN-1-9\",\"certificate\":\"VN-TH 26/01/00007\"}}]}}",
		 "<a href=\"/documents/VN-1-9\">VN-TH 26/01/00007</a>", "role=\"alert\""},
		{"{\"document\":{\"g\":{}},\"qr\":\"M0\",\"answer\":{\"schema\":\"vn.co/1\","
		 "\"check\":\"https://a:1/certificate?number=N&code=C\"}}",
		 "<a href=\"/certificate?number=N&amp;code=C\">", "https://a:1"},
		{"{\"document\":{\"g\":{}},\"answer\":{\"schema\":\"vn.co-application/1\",\"state\":\"with-authority\",\"about\":{},"
		 "\"issuing\":{\"alike\":{\"id\":\"VN-1-3\",\"number\":\"VN-TH 26/01/00003\",\"state\":\"issued\",\"comparison\":[{\"field\":"
		 "\"quantity\",\"line\":\"1\",\"item\":\"2\",\"declaration\":\"30 PCE\",\"certificate\":\"25 PCE\",\"verdict\":\"differs\"}]}}}}",
		 "<a href=\"/documents/VN-1-3\">VN-TH 26/01/00003</a>", "không tìm thấy tờ khai"},
		{"{\"document\":{\"g\":{}},\"answer\":{\"schema\":\"vn.co-application/1\",\"state\":\"with-authority\",\"about\":{},\"issuing\":{}}}",
		 "Đơn không nêu số tờ khai xuất khẩu", "role=\"alert\""},
		{"{\"list\":\"/work?lane=red\",\"answer\":{}}", "<a href=\"/work?lane=red\">Danh",
		 "<a href=\"/documents\">Danh"},
		{"{\"country\":\"TH\",\"answer\":{}}", "Giờ Thái Lan (UTC+7)", "Giờ Việt Nam"},
		{"{\"answer\":{\"timeline\":[{\"event\":\"AttachmentAccepted\",\"actor\":\"user\"}]}}",
		 "người dùng", "cán bộ"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *page = page_of("document", cases[i].view);

		if (strstr(page, cases[i].says) == NULL || strstr(page, cases[i].says_not) != NULL)
			fail_msg("%zu: %s", i, page);
		free(page);
	}
}

/* What a program calls it, no page shows: each has its word in both languages. */
static void every_state_stage_and_answer_has_a_word(void **state)
{
	static const char *const others[] = {"state.refused",      "answer.yes",    "answer.no",
					     "lane.green",         "lane.yellow",   "lane.red",
					     "lane.blue",          "verdict.valid", "verdict.none",
					     "verdict.unverified", "actor.user",    "actor.node",
					     "actor.desk",         "actor.operator"};
	char key[PATH_BYTES];
	const char *name;

	(void)state;
	for (unsigned i = 0; (name = life_state(i)) != NULL; i++) {
		(void)snprintf(key, sizeof(key), "state.%s", name);
		if (!stylesheet_has_word(set, key))
			fail_msg("there is no word %s", key);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!stylesheet_has_word(set, others[i]))
			fail_msg("there is no word %s", others[i]);
}

static void codes_are_shown_in_words(void **state)
{
	static const struct {
		const char *view, *says, *says_not;
	} cases[] = {
		{"{\"answer\":{\"findings\":[],\"timeline\":[{\"findings\":[{\"code\":\"not-in-this-state\",\"severity\":\"error\",\"value\":\"papers-asked\"}]}]}}",
		 "Chờ bổ sung chứng từ", "papers-asked"},
		{"{\"answer\":{\"timeline\":[{\"event\":\"ProcedureClosed\",\"attributes\":{\"onTime\":\"yes\"}}]}}",
		 "<b>có</b>", ">yes<"},
		{"{\"answer\":{\"timeline\":[{\"event\":\"Rejected\",\"attributes\":{\"reason\":\"WRONG-DATA\"}}]}}",
		 "Khai sai thông tin", "WRONG-DATA"},
		{"{\"answer\":{\"timeline\":[{\"actor\":\"user:minh\",\"actorName\":\"Phạm Quang Minh\"}]}}",
		 "Phạm Quang Minh (minh)", "người dùng"},
		{"{\"answer\":{\"timeline\":[{\"event\":\"Followed\",\"attributes\":{\"ignoredIn\":\"not-accepted\"}}]}}",
		 "không làm thay đổi gì; trạng thái khi đó: <b>Không được chấp nhận</b>",
		 ">not-accepted<"},
		{"{\"answer\":{\"deliveries\":[{\"to\":\"party:hai-quan\",\"toName\":\"Hải quan Việt Nam\",\"stage\":\"done\"}]}}",
		 "<b>Hải quan Việt Nam</b>", "hai-quan"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *page = page_of("document", cases[i].view);

		if (strstr(page, cases[i].says) == NULL || strstr(page, cases[i].says_not) != NULL)
			fail_msg("%zu: %s", i, page);
		free(page);
	}
}

#define ASKED(stage) \
	"\"verification\":{\"stage\":\"" stage "\",\"due\":\"2026-11-22T16:59:59.999Z\"," \
	"\"asked\":\"2026-11-20T02:00:00.000Z\"}"

#define LISTED(stage) "\"messages\":[{\"id\":\"VN-1-2\"," ASKED(stage) "}]"

/* In words and with a shape, on the page of the certificate and in lists. */
static void an_answer_that_is_overdue_is_seen(void **state)
{
	static const struct {
		const char *sheet, *answer, *says;
	} cases[] = {
		{"document", ASKED("overdue"), "class=\"notice bad inquiry\""},
		{"document", ASKED("overdue"),
		 "Trả lời xác minh quá hạn:</b> <span class=\"left\"><span class=\"state bad\">"},
		{"work", LISTED("overdue"), "<span class=\"state bad\">"},
		{"documents", LISTED("run-out"), "<span class=\"state bad\">"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char view[512], *page;

		(void)snprintf(view, sizeof(view),
			       "{\"now\":\"2026-11-23T02:00:00.000Z\",\"document\":{\"g\":{}},"
			       "\"query\":{},\"answer\":{%s}}",
			       cases[i].answer);
		page = page_of(cases[i].sheet, view);
		if (strstr(page, cases[i].says) == NULL)
			fail_msg("%zu: %s", i, page);
		free(page);
	}
}

static void a_work_list_says_which_office(void **state)
{
	char *page = page_of("work", "{\"query\":{},\"answer\":{\"messages\":[{\"id\":\"VN-1-2\","
				     "\"schema\":\"vn.import/1\",\"office\":\"03CC\"}]}}");

	(void)state;
	assert_non_null(strstr(page, ">03CC</td>"));
	assert_non_null(strstr(page, "href=\"/work?state=to-decide\""));
	free(page);
}

static void a_finding_shows_its_line_of_the_document(void **state)
{
	static const char view[] =
		"{\"language\":\"en\",\"status\":422,\"answer\":{\"findings\":["
		"{\"severity\":\"error\",\"line\":3,\"path\":\"/a\",\"en\":\"wrong\"},"
		"{\"severity\":\"error\",\"line\":99,\"path\":\"/b\",\"en\":\"beyond\"},"
		"{\"severity\":\"error\",\"line\":1,\"path\":\"/c\",\"en\":\"first\"}]}}";
	static const char document[] = "<one/>\n<two>\r\n\t <three a='1'/>  \r\n</two>";
	const struct page_work work = {
		.sheet = "lodge",
		.view = {(const uint8_t *)view, sizeof(view) - 1},
		.document = {(const uint8_t *)document, sizeof(document) - 1}};
	struct arena *arena = arena_new((size_t)1024 * 1024);
	struct buffer question, page;

	(void)state;
	buffer_init(&question, PAGE_BYTES);
	buffer_init(&page, PAGE_BYTES);
	page_work_pack(&question, &work);
	assert_int_equal(page_work_serve(&(struct page_work_sets){.views = set},
					 buffer_bytes(&question), arena, &page),
			 OK);
	buffer_put_byte(&page, '\0');
	assert_non_null(strstr((const char *)page.at, "<code>&lt;three a='1'/&gt;</code>"));
	assert_non_null(strstr((const char *)page.at, "<code>&lt;one/&gt;</code>"));
	assert_null(strstr((const char *)page.at, "&lt;two"));
	buffer_clear(&page);
	buffer_clear(&question);
	arena_free(arena);
}

/* ---- What a stylesheet may not ---- */

#define HEAD \
	"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' " \
	"xmlns:exsl='http://exslt.org/common'>"
#define PAGE(body) \
	HEAD "<xsl:template match='/page'><p>" body "</p></xsl:template></xsl:stylesheet>"
#define WORDS "<words><word id='a'><vi>a</vi><en>a</en></word></words>"

static char folder[] = "/tmp/sampan-test-views-XXXXXX";

static void put_file(const char *name, const char *text)
{
	char path[PATH_BYTES];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static enum err load_page(const char *text, const char *words, struct stylesheet_set **ret_set)
{
	const char *message = "";
	enum err err;

	put_file("frame.xsl", HEAD "</xsl:stylesheet>");
	put_file("a.xsl", text);
	put_file("words.xml", words);
	err = stylesheet_load(folder, ret_set, &message);
	if (err != OK)
		print_message("%s\n", message);
	assert_true(err == OK || message[0] != '\0');
	return err;
}

static void a_set_that_could_do_harm_is_not_loaded(void **state)
{
	static const struct {
		const char *page, *words;
	} cases[] = {
		{PAGE("<xsl:value-of select='.' disable-output-escaping='yes'/>"), WORDS},
		{PAGE("<xsl:text disable-output-escaping='yes'>&lt;</xsl:text>"), WORDS},
		{PAGE("<exsl:document href='/tmp/x'>x</exsl:document>"), WORDS},
		{PAGE("<xsl:processing-instruction name='x'/>"), WORDS},
		{HEAD "<xsl:import href='/etc/passwd'/></xsl:stylesheet>", WORDS},
		{HEAD "<xsl:include href='a.xsl'/></xsl:stylesheet>", WORDS},
		{PAGE("<xsl:value-of select='('/>"), WORDS},
		{"<a", WORDS},
		{PAGE(""), "<words><word id='a'><vi>a</vi></word></words>"},
		{PAGE(""), "<words><word id='a'><vi>a</vi><en></en></word></words>"},
		{PAGE(""), "<words><word><vi>a</vi><en>a</en></word></words>"},
		{PAGE(""), "<words><word id='a'><vi>a</vi><en>a</en></word><word id='a'><vi>a</vi>"
			   "<en>a</en></word></words>"},
		{PAGE(""), "<words"},
	};

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stylesheet_set *loaded = NULL;

		print_message("%s\n", cases[i].page);
		assert_int_not_equal(load_page(cases[i].page, cases[i].words, &loaded), OK);
	}
}

static void a_stylesheet_reads_no_file(void **state)
{
	static const char *const bodies[] = {
		PAGE("<xsl:value-of select=\"document('/etc/passwd')\"/>"),
		PAGE("<xsl:value-of select=\"document('words.xml')\"/>"),
		PAGE("<xsl:value-of select=\"unparsed-text('/etc/passwd')\"/>"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct stylesheet_set *loaded = NULL;
		struct stylesheet_tree *tree = stylesheet_tree_new("page");
		const struct stylesheet_page page = {"a", false};
		struct buffer made;
		enum err err;

		assert_int_equal(load_page(bodies[i], WORDS, &loaded), OK);
		buffer_init(&made, PAGE_BYTES);
		err = stylesheet_render(loaded, &page, tree, &made);
		buffer_put_byte(&made, '\0');
		assert_true(err == ERR_CORRUPT || strcmp((const char *)made.at, "<p></p>\n") == 0);
		buffer_clear(&made);
		stylesheet_tree_free(tree);
		stylesheet_free(loaded);
	}
}

static void what_has_no_stylesheet_is_not_drawn(void **state)
{
	struct stylesheet_tree *tree = stylesheet_tree_new("page");
	const struct stylesheet_page page = {"../documents", false};
	struct buffer made;

	(void)state;
	buffer_init(&made, PAGE_BYTES);
	assert_int_equal(stylesheet_render(set, &page, tree, &made), ERR_MISSING);
	for (unsigned i = 0; i < 100; i++)
		stylesheet_tree_open(tree, "a");
	assert_int_equal(
		stylesheet_render(set, &(struct stylesheet_page){"problem", false}, tree, &made),
		ERR_LIMIT);
	buffer_clear(&made);
	stylesheet_tree_free(tree);
}

static int remove_folder(void **state)
{
	char command[PATH_BYTES];

	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
	return unload(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_has_its_stylesheet),
		cmocka_unit_test(every_word_that_a_page_names_is_there),
		cmocka_unit_test(nothing_that_a_document_says_becomes_markup),
		cmocka_unit_test(hidden_characters_are_shown_as_such),
		cmocka_unit_test(what_is_read_from_right_to_left_reorders_nothing_beside_it),
		cmocka_unit_test(a_moment_is_local_and_says_utc),
		cmocka_unit_test(what_an_office_asks_and_why_it_refuses_is_said_in_words),
		cmocka_unit_test(one_thing_is_not_said_as_many),
		cmocka_unit_test(a_page_says_what_holds_and_where_it_goes_on),
		cmocka_unit_test(every_state_stage_and_answer_has_a_word),
		cmocka_unit_test(codes_are_shown_in_words),
		cmocka_unit_test(an_answer_that_is_overdue_is_seen),
		cmocka_unit_test(a_work_list_says_which_office),
		cmocka_unit_test(a_finding_shows_its_line_of_the_document),
		cmocka_unit_test(what_has_no_stylesheet_is_not_drawn),
		cmocka_unit_test(a_set_that_could_do_harm_is_not_loaded),
		cmocka_unit_test(a_stylesheet_reads_no_file),
	};

	return cmocka_run_group_tests(tests, load, remove_folder);
}
