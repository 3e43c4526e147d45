/*
 * page_kept - pages that a form led to and that say what is wrong with it: kept in memory for the session that sent the form,
 * so that its answer has an address of its own, and going back to it sends nothing again and loses nothing that was typed.
 *
 * Bounded: PAGE_KEPT_SESSION pages and PAGE_KEPT_SESSION_BYTES of a session, whose oldest goes first; PAGE_KEPT_BYTES of all,
 * PAGE_KEPT_MS long; the oldest goes first, and is wiped. A page is found by its session and its id alone, neither of which anybody else knows. All zero is empty.
 */
#ifndef NODE_PAGE_KEPT_H
#define NODE_PAGE_KEPT_H

#include "sampan/bytes.h"
#include "sampan/hash.h"

#define PAGE_KEPT_SESSION 4u
#define PAGE_KEPT_PAGES 64u
#define PAGE_KEPT_BYTES ((size_t)8 * 1024 * 1024)
#define PAGE_KEPT_SESSION_BYTES (PAGE_KEPT_BYTES / 4)
#define PAGE_KEPT_MS ((uint64_t)30 * 60 * 1000)
#define PAGE_KEPT_ID_BYTES HASH_HEX_BYTES /* of text, with the final zero */

struct page_kept_page {
	struct hash session;
	char id[PAGE_KEPT_ID_BYTES];
	unsigned status; /* 0: there is none */
	uint64_t kept_ms;
	uint8_t *at;
	size_t len;
};

struct page_kept {
	struct page_kept_page pages[PAGE_KEPT_PAGES];
};

/* The page is copied. false: it is too long, or there is no memory, and nothing is kept. */
bool page_kept_put(struct page_kept *kept, const struct hash *session, unsigned status,
		   struct bytes page, uint64_t now_ms, char ret_id[PAGE_KEPT_ID_BYTES]);

/* Borrowed until the next call. NULL: it is not kept, or no longer. */
const struct page_kept_page *page_kept_find(struct page_kept *kept, const struct hash *session,
					    const char *id, uint64_t now_ms);

void page_kept_clear(struct page_kept *kept);

#endif
