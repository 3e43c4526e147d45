/*
 * sieve - our own check of a document against its XSD: one pass over tables made when the schema
 * set is loaded.
 *
 * It knows two answers. "Passes" is a promise: libxml2's validator has no fault to find either.
 * Otherwise the document is wrong, or holds something that the tables do not decide (xsi:type,
 * xsi:nil, a year beyond 9999): then libxml2 checks it and makes the findings. So the sieve saves
 * time and never decides against a document. Immutable once loaded; a check allocates nothing.
 */
#ifndef MESSAGES_SIEVE_H
#define MESSAGES_SIEVE_H

#include "messages/shape.h"

struct branch; /* messages/branch.h */
struct sieve;

/*
 * The tables of one root element of an XSD file that libxml2 has compiled, for documents of that
 * shape. All memory is of the arena. What the tables do not know is no error: elements with it
 * never pass (sieve_gap).
 */
enum err sieve_load(const char *xsd_path, const struct shape *shape, struct arena *arena,
		    struct findings *findings, const struct sieve **ret_sieve);

/* The first thing in the XSD that the tables do not know, "file:line name"; NULL: they know all. */
const char *sieve_gap(const struct sieve *sieve);

/*
 * Does a document that a translation has built surely fit? (One that was read is looked at while it
 * is bound: messages/bind.h.) Not when it has more elements and attributes
 * than document_read() takes.
 */
bool sieve_passes_branch(const struct sieve *sieve, const struct branch *root);

#endif
