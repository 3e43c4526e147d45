#include "node/listing_decide.h"

#include <string.h>

#include "node/inquiry.h"
#include "node/listing_open.h"
#include "node/pair.h"

bool listing_decide_fits(const struct glance *glance)
{
	return listing_open_has(LISTING_OPEN_CERTIFICATES, glance->state) &&
	       bytes_equal(glance_fact(glance, "life"), bytes_of_text("foreign-certificate"));
}

/* What is asked about waits for somebody else, until that is overdue; what was not accepted, only if it is valid. */
static bool waits(const struct reading *reading, const struct message *certificate)
{
	struct inquiry inquiry = inquiry_of(&certificate->facts);
	enum inquiry_stage stage =
		inquiry_stage(&inquiry, certificate->state, reading->turn->now_ms);

	return strcmp(certificate->state, "not-accepted") == 0
		       ? inquiry_waits(&inquiry, certificate->state)
		       : stage != INQUIRY_RUNS;
}

static bool may_list(const struct reading *reading, uint64_t number)
{
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct glance glance;
	struct bytes stored;

	turn_key_add_number(&key, number);
	return turn_get(reading->turn, &key, &stored) == OK && glance_read(stored, &glance) == OK &&
	       reading_may(reading, ACCESS_LIST, &glance) == ACCESS_YES;
}

bool listing_decide_is_for(const struct reading *reading, uint64_t number)
{
	uint64_t declarations[PAIR_DECLARATIONS];
	struct message certificate;
	size_t count = 0;

	if (message_load(reading->turn, number, &certificate) != OK ||
	    !waits(reading, &certificate) ||
	    pair_list(reading->turn, &certificate, declarations, &count) != OK)
		return false;
	for (size_t i = 0; i < count; i++)
		if (may_list(reading, declarations[i]))
			return true;
	return count == 0;
}
