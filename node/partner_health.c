#include "node/partner_health.h"

#include <string.h>

#include "node/json_read.h"
#include "sampan/clock.h"

struct look {
	struct health *health;
	uint64_t now_ms;
	const json_t *witness;
	const char *country;
	struct arena *arena;
};

static const char *text_of(const struct look *look, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(look->witness, name));

	return text == NULL ? otherwise : text;
}

/* Times as clock_format() writes them stand in the order of their texts. */
static bool is_too_long(const struct look *look, const char *name)
{
	const char *since = text_of(look, name, "");
	char limit[CLOCK_TEXT_BYTES];

	if (since[0] == '\0' || look->now_ms < PARTNER_HEALTH_WARN_MS)
		return false;
	clock_format(look->now_ms - PARTNER_HEALTH_WARN_MS, limit);
	return strcmp(since, limit) < 0;
}

static enum err say_alarm(const struct look *look, const json_t *alarm)
{
	unsigned long long record = json_read_number(alarm, "record");

	return health_add(
		look->health, "witness", HEALTH_BAD,
		arena_format(
			look->arena,
			"the ledger of %s is not the one that it showed before (record %llu): ask "
			"them, then `sampan partner resume %s --reason ...`",
			look->country, record, look->country),
		arena_format(
			look->arena,
			"sổ cái của %s không khớp với những gì đã đưa ra trước đó (bản ghi %llu): "
			"hãy hỏi đối tác, rồi `sampan partner resume %s --reason ...`",
			look->country, record, look->country));
}

static enum err say_broken(const struct look *look)
{
	return health_add(
		look->health, "witness", HEALTH_WARN,
		arena_format(
			look->arena,
			"since an alarm we do not countersign this epoch of the ledger of %s: it "
			"ends when its operator opens a new one (`sampan node reopen` there)",
			look->country),
		arena_format(
			look->arena,
			"từ khi có báo động, nút này không ký xác nhận thời kỳ hiện tại của sổ cái "
			"%s nữa, cho đến khi người vận hành bên đó mở thời kỳ mới (`sampan node "
			"reopen` tại đó)",
			look->country));
}

static enum err say_uncovered(const struct look *look)
{
	const char *since = text_of(look, "uncoveredSince", "");
	const char *last = text_of(look, "countersignedOursAt", NULL);

	return health_add(
		look->health, "witness", HEALTH_WARN,
		arena_format(
			look->arena,
			"%s has not countersigned what was recorded here since %s (last: %s): is "
			"it reachable (`sampan partner ping %s`), and has it raised an alarm?",
			look->country, since, last == NULL ? "never" : last, look->country),
		arena_format(
			look->arena,
			"%s chưa ký xác nhận những gì ghi ở đây từ %s (lần gần nhất: %s): có kết nối "
			"được không (`sampan partner ping %s`), bên đó có báo động không?",
			look->country, since, last == NULL ? "chưa lần nào" : last, look->country));
}

static enum err judge_witness(const struct look *look)
{
	const json_t *alarm = json_object_get(look->witness, "alarm");

	if (json_is_object(alarm))
		return say_alarm(look, alarm);
	if (json_is_true(json_object_get(look->witness, "broken")))
		return say_broken(look);
	if (is_too_long(look, "uncoveredSince"))
		return say_uncovered(look);
	return health_add(
		look->health, "witness", HEALTH_GOOD,
		arena_format(look->arena, "the ledger of %s is the one it was", look->country),
		arena_format(look->arena, "sổ cái của %s không bị thay đổi", look->country));
}

/* No record here says so: the partner raised an alarm about us, or what it has does not fit. */
static enum err say_stopped(const struct look *look, const char *why)
{
	return health_add(
		look->health, "partner", HEALTH_BAD,
		arena_format(look->arena,
			     "nothing goes to or from %s: %s. Ask them; was an older copy put back "
			     "here, `sampan node reopen`; then, there and here, `sampan partner "
			     "resume CC --reason ...`",
			     look->country, why),
		arena_format(look->arena,
			     "không gửi và nhận được với %s: %s. Hãy hỏi đối tác; nếu nút này vừa "
			     "được phục hồi từ bản sao cũ: `sampan node reopen`; sau đó, ở cả hai "
			     "bên: `sampan partner resume CC --reason ...`",
			     look->country, why));
}

static enum err judge_contact(const struct look *look)
{
	const char *heard_en = text_of(look, "heardAt", "never");
	const char *heard_vi = text_of(look, "heardAt", "chưa lần nào");
	unsigned long long waits = json_read_number(look->witness, "waits");
	const char *since = text_of(look, "waitsSince", "");
	const char *stopped = text_of(look, "stopped", "");

	if (stopped[0] != '\0' && !json_is_object(json_object_get(look->witness, "alarm")))
		return say_stopped(look, stopped);
	if (!is_too_long(look, "waitsSince"))
		return health_add(
			look->health, "partner", HEALTH_GOOD,
			arena_format(look->arena, "%s was heard last: %s", look->country, heard_en),
			arena_format(look->arena, "nghe từ %s lần gần nhất: %s", look->country,
				     heard_vi));
	return health_add(
		look->health, "partner", HEALTH_WARN,
		arena_format(look->arena,
			     "%llu waiting for %s since %s; it was heard last: %s. `sampan partner "
			     "ping %s`, then look in the log for partner=%s",
			     waits, look->country, since, heard_en, look->country, look->country),
		arena_format(look->arena,
			     "%llu chứng từ chờ %s từ %s; nghe từ bên đó lần gần nhất: %s. `sampan "
			     "partner ping %s`, rồi xem nhật ký, dòng partner=%s",
			     waits, look->country, since, heard_vi, look->country, look->country));
}

enum err partner_health_judge(struct health *health, uint64_t now_ms, const json_t *witness,
			      struct arena *arena)
{
	const struct look look = {.health = health,
				  .now_ms = now_ms,
				  .witness = witness,
				  .country = json_read_text(witness, "country"),
				  .arena = arena};
	enum err err = judge_witness(&look);

	return err == OK ? judge_contact(&look) : err;
}
