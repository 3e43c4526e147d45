/*
 * config - what an operator writes: the node, its parties, partners, registry, and the tables of
 * routes and procedures.
 *
 * Files are YAML, read by libcyaml (adapters/config_cyaml.c); an error names file, line, column and
 * what was expected. docs/configuration.md lists every key. Plain values, all memory owned by the
 * config; immutable after loading.
 */
#ifndef SAMPAN_CONFIG_H
#define SAMPAN_CONFIG_H

#include "sampan/arena.h"
#include "sampan/err.h"

/* bits */
enum party_role {
	PARTY_TRADER = 1,
	PARTY_AGENT = 2,
	PARTY_ISSUING_AUTHORITY = 4,
	PARTY_CUSTOMS = 8,
	PARTY_AGENCY = 16
};

/* A party known to this node; its folder is DIRECTORY/parties/ID. */
struct config_party {
	const char *id; /* letters, digits, "-": also the folder's name */
	const char *name;
	const char *tax_code;
	unsigned roles;
};

struct config_port {
	const char *country;
	const char *port; /* UN/LOCODE where the trader's goods are unloaded in that
			   * country */
};

/*
 * What the registry knows of a trader or agent beyond being a party: supplied to maps, dated
 * consent.
 */
struct config_trader {
	const char *tax_code;
	const char *name;
	const char *agent_code;    /* VNACCS declarant code, when it is an agent; "" otherwise */
	const char *consent_from;  /* ISO date since when it consents to the ACDD; "" for no
				    * consent */
	const char *consent_until; /* last day; "" for open */
	struct config_port *ports;
	size_t port_count;
};

/* A certificate whose key signs what a partner sends. */
struct config_signer {
	const char *certificate; /* SHA-256 of its DER form in hexadecimal */
	const char *until;       /* last day on which its signatures count, ISO date; "" open */
};

struct config_partner {
	const char *country;
	const char *name;         /* ledger name of the partner's node */
	const char *endpoint;     /* tcp://host:port where it listens for us */
	const char *curve_public; /* Z85 */
	const char *ledger_key;   /* signed-note verifier key */
	const char *operator_key; /* verifier key of its operator's word; "" when unknown */
	const char *listen;       /* tcp://address:port where we listen for it */
	const char *certificate;  /* SHA-256 of its node certificate in hexadecimal; "" when
				   * unknown */
	const char **takes;       /* versions agreed with it, such as "asw.acdd/2"; what is not
				   * named is sent in its first version */
	size_t take_count;
	struct config_signer *signs; /* none: what it sends is not expected to be signed */
	size_t sign_count;
};

/* Where this node listens for a partner, and how the partner reaches it from outside. */
struct config_listen {
	const char *partner;  /* country */
	const char *bind;     /* tcp://address:port */
	const char *endpoint; /* tcp://host:port as the partner sees it; the same as bind when not
			       * given */
};

struct config_fact {
	const char *name; /* without "route." */
	const char *value;
};

struct config_route {
	const char *agreement; /* "ASEAN", "TEST" */
	const char *id;
	const char *at;          /* country of the node it holds for; "" for any */
	const char *kind;        /* of the message that the event happens to */
	const char *on;          /* event: "checked", "registered", "issued", "authorised",
				  * "received" */
	const char *to;          /* "destination" (the document's fact), a country code, or
				  * "role:customs" ... */
	const char *as;          /* the kind it becomes, with a version where the route says one;
				  * "" for the same */
	const char *consent;     /* "" or "acdd" */
	const char *basis;       /* legal basis */
	const char *valid_from;  /* ISO date; "" open */
	const char *valid_until; /* last day; "" open */
	struct config_fact *supplies;
	size_t supply_count;
};

struct config_procedure {
	const char *code;
	const char *kind;
	const char *title_vi;
	const char *title_en;
	uint32_t working_days; /* until it is due */
	const char *closed_by; /* events that close it, as words */
	uint32_t answer_days; /* of what asks a partner: in how many days it answers; 0: no clock */
	bool is_for_agents;   /* an agent may lodge the kind, as its lodgedBy says: sound_check() */
};

/* A lane of risk management; they stand in order of strictness. */
struct config_lane {
	const char *id;
	const char *title_vi;
	const char *title_en;
	bool needs_inspection; /* before what runs in it is cleared */
	bool has_four_eyes;    /* who inspects neither ordered that nor clears */
};

/* What must hold of one fact of a declaration; what is "" demands nothing. */
struct config_lane_when {
	const char *fact;
	const char *any;  /* it has one of these words */
	const char *none; /* it has none of these */
	const char *over; /* it is a number above this one */
};

/* The first rule whose conditions all hold says the lane. */
struct config_lane_rule {
	const char *id;
	const char *kinds; /* words; "": any */
	const char *lane;
	const char *why_vi;
	const char *why_en;
	const char *valid_from;  /* ISO date; "" open */
	const char *valid_until; /* last day; "" open */
	struct config_lane_when *whens;
	size_t when_count;
};

/* Of box 8 of a certificate: which words are of which family of origin criteria. */
struct config_origin_criterion {
	const char *words;
	const char *family;
};

/* Which families the rule for goods allows whose HS code begins so. */
struct config_origin_goods {
	const char *hs;
	const char *families; /* words */
};

/* What an officer is proposed for a difference (node/propose.h); what is "" demands nothing. */
struct config_origin_row {
	const char *field, *verdict;
	const char *certificate; /* words: families */
	const char *goods;       /* words: families */
	const char *special;     /* words: ticks of box 13 */
	const char *propose;     /* "accept", "accept-part", "ask", "verify", "refuse" */
	const char *basis;
	const char *why_vi;
	const char *why_en;
	const char *valid_from;  /* ISO date; "" open */
	const char *valid_until; /* last day; "" open */
};

struct config_origin {
	const char *country; /* whose law it is; "" every one's */
	struct config_origin_criterion *criteria;
	size_t criterion_count;
	struct config_origin_goods *goods;
	size_t goods_count;
	struct config_origin_row *rows;
	size_t row_count;
};

/* Where brokers, officers and agencies reach the node over HTTPS. */
struct config_https {
	const char *address; /* "127.0.0.1", "::": no names; "": no such door */
	uint16_t port;
	const char *url;         /* as people reach it from outside, without "/" at its end */
	const char *certificate; /* PEM, absolute path; with its chain */
	const char *key;         /* PEM, absolute path */
	const char *client_ca; /* PEM, absolute path: who signs clients' certificates; "" nobody */
	uint32_t requests_per_second;     /* of one caller, steadily */
	uint32_t requests_burst;          /* of one caller, at once */
	uint32_t connections;             /* at a time; 0: 1000 */
	uint32_t connections_per_address; /* 0: half of them */
	uint64_t buffered_bytes; /* bodies and long answers over all connections; 0: 64 MiB */
};

/* A kind of file that may be attached to a message. */
struct config_attachment {
	const char *media; /* "application/pdf" */
	uint64_t max_bytes;
};

/* What an attachment is: code of UN/EDIFACT 1001. */
struct config_paper {
	const char *code; /* "380" */
	const char *title_vi;
	const char *title_en;
};

enum config_signature_demand { CONFIG_SIGNATURE_OPTIONAL, CONFIG_SIGNATURE_REQUIRED };

struct config_signed_kind {
	const char *kind; /* "vn.export" */
	enum config_signature_demand is;
};

/* Signatures on documents (docs/signatures.md). */
struct config_signatures {
	const char *field;                /* of a certificate's subject: who the signer is */
	const char *prefix;               /* what stands before the tax code in it */
	struct config_signed_kind *kinds; /* those that are other than the kind's file says */
	size_t kind_count;
};

/* Who stamps checkpoints with the time (RFC 3161), and how often. */
struct config_stamps {
	const char *url;    /* http:// or https://; "": nobody */
	const char *trust;  /* PEM, absolute path: authorities that its stamps are believed by */
	const char *policy; /* OID to be stamped under; "" any */
	const char *ca;     /* PEM, absolute path: who https:// is verified by; "" the system's */
	uint32_t hours;     /* between two stamps */
	uint32_t records;   /* so many new ones are stamped at once; 0: the hours alone count */
	bool is_private;    /* also at addresses that are not public */
};

/* Where the events of a party's messages are sent to: webhooks.yaml, docs/webhooks.md. */
struct config_webhook {
	const char *id;     /* unique; at most 32 characters */
	const char *party;  /* whose messages */
	const char *url;    /* https://; http:// only to this machine */
	const char *secret; /* file below the node's folder, in keys/ */
	const char *ca;     /* PEM file in keys/: whom to trust; "" for the system's authorities */
	bool is_private;    /* also to addresses that are not public */
	bool is_plain_loopback; /* http:// to loopback is allowed */
	int language;           /* of the texts: 0 English, 1 Vietnamese */
};

/* An issuing office whose key the seal holds: it signs what an officer of it decided (issue.h). */
struct config_office {
	const char *code;   /* as documents say it in AuthorityCode */
	const char *party;  /* id of the issuing authority that it belongs to */
	const char *number; /* what stands for it in a certificate's number */
	const char *name;   /* of the office, as on the certificate; "" the party's */
	const char *place;  /* where it certifies */
	const char *key;    /* PEM in seal/, absolute path */
	const char
		*certificate; /* PEM in seal/, absolute path: the key's own first, then its chain */
};

struct config {
	const char *path;      /* the file */
	const char *directory; /* the folder it stands in: everything of the node is below */
	const char *country;   /* ISO 3166-1 alpha-2 */
	const char *name;      /* ledger name, such as "vn.sampan.example" */
	const char *schemas;   /* folder of the schema set, absolute */
	const char *office;    /* default customs office of the built-in desk */
	uint64_t max_document_bytes;
	uint64_t map_bytes; /* size of the ledger's sparse map */
	uint32_t workers;
	struct config_party *parties;
	size_t party_count;
	struct config_trader *traders;
	size_t trader_count;
	struct config_partner *partners;
	size_t partner_count;
	struct config_route *routes; /* of all agreements in force here, in order of file */
	size_t route_count;
	struct config_procedure *procedures;
	size_t procedure_count;
	struct config_lane *lanes;
	size_t lane_count;
	struct config_lane_rule *lane_rules;
	size_t lane_rule_count;
	struct config_origin origin; /* no rows: nothing is proposed */
	struct config_https https;
	struct config_attachment *attachments;
	size_t attachment_count;
	struct config_paper *papers;
	size_t paper_count;
	uint32_t max_attachments; /* of one message */
	const char **holidays;    /* ISO dates, sorted */
	size_t holiday_count;
	struct config_listen *listens;
	size_t listen_count;
	const char **agreements; /* in force here */
	size_t agreement_count;
	struct config_signatures signatures;
	struct config_webhook *webhooks;
	size_t webhook_count;
	struct config_stamps stamps;
	struct config_office *offices; /* issuing_offices */
	size_t office_count;
};

/*
 * Load node.yaml, and by it schemas/routes/AGREEMENT.yaml of each agreement,
 * schemas/procedures.yaml, partners/CC.yaml and holidays. ERR_MISSING, ERR_CONFIG: *ret_message (in
 * the arena) says file, line, column and what to do.
 */
enum err config_load(const char *path, struct arena *arena, struct config **ret_config,
		     const char **ret_message);
void config_free(struct config *config); /* NULL is accepted */

/*
 * Read one partner card (partners/CC.yaml): as config_load; *ret_partner and its texts are in the
 * arena.
 */
enum err config_load_partner(const char *path, struct arena *arena,
			     struct config_partner *ret_partner, const char **ret_message);

/* webhooks.yaml beside node.yaml, where there is one: as config_load, into the config. */
enum err config_load_webhooks(struct config *config, struct arena *arena, const char **ret_message);

/*
 * The data of the schema set, one file each (as config_load; everything is in the arena). Routes
 * are put behind those that are in *routes already; their file must name the agreement. Holidays:
 * ISO dates in the file's order; ERR_MISSING when there is none. Attachments, lanes, origin: sets those of config.
 */
enum err config_load_routes(const char *path, const char *agreement, struct arena *arena,
			    struct config_route **routes, size_t *count, const char **ret_message);
enum err config_load_procedures(const char *path, struct arena *arena,
				struct config_procedure **ret_procedures, size_t *ret_count,
				const char **ret_message);
enum err config_load_attachments(const char *path, struct arena *arena, struct config *config,
				 const char **ret_message);
enum err config_load_lanes(const char *path, struct arena *arena, struct config *config,
			   const char **ret_message);
enum err config_load_origin(const char *path, struct arena *arena, struct config *config,
			    const char **ret_message);
enum err config_load_holidays(const char *path, const char *country, struct arena *arena,
			      const char ***ret_dates, size_t *ret_count, const char **ret_message);

/*
 * All of it that a node needs: the routes of its agreements, procedures, lanes (no file: none), attachments (no
 * file: nothing may be attached), holidays (no file: none; those given besides are added, sorted); set in config.
 */
enum err config_load_data(struct config *config, const char **holidays, size_t holiday_count,
			  struct arena *arena, const char **ret_message);

/*
 * The partner of a country, the party of an id, the trader of a tax code; NULL when there is none.
 */
const struct config_partner *config_partner_of(const struct config *config, const char *country);
const struct config_party *config_party_of(const struct config *config, const char *id);
const struct config_trader *config_trader_of(const struct config *config, const char *tax_code);

/* The issuing office of that code; NULL: the seal has no key of it. */
const struct config_office *config_office_of(const struct config *config, const char *code);

/*
 * The first party with this tax code and at least one of these roles (bits of enum party_role,
 * UINT_MAX: any). NULL when there is none, and for "": parties without a tax code are not meant by
 * it.
 */
const struct config_party *config_party_with(const struct config *config, const char *tax_code,
					     unsigned roles);

/* Must documents of a kind be signed? by_kind: what the kind's own file says. */
bool config_must_be_signed(const struct config *config, const char *kind, bool by_kind);

/*
 * The version of a kind that was agreed with a partner, "asw.acdd/2" for "asw.acdd"; NULL: none.
 */
const char *config_partner_takes(const struct config_partner *partner, const char *kind);

/*
 * The folder of the schema set that ships with the program: $SAMPAN_SCHEMAS, else "schemas" or
 * "share/sampan/schemas" beside or above the program's own folder. Static memory; never NULL.
 */
const char *config_schemas_folder(void);

#endif
