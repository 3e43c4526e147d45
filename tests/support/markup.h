/*
 * markup - what a browser would run or load of a page that hostile text went into.
 */
#ifndef TESTS_SUPPORT_MARKUP_H
#define TESTS_SUPPORT_MARKUP_H

/* in a text, in both kinds of quotes, behind the end of an element, as a link, as a style */
#define MARKUP_HOSTILE \
	"javascript:x\"'><script>evil()</script><img src=x onerror=evil()><b style='x'>&lt;i>]]>"

/*
 * Fails the test unless the page loads and runs its one script and nothing else, and leads nowhere but
 * to paths of ours: nothing of MARKUP_HOSTILE has become markup.
 */
void markup_check(const char *page);

#endif
