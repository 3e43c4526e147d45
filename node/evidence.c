#include "node/evidence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- For whom ---- */

static const char *const readers[] = {
	[EVIDENCE_BROKER] = "broker", [EVIDENCE_PARTNER] = "partner", [EVIDENCE_COURT] = "court"};

static bool is_country(const char *text)
{
	return text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z' &&
	       text[2] == '\0';
}

bool evidence_view_parse(const char *text, struct evidence_view *ret_view)
{
	struct evidence_view view = {.reader = EVIDENCE_PARTNER};

	if (strncmp(text, "partner:", 8) == 0 && is_country(text + 8)) {
		memcpy(view.partner, text + 8, sizeof(view.partner));
		*ret_view = view;
		return true;
	}
	if (strcmp(text, readers[EVIDENCE_BROKER]) == 0)
		view.reader = EVIDENCE_BROKER;
	else if (strcmp(text, readers[EVIDENCE_COURT]) == 0)
		view.reader = EVIDENCE_COURT;
	else
		return false;
	*ret_view = view;
	return true;
}

void evidence_view_format(const struct evidence_view *view, char ret_text[EVIDENCE_VIEW_BYTES])
{
	(void)snprintf(ret_text, EVIDENCE_VIEW_BYTES, "%s%s%s", readers[view->reader],
		       view->partner[0] == '\0' ? "" : ":", view->partner);
}

/* ---- Names ---- */

void evidence_name_leaf(uint64_t number, char ret_name[EVIDENCE_NAME_BYTES])
{
	(void)snprintf(ret_name, EVIDENCE_NAME_BYTES, "leaves/%012" PRIu64 ".leaf", number);
}

void evidence_name_note(uint64_t size, char ret_name[EVIDENCE_NAME_BYTES])
{
	(void)snprintf(ret_name, EVIDENCE_NAME_BYTES, "later/%012" PRIu64 "/checkpoint.txt", size);
}

void evidence_name_line(uint64_t size, size_t index, char ret_name[EVIDENCE_NAME_BYTES])
{
	(void)snprintf(ret_name, EVIDENCE_NAME_BYTES, "later/%012" PRIu64 "/cosignature-%02zu.txt",
		       size, index);
}

void evidence_name_stamp(uint64_t size, char ret_name[EVIDENCE_NAME_BYTES])
{
	(void)snprintf(ret_name, EVIDENCE_NAME_BYTES, "later/%012" PRIu64 "/stamp.tst", size);
}

/* So that a program opens it that knows such content. */
static const char *ending_of(const char *role)
{
	static const char *const endings[][2] = {{"document", ".xml"},  {"output", ".xml"},
						 {"signature", ".xml"}, {"report", ".json"},
						 {"findings", ".json"}, {"certificate", ".der"},
						 {"attachment", ".bin"}, {"authority", ".der"},
						 {"list", ".crl"}};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcmp(endings[i][0], role) == 0)
			return endings[i][1];
	return NULL;
}

bool evidence_name_payload(const struct record *record, size_t index,
			   char ret_name[EVIDENCE_NAME_BYTES])
{
	const char *role = record->payloads[index].role, *ending = ending_of(role);

	if (ending == NULL)
		return false;
	(void)snprintf(ret_name, EVIDENCE_NAME_BYTES, "contents/%012" PRIu64 "-%zu-%s%s",
		       record->number, index, role, ending);
	return true;
}

/* ---- The page in it ---- */

static const char readme[] =
	"Tệp này là bằng chứng về một chứng từ điện tử do một nút Sampan lập: đã nhận gì, của ai, lúc nào, đã chuyển đổi thành gì theo "
	"bộ lược đồ nào, ai đã nhận.\n"
	"Kiểm tra ngoại tuyến: sampan verify --trust THƯ-MỤC TỆP\n"
	"\n"
	"This file is evidence about one electronic document, made by a Sampan node: what was received, from whom, when, what it was translated\n"
	"to by which schema set, who received it. To verify it offline: sampan verify --trust FOLDER FILE\n"
	"\n"
	"  checkpoint.txt   the ledger's signed statement: name, number of records, root of the tree (C2SP tlog-checkpoint, Ed25519)\n"
	"  evidence.json    for each record its leaf hash and its inclusion proof under that root (RFC 9162, section 2.1.3)\n"
	"  leaves/          the records that are shown, byte for byte; a leaf's hash is SHA-256 of a zero byte and the leaf\n"
	"  contents/        documents, translations, reports, signatures, certificates; their SHA-256 stand in the leaves\n"
	"  later/           checkpoints of the same ledger that others vouch for: signatures of witnesses (C2SP tlog-cosignature),\n"
	"                   time stamps of an authority (RFC 3161)\n"
	"  receipt.json     the receipt that was given for the first record\n"
	"\n"
	"What is not shown stands in evidence.json as a hash. To extract the parts: unzip FILE.\n";

struct bytes evidence_readme(void)
{
	return bytes_of(readme, sizeof(readme) - 1);
}
