/*
 * use - a certificate is written off for an import declaration, and that is reversed: what
 * vn.co-status and asw.co-status say of goods items (tables "uses").
 *
 * Customs here may only write off what is left, in the unit of the item, for a declaration that is here
 * where its kind says so (fact "usesFor" = "known"); each objection names the balance. While more is used of any item
 * than is certified (use_move()) nothing is, until that is reversed. A person writes off and reverses for declarations
 * of their own offices. What a partner says
 * of our certificate is taken as it says it: excess is shown, not refused.
 */
#ifndef NODE_USE_H
#define NODE_USE_H

#include "node/message.h"
#include "sampan/finding.h"

/* The fact of a declaration that names the messages of certificates that were used for it, as words. */
#define USE_CERTIFICATES "usedOf"

/* What is changed: a notice and the certificate that it speaks of. */
struct use_turn {
	const struct turn *turn;
	const struct message *notice;
	struct message *certificate; /* its facts may change; the caller saves it */
	struct findings *findings;
};

/*
 * Write off what the notice says, or take back what it names (by its reference, else by item and
 * declaration). *ret_event is what became of the certificate: LIFE_USED, LIFE_USED_UP, LIFE_REVERSED;
 * *ret_told says it in words for its timeline, in the turn's arena. Findings with SEVERITY_ERROR: nothing is put.
 */
enum err use_take(const struct use_turn *use, enum life_event *ret_event, const char **ret_told);
enum err use_reverse(const struct use_turn *use, enum life_event *ret_event, const char **ret_told);

/* What became of it by all that was written off. */
enum err use_event(const struct turn *turn, const struct message *certificate,
		   enum life_event *ret_event);

/*
 * The first certificate that is written off for this declaration and was not given back. Such a declaration is
 * neither cancelled nor rejected: customs reverses the write-off first, which is a notice that travels, so that
 * the country of issue knows the balance that stands here. ERR_MISSING: there is none.
 */
enum err use_find(const struct turn *turn, const struct message *declaration,
		  struct message *ret_certificate);

/* The declaration knows that something of the certificate was used for it. */
enum err use_remember(const struct turn *turn, const struct message *certificate,
		      struct message *declaration);

/*
 * What was written off of one certificate is written off of another in its place, and the first has nothing written
 * off any more. Declarations know both. What the other does not certify, by its item's number, HS code (six digits),
 * unit or quantity, is missing there (left below zero), and an item of another HS code stands as one of its own.
 */
enum err use_move(const struct turn *turn, const struct message *from, const struct message *to);

/* A finding (copy-differs) for each item of which more is used than certified. */
enum err use_object_to_strays(const struct turn *turn, const struct message *certificate,
			      struct findings *findings);

#endif
