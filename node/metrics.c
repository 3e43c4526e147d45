#include "node/metrics.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "node/identity.h"
#include "node/json_read.h"
#include "sampan/version.h"

void metrics_put_family(struct buffer *to, const char *name, const char *type, const char *help)
{
	buffer_put_format(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_put_label(struct buffer *to, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			buffer_put_byte(to, '\\');
		if (*value == '\n')
			buffer_put_text(to, "\\n");
		else
			buffer_put_byte(to, (uint8_t)*value);
	}
}

static void put_gauge(struct buffer *to, const char *name, const char *help, uint64_t value)
{
	metrics_put_family(to, name, "gauge", help);
	buffer_put_format(to, "%s %" PRIu64 "\n", name, value);
}

static void put_counter(struct buffer *to, const char *name, const char *help, uint64_t value)
{
	metrics_put_family(to, name, "counter", help);
	buffer_put_format(to, "%s %" PRIu64 "\n", name, value);
}

/* Milliseconds as Prometheus wants them. */
static void put_seconds(struct buffer *to, uint64_t ms)
{
	buffer_put_format(to, "%" PRIu64 ".%03u\n", ms / 1000, (unsigned)(ms % 1000));
}

static void put_health(struct buffer *to, const struct health *health)
{
	put_gauge(to, "sampan_ready", "Whether the node is fit for work (1) or not (0).",
		  health->worst != HEALTH_BAD);
	metrics_put_family(to, "sampan_checks", "gauge",
			   "How many checks of the node's health are good, warn or bad.");
	for (enum health_state state = HEALTH_GOOD; state <= HEALTH_BAD; state++) {
		size_t count = 0;

		for (size_t i = 0; i < health->count; i++)
			count += health->checks[i].state == state;
		buffer_put_format(to, "sampan_checks{state=\"%s\"} %zu\n", health_state_name(state),
				  count);
	}
}

static void put_ledger(struct buffer *to, const struct health_ledger *ledger)
{
	metrics_put_family(to, "sampan_ledger_records_total", "counter", "Records in the ledger.");
	buffer_put_format(to, "sampan_ledger_records_total %" PRIu64 "\n", ledger->size);
	put_gauge(to, "sampan_ledger_signed_records",
		  "Records that a durable signed checkpoint covers.", ledger->signed_size);
	put_gauge(to, "sampan_ledger_writable", "Whether the last commit succeeded.",
		  ledger->trouble == OK);
	put_gauge(to, "sampan_ledger_store_bytes", "What the ledger's store takes of the disk.",
		  ledger->store_bytes);
	put_gauge(to, "sampan_ledger_store_limit_bytes", "What it may take (limits.map_bytes).",
		  ledger->max_bytes);
	put_gauge(to, "sampan_disk_free_bytes", "Room on the ledger's disk.",
		  ledger->disk_free_bytes);
	put_gauge(to, "sampan_disk_size_bytes", "Size of the ledger's disk.", ledger->disk_bytes);
	metrics_put_family(to, "sampan_ledger_last_record_timestamp_seconds", "gauge",
			   "When the newest record was written.");
	buffer_put_text(to, "sampan_ledger_last_record_timestamp_seconds ");
	put_seconds(to, ledger->last_record_ms);
}

static void put_certificates(struct buffer *to, const struct health_facts *facts)
{
	if (facts->certificate_count == 0)
		return;
	metrics_put_family(to, "sampan_certificate_expiry_timestamp_seconds", "gauge",
			   "When a certificate of the node ends; 0 when it cannot be read.");
	for (size_t i = 0; i < facts->certificate_count; i++) {
		buffer_put_text(to, "sampan_certificate_expiry_timestamp_seconds{file=\"");
		metrics_put_label(to, facts->certificates[i].name);
		buffer_put_text(to, "\"} ");
		put_seconds(to, facts->certificates[i].until_ms);
	}
}

static void put_events(struct buffer *to, const json_t *events)
{
	const char *event;
	json_t *count;

	if (json_object_size(events) == 0)
		return;
	metrics_put_family(to, "sampan_events_total", "counter", "Records by event.");
	/* the macro wants an object that may be changed */
	json_object_foreach((json_t *)(uintptr_t)events, event, count)
	{
		buffer_put_text(to, "sampan_events_total{event=\"");
		metrics_put_label(to, event);
		buffer_put_format(to, "\"} %" JSON_INTEGER_FORMAT "\n", json_integer_value(count));
	}
}

static void put_queue_labels(struct buffer *to, const char *name, const json_t *queue)
{
	buffer_put_format(to, "%s{stage=\"", name);
	metrics_put_label(to, json_read_text(queue, "stage"));
	buffer_put_text(to, "\",partner=\"");
	metrics_put_label(to, json_read_text(queue, "partner"));
	buffer_put_text(to, "\"} ");
}

static void put_queues(struct buffer *to, const json_t *queues)
{
	const json_t *queue;
	size_t i;

	if (json_array_size(queues) == 0)
		return;
	metrics_put_family(to, "sampan_queue_messages", "gauge", "What waits, by stage.");
	json_array_foreach(queues, i, queue)
	{
		put_queue_labels(to, "sampan_queue_messages", queue);
		buffer_put_format(to, "%" PRIu64 "\n", json_read_number(queue, "count"));
	}
	metrics_put_family(to, "sampan_queue_oldest_timestamp_seconds", "gauge",
			   "Since when the oldest of them waits.");
	json_array_foreach(queues, i, queue)
	{
		put_queue_labels(to, "sampan_queue_oldest_timestamp_seconds", queue);
		put_seconds(to, json_read_number(queue, "sinceMs"));
	}
}

static void put_partner_gauge(struct buffer *to, const char *name, const char *help,
			      const json_t *witnesses, const char *member)
{
	const json_t *witness;
	size_t i;

	metrics_put_family(to, name, "gauge", help);
	json_array_foreach(witnesses, i, witness)
	{
		const json_t *value = json_object_get(witness, member);

		buffer_put_format(to, "%s{partner=\"", name);
		metrics_put_label(to, json_read_text(witness, "country"));
		buffer_put_format(to, "\"} %" PRIu64 "\n",
				  json_is_integer(value)
					  ? json_read_number(witness, member)
					  : json_is_object(value) || json_is_string(value));
	}
}

/* Without a time there is no line. */
static void put_partner_times(struct buffer *to, const char *name, const char *help,
			      const json_t *witnesses, const char *member)
{
	const json_t *witness;
	uint64_t time_ms;
	size_t i;

	metrics_put_family(to, name, "gauge", help);
	json_array_foreach(witnesses, i, witness)
	{
		if (!identity_parse_until(json_read_text(witness, member), &time_ms) ||
		    time_ms == 0)
			continue;
		buffer_put_format(to, "%s{partner=\"", name);
		metrics_put_label(to, json_read_text(witness, "country"));
		buffer_put_text(to, "\"} ");
		put_seconds(to, time_ms);
	}
}

static void put_witnesses(struct buffer *to, const json_t *witnesses)
{
	if (json_array_size(witnesses) == 0)
		return;
	put_partner_gauge(to, "sampan_partner_alarm",
			  "Whether the partner's ledger is not the one that it showed before.",
			  witnesses, "alarm");
	put_partner_gauge(to, "sampan_partner_stopped",
			  "Whether the link stands still until an operator speaks, also by the "
			  "partner's alarm.",
			  witnesses, "stopped");
	put_partner_gauge(to, "sampan_partner_countersigned_records",
			  "Records of our ledger that the partner has countersigned.", witnesses,
			  "countersignedOurs");
	put_partner_gauge(to, "sampan_partner_witnessed_records",
			  "Records of the partner's ledger that we have countersigned.", witnesses,
			  "countersigned");
	put_partner_gauge(to, "sampan_partner_waiting_messages",
			  "What waits until the partner has it.", witnesses, "waits");
	put_partner_times(to, "sampan_partner_waiting_since_timestamp_seconds",
			  "Since when the oldest of them waits.", witnesses, "waitsSince");
	put_partner_times(to, "sampan_partner_heard_timestamp_seconds",
			  "When the partner was heard last.", witnesses, "heardAt");
	put_partner_times(to, "sampan_partner_uncovered_since_timestamp_seconds",
			  "When the first record came that the partner has not countersigned.",
			  witnesses, "uncoveredSince");
}

static void put_http(struct buffer *to, const struct http_counts *http)
{
	put_counter(to, "sampan_http_connections_total", "Connections accepted.", http->accepted);
	put_counter(to, "sampan_http_connections_refused_total",
		    "Connections refused because there were too many.", http->refused);
	put_counter(to, "sampan_http_handshakes_failed_total", "TLS handshakes that failed.",
		    http->failed);
	put_counter(to, "sampan_http_requests_total", "Requests that were well formed.",
		    http->requests);
	put_counter(to, "sampan_http_requests_bad_total",
		    "Requests that the server itself refused.", http->bad);
	put_counter(to, "sampan_http_deadlines_total", "Connections that were too slow.",
		    http->expired);
	metrics_put_family(to, "sampan_http_answers_total", "counter", "Answers by status.");
	for (unsigned class = 1; class < sizeof(http->answers) / sizeof(http->answers[0]); class ++)
		buffer_put_format(to, "sampan_http_answers_total{status=\"%uxx\"} %" PRIu64 "\n",
				  class, http->answers[class]);
	put_gauge(to, "sampan_http_connections", "Connections open now.", http->open);
	put_gauge(to, "sampan_http_calls", "Requests under way now.", http->calls);
	put_gauge(to, "sampan_http_buffered_bytes", "Bodies and long answers in memory now.",
		  http->buffered_bytes);
}

enum err metrics_format(const struct metrics *metrics, struct buffer *to)
{
	metrics_put_family(to, "sampan_build_info", "gauge", "The version that runs.");
	buffer_put_text(to, "sampan_build_info{version=\"" SAMPAN_VERSION "\"} 1\n");
	put_health(to, metrics->health);
	if (metrics->facts->ledger != NULL)
		put_ledger(to, metrics->facts->ledger);
	put_certificates(to, metrics->facts);
	put_events(to, json_object_get(metrics->counts, "events"));
	put_queues(to, json_object_get(metrics->counts, "queues"));
	put_witnesses(to, json_object_get(metrics->counts, "witnesses"));
	if (metrics->http != NULL)
		put_http(to, metrics->http);
	return buffer_error(to);
}
