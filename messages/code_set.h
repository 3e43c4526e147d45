/*
 * code_set - a code list of schemas/lists that says which codes exist (NAME.codes).
 *
 * UTF-8 lines in byte order of the code, which stands first in its line; what stands behind a tab
 * is for people, behind another one the same in Vietnamese. Lines end with LF or CR LF. Lines that begin with "# " come first: at least
 * "# source:" and "# date:". The bytes stay where they are; a table beside them, of 8 to 16 bytes
 * for each code, says where a code's line is, since a document asks hundreds of times. What a code
 * is in another system stands in a code_list (NAME.tsv).
 */
#ifndef MESSAGES_CODE_SET_H
#define MESSAGES_CODE_SET_H

#include "sampan/arena.h"
#include "sampan/err.h"
#include "sampan/finding.h"

struct code_set;

/*
 * Look through the bytes of one list file, which are borrowed for the life of the set. name is the
 * file's name without ".codes". ERR_CONFIG: a finding "list-line-wrong" says the line: one without
 * a code, not behind the one before, with a carriage return inside, or source or date missing.
 */
enum err code_set_parse(const char *name, struct bytes bytes, struct arena *arena,
			struct findings *findings, struct code_set **ret_set);

const char *code_set_name(const struct code_set *set);

/*
 * The codes in order, with what stands behind each for people ("" when nothing does; words_vi: in Vietnamese). *at begins as
 * 0; false: there are no more. Borrowed from the list's bytes.
 */
struct code_set_line {
	struct bytes code, words, words_vi;
};
bool code_set_next(const struct code_set *set, size_t *at, struct code_set_line *ret_line);

/* The same of one code; false: there is none. */
bool code_set_find(const struct code_set *set, struct bytes code, struct code_set_line *ret_line);

bool code_set_has(const struct code_set *set, struct bytes code);

#endif
