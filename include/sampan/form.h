/*
 * form - the forms that values of the configuration and of the command line must have.
 *
 * Pure tests of a text; each has a phrase that tells a person what was expected. NULL is never a
 * valid value.
 */
#ifndef SAMPAN_FORM_H
#define SAMPAN_FORM_H

#include <stdbool.h>
#include <stddef.h>

#define FORM_PATH_BYTES 4096u

/* A test of one text. */
typedef bool form_test(const char *text);

/* "VN": two capital letters (ISO 3166-1 alpha-2). */
bool form_is_country(const char *text);

/* "2026-11-22": a day that exists in the calendar. */
bool form_is_date(const char *text);

/* Letters, digits and "-", 1 to 64, beginning with a letter or digit: safe as a folder's name. */
bool form_is_id(const char *text);

/*
 * A node's ledger name, such as "vn.sampan.example": letters, digits, "." and "-", 1 to 200, no "/"
 * and no "+".
 */
bool form_is_node_name(const char *text);

/* "tcp://host:port", port 1 to 65535. */
bool form_is_endpoint(const char *text);

/* 40 characters of Z85 (ZeroMQ RFC 32): a CURVE public key. */
bool form_is_curve_key(const char *text);

/* A C2SP signed-note verifier key "name+hash+base64"; only its form. */
bool form_is_ledger_key(const char *text);

/* SHA-256 in lower-case hexadecimal: 64 digits. */
bool form_is_fingerprint(const char *text);

/*
 * Where a route leads: "destination", "role:customs", "role:issuing-authority", "role:agency" or a
 * country.
 */
bool form_is_route_target(const char *text);

/*
 * An event that a route or procedure can wait for: "checked", "parked", "registered", "issued",
 * "authorised", "received".
 */
bool form_is_event(const char *text);

/* One or more events that close a procedure, as words: those, and "cleared", "rejected" ... */
bool form_are_events(const char *text);

/* Digits, and at most one point between them. */
bool form_is_number(const char *text);

/* A kind with a version, such as "asw.acdd/2": letters, digits, "." and "-", then 1 to 999999. */
bool form_is_kind_version(const char *text);

/* The same, or a kind without a version. */
bool form_is_kind(const char *text);

/* A consent that a route can need: "acdd". */
bool form_is_consent(const char *text);

/* 1 to 255 bytes without control characters. */
bool form_is_line(const char *text);

/* An object identifier in dots: at least two numbers, without leading zeros. */
bool form_is_oid(const char *text);

/* What was expected, as a phrase: "two capital letters, such as VN". Never NULL. */
const char *form_text(form_test *test);

#endif
