#include "node/recipient.h"

#include <string.h>

#include "messages/word.h"

#define AUTHORITIES (PARTY_CUSTOMS | PARTY_ISSUING_AUTHORITY | PARTY_AGENCY)

static const struct config_party *party_with_role(const struct config *config, const char *role,
						  const char *office)
{
	unsigned wanted = strcmp(role, "customs") == 0             ? PARTY_CUSTOMS
			  : strcmp(role, "issuing-authority") == 0 ? PARTY_ISSUING_AUTHORITY
			  : strcmp(role, "agency") == 0            ? PARTY_AGENCY
								   : 0;
	const struct config_party *found = config_party_with(config, office, wanted);

	for (size_t i = 0; found == NULL && i < config->party_count; i++)
		if ((config->parties[i].roles & wanted) != 0)
			found = &config->parties[i];
	return found;
}

static enum err add(struct recipients *recipients, const char *to)
{
	if (to == NULL)
		return ERR_MEMORY;
	if (recipients->count == RECIPIENT_ROOM)
		return ERR_LIMIT;
	recipients->to[recipients->count++] = to;
	return OK;
}

static enum err add_party(const struct turn *turn, const struct config_party *party,
			  struct recipients *recipients)
{
	if (party != NULL)
		return add(recipients, arena_format(turn->arena, "party:%s", party->id));
	recipients->reason = "no-such-party";
	return OK;
}

static enum err add_country(const struct turn *turn, const char *country,
			    struct recipients *recipients)
{
	if (strcmp(country, turn->config->country) == 0)
		recipients->reason = "at-home";
	else if (config_partner_of(turn->config, country) == NULL)
		recipients->reason = "no-partner";
	else
		return add(recipients, arena_format(turn->arena, "partner:%s", country));
	return OK;
}

static enum err add_crossed(const struct turn *turn, const struct message *root,
			    struct recipients *recipients)
{
	const char *list = facts_get_or_empty(&root->facts, "crosses");
	struct bytes country;
	enum err err = OK;

	recipients->reason = "not-crossed";
	while (err == OK && word_next(&list, &country)) {
		const char *text = arena_text(turn->arena, country);

		err = text == NULL ? ERR_MEMORY : add_country(turn, text, recipients);
	}
	return err;
}

static bool is_ours(const struct message *root)
{
	return strncmp(root->sender, "party:", 6) == 0;
}

static enum err add_maker(const struct turn *turn, const struct message *root,
			  struct recipients *recipients)
{
	if (is_ours(root))
		return add_party(turn, config_party_of(turn->config, root->sender + 6), recipients);
	recipients->reason = "abroad";
	return OK;
}

static enum err add_sender(const struct turn *turn, const struct message *root,
			   struct recipients *recipients)
{
	if (strncmp(root->sender, "partner:", 8) == 0)
		return add_country(turn, root->sender + 8, recipients);
	recipients->reason = "at-home";
	return OK;
}

/* A certificate is its issuer's; everything else that is answered from abroad is for customs. */
static enum err add_authority(const struct turn *turn, const struct message *root,
			      struct recipients *recipients)
{
	if (is_ours(root) && strcmp(facts_get_or_empty(&root->facts, "life"), "certificate") == 0)
		return add_maker(turn, root, recipients);
	return add_party(turn,
			 party_with_role(turn->config, "customs",
					 facts_get_or_empty(&root->facts, "office")),
			 recipients);
}

static const struct {
	const char *target;
	enum err (*add)(const struct turn *turn, const struct message *root,
			struct recipients *recipients);
} of_root[] = {{"crossed", add_crossed},
	       {"maker", add_maker},
	       {"sender", add_sender},
	       {"authority", add_authority}};

/* Targets that depend on what began the conversation. ERR_MISSING: it is none of them. */
static enum err add_of_root(const struct turn *turn, const struct config_route *route,
			    const struct message *message, struct recipients *recipients)
{
	struct message root = *message;
	enum err err = OK;

	for (size_t i = 0; i < sizeof(of_root) / sizeof(of_root[0]); i++) {
		if (strcmp(route->to, of_root[i].target) != 0)
			continue;
		if (message->root != message->number)
			err = message_load(turn, message->root, &root);
		return err != OK ? err : of_root[i].add(turn, &root, recipients);
	}
	return ERR_MISSING;
}

enum err recipient_find(const struct turn *turn, const struct config_route *route,
			const struct message *message, struct recipients *ret_recipients)
{
	const struct facts *facts = &message->facts;
	enum err err;

	*ret_recipients = (struct recipients){.reason = NULL};
	if (strncmp(route->to, "role:", 5) == 0)
		return add_party(turn,
				 party_with_role(turn->config, route->to + 5,
						 facts_get_or_empty(facts, "office")),
				 ret_recipients);
	if (strcmp(route->to, "addressee") == 0)
		return add_party(turn,
				 config_party_with(turn->config,
						   facts_get_or_empty(facts, "addressee"),
						   AUTHORITIES),
				 ret_recipients);
	if ((err = add_of_root(turn, route, message, ret_recipients)) != ERR_MISSING)
		return err;
	return add_country(turn,
			   strcmp(route->to, "destination") == 0
				   ? facts_get_or_empty(facts, "destination")
				   : route->to,
			   ret_recipients);
}
