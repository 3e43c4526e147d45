/*
 * code_search - find codes of a list (code_set.h) by what a person types: the beginning of a code, or words.
 *
 * Words are compared by their beginnings, without regard to case, diacritics ("gom su" finds "Gốm, sứ") and
 * order; all of them must be there. Typed with diacritics, those that have the same come first ("chè" before "chế"). What is typed is hostile and bounded: CODE_SEARCH_WORDS words of what stands in
 * its first CODE_SEARCH_BYTES bytes; a search is one walk over the list. Pure.
 */
#ifndef MESSAGES_CODE_SEARCH_H
#define MESSAGES_CODE_SEARCH_H

#include "messages/code_set.h"

#define CODE_SEARCH_MOST 20u
#define CODE_SEARCH_BYTES 120u
#define CODE_SEARCH_WORDS 8u

struct code_search_hit {
	struct code_set_line line;
	bool goes_on; /* longer codes begin with it: 6912, 691200 */
};

struct code_search {
	struct code_search_hit hits
		[CODE_SEARCH_MOST]; /* best first: by code, by its first word, by any; with the marks typed, without */
	size_t count;
	bool has_more;
};

/*
 * Digits may have dots and blanks between them ("6912.00"); a code that goes on behind those of the list ("69120000") finds
 * what it begins with. Of codes that begin with what was typed the next level is found: for "69" 6901, 6902 and not 690100. Of fewer
 * than two characters nothing is found. Borrowed from the list.
 */
void code_search_find(const struct code_set *set, struct bytes typed,
		      struct code_search *ret_search);

/* Do these words fit what was typed, as those of a code would? */
bool code_search_fits(struct bytes words, struct bytes typed);

#endif
