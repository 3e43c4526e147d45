/*
 * code_list - a code list of schemas/lists: what a code of one system is in another.
 *
 * Tab-separated UTF-8: lines beginning with "# " are comments (source and date stand there), then
 * from, to, optionally "lossy" (or nothing), and for units optionally how many of `to` one of `from`
 * is. Lines end with LF or CR LF. Reading forth takes the first line with that from; reading back
 * the first with that to. A pair is lossy in a direction when going there and back does not give
 * the same code, or when it says so.
 */
#ifndef MESSAGES_CODE_LIST_H
#define MESSAGES_CODE_LIST_H

#include "messages/scale.h"
#include "sampan/arena.h"
#include "sampan/err.h"
#include "sampan/finding.h"

struct code_list;

/*
 * Read the bytes of one list file. name is the file's name without ".tsv". ERR_CONFIG: a finding
 * says the line.
 */
enum err code_list_parse(const char *name, struct bytes bytes, struct arena *arena,
			 struct findings *findings, struct code_list **ret_list);

const char *code_list_name(const struct code_list *list);

/*
 * The other code, borrowed from the list, and whether it is lossy; NULL when the code is not in the
 * list.
 */
const char *code_list_forth(const struct code_list *list, const char *from, bool *ret_lossy);
const char *code_list_back(const struct code_list *list, const char *to, bool *ret_lossy);

/* How many of the other unit one of this is (back: how many of this one of the other is), by the
 * line that forth (back) reads; 1 when it does not say. false: the code is not in the list. */
bool code_list_scale(const struct code_list *list, const char *code, bool is_back,
		     struct scale *ret_scale);

#endif
