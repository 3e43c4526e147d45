#include "node/page_kept.h"

#include <stdlib.h>
#include <string.h>

#include "sampan/key.h"
#include "sampan/secret.h"

static void drop(struct page_kept_page *page)
{
	if (page->status == 0)
		return;
	secret_wipe(page->at, page->len);
	free(page->at);
	*page = (struct page_kept_page){0};
}

void page_kept_clear(struct page_kept *kept)
{
	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++)
		drop(&kept->pages[i]);
}

static void drop_old(struct page_kept *kept, uint64_t now_ms)
{
	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++)
		if (now_ms - kept->pages[i].kept_ms > PAGE_KEPT_MS)
			drop(&kept->pages[i]);
}

/* What is kept of a session, or of all (NULL). */
struct share {
	struct page_kept_page *oldest;
	size_t count, bytes;
};

static struct share share_of(struct page_kept *kept, const struct hash *session)
{
	struct share share = {0};

	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++) {
		struct page_kept_page *page = &kept->pages[i];

		if (page->status == 0 || (session != NULL && !hash_equal(&page->session, session)))
			continue;
		share.count++;
		share.bytes += page->len;
		if (share.oldest == NULL || page->kept_ms < share.oldest->kept_ms)
			share.oldest = page;
	}
	return share;
}

/* Until one more of so many bytes fits. */
static void drop_until(struct page_kept *kept, const struct hash *session, size_t max_count,
		       size_t max_bytes)
{
	struct share share;

	while ((share = share_of(kept, session)).count >= max_count || share.bytes > max_bytes)
		drop(share.oldest);
}

/* A free place, with room for so many bytes: there is one. */
static struct page_kept_page *make_room(struct page_kept *kept, const struct hash *session,
					size_t len)
{
	drop_until(kept, session, PAGE_KEPT_SESSION, PAGE_KEPT_SESSION_BYTES - len);
	drop_until(kept, NULL, PAGE_KEPT_PAGES, PAGE_KEPT_BYTES - len);
	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++)
		if (kept->pages[i].status == 0)
			return &kept->pages[i];
	return NULL;
}

static void make_id(char ret_id[PAGE_KEPT_ID_BYTES])
{
	struct hash random;

	key_random(random.at, sizeof(random.at));
	hash_format_hex(&random, ret_id);
}

bool page_kept_put(struct page_kept *kept, const struct hash *session, unsigned status,
		   struct bytes page, uint64_t now_ms, char ret_id[PAGE_KEPT_ID_BYTES])
{
	struct page_kept_page *place;
	uint8_t *copy;

	if (page.len == 0 || page.len > PAGE_KEPT_SESSION_BYTES || status == 0 ||
	    (copy = malloc(page.len)) == NULL)
		return false;
	memcpy(copy, page.at, page.len);
	drop_old(kept, now_ms);
	place = make_room(kept, session, page.len);
	if (place == NULL) {
		free(copy);
		return false;
	}
	*place = (struct page_kept_page){.session = *session,
					 .status = status,
					 .kept_ms = now_ms,
					 .at = copy,
					 .len = page.len};
	make_id(place->id);
	memcpy(ret_id, place->id, PAGE_KEPT_ID_BYTES);
	return true;
}

const struct page_kept_page *page_kept_find(struct page_kept *kept, const struct hash *session,
					    const char *id, uint64_t now_ms)
{
	drop_old(kept, now_ms);
	for (size_t i = 0; i < PAGE_KEPT_PAGES && strlen(id) == PAGE_KEPT_ID_BYTES - 1; i++) {
		const struct page_kept_page *page = &kept->pages[i];

		if (page->status != 0 && hash_equal(&page->session, session) &&
		    secret_equal(page->id, id, PAGE_KEPT_ID_BYTES))
			return page;
	}
	return NULL;
}
