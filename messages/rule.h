/*
 * rule - what a kind's documents must hold to beyond their XSD: sums, dates, ticks, codes.
 *
 * Rules are data: files schemas/rules/NAME.xml (docs/rules.md), each for one or several kinds. On
 * load every name, path, list and form is checked; what is wrong is a finding with file and line. A
 * document is walked once to gather the values that rules name, then each rule is judged in time
 * linear in them (n log n where values must be unique). Pure: no clock, disk or socket.
 */
#ifndef MESSAGES_RULE_H
#define MESSAGES_RULE_H

#include "messages/schema.h"

struct rule_book; /* the rules of one kind */

/*
 * Read one file, whose document is valid against rule.xsd, and add its rules to the books of the
 * kinds it names: books has one place for each of schema_set_at(), NULL until the first rule. All
 * memory is of the arena, texts are copied. `file` is its name for findings.
 * ERR_CONFIG: findings say what is wrong.
 */
enum err rule_read(const struct schema_set *set, const char *file, const struct document *document,
		   struct arena *arena, struct findings *findings, struct rule_book **books);

/*
 * Judge a document that is valid against its XSD; all findings. book NULL has no rules. day,
 * "2026-11-20", is the day that counts where the document does not say the day that its rules are
 * judged at; NULL: then only rules without end are in force.
 * OK also when there are findings.
 */
enum err rule_check(const struct rule_book *book, const struct document *document, const char *day,
		    struct findings *findings);

/* Every rule of a book in order of its file, for tables and tests; NULL at the end. */
struct rule_card {
	const char *code;
	enum severity severity;
	const char *valid_from; /* yyyy-mm-dd, or "" */
	const char *valid_to;
	const char *vi;
	const char *en;
	const char *file;
};
const struct rule_card *rule_card_at(const struct rule_book *book, size_t index);

#endif
