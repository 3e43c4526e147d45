#include <string.h>

#include "node/calendar.h"
#include "node/delivery.h"
#include "sampan/clock.h"

#define OFFICE_OFFSET_MS (7ull * 3600 * 1000) /* Viet Nam's time, which VNSW writes without zone */

static const struct config_trader *agent_of(const struct config *config, const char *code)
{
	for (size_t i = 0; code[0] != '\0' && i < config->trader_count; i++)
		if (strcmp(config->traders[i].agent_code, code) == 0)
			return &config->traders[i];
	return config_trader_of(config, code);
}

static enum err put_route(const struct turn *turn, const struct delivery *delivery,
			  struct facts *facts)
{
	const struct config_route *route = delivery_route(turn, delivery->route);
	enum err err = OK;

	for (size_t i = 0; route != NULL && err == OK && i < route->supply_count; i++) {
		const char *name = arena_format(turn->arena, "route.%s", route->supplies[i].name);

		err = name == NULL ? ERR_MEMORY : facts_put(facts, name, route->supplies[i].value);
	}
	return err;
}

static const char *registered_port(const struct config_trader *trader, const char *country)
{
	for (size_t i = 0; trader != NULL && i < trader->port_count; i++)
		if (strcmp(trader->ports[i].country, country) == 0)
			return trader->ports[i].port;
	return "";
}

/* The number of what this is, or of what it speaks of. */
static enum err number_of(const struct turn *turn, const struct message *message,
			  const char **ret_number)
{
	struct message root;
	enum err err;

	*ret_number = message->registered;
	if (message->registered[0] != '\0' || message->root == message->number)
		return OK;
	if ((err = message_load(turn, message->root, &root)) == OK)
		*ret_number = root.registered;
	return err;
}

static enum err put_pairs(struct facts *facts, const char *const (*pairs)[2], size_t count)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < count; i++)
		if (pairs[i][1][0] != '\0')
			err = facts_put(facts, pairs[i][0], pairs[i][1]);
	return err;
}

/* What the header of a document that this node itself makes must hold (VNSW: times of UTC+7). */
static enum err put_envelope(const struct turn *turn, const struct delivery *delivery,
			     uint64_t time_ms, struct facts *facts)
{
	const struct config_party *party = strncmp(delivery->to, "party:", 6) == 0
						   ? config_party_of(turn->config, delivery->to + 6)
						   : NULL;
	char time[CLOCK_TEXT_BYTES];
	const char *send_date;

	clock_format(time_ms + OFFICE_OFFSET_MS, time);
	send_date = arena_format(turn->arena, "%.10s %.8s", time, time + 11);
	if (send_date == NULL)
		return ERR_MEMORY;
	time[4] = '\0';
	const char *const pairs[][2] = {
		{"event.from.name", "NSW"},
		{"event.from.identity", "NSW"},
		{"event.to.name", party == NULL ? "" : party->name},
		{"event.to.identity", party == NULL ? "" : party->tax_code},
		{"event.sendDate", send_date},
		{"event.year", time},
	};
	return put_pairs(facts, pairs, sizeof(pairs) / sizeof(pairs[0]));
}

enum err delivery_outside(const struct turn *turn, const struct delivery *delivery,
			  struct facts *ret_facts)
{
	char id[MESSAGE_ID_BYTES], time[CLOCK_TEXT_BYTES], date[CALENDAR_DATE_BYTES];
	const struct config_trader *exporter, *agent;
	const char *country = strncmp(delivery->to, "partner:", 8) == 0 ? delivery->to + 8 : "";
	struct message message;
	const char *port, *number;
	enum err err = message_load(turn, delivery->message, &message);

	if (err != OK || (err = put_route(turn, delivery, ret_facts)) != OK ||
	    (err = number_of(turn, &message, &number)) != OK ||
	    (err = put_envelope(turn, delivery, message.received_ms, ret_facts)) != OK)
		return err;
	if (strncmp(message.sender, "partner:", 8) == 0)
		country = message.sender + 8;
	exporter = config_trader_of(turn->config, facts_get_or_empty(&message.facts, "exporter"));
	agent = agent_of(turn->config, facts_get_or_empty(&message.facts, "agent"));
	port = facts_get_or_empty(&message.facts, "port");
	if (port[0] == '\0')
		port = registered_port(exporter, country);
	message_format_id(turn, message.number, id);
	clock_format(message.received_ms, time);
	calendar_format_date(message.received_ms, date);
	const char *const pairs[][2] = {
		{"event.messageId", id},
		{"event.time", time},
		{"event.date", date},
		{"event.number", number},
		{"event.port", port},
		{"event.partner", country},
		{"event.reference", facts_get_or_empty(&message.facts, "reference")},
		{"registry.agent.name", agent == NULL ? "" : agent->name},
		{"registry.exporter.name", exporter == NULL ? "" : exporter->name},
	};
	return put_pairs(ret_facts, pairs, sizeof(pairs) / sizeof(pairs[0]));
}
