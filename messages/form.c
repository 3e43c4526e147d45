#include "sampan/form.h"

#include <stdlib.h>
#include <string.h>

#include "messages/date_form.h"
#include "messages/word.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char digits[] = "0123456789";

static bool is_letter(char c)
{
	return c != '\0' && strchr(letters, c) != NULL;
}

static bool is_digit(char c)
{
	return c != '\0' && strchr(digits, c) != NULL;
}

static bool is_made_of(const char *text, const char *extra)
{
	for (; *text != '\0'; text++)
		if (!is_letter(*text) && !is_digit(*text) && strchr(extra, *text) == NULL)
			return false;
	return true;
}

static bool has_length(const char *text, size_t min, size_t max)
{
	size_t len = text == NULL ? 0 : strlen(text);

	return len >= min && len <= max && text != NULL;
}

bool form_is_country(const char *text)
{
	return has_length(text, 2, 2) && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' &&
	       text[1] <= 'Z';
}

bool form_is_date(const char *text)
{
	struct date_form_day day;

	return date_form_parse_day(bytes_of_text(text), DATE_FORM_ISO_DATE, &day);
}

bool form_is_id(const char *text)
{
	return has_length(text, 1, 64) && text[0] != '-' && is_made_of(text, "-");
}

bool form_is_node_name(const char *text)
{
	return has_length(text, 1, 200) && (is_letter(text[0]) || is_digit(text[0])) &&
	       is_made_of(text, ".-");
}

bool form_is_kind_version(const char *text)
{
	const char *version = text == NULL ? NULL : strchr(text, '/');

	if (version == NULL || !has_length(version + 1, 1, 6) || version[1] == '0' ||
	    strspn(version + 1, digits) != strlen(version + 1))
		return false;
	for (const char *at = text; at < version; at++)
		if (!is_letter(*at) && !is_digit(*at) && strchr(".-", *at) == NULL)
			return false;
	return version - text <= 200 && (is_letter(text[0]) || is_digit(text[0]));
}

bool form_is_kind(const char *text)
{
	return form_is_node_name(text) || form_is_kind_version(text);
}

bool form_is_endpoint(const char *text)
{
	const char *host, *colon;
	unsigned long port;

	if (!has_length(text, 1, 255) || strncmp(text, "tcp://", 6) != 0)
		return false;
	host = text + 6;
	colon = strrchr(host, ':');
	if (colon == NULL || colon == host || !has_length(colon + 1, 1, 5) ||
	    strspn(colon + 1, digits) != strlen(colon + 1))
		return false;
	for (const char *at = host; at < colon; at++)
		if (!is_letter(*at) && !is_digit(*at) && strchr(".-*[]:%_", *at) == NULL)
			return false;
	port = strtoul(colon + 1, NULL, 10);
	return port >= 1 && port <= 65535;
}

bool form_is_curve_key(const char *text)
{
	return has_length(text, 40, 40) && is_made_of(text, ".-:+=^!/*?&<>()[]{}@%$#");
}

bool form_is_fingerprint(const char *text)
{
	return has_length(text, 64, 64) && strspn(text, "0123456789abcdef") == 64;
}

/* The name of a ledger's key: a node's name, "/" and the epoch. */
static bool is_origin(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_letter(text[i]) && !is_digit(text[i]) && strchr(".-/", text[i]) == NULL)
			return false;
	return len > 0;
}

bool form_is_ledger_key(const char *text)
{
	const char *first = text == NULL ? NULL : strchr(text, '+');

	return has_length(text, 12, 400) && first != NULL &&
	       is_origin(text, (size_t)(first - text)) &&
	       strspn(first + 1, "0123456789abcdefABCDEF") == 8 && first[9] == '+' &&
	       is_made_of(first + 10, "+/=") && has_length(first + 10, 40, 60);
}

static bool is_among(const char *text, const char *const *words)
{
	for (; text != NULL && *words != NULL; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

bool form_is_route_target(const char *text)
{
	static const char *const targets[] = {
		"destination", "crossed",   "maker",        "addressee",
		"sender",      "authority", "role:customs", "role:issuing-authority",
		"role:agency", NULL};

	return is_among(text, targets) || form_is_country(text);
}

bool form_is_event(const char *text)
{
	static const char *const events[] = {"checked",   "parked",     "registered",
					     "issued",    "authorised", "received",
					     "cancelled", "followed",   NULL};

	return is_among(text, events);
}

bool form_are_events(const char *text)
{
	static const char ends[] = "checked parked registered issued authorised received cancelled "
				   "followed cleared rejected invalidated";
	struct bytes word;
	bool is_any = false;

	while (text != NULL && word_next(&text, &word)) {
		char event[32];

		if (word.len >= sizeof(event))
			return false;
		memcpy(event, word.at, word.len);
		event[word.len] = '\0';
		if (!word_is_in(ends, event))
			return false;
		is_any = true;
	}
	return is_any;
}

bool form_is_number(const char *text)
{
	size_t whole = text == NULL ? 0 : strspn(text, "0123456789"), part;

	if (whole == 0 || whole > 30)
		return false;
	if (text[whole] == '\0')
		return true;
	part = strspn(text + whole + 1, "0123456789");
	return text[whole] == '.' && part > 0 && part <= 30 && text[whole + 1 + part] == '\0';
}

bool form_is_consent(const char *text)
{
	return text != NULL && strcmp(text, "acdd") == 0;
}

bool form_is_line(const char *text)
{
	if (!has_length(text, 1, 255))
		return false;
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

bool form_is_oid(const char *text)
{
	size_t arcs = 0;

	if (strlen(text) > 127 || text[strspn(text, "0123456789.")] != '\0')
		return false;
	for (;; text++) {
		size_t len = strspn(text, "0123456789");

		if (len == 0 || (len > 1 && text[0] == '0'))
			return false;
		arcs++;
		text += len;
		if (*text == '\0')
			return arcs > 1;
	}
}

const char *form_text(form_test *test)
{
	static const struct {
		form_test *test;
		const char *text;
	} table[] = {
		{form_is_country, "a country: two capital letters, such as VN"},
		{form_is_date, "a date, such as 2026-11-22"},
		{form_is_id, "letters, digits and \"-\", at most 64"},
		{form_is_node_name, "a node's name, such as vn.sampan.example"},
		{form_is_kind, "a kind, such as asw.acdd or asw.acdd/2"},
		{form_is_kind_version, "a kind with its version, such as asw.acdd/2"},
		{form_is_endpoint, "an endpoint, such as tcp://203.0.113.7:7766"},
		{form_is_curve_key, "a CURVE public key: 40 characters of Z85"},
		{form_is_ledger_key, "a ledger key: name+hash+key"},
		{form_is_fingerprint, "a SHA-256: 64 digits of lower-case hexadecimal"},
		{form_is_route_target,
		 "\"destination\", \"crossed\", \"maker\", \"addressee\", \"sender\", \"authority\", a country, or "
		 "\"role:\" with customs, issuing-authority or agency"},
		{form_is_event,
		 "an event: checked, parked, registered, issued, authorised, received, "
		 "cancelled or followed"},
		{form_are_events,
		 "events as words: checked, parked, registered, issued, authorised, received, "
		 "cancelled, followed, cleared, rejected, invalidated"},
		{form_is_number, "a number such as 500000 or 12.5"},
		{form_is_consent, "\"acdd\", or nothing"},
		{form_is_oid, "an object identifier, such as 1.3.6.1.4.1.99999.1"},
		{form_is_line, "a text of 1 to 255 bytes on one line"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].test == test)
			return table[i].text;
	return "another value";
}
