#include "tests/support/wishes.h"

#include <dirent.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/value.h"

struct reading {
	struct wishes *wishes;
	const char *folder;
	const xmlNode *scope; /* where prefixes of paths are declared */
};

static void die(const char *what, const char *about)
{
	fprintf(stderr, "wishes: %s: %s\n", what, about);
	abort();
}

static const char *attribute(const xmlNode *node, const char *name)
{
	const xmlAttr *found = xmlHasNsProp(node, BAD_CAST name, NULL);

	if (found == NULL)
		return NULL;
	return found->children == NULL ? "" : (const char *)found->children->content;
}

static bool is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static void put_word(struct grammar *place, const char *word)
{
	struct grammar_wish *wish = &place->wish;

	for (size_t i = 0; i < wish->word_count; i++) {
		if (strcmp(wish->words[i], word) == 0)
			return;
	}
	if (wish->word_count < GRAMMAR_WORDS)
		wish->words[wish->word_count++] = word;
}

static void put_words(const struct wishes *wishes, struct grammar *place, const char *words)
{
	while (*words != '\0') {
		size_t len = strcspn(words, " ");

		if (len > 0)
			put_word(place, arena_text(wishes->arena, bytes_of(words, len)));
		words += len;
		words += strspn(words, " ");
	}
}

/* ---- Kinds ---- */

static void put_law(const struct wishes *wishes, struct grammar *root, const xmlNode *when)
{
	struct grammar *place = grammar_find(root, attribute(when, "path"), when);

	if (place == NULL)
		return;
	if (attribute(when, "equals") != NULL)
		put_words(wishes, place, attribute(when, "equals"));
	for (; place != NULL; place = place->parent)
		place->wish.is_law = true;
}

static bool is_kind(const xmlNode *root, const char *full_id)
{
	char own[256];

	if (!is(root, "kind"))
		return false;
	snprintf(own, sizeof(own), "%s/%s", attribute(root, "id"), attribute(root, "version"));
	return strcmp(own, full_id) == 0;
}

static void read_kind(const struct wishes *wishes, const char *folder, struct wishes_kind *kind)
{
	const xmlNode *root = xmlDocGetRootElement(kind->doc);

	snprintf(kind->xsd, sizeof(kind->xsd), "%s/xsd/%s", folder, attribute(root, "xsd"));
	kind->root = grammar_open(kind->xsd, attribute(root, "root"), wishes->arena, &kind->file);
	for (const xmlNode *node = root->children; node != NULL; node = node->next) {
		if (is(node, "when"))
			put_law(wishes, kind->root, node);
	}
}

typedef bool is_wanted(const xmlNode *root, const char *first, const char *second);

static bool want_kind(const xmlNode *root, const char *first, const char *second)
{
	(void)second;
	return is_kind(root, first);
}

static bool want_map(const xmlNode *root, const char *first, const char *second)
{
	return is(root, "map") && strcmp(attribute(root, "from"), first) == 0 &&
	       strcmp(attribute(root, "to"), second) == 0;
}

static xmlDoc *find_file(const char *folder, const char *below, is_wanted *wanted,
			 const char *first, const char *second)
{
	char path[2048];
	struct dirent *entry;
	xmlDoc *found = NULL;
	DIR *files;

	snprintf(path, sizeof(path), "%s/%s", folder, below);
	files = opendir(path);
	while (files != NULL && found == NULL && (entry = readdir(files)) != NULL) {
		if (strstr(entry->d_name, ".xml") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", folder, below, entry->d_name);
		found = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOBLANKS);
		if (found != NULL && !wanted(xmlDocGetRootElement(found), first, second)) {
			xmlFreeDoc(found);
			found = NULL;
		}
	}
	if (files != NULL)
		closedir(files);
	return found;
}

static void open_kind(const struct wishes *wishes, const char *folder, const char *full_id,
		      struct wishes_kind *kind)
{
	kind->doc = find_file(folder, "kinds", want_kind, full_id, NULL);
	if (kind->doc == NULL)
		die("no such kind", full_id);
	read_kind(wishes, folder, kind);
}

/* ---- Maps ---- */

/* The rule's paths in the direction of the walk. */
struct rule {
	const char *from;
	const char *to;
	bool is_against; /* read backwards: conditions of the way forth do not hold */
};

static bool applies(const struct reading *reading, const xmlNode *node, bool is_turned)
{
	const char *way = attribute(node, "way");

	if (is_turned || way == NULL)
		return true;
	return (strcmp(way, "back") == 0) == reading->wishes->is_back;
}

static struct rule read_rule(const struct reading *reading, const xmlNode *node, bool is_turned)
{
	bool is_against = reading->wishes->is_back && !is_turned;
	struct rule rule = {.from = attribute(node, is_against ? "to" : "from"),
			    .to = attribute(node, is_against ? "from" : "to"),
			    .is_against = is_against};

	return rule;
}

static void mark_mapped(struct grammar *place)
{
	for (; place != NULL && !place->wish.is_mapped; place = place->parent)
		place->wish.is_mapped = true;
}

static uint32_t times(uint32_t a, uint32_t b)
{
	uint64_t product = (uint64_t)a * b;

	return product > GRAMMAR_UNBOUNDED ? GRAMMAR_UNBOUNDED : (uint32_t)product;
}

/* No more of the source than the target has room for, each below its base. */
static void limit(struct grammar *source, const struct grammar *source_base,
		  const struct grammar *target, const struct grammar *target_base)
{
	uint32_t most = 1;

	for (; target != NULL && target != target_base; target = target->parent)
		most = times(most, target->max == 0 ? 1 : target->max);
	for (; source != NULL && source != source_base; source = source->parent) {
		if (most < source->wish.max)
			source->wish.max = most;
	}
}

/* Where the target cannot be without it, neither should the source. */
static void need(struct grammar *source, const struct grammar *source_base,
		 const struct grammar *target, const struct grammar *target_base)
{
	for (; target != NULL && target != target_base; target = target->parent) {
		if (target->min == 0)
			return;
	}
	for (; source != NULL && source != source_base; source = source->parent)
		source->wish.is_must = true;
}

static void fit(struct grammar *source, const struct grammar_type *type)
{
	struct grammar_wish *wish = &source->wish;

	if (type == NULL)
		return;
	for (size_t i = 0; i < wish->fit_count; i++) {
		if (wish->fits[i] == type)
			return;
	}
	if (wish->fit_count < GRAMMAR_FITS)
		wish->fits[wish->fit_count++] = type;
}

/* The column of a list that stands on this side. */
static void put_list(const struct reading *reading, struct grammar *place, const char *name,
		     bool is_second)
{
	char path[2048], line[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/lists/%s.tsv", reading->folder, name);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char *first = strtok(line, "\t\n"), *second = strtok(NULL, "\t\n");

		if (first == NULL || second == NULL || *first == '#')
			continue;
		put_word(place, arena_text(reading->wishes->arena,
					   bytes_of_text(is_second ? second : first)));
	}
	if (file != NULL)
		fclose(file);
}

static void wish_conversion(const struct reading *reading, const xmlNode *node,
			    const struct rule *rule, struct grammar *source)
{
	const char *convert = attribute(node, "convert");

	if (strstr(convert, "date") != NULL)
		source->wish.date_form =
			attribute(node, rule->is_against ? "to-form" : "from-form");
	if (strstr(convert, "list") != NULL)
		put_list(reading, source, attribute(node, "list"), rule->is_against);
	source->wish.is_plain = true;
}

static void wish_value(const struct reading *reading, const xmlNode *node, const struct rule *rule,
		       struct grammar *from, struct grammar *to)
{
	struct grammar *source = grammar_find(from, rule->from, reading->scope);
	const struct grammar *target = grammar_find(to, rule->to, reading->scope);

	if (source == NULL || target == NULL)
		return;
	mark_mapped(source);
	limit(source, *rule->from == '/' ? NULL : from, target, *rule->to == '/' ? NULL : to);
	need(source, *rule->from == '/' ? NULL : from, target, *rule->to == '/' ? NULL : to);
	if (attribute(node, "convert") == NULL && reading->wishes->pair_count < WISHES_PAIRS) {
		size_t pair = reading->wishes->pair_count++;

		reading->wishes->pairs[pair].source = source;
		reading->wishes->pairs[pair].target = target;
	}
	if (attribute(node, "convert") != NULL)
		wish_conversion(reading, node, rule, source);
	else if (attribute(node, "cut") == NULL)
		fit(source, target->type);
}

static void wish_same(struct grammar *source, struct grammar *target);

static void wish_twins(struct grammar *group, struct grammar *target)
{
	for (size_t i = 0; group != NULL && i < group->part_count; i++) {
		struct grammar *part = group->parts[i], *twin;
		char name[256];

		if (part->kind != GRAMMAR_ELEMENT && part->kind != GRAMMAR_ATTRIBUTE) {
			wish_twins(part, target);
			continue;
		}
		snprintf(name, sizeof(name), "%s%s", part->kind == GRAMMAR_ATTRIBUTE ? "@" : "",
			 part->name);
		twin = grammar_child(target, NULL, name, strlen(name));
		if (twin == NULL)
			continue;
		limit(part, part->parent, twin, twin->parent);
		part->wish.is_must |= twin->min > 0;
		wish_same(part, twin);
	}
}

static void wish_same(struct grammar *source, struct grammar *target)
{
	fit(source, target->type);
	if (source->kind != GRAMMAR_ELEMENT)
		return;
	wish_twins(source, target);
	wish_twins(source->content, target);
}

static void wish_fact(const struct reading *reading, const char *name, const struct grammar *target)
{
	struct wishes *wishes = reading->wishes;
	struct wishes_fact *fact = wishes->facts;

	if (target == NULL || target->type == NULL)
		return;
	while (fact < wishes->facts + wishes->fact_count && strcmp(fact->name, name) != 0)
		fact++;
	if (fact == wishes->facts + WISHES_FACTS)
		die("too many facts", name);
	if (fact == wishes->facts + wishes->fact_count)
		wishes->fact_count++;
	fact->name = name;
	if (fact->target_count < GRAMMAR_FITS)
		fact->targets[fact->target_count++] = target;
	if (fact->type_count < GRAMMAR_FITS)
		fact->types[fact->type_count++] = target->type;
}

/* PATH or PATH=VALUE. */
static void wish_when(const struct reading *reading, const char *when, struct grammar *from)
{
	size_t len = strcspn(when, "=");
	struct grammar *place = grammar_find(
		from, arena_text(reading->wishes->arena, bytes_of(when, len)), reading->scope);

	if (place == NULL)
		return;
	mark_mapped(place);
	if (when[len] == '=')
		put_word(place, when + len + 1);
}

static void read_rules(const struct reading *reading, const xmlNode *rules, struct grammar *from,
		       struct grammar *to, bool is_turned);

static void wish_group(const struct reading *reading, const xmlNode *node, const struct rule *rule,
		       struct grammar *from, struct grammar *to)
{
	bool is_turned = reading->wishes->is_back && !rule->is_against;
	struct grammar *source =
		rule->from == NULL ? from : grammar_find(from, rule->from, reading->scope);
	struct grammar *target = rule->to == NULL ? to : grammar_find(to, rule->to, reading->scope);

	if (source == NULL || target == NULL)
		return;
	mark_mapped(source);
	if (source != from) {
		limit(source, from, target, to);
		if (attribute(node, "when") == NULL)
			need(source, from, target, to);
	}
	if (!rule->is_against && attribute(node, "when") != NULL)
		wish_when(reading, attribute(node, "when"), source);
	read_rules(reading, node, source, target, is_turned);
}

/* The rules inside speak of the element that holds the key. */
static void wish_link(const struct reading *reading, const xmlNode *node, const struct rule *rule,
		      struct grammar *from, struct grammar *to)
{
	struct grammar *source = grammar_find(from, rule->from, reading->scope);
	struct grammar *key = grammar_find(from, attribute(node, "key"), reading->scope);

	if (source == NULL || key == NULL || key->parent == NULL)
		return;
	mark_mapped(source);
	mark_mapped(key);
	source->wish.key = key;
	key->wish.is_key = true;
	read_rules(reading, node, key->parent, to, reading->wishes->is_back);
}

static void keep_all(struct grammar *place)
{
	place->wish.is_kept = true;
	for (size_t i = 0; i < place->part_count; i++)
		keep_all(place->parts[i]);
	if (place->content != NULL)
		keep_all(place->content);
}

static void wish_require(const struct reading *reading, const xmlNode *node, struct grammar *from)
{
	struct grammar *place = grammar_find(from, attribute(node, "path"), reading->scope);

	if (place == NULL)
		return;
	mark_mapped(place);
	for (struct grammar *above = place; above != NULL; above = above->parent)
		above->wish.is_must = true;
	if (attribute(node, "equals") != NULL)
		put_words(reading->wishes, place, attribute(node, "equals"));
}

static void read_one(const struct reading *reading, const xmlNode *node, struct grammar *from,
		     struct grammar *to, bool is_turned)
{
	struct rule rule;

	is_turned |= reading->wishes->is_back && attribute(node, "way") != NULL &&
		     strcmp(attribute(node, "way"), "back") == 0;
	rule = read_rule(reading, node, is_turned);
	if (is(node, "group")) {
		wish_group(reading, node, &rule, from, to);
	} else if (is(node, "value") && rule.from != NULL && rule.to != NULL) {
		wish_value(reading, node, &rule, from, to);
	} else if (is(node, "same") && rule.from != NULL && rule.to != NULL) {
		struct grammar *source = grammar_find(from, rule.from, reading->scope);
		struct grammar *target = grammar_find(to, rule.to, reading->scope);

		if (source != NULL && target != NULL) {
			mark_mapped(source);
			wish_same(source, target);
		}
	} else if (is(node, "constant") && rule.is_against) {
		struct grammar *place = grammar_find(from, attribute(node, "to"), reading->scope);

		if (place != NULL && place->type != NULL) {
			mark_mapped(place);
			put_word(place, attribute(node, "value"));
		}
	} else if (is(node, "require") && !rule.is_against) {
		wish_require(reading, node, from);
	} else if (is(node, "link") && !rule.is_against) {
		wish_link(reading, node, &rule, from, to);
	} else if (is(node, "carry") && !rule.is_against) {
		struct grammar *place = grammar_find(from, attribute(node, "path"), reading->scope);

		if (place != NULL)
			keep_all(place);
	} else if (is(node, "supply") && !rule.is_against) {
		wish_fact(reading, attribute(node, "from"),
			  grammar_find(to, rule.to, reading->scope));
	}
}

static void read_rules(const struct reading *reading, const xmlNode *rules, struct grammar *from,
		       struct grammar *to, bool is_turned)
{
	for (const xmlNode *node = rules->children; node != NULL; node = node->next) {
		if (node->type == XML_ELEMENT_NODE && applies(reading, node, is_turned))
			read_one(reading, node, from, to, is_turned);
	}
}

void wishes_open(const char *folder, const char *from, const char *to, struct arena *arena,
		 struct wishes *ret_wishes)
{
	struct reading reading = {.wishes = ret_wishes, .folder = folder};

	*ret_wishes = (struct wishes){.arena = arena};
	open_kind(ret_wishes, folder, from, &ret_wishes->from);
	open_kind(ret_wishes, folder, to, &ret_wishes->to);
	ret_wishes->map = find_file(folder, "maps", want_map, from, to);
	if (ret_wishes->map == NULL) {
		ret_wishes->map = find_file(folder, "maps", want_map, to, from);
		ret_wishes->is_back = true;
	}
	if (ret_wishes->map == NULL)
		die("no such map", from);
	reading.scope = xmlDocGetRootElement(ret_wishes->map);
	read_rules(&reading, reading.scope, ret_wishes->from.root, ret_wishes->to.root, false);
}

void wishes_close(struct wishes *wishes)
{
	grammar_close(wishes->from.file);
	grammar_close(wishes->to.file);
	xmlFreeDoc(wishes->from.doc);
	xmlFreeDoc(wishes->to.doc);
	xmlFreeDoc(wishes->map);
}

/* The same place in another tree of the same kind. */
static const struct grammar *same_place(struct grammar *root, const struct grammar *place)
{
	struct grammar *above;

	if (place->parent == NULL)
		return root;
	above = (struct grammar *)(uintptr_t)same_place(root, place->parent);
	if (above == NULL)
		return NULL;
	if (place->kind == GRAMMAR_ATTRIBUTE) {
		char name[256];

		snprintf(name, sizeof(name), "@%s", place->name);
		return grammar_child(above, NULL, name, strlen(name));
	}
	return grammar_child(above, place->namespace, place->name, strlen(place->name));
}

static void learn_fact(struct wishes_fact *fact, const struct grammar_wish *wish)
{
	for (size_t i = 0; i < wish->fit_count && fact->type_count < GRAMMAR_FITS; i++)
		fact->types[fact->type_count++] = wish->fits[i];
	if (fact->word == NULL && wish->word_count > 0)
		fact->word = wish->words[0];
}

static void learn_value(struct grammar *source, const struct grammar_wish *wish)
{
	if (source->wish.word_count > 0)
		return;
	for (size_t i = 0; i < wish->word_count; i++)
		put_word(source, wish->words[i]);
}

void wishes_learn(struct wishes *wishes, const struct wishes *back)
{
	for (size_t i = 0; i < wishes->pair_count; i++) {
		const struct grammar *place = same_place(back->from.root, wishes->pairs[i].target);

		if (place != NULL)
			learn_value(wishes->pairs[i].source, &place->wish);
	}
	for (size_t i = 0; i < wishes->fact_count; i++) {
		struct wishes_fact *fact = &wishes->facts[i];

		for (size_t j = 0; j < fact->target_count; j++) {
			const struct grammar *place = same_place(back->from.root, fact->targets[j]);

			if (place != NULL)
				learn_fact(fact, &place->wish);
		}
	}
}

void wishes_put_facts(const struct wishes *wishes, struct choices *choices, struct facts *facts)
{
	char value[VALUE_BYTES];

	for (size_t i = 0; i < wishes->fact_count; i++) {
		const struct wishes_fact *fact = &wishes->facts[i];

		if (fact->word != NULL)
			snprintf(value, sizeof(value), "%s", fact->word);
		else if (!value_generate(choices, fact->types, fact->type_count, VALUE_PLAIN,
					 value))
			continue; /* shrunk choices may find none: then nobody supplies it */
		if (facts_put(facts, fact->name, value) != OK)
			die("no memory", fact->name);
	}
}
