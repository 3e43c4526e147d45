/*
 * limit - the named limits that everything from outside meets before it is allocated.
 */
#ifndef SAMPAN_LIMIT_H
#define SAMPAN_LIMIT_H

/* one document, unless the configuration says less */
#define LIMIT_DOCUMENT_BYTES (8u * 1024 * 1024)
#define LIMIT_DOCUMENT_DEPTH 256u      /* nested elements */
#define LIMIT_DOCUMENT_VALUES 1000000u /* elements and attributes of one document */
#define LIMIT_DOCUMENT_ARENA_BYTES (256u * 1024 * 1024)
/* one payload of a record (a report may outgrow its document) */
#define LIMIT_PAYLOAD_BYTES (64u * 1024 * 1024)
#define LIMIT_RECORD_PAYLOADS 4u
#define LIMIT_RECORD_BYTES (64u * 1024) /* a leaf, without payloads */
/* findings kept of one document; the last says how many more */
#define LIMIT_FINDINGS 200u
#define LIMIT_FACTS 512u
#define LIMIT_FACT_BYTES (64u * 1024)
#define LIMIT_CALL_BYTES (160u * 1024 * 1024) /* one call between roles */
#define LIMIT_FRAME_BYTES (16u * 1024 * 1024) /* one frame of the link between nodes */
#define LIMIT_NAME_BYTES 255u                 /* identifiers, file names */

#endif
