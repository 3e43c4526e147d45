#include "node/clerk_issuing.h"

#include <string.h>

#include "node/account.h"
#include "node/alike.h"
#include "node/clerk_pairs.h"
#include "node/find.h"
#include "node/issue.h"
#include "node/json_read.h"

static const char *fact(const struct message *message, const char *name)
{
	return facts_get_or_empty(&message->facts, name);
}

/* ---- The declaration of the same goods ---- */

static enum err find_message(const struct turn *turn, const char *key, struct message *ret_message)
{
	struct find_entry entry;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);

	return err == OK ? message_load(turn, entry.message, ret_message) : err;
}

/* err: what looking for it came to. */
static enum err tell(const struct turn *turn, enum err err, const struct message *found,
		     const char *number, json_t **ret_told)
{
	char id[MESSAGE_ID_BYTES] = "";

	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == OK)
		message_format_id(turn, found->number, id);
	*ret_told = json_pack("{s:s, s:s, s:s}", "id", id, "number", err == OK ? number : "",
			      "state", err == OK ? found->state : "");
	return *ret_told == NULL ? ERR_MEMORY : OK;
}

static enum err tell_declaration(const struct turn *turn, const struct message *of,
				 json_t **ret_told)
{
	const char *number = fact(of, "declaration");
	struct message declaration;
	enum err err = ERR_MISSING;

	if (number[0] != '\0')
		err = find_message(turn,
				   find_text(turn, "exported", fact(of, "exporter"), number, NULL),
				   &declaration);
	return tell(turn, err, &declaration, number, ret_told);
}

/* Another one than this certificate itself. */
static enum err tell_certified(const struct turn *turn, const struct message *of, json_t **ret_told)
{
	struct message certificate;
	enum err err =
		issue_certified(turn, fact(of, "exporter"), fact(of, "declaration"), &certificate);

	if (err == OK && certificate.number == of->number)
		err = ERR_MISSING;
	return tell(turn, err, &certificate, err == OK ? fact(&certificate, "certificate") : "",
		    ret_told);
}

/* What another authority certified is told by number and state alone. */
static bool is_theirs(const struct caller *caller, const struct message *certificate)
{
	return strncmp(certificate->sender, "party:", 6) == 0 &&
	       strcmp(certificate->sender + 6, caller->party) == 0;
}

/* One that may be for the same goods, by what can be compared; none when it is the one above. */
static enum err tell_alike(const struct turn *turn, const struct caller *caller,
			   const struct message *of, const json_t *certified, json_t **ret_told)
{
	struct compare_row *rows = NULL;
	struct message certificate;
	json_t *compared = json_array();
	size_t count = 0;
	enum err told, err = strcmp(fact(of, "life"), "application") == 0
				     ? alike_find(turn, of, &certificate, &rows, &count)
				     : ERR_MISSING;
	const char *number = err == OK ? fact(&certificate, "certificate") : "";

	if (err == OK && strcmp(json_read_text(certified, "number"), number) == 0)
		err = ERR_MISSING;
	told = tell(turn, err, &certificate, number, ret_told);
	for (size_t i = 0; err == OK && is_theirs(caller, &certificate) && i < count; i++)
		(void)json_array_append_new(compared, clerk_pairs_row_new(&rows[i]));
	if (told == OK)
		(void)json_object_set_new(*ret_told, "comparison", compared);
	else
		json_decref(compared);
	return told;
}

/* ---- The office ---- */

static const char *officer_of(const struct turn *turn, const struct caller *caller)
{
	struct account account;

	if (caller->user[0] == '\0' || account_load(turn, caller->user, &account) != OK ||
	    account.full_name[0] == '\0')
		return caller->user;
	return account.full_name;
}

static const char *next_number(const struct turn *turn, const struct config_office *office,
			       const struct message *of)
{
	char number[ISSUE_NUMBER_BYTES];

	if (office == NULL || strlen(fact(of, "destination")) != 2 ||
	    issue_number(turn, office, fact(of, "destination"), number) != OK)
		return "";
	return arena_text(turn->arena, bytes_of_text(number));
}

static bool is_decided_here(const struct caller *caller, const struct message *of)
{
	const char *life = fact(of, "life");

	return (caller->roles & CALLER_ISSUING_OFFICER) != 0 && caller->party[0] != '\0' &&
	       (strcmp(life, "application") == 0 || strcmp(life, "certificate") == 0);
}

/* What an officer should know of the same goods. */
struct goods {
	json_t *declaration, *certified, *alike;
};

static enum err tell_goods(const struct turn *turn, const struct caller *caller,
			   const struct message *of, struct goods *ret_goods)
{
	enum err err = tell_declaration(turn, of, &ret_goods->declaration);

	if (err == OK)
		err = tell_certified(turn, of, &ret_goods->certified);
	return err == OK ? tell_alike(turn, caller, of, ret_goods->certified, &ret_goods->alike)
			 : err;
}

enum err clerk_issuing_new(const struct turn *turn, const struct caller *caller,
			   const struct message *message, json_t **ret_issuing)
{
	const struct config_office *office = issue_office(turn, message, caller->party);
	const struct config_party *party = config_party_of(turn->config, caller->party);
	const char *number = next_number(turn, office, message);
	struct goods goods = {NULL, NULL, NULL};
	enum err err = number == NULL ? ERR_MEMORY : OK;

	*ret_issuing = NULL;
	if (!is_decided_here(caller, message))
		return OK;
	if (err == OK && (err = tell_goods(turn, caller, message, &goods)) == OK)
		*ret_issuing = json_pack("{s:{s:s, s:s, s:s, s:b}, s:s, s:s, s:O, s:O, s:O}",
					 "office", "code", fact(message, "office"), "name",
					 office != NULL  ? office->name
					 : party != NULL ? party->name
							 : "",
					 "place", office == NULL ? "" : office->place, "isSealed",
					 office != NULL, "officer", officer_of(turn, caller),
					 "number", number, "declaration", goods.declaration,
					 "certified", goods.certified, "alike", goods.alike);
	json_decref(goods.declaration);
	json_decref(goods.certified);
	json_decref(goods.alike);
	return err == OK && *ret_issuing == NULL ? ERR_MEMORY : err;
}

/* ---- Who may see it ---- */

static bool may_see(const struct reading *reading, uint64_t number)
{
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct glance glance;
	struct bytes stored;

	turn_key_add_number(&key, number);
	return turn_get(reading->turn, &key, &stored) == OK && glance_read(stored, &glance) == OK &&
	       reading_may(reading, ACCESS_READ, &glance) == ACCESS_YES;
}

bool clerk_issuing_opens(const struct reading *reading, enum access_action action,
			 const struct message *message)
{
	struct find_entry application;
	const char *key;

	if ((action != ACCESS_READ && action != ACCESS_DOWNLOAD) ||
	    (reading->caller->roles & CALLER_ISSUING_OFFICER) == 0 ||
	    strcmp(fact(message, "kind"), "vn.export") != 0 || message->registered[0] == '\0' ||
	    strncmp(message->sender, "party:", 6) != 0)
		return false;
	key = find_text(reading->turn, "applied", fact(message, "exporter"), message->registered,
			NULL);
	return key != NULL && find_get(reading->turn, key, &application) == OK &&
	       may_see(reading, application.message);
}
