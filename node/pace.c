#include "node/pace.h"

void pace_wait(struct pace *pace, enum pace_haste haste, uint64_t now_ms)
{
	if (haste == PACE_FOREGROUND) {
		pace->foreground++;
		pace->foreground_ms = now_ms;
	} else if (haste == PACE_BACKGROUND && !pace->has_background) {
		pace->has_background = true;
		pace->background_ms = now_ms;
	}
}

size_t pace_share(const struct pace *pace, size_t under_way)
{
	size_t half = (pace->foreground + under_way + 1) / 2;

	return half >= PACE_MANY ? half : SIZE_MAX;
}

void pace_begin(struct pace *pace, uint64_t now_ms, size_t taken, bool has_more)
{
	size_t most = pace->most - pace->most / 8;
	size_t left = has_more && pace->foreground > taken ? pace->foreground - taken : 0;

	*pace = (struct pace){.head_signed = pace->head_signed,
			      .head_ms = pace->head_ms,
			      .began_ms = now_ms,
			      .shared = taken,
			      .most = taken > most ? taken : most,
			      .foreground = left,
			      .foreground_ms = now_ms,
			      .has_background = has_more && pace->has_background,
			      .background_ms = pace->background_ms};
}

static uint64_t at_most(uint64_t value, uint64_t most)
{
	return value < most ? value : most;
}

/* Who waited for the last commit asks again soon, and the more there are, the longer it takes. */
static uint64_t gathered_ms(const struct pace *pace, size_t several)
{
	uint64_t earliest_ms = pace->began_ms + PACE_GATHER_MS;
	uint64_t lull_ms = pace->foreground_ms + at_most(several / 2, PACE_GATHER_MS);
	uint64_t due_ms = at_most(lull_ms, pace->began_ms + PACE_GATHER_MAX_MS);

	return due_ms < earliest_ms ? earliest_ms : due_ms;
}

uint64_t pace_due(const struct pace *pace, size_t under_way)
{
	size_t several = pace->foreground + under_way;

	if (pace->foreground >= PACE_MANY &&
	    (pace->foreground >= pace->most ||
	     (under_way > 0 && pace->foreground >= (under_way + 1) / 2)))
		return pace->foreground_ms;
	if (several < pace->shared)
		several = pace->shared;
	if (pace->foreground > 0)
		return several > 1 ? gathered_ms(pace, several) : pace->began_ms;
	if (pace->has_background)
		return pace->background_ms + (under_way > 0 ? PACE_SEALING_MS : PACE_BACKGROUND_MS);
	return PACE_NEVER;
}

bool pace_is_head_due(struct pace *pace, uint64_t size, uint64_t signed_size, uint64_t now_ms)
{
	if (size <= signed_size || signed_size != pace->head_signed) {
		pace->head_signed = signed_size;
		pace->head_ms = now_ms;
	}
	return size > signed_size && (now_ms - pace->began_ms >= PACE_HEAD_IDLE_MS ||
				      now_ms - pace->head_ms >= PACE_HEAD_LATE_MS);
}
