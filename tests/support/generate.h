/*
 * generate - a document of a kind, valid by construction, out of a sequence of choices.
 *
 * From the least that its XSD demands (all choices 0) to hundreds of lines; each optional part is
 * there sometimes, values are plain, strange or at their limits. Fitting documents keep to what a
 * map's other side can hold (wishes.h); wild ones only to their own XSD.
 */
#ifndef TESTS_SUPPORT_GENERATE_H
#define TESTS_SUPPORT_GENERATE_H

#include "sampan/buffer.h"
#include "tests/support/choices.h"
#include "tests/support/grammar.h"

/*
 * Write the document. false: no
 * value was found for something that must be there, or it grew too large.
 */
bool generate_document(const struct grammar *root, struct choices *choices, struct buffer *to);

#endif
