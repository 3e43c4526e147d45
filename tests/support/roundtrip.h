/*
 * roundtrip - is a document that went forth and came back the same, up to what the two reports say?
 *
 * Composes the reports row by row. Both must have passed totality_check_all(), so every value of
 * the document that came back stands in the second one.
 */
#ifndef TESTS_SUPPORT_ROUNDTRIP_H
#define TESTS_SUPPORT_ROUNDTRIP_H

#include "sampan/bytes.h"

#define ROUNDTRIP_FAULT_BYTES 1024

struct roundtrip {
	struct bytes forth; /* the reports, as JSON text */
	struct bytes back;
	/* Pairs of paths without indices that share one list on the other side ("several rules
	 * that forth write one list"): values may come back at the other one. */
	const char *const *shared;
	size_t shared_count;
};

/*
 * 0: every value that came back was supplied by one of the reports, or is the value of the same
 * path of the original: unchanged, or changed as the reasons of both reports allow; elements that
 * came back stand in their old order (those that a map parts by kind: kind by kind), and none was
 * parted or joined with another; what went forth and did not come back was dropped with a reason
 * that the map gives, never "no-counterpart".
 * Otherwise how many faults; ret_fault tells the first.
 */
size_t roundtrip_check(const struct roundtrip *roundtrip, char ret_fault[ROUNDTRIP_FAULT_BYTES]);

#endif
