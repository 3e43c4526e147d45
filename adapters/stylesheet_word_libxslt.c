#include "adapters/stylesheet_libxslt.h"

#include <stdio.h>
#include <string.h>

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>

#include "sampan/hidden.h"

#define WORDS "urn:sampan:word"
#define WORDS_FILE "words.xml"
#define WORD_ARGUMENTS 9
#define WORD_BYTES ((size_t)1024 * 1024)
#define KEY_BYTES 512u

static const char *const language_names[STYLESHEET_LANGUAGES] = {
	[STYLESHEET_ENGLISH] = "en", [STYLESHEET_VIETNAMESE] = "vi"};

/* ---- Reading them ---- */

static xmlNodePtr next_element(xmlNodePtr node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static enum err put(struct stylesheet_set *set, size_t language, const char *key, const char *text)
{
	xmlChar *copy = text[0] == '\0' ? NULL : xmlStrdup((const xmlChar *)text);

	if (copy == NULL)
		return text[0] == '\0' ? ERR_EXISTS : ERR_MEMORY;
	if (xmlHashAddEntry(set->words[language], (const xmlChar *)key, copy) == 0)
		return OK;
	xmlFree(copy);
	return ERR_EXISTS;
}

enum err stylesheet_put_word(struct stylesheet_set *set, const struct stylesheet_word *word)
{
	char key[KEY_BYTES];
	enum err err;

	(void)snprintf(key, sizeof(key), "%s.%s", word->group, word->name);
	err = put(set, STYLESHEET_VIETNAMESE, key, word->vi);
	return err == OK ? put(set, STYLESHEET_ENGLISH, key, word->en) : err;
}

/* <word id="list.title"><vi>...</vi><en>...</en></word> */
static enum err take_word(struct stylesheet_set *set, xmlNodePtr word)
{
	xmlChar *id = xmlGetNoNsProp(word, (const xmlChar *)"id");
	unsigned count = 0;

	for (xmlNodePtr at = next_element(word->children); id != NULL && at != NULL;
	     at = next_element(at->next))
		for (size_t i = 0; i < STYLESHEET_LANGUAGES; i++)
			if (strcmp((const char *)at->name, language_names[i]) == 0) {
				xmlChar *text = xmlNodeGetContent(at);

				count += text != NULL &&
					 put(set, i, (const char *)id, (const char *)text) == OK;
				xmlFree(text);
			}
	xmlFree(id);
	if (count == STYLESHEET_LANGUAGES)
		return OK;
	stylesheet_say(set, WORDS_FILE, (int)xmlGetLineNo(word),
		       "a word has an id of its own, and a text in each language");
	return ERR_CONFIG;
}

enum err stylesheet_word_load(struct stylesheet_set *set, const char *folder)
{
	xmlDocPtr document;
	enum err err = OK;

	for (size_t i = 0; i < STYLESHEET_LANGUAGES; i++)
		if ((set->words[i] = xmlHashCreate(512)) == NULL)
			return ERR_MEMORY;
	if ((document = stylesheet_read(set, folder, WORDS_FILE)) == NULL)
		return ERR_MISSING;
	for (xmlNodePtr word = next_element(xmlDocGetRootElement(document)->children);
	     err == OK && word != NULL; word = next_element(word->next))
		err = take_word(set, word);
	xmlFreeDoc(document);
	return err;
}

static void free_text(void *text, const xmlChar *name)
{
	(void)name;
	xmlFree(text);
}

void stylesheet_word_free(struct stylesheet_set *set)
{
	for (size_t i = 0; i < STYLESHEET_LANGUAGES; i++)
		if (set->words[i] != NULL)
			xmlHashFree(set->words[i], free_text);
}

/* ---- The functions of ours ---- */

static const char *find(const struct stylesheet_set *set, enum stylesheet_language language,
			const char *key)
{
	return xmlHashLookup(set->words[language], (const xmlChar *)key);
}

bool stylesheet_has_word(const struct stylesheet_set *set, const char *key)
{
	return find(set, STYLESHEET_ENGLISH, key) != NULL;
}

static const struct stylesheet_rendering *rendering_of(xmlXPathParserContextPtr context)
{
	const xsltTransformContext *transform = xsltXPathGetTransformContext(context);

	return transform->_private;
}

/* What is read from right to left is isolated (U+2068, U+2069), so that it reorders nothing of the sentence. */
static void put_argument(struct buffer *to, const xmlChar *argument)
{
	bool turns = hidden_turns(bytes_of_text((const char *)argument));

	buffer_put_text(to, turns ? "\xe2\x81\xa8" : "");
	buffer_put_text(to, (const char *)argument);
	buffer_put_text(to, turns ? "\xe2\x81\xa9" : "");
}

static void put_filled(const char *text, xmlChar *const *arguments, int count, struct buffer *to)
{
	while (*text != '\0') {
		int number =
			text[0] == '{' && text[1] != '\0' && text[2] == '}' ? text[1] - '0' : -1;

		if (number >= 0 && number < count) {
			put_argument(to, arguments[number]);
			text += 3;
		} else {
			buffer_put_byte(to, (uint8_t)*text++);
		}
	}
	buffer_put_byte(to, '\0');
}

static void return_text(xmlXPathParserContextPtr context, const char *text)
{
	valuePush(context, xmlXPathNewCString(text));
}

static void return_filled(xmlXPathParserContextPtr context, const char *text,
			  xmlChar *const *arguments, int count)
{
	struct buffer made;

	buffer_init(&made, WORD_BYTES);
	put_filled(text, arguments, count, &made);
	if (buffer_error(&made) == OK)
		return_text(context, (const char *)made.at);
	else
		xmlXPathSetError(context, XPATH_MEMORY_ERROR);
	buffer_clear(&made);
}

/* Of one thing a sentence may have a form of its own: the word "id.one". */
static const char *find_counted(const struct stylesheet_rendering *rendering,
				xmlChar *const *arguments, int count)
{
	const char *key = (const char *)arguments[0], *text = NULL;
	char one[KEY_BYTES];

	if (count > 1 && strcmp((const char *)arguments[1], "1") == 0) {
		(void)snprintf(one, sizeof(one), "%s.one", key);
		text = find(rendering->set, rendering->language, one);
	}
	if (text == NULL)
		text = find(rendering->set, rendering->language, key);
	return text == NULL ? key : text;
}

static void function_word(xmlXPathParserContextPtr context, int count)
{
	const struct stylesheet_rendering *rendering = rendering_of(context);
	xmlChar *arguments[WORD_ARGUMENTS + 1] = {NULL};
	const char *text;

	if (count < 1 || count > WORD_ARGUMENTS) {
		xmlXPathSetError(context, XPATH_INVALID_ARITY);
		return;
	}
	for (int i = count; i-- > 0;)
		if ((arguments[i] = xmlXPathPopString(context)) == NULL)
			goto out;
	text = find_counted(rendering, arguments, count);
	if (count == 1)
		return_text(context, text);
	else
		return_filled(context, text, arguments + 1, count - 1);
out:
	for (int i = 0; i < count; i++)
		xmlFree(arguments[i]);
}

/* "group.value", cut off; it is asked for hundreds of times a page. */
static void put_key(char key[KEY_BYTES], const char *group, const char *value)
{
	size_t first = strnlen(group, KEY_BYTES - 2);
	size_t second = strnlen(value, KEY_BYTES - 2 - first);

	memcpy(key, group, first);
	key[first] = '.';
	memcpy(key + first + 1, value, second);
	key[first + 1 + second] = '\0';
}

static void function_named(xmlXPathParserContextPtr context, int count)
{
	const struct stylesheet_rendering *rendering = rendering_of(context);
	xmlChar *group, *value;
	char key[KEY_BYTES];
	const char *text;

	if (count != 2) {
		xmlXPathSetError(context, XPATH_INVALID_ARITY);
		return;
	}
	value = xmlXPathPopString(context);
	group = xmlXPathPopString(context);
	if (value != NULL && group != NULL) {
		put_key(key, (const char *)group, (const char *)value);
		text = find(rendering->set, rendering->language, key);
		return_text(context, text == NULL ? (const char *)value : text);
	}
	xmlFree(group);
	xmlFree(value);
}

enum err stylesheet_allow(xsltTransformContextPtr context,
			  const struct stylesheet_function *functions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (xsltRegisterExtFunction(context, (const xmlChar *)functions[i].name,
					    (const xmlChar *)WORDS, functions[i].function) != 0)
			return ERR_MEMORY;
	return OK;
}

enum err stylesheet_word_allow(xsltTransformContextPtr context)
{
	static const struct stylesheet_function functions[] = {{"word", function_word},
							       {"named", function_named}};

	return stylesheet_allow(context, functions, sizeof(functions) / sizeof(functions[0]));
}
