/*
 * evidence - one self-contained file that proves, without the node, what became of one message: what
 * was received, from whom, when, what it was translated to by which schema set, who received it.
 *
 * The format is docs/evidence.md: a container (zip.h) of the records of the message's life, each as
 * the leaf of the ledger's tree with its inclusion proof under one checkpoint, and of their
 * contents. What a reader is not shown stands as a hash. The bytes are a function of what is in the
 * ledger and of the reader: made again they are the same, until something more is recorded of the
 * message.
 *
 * What the maker (evidence_plan.h) and the verifier (evidence_check.h) share is here. Pure.
 */
#ifndef NODE_EVIDENCE_H
#define NODE_EVIDENCE_H

#include "node/cosignature.h"
#include "node/record.h"
#include "node/tree.h"

#define EVIDENCE_FORMAT "sampan.evidence/1"
#define EVIDENCE_RECORDS 4096u /* of one message, at most */
#define EVIDENCE_NAME_BYTES 64u
#define EVIDENCE_MANIFEST_BYTES ((size_t)64 * 1024 * 1024)
#define EVIDENCE_MAX_NUMBER UINT64_C(999999999999) /* so that names are in order of number */

/* Names of the parts that stand once. */
#define EVIDENCE_README "README.txt"
#define EVIDENCE_CHECKPOINT "checkpoint.txt"
#define EVIDENCE_MANIFEST "evidence.json"
#define EVIDENCE_RECEIPT "receipt.json"

/* ---- For whom ---- */

enum evidence_reader {
	EVIDENCE_BROKER,  /* who lodged it, or whom it was handed over to */
	EVIDENCE_PARTNER, /* a partner's customs: what went to them, or came from them */
	EVIDENCE_COURT    /* everything */
};

struct evidence_view {
	enum evidence_reader reader;
	char partner[3]; /* country; "" unless the reader is a partner */
	bool is_recipient; /* a broker that is shown no person of the office that lodged it; not in the file */
};

/* "broker", "partner:TH", "court"; false for anything else. */
bool evidence_view_parse(const char *text, struct evidence_view *ret_view);
#define EVIDENCE_VIEW_BYTES 16u
void evidence_view_format(const struct evidence_view *view, char ret_text[EVIDENCE_VIEW_BYTES]);

/* ---- What is in it ---- */

struct evidence_record {
	uint64_t number;
	struct hash leaf_hash;
	const struct hash *path; /* the inclusion proof, leaf to root */
	size_t path_len;
	bool is_shown; /* what follows is set only then */
	struct bytes leaf;
	struct record record;
	bool has_payload[LIMIT_RECORD_PAYLOADS];      /* the content stands in the container */
	struct bytes payloads[LIMIT_RECORD_PAYLOADS]; /* for the verifier */
};

/* A witness's line (cosignature.h), with its end. */
struct evidence_cosignature {
	struct hash hash;
	struct bytes line;
	const char *name;    /* for the verifier: of the witness, by its line */
	uint64_t time_s;     /* since 1970 */
	bool is_vouched_for; /* the verifier knows its key, and it holds */
};

/*
 * The same checkpoint or a later one of the same history, which others vouch for: witnesses, and an
 * authority's time stamp (stamp.h). What they say reaches back to all that this file shows.
 */
#define EVIDENCE_LATER 64u
#define EVIDENCE_COSIGNATURES 64u /* on one of them */
struct evidence_later {
	uint64_t size;
	const struct hash *path; /* that it extends the file's own checkpoint */
	size_t path_len;
	struct bytes note;
	struct evidence_cosignature *cosignatures;
	size_t count;
	bool is_stamped;
	struct hash stamp_hash;
	struct bytes stamp;     /* token of RFC 3161 over SHA-256 of the note, in DER */
	const char *authority;  /* for the verifier: who stamped it; "": nobody vouches for that */
	uint64_t stamp_time_ms; /* and when */
	size_t late; /* for the verifier: records that say a later time than that, beyond STAMP_SKEW_MS */
};

struct evidence {
	struct evidence_view view;
	const char *origin; /* of the ledger: name/epoch */
	uint64_t message;   /* number of the record that began it */
	uint64_t base;      /* of the last record before the ledger's epoch; 0 in the first */
	struct bytes note;  /* the checkpoint */
	struct checkpoint checkpoint;
	struct bytes receipt; /* of the first record, as it was frozen; empty: that is not shown */
	struct checkpoint given;        /* for the verifier: the receipt's */
	const struct hash *consistency; /* from the receipt's checkpoint to this one */
	size_t consistency_len;
	struct evidence_record *records; /* in order of number */
	size_t count;
	struct evidence_later *later; /* in order of size */
	size_t later_count;
};

/*
 * What each record means to the reader: set by evidence_disclose_see() from every record of the
 * message, in order, before evidence_disclose_*() are asked.
 */
#define EVIDENCE_DELIVERIES 256u
struct evidence_disclose {
	struct evidence_view view;
	uint64_t deliveries[EVIDENCE_DELIVERIES]; /* owed to the partner that reads */
	size_t count;
	const char *lodger; /* actor of the first record, borrowed; NULL: it was not seen */
};
void evidence_disclose_see(struct evidence_disclose *disclose, const struct record *record);

/* Is the leaf shown, and the content of a payload? The table of docs/evidence.md. */
bool evidence_disclose_record(const struct evidence_disclose *disclose,
			      const struct record *record);
bool evidence_disclose_payload(const struct evidence_disclose *disclose,
			       const struct record *record, size_t index);

/* Names of parts. */
void evidence_name_leaf(uint64_t number, char ret_name[EVIDENCE_NAME_BYTES]);
/* false: the role is none that can be a name. */
bool evidence_name_payload(const struct record *record, size_t index,
			   char ret_name[EVIDENCE_NAME_BYTES]);

/* Of later checkpoints: the note, the line of a cosignature, the stamp. */
void evidence_name_note(uint64_t size, char ret_name[EVIDENCE_NAME_BYTES]);
void evidence_name_line(uint64_t size, size_t index, char ret_name[EVIDENCE_NAME_BYTES]);
void evidence_name_stamp(uint64_t size, char ret_name[EVIDENCE_NAME_BYTES]);

/* The part evidence.json: all but leaves, contents, receipt, checkpoints and what is on them. */
enum err evidence_manifest_put(const struct evidence *evidence, struct buffer *to);

/*
 * Read it: view, origin, message, consistency, and of each record number, leaf hash, proof and
 * is_shown, and of later checkpoints what is no part of its own. Everything is copied into the arena. ERR_FORMAT; ERR_VERSION: made by a newer program.
 * Whether it is written as it must be says only evidence_manifest_put(), made again from all that
 * was read.
 */
enum err evidence_manifest_parse(struct bytes json, struct arena *arena,
				 struct evidence *ret_evidence);

/* The part README.txt; a constant. */
struct bytes evidence_readme(void);

#endif
