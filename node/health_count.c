#include "node/health_count.h"

#include <inttypes.h>

#include "node/json_read.h"
#include "node/partner_health.h"

static enum err judge_queue(struct health *health, const json_t *counts, struct arena *arena)
{
	uint64_t held = json_read_number(counts, "held");

	if (counts == NULL)
		return health_add(health, "clerk", HEALTH_BAD,
				  "the clerk does not answer: look in the log for role=clerk",
				  "vai clerk không trả lời: xem nhật ký, dòng role=clerk");
	if (held == 0)
		return health_add(health, "queue", HEALTH_GOOD, "nothing is held",
				  "không có gì bị giữ lại");
	return health_add(
		health, "queue", HEALTH_WARN,
		arena_format(arena, "%" PRIu64 " deliveries are held: `sampan queue` says why",
			     held),
		arena_format(arena,
			     "%" PRIu64 " lượt gửi bị giữ lại: `sampan queue` cho biết lý do",
			     held));
}

enum err health_count_judge(struct health *health, uint64_t now_ms, const json_t *counts,
			    struct arena *arena)
{
	enum err err = judge_queue(health, counts, arena);
	const json_t *witness;
	size_t i;

	json_array_foreach(json_object_get(counts, "witnesses"), i, witness)
	{
		if (err == OK)
			err = partner_health_judge(health, now_ms, witness, arena);
	}
	return err;
}
