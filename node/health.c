#include "node/health.h"

#include <assert.h>
#include <inttypes.h>

#include "sampan/clock.h"

#define MIB ((uint64_t)1024 * 1024)
#define DAY_MS ((uint64_t)24 * 3600 * 1000)
#define DISK_BAD_BYTES (64 * MIB)
#define DISK_WARN_BYTES (1024 * MIB)
#define DISK_WARN_PERCENT 5u
#define STORE_WARN_PERCENT 90u
#define STORE_BAD_PERCENT 99u
#define UNSIGNED_WARN_MS 60000u
#define CERTIFICATE_WARN_DAYS 30u

typedef enum err judge(struct health *health, const struct health_facts *facts,
		       struct arena *arena);

const char *health_state_name(enum health_state state)
{
	static const char *const names[] = {
		[HEALTH_GOOD] = "good", [HEALTH_WARN] = "warn", [HEALTH_BAD] = "bad"};

	assert(state <= HEALTH_BAD);
	return names[state];
}

void health_init(struct health *health)
{
	*health = (struct health){.worst = HEALTH_GOOD};
}

enum err health_add(struct health *health, const char *name, enum health_state state,
		    const char *en, const char *vi)
{
	if (en == NULL || vi == NULL)
		return ERR_MEMORY;
	if (health->count == HEALTH_MAX_CHECKS)
		return ERR_LIMIT;
	health->checks[health->count++] =
		(struct health_check){.name = name, .state = state, .en = en, .vi = vi};
	if (state > health->worst)
		health->worst = state;
	return OK;
}

/* ---- Judging ---- */

static enum err judge_ledger(struct health *health, const struct health_facts *facts,
			     struct arena *arena)
{
	if (facts->ledger == NULL)
		return health_add(health, "ledger", HEALTH_BAD,
				  "the ledger does not answer: look in the log for role=ledger",
				  "sổ cái không trả lời: xem nhật ký, dòng role=ledger");
	if (facts->ledger->trouble == ERR_CORRUPT)
		return health_add(
			health, "ledger", HEALTH_BAD,
			"the store is damaged and cannot be written any more; nothing is acknowledged: put the newest backup or "
			"the follower's copy in its place (docs/operating.md)",
			"kho dữ liệu bị hỏng, không ghi được nữa; chưa xác nhận gì: thay bằng bản sao lưu mới nhất hoặc bản của máy "
			"dự phòng (docs/operating.md)");
	if (facts->ledger->trouble == ERR_DENIED)
		return health_add(
			health, "ledger", HEALTH_BAD,
			"the seal has signed a longer ledger than this, or another; nothing is taken: stop the node, put the "
			"newest copy in its place, and `sampan node reopen` (docs/operating.md)",
			"vai giữ khóa đã ký một sổ cái dài hơn hoặc khác sổ cái này; không nhận gì: hãy dừng nút, đặt bản sao mới "
			"nhất vào đó rồi `sampan node reopen` (docs/operating.md)");
	if (facts->ledger->trouble != OK)
		return health_add(
			health, "ledger", HEALTH_BAD,
			arena_format(arena, "the last commit failed: %s; nothing is acknowledged",
				     err_text(facts->ledger->trouble)),
			arena_format(arena, "lần ghi gần nhất thất bại (%s); chưa xác nhận gì",
				     err_name(facts->ledger->trouble)));
	return health_add(
		health, "ledger", HEALTH_GOOD,
		arena_format(arena, "%" PRIu64 " records, writable", facts->ledger->size),
		arena_format(arena, "%" PRIu64 " bản ghi, ghi được", facts->ledger->size));
}

static enum health_state disk_state(const struct health_ledger *ledger)
{
	if (ledger->disk_free_bytes < DISK_BAD_BYTES)
		return HEALTH_BAD;
	if (ledger->disk_free_bytes < DISK_WARN_BYTES ||
	    ledger->disk_free_bytes / DISK_WARN_PERCENT < ledger->disk_bytes / 100)
		return HEALTH_WARN;
	return HEALTH_GOOD;
}

static enum err judge_disk(struct health *health, const struct health_facts *facts,
			   struct arena *arena)
{
	enum health_state state;
	uint64_t mib;

	if (facts->ledger == NULL)
		return OK;
	state = disk_state(facts->ledger);
	mib = facts->ledger->disk_free_bytes / MIB;
	if (state == HEALTH_GOOD)
		return health_add(health, "disk", state,
				  arena_format(arena, "%" PRIu64 " MiB free", mib),
				  arena_format(arena, "còn trống %" PRIu64 " MiB", mib));
	return health_add(
		health, "disk", state,
		arena_format(arena, "only %" PRIu64 " MiB free: make room on the ledger's disk",
			     mib),
		arena_format(arena, "chỉ còn %" PRIu64 " MiB: cần dọn ổ đĩa chứa sổ cái", mib));
}

static enum err judge_store(struct health *health, const struct health_facts *facts,
			    struct arena *arena)
{
	enum health_state state = HEALTH_GOOD;
	unsigned percent;

	if (facts->ledger == NULL || facts->ledger->max_bytes < 100)
		return OK;
	percent = (unsigned)(facts->ledger->store_bytes / (facts->ledger->max_bytes / 100));
	if (percent >= STORE_BAD_PERCENT)
		state = HEALTH_BAD;
	else if (percent >= STORE_WARN_PERCENT)
		state = HEALTH_WARN;
	if (state == HEALTH_GOOD)
		return health_add(health, "store", state,
				  arena_format(arena, "%u %% of limits.map_bytes used", percent),
				  arena_format(arena, "đã dùng %u %% limits.map_bytes", percent));
	return health_add(
		health, "store", state,
		arena_format(arena, "%u %% of limits.map_bytes used: raise it in node.yaml",
			     percent),
		arena_format(arena, "đã dùng %u %% limits.map_bytes: cần tăng trong node.yaml",
			     percent));
}

/* Commits are signed within a second: records that stay unsigned mean that the seal is away. */
static enum err judge_seal(struct health *health, const struct health_facts *facts,
			   struct arena *arena)
{
	const struct health_ledger *ledger = facts->ledger;
	uint64_t unsigned_size;

	if (ledger == NULL)
		return OK;
	unsigned_size = ledger->size -
			(ledger->signed_size < ledger->size ? ledger->signed_size : ledger->size);
	if (unsigned_size == 0 || facts->now_ms < ledger->last_record_ms + UNSIGNED_WARN_MS)
		return health_add(health, "seal", HEALTH_GOOD, "signs what is written",
				  "đang ký những gì đã ghi");
	return health_add(
		health, "seal", HEALTH_WARN,
		arena_format(arena,
			     "%" PRIu64
			     " records are not signed: receipts wait; look in the log for "
			     "role=seal",
			     unsigned_size),
		arena_format(arena,
			     "%" PRIu64 " bản ghi chưa được ký: biên nhận phải chờ; xem nhật ký, "
			     "dòng role=seal",
			     unsigned_size));
}

static enum err judge_clock(struct health *health, const struct health_facts *facts,
			    struct arena *arena)
{
	uint64_t behind;

	if (facts->ledger == NULL)
		return OK;
	if (facts->now_ms + CLOCK_SLACK_MS >= facts->ledger->last_record_ms)
		return health_add(health, "clock", HEALTH_GOOD, "not before the newest record",
				  "không trước bản ghi mới nhất");
	behind = (facts->ledger->last_record_ms - facts->now_ms) / 1000;
	return health_add(health, "clock", HEALTH_BAD,
			  arena_format(arena,
				       "the clock is %" PRIu64
				       " s behind the newest record: set it by a time source",
				       behind),
			  arena_format(arena,
				       "đồng hồ chậm %" PRIu64
				       " s so với bản ghi mới nhất: cần chỉnh theo "
				       "nguồn giờ chuẩn",
				       behind));
}

static enum err judge_certificate(struct health *health, uint64_t now_ms,
				  const struct health_certificate *certificate, struct arena *arena)
{
	uint64_t days;

	if (certificate->until_ms <= now_ms)
		return health_add(health, "certificate", HEALTH_BAD,
				  arena_format(arena,
					       "%s has expired or cannot be read: replace it",
					       certificate->name),
				  arena_format(arena, "%s đã hết hạn hoặc không đọc được: cần thay",
					       certificate->name));
	days = (certificate->until_ms - now_ms) / DAY_MS;
	return health_add(
		health, "certificate", days < CERTIFICATE_WARN_DAYS ? HEALTH_WARN : HEALTH_GOOD,
		arena_format(arena, "%s is valid for %" PRIu64 " more days%s", certificate->name,
			     days, days < CERTIFICATE_WARN_DAYS ? ": replace it" : ""),
		arena_format(arena, "%s còn hiệu lực %" PRIu64 " ngày%s", certificate->name, days,
			     days < CERTIFICATE_WARN_DAYS ? ": cần thay" : ""));
}

static enum err judge_certificates(struct health *health, const struct health_facts *facts,
				   struct arena *arena)
{
	enum err err = OK;

	for (size_t i = 0; i < facts->certificate_count && err == OK; i++)
		err = judge_certificate(health, facts->now_ms, &facts->certificates[i], arena);
	return err;
}

enum err health_judge(struct health *health, const struct health_facts *facts, struct arena *arena)
{
	static judge *const judges[] = {judge_ledger, judge_disk,  judge_store,
					judge_seal,   judge_clock, judge_certificates};
	enum err err = OK;

	for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]) && err == OK; i++)
		err = judges[i](health, facts, arena);
	return err;
}

json_t *health_json_new(const struct health *health)
{
	json_t *checks = json_array();

	for (size_t i = 0; checks != NULL && i < health->count; i++) {
		const struct health_check *check = &health->checks[i];

		if (json_array_append_new(checks,
					  json_pack("{s:s, s:s, s:s, s:s}", "name", check->name,
						    "state", health_state_name(check->state), "en",
						    check->en, "vi", check->vi)) != 0) {
			json_decref(checks);
			checks = NULL;
		}
	}
	return json_pack("{s:b, s:o}", "ready", health->worst != HEALTH_BAD, "checks", checks);
}

/* ---- Between roles ---- */

void health_pack_ledger(struct buffer *to, const struct health_ledger *ledger)
{
	pack_u64(to, ledger->size);
	pack_u64(to, ledger->signed_size);
	pack_u64(to, ledger->last_record_ms);
	pack_u32(to, (uint32_t)ledger->trouble);
	pack_u64(to, ledger->store_bytes);
	pack_u64(to, ledger->max_bytes);
	pack_u64(to, ledger->disk_free_bytes);
	pack_u64(to, ledger->disk_bytes);
}

enum err health_unpack_ledger(struct bytes from, struct health_ledger *ret_ledger)
{
	struct health_ledger ledger;
	struct unpack unpack;
	uint32_t trouble;
	enum err err;

	unpack_init(&unpack, from);
	ledger.size = unpack_u64(&unpack);
	ledger.signed_size = unpack_u64(&unpack);
	ledger.last_record_ms = unpack_u64(&unpack);
	trouble = unpack_u32(&unpack);
	ledger.store_bytes = unpack_u64(&unpack);
	ledger.max_bytes = unpack_u64(&unpack);
	ledger.disk_free_bytes = unpack_u64(&unpack);
	ledger.disk_bytes = unpack_u64(&unpack);
	if ((err = unpack_end(&unpack)) != OK)
		return err;
	if (trouble >= ERR_COUNT)
		return ERR_FORMAT;
	ledger.trouble = (enum err)trouble;
	*ret_ledger = ledger;
	return OK;
}
