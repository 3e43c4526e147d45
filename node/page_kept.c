#include "node/page_kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/key.h"
#include "sampan/secret.h"

static void drop(struct page_kept *kept, struct page_kept_page *page)
{
	if (page->status == 0)
		return;
	kept->bytes -= page->len;
	secret_wipe(page->at, page->len);
	free(page->at);
	*page = (struct page_kept_page){0};
}

void page_kept_clear(struct page_kept *kept)
{
	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++)
		drop(kept, &kept->pages[i]);
}

static void drop_old(struct page_kept *kept, uint64_t now_ms)
{
	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++)
		if (now_ms - kept->pages[i].kept_ms > PAGE_KEPT_MS)
			drop(kept, &kept->pages[i]);
}

/* Of a session, or of all (NULL). *ret_count: how many there are. */
static struct page_kept_page *oldest_of(struct page_kept *kept, const struct hash *session,
					size_t *ret_count)
{
	struct page_kept_page *oldest = NULL;

	*ret_count = 0;
	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++) {
		struct page_kept_page *page = &kept->pages[i];

		if (page->status == 0 || (session != NULL && !hash_equal(&page->session, session)))
			continue;
		(*ret_count)++;
		if (oldest == NULL || page->kept_ms < oldest->kept_ms)
			oldest = page;
	}
	return oldest;
}

/* A free place, with room for so many bytes: there is one. */
static struct page_kept_page *make_room(struct page_kept *kept, const struct hash *session,
					size_t len)
{
	size_t count;
	struct page_kept_page *oldest = oldest_of(kept, session, &count);

	if (count == PAGE_KEPT_SESSION)
		drop(kept, oldest);
	while ((oldest = oldest_of(kept, NULL, &count)) != NULL &&
	       (count == PAGE_KEPT_PAGES || kept->bytes + len > PAGE_KEPT_BYTES))
		drop(kept, oldest);
	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++)
		if (kept->pages[i].status == 0)
			return &kept->pages[i];
	return NULL;
}

static void make_id(char ret_id[PAGE_KEPT_ID_BYTES])
{
	uint8_t random[(PAGE_KEPT_ID_BYTES - 1) / 2];

	key_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		(void)snprintf(ret_id + 2 * i, 3, "%02x", random[i]);
}

bool page_kept_put(struct page_kept *kept, const struct hash *session, unsigned status,
		   struct bytes page, uint64_t now_ms, char ret_id[PAGE_KEPT_ID_BYTES])
{
	struct page_kept_page *place;
	uint8_t *copy;

	if (page.len == 0 || page.len > PAGE_KEPT_BYTES / PAGE_KEPT_SESSION || status == 0 ||
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
	kept->bytes += page.len;
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
