#include "node/api_rate.h"

#include "node/address.h"
#include "node/api_inside.h"
#include "sampan/clock.h"

static bool take(struct api_call *call, const struct hash *who, const char *detail)
{
	uint64_t wait_ms = rate_take(call->api->rate, who, clock_monotonic_ms());

	if (wait_ms > 0)
		api_problem_refuse(
			call,
			&(struct api_refusal){.problem = PROBLEM_TOO_MANY,
					      .words = {.detail = detail},
					      .retry_seconds = (unsigned)((wait_ms + 999) / 1000)});
	return wait_ms == 0;
}

bool api_rate_of_caller(struct api_call *call)
{
	const struct bytes parts[] = {bytes_of_text(call->caller.party), bytes_of("|", 1),
				      bytes_of_text(call->caller.user), bytes_of("|", 1),
				      bytes_of_text(call->caller.credential)};
	struct hash who = hash_of_parts(parts, sizeof(parts) / sizeof(parts[0]));

	return take(call, &who, "");
}

bool api_rate_of_address(struct api_call *call)
{
	char one[ADDRESS_BYTES];
	struct hash who;

	address_of_one(http_peer(call->http)->address, one);
	who = hash_of(bytes_of_text(one));
	return take(call, &who, "Too many requests came from this address.");
}
