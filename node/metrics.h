/*
 * metrics - the node's state as Prometheus reads it (text exposition format 0.0.4).
 *
 * Pure: figures are gathered elsewhere. Names end in their unit; what only grows ends in _total.
 * Never a document, a party or a value: only how many, how large, how long ago.
 */
#ifndef NODE_METRICS_H
#define NODE_METRICS_H

#include <jansson.h>

#include "node/health.h"
#include "node/http.h"

struct metrics {
	const struct health *health;
	const struct health_facts *facts;
	const json_t *counts; /* what the clerk says (CLERK_COUNTS); NULL: it does not answer */
	const struct http_counts *http; /* of the HTTPS door; NULL: there is none */
};

/* Append all families. ERR_LIMIT: the buffer's bound. */
enum err metrics_format(const struct metrics *metrics, struct buffer *to);

/*
 * For other figures of the same page: the two lines before a family's samples (type: "counter",
 * "gauge", "histogram"), and a label's value with its escapes.
 */
void metrics_put_family(struct buffer *to, const char *name, const char *type, const char *help);
void metrics_put_label(struct buffer *to, const char *value);

#endif
