#include "node/pace.h"

void pace_wait(struct pace *pace, enum pace_haste haste, uint64_t now_ms)
{
	if (haste == PACE_FOREGROUND) {
		pace->foreground++;
	} else if (haste == PACE_BACKGROUND && !pace->has_background) {
		pace->has_background = true;
		pace->background_ms = now_ms;
	}
}

void pace_begin(struct pace *pace, uint64_t now_ms)
{
	*pace = (struct pace){.began_ms = now_ms, .is_shared = pace->foreground > 1};
}

uint64_t pace_due(const struct pace *pace, size_t under_way)
{
	bool are_several = pace->is_shared || pace->foreground + under_way > 1;

	if (pace->foreground > 0)
		return are_several ? pace->began_ms + PACE_GATHER_MS : pace->began_ms;
	if (pace->has_background)
		return pace->background_ms + (under_way > 0 ? PACE_SEALING_MS : PACE_BACKGROUND_MS);
	return PACE_NEVER;
}
