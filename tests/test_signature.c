/*
 * What is signed in the profile holds; every forgery known for XML signatures is refused, each by
 * its finding.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "messages/signature_sheet.h"
#include "sampan/base64.h"
#include "sampan/limit.h"
#include "tests/support/signed_scene.h"

/* A wish says what it needs, the rest is empty. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define WHOLE \
	{ \
		.uri = "", .transforms = { XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE } \
	}
#define PART(id) \
	{ \
		.uri = id, .transforms = { XMLDSIG_EXCLUSIVE } \
	}

static struct bytes sign_plain(struct signed_scene *scene)
{
	return xmldsig_sign(SIGNED_PLAIN, &(struct xmldsig_wish){.signer = &scene->signer},
			    scene->arena);
}

static struct bytes sign_as(struct signed_scene *scene, const char *document,
			    struct xmldsig_wish wish)
{
	if (wish.signer == NULL)
		wish.signer = &scene->signer;
	return xmldsig_sign(document, &wish, scene->arena);
}

/* ---- What holds ---- */

static void a_signature_of_the_whole_document_holds_and_says_whose_it_is(void **state)
{
	struct signed_scene *scene = *state;
	char subject[] = "UID=MST:" SIGNED_TAX_CODE ",CN=Gốm Bát Tràng,C=VN";

	scene->is_required = true;
	signed_scene_valid(scene, sign_plain(scene));
	assert_string_equal(signed_scene_fact(scene, "signature.signer"), SIGNED_TAX_CODE);
	assert_string_equal(signed_scene_fact(scene, "signature.subject"), subject);
	assert_string_equal(signed_scene_fact(scene, "signature.covers"), "document");
	assert_string_equal(signed_scene_fact(scene, "signature.algorithm"), XMLDSIG_ECDSA);
	assert_string_equal(signed_scene_fact(scene, "signature.time"), "2027-01-15T08:00:00.000Z");
	assert_int_equal(strlen(signed_scene_fact(scene, "signature.certificate")), 64);
	/* what is read on is the document without it */
	assert_null(trunk_find(scene->document->trunk, scene->document->trunk->items, "Signature"));
}

static void every_method_of_the_profile_holds(void **state)
{
	static const struct {
		const char *key, *method, *c14n, *transform, *digest;
	} rows[] = {
		{"P-256", XMLDSIG_ECDSA, XMLDSIG_EXCLUSIVE, XMLDSIG_EXCLUSIVE, XMLDSIG_SHA256},
		{"P-256", XMLDSIG_ECDSA, XMLDSIG_INCLUSIVE, XMLDSIG_INCLUSIVE, XMLDSIG_SHA256},
		{"P-256", XMLDSIG_ECDSA, XMLDSIG_INCLUSIVE, NULL, XMLDSIG_SHA256},
		{"P-384", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", XMLDSIG_EXCLUSIVE,
		 XMLDSIG_EXCLUSIVE, "http://www.w3.org/2001/04/xmldsig-more#sha384"},
		{"P-384", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", XMLDSIG_EXCLUSIVE,
		 XMLDSIG_INCLUSIVE, "http://www.w3.org/2001/04/xmlenc#sha512"},
		{"RSA-2048", XMLDSIG_RSA, XMLDSIG_EXCLUSIVE, XMLDSIG_EXCLUSIVE, XMLDSIG_SHA256},
		{"RSA-2048", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", XMLDSIG_INCLUSIVE,
		 XMLDSIG_EXCLUSIVE, XMLDSIG_SHA256},
		{"RSA-2048", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", XMLDSIG_EXCLUSIVE,
		 XMLDSIG_EXCLUSIVE, XMLDSIG_SHA256},
		{"RSA-2048", XMLDSIG_PSS, XMLDSIG_EXCLUSIVE, XMLDSIG_EXCLUSIVE, XMLDSIG_SHA256},
		{"RSA-2048", "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
		 XMLDSIG_EXCLUSIVE, XMLDSIG_EXCLUSIVE, XMLDSIG_SHA256},
	};
	struct signed_scene *scene = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pki signer = pki_make(&(struct pki_wish){.name = "S",
								.uid = "MST:1",
								.issuer = &scene->authority,
								.key = rows[i].key});
		struct xmldsig_wish wish = {
			.signer = &signer, .method = rows[i].method, .c14n = rows[i].c14n};

		wish.references[0] = (struct xmldsig_reference){
			.uri = "",
			.transforms = {XMLDSIG_ENVELOPED, rows[i].transform},
			.digest = rows[i].digest};
		signed_scene_valid(scene, sign_as(scene, SIGNED_PLAIN, wish));
		pki_clear(&signer);
	}
}

static void each_set_of_parts_of_an_envelope_holds(void **state)
{
	static const struct {
		struct xmldsig_reference references[2];
		const char *covers;
	} rows[] = {
		{{WHOLE}, "document"},
		{{PART("#h"), PART("#c")}, "header content"},
		{{PART("#c"), PART("#h")}, "header content"},
		{{PART("#h"), {"#b", {XMLDSIG_ENVELOPED, XMLDSIG_INCLUSIVE}}}, "header content"},
	};
	struct signed_scene *scene = *state;

	scene->is_required = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xmldsig_wish wish = {
			.references = {rows[i].references[0], rows[i].references[1]}};

		signed_scene_valid(scene, sign_as(scene, SIGNED_ENVELOPE, wish));
		assert_string_equal(signed_scene_fact(scene, "signature.covers"), rows[i].covers);
	}
}

static void the_sending_system_may_sign_over_the_signature_of_the_maker(void **state)
{
	struct signed_scene *scene = *state;
	struct pki system = pki_make(
		&(struct pki_wish){.name = "VNSW", .uid = "MST:9", .issuer = &scene->authority});
	/* the maker leaves the envelope open */
	struct bytes bytes = sign_as(scene, SIGNED_ENVELOPE,
				     (struct xmldsig_wish){.references = {PART("#h"), PART("#c")}});
	const char *text =
		arena_text(scene->arena, xmldsig_replace(bytes, "</Body>",
							 "</Body><SystemSignature>" XMLDSIG_PLACE
							 "</SystemSignature>",
							 scene->arena));

	bytes = sign_as(scene, text, (struct xmldsig_wish){.signer = &system});
	scene->is_required = true;
	signed_scene_valid(scene, bytes);
	assert_string_equal(signed_scene_fact(scene, "signature.signer"), SIGNED_TAX_CODE);
	assert_string_equal(signed_scene_fact(scene, "signature.system.verdict"), "valid");
	assert_string_equal(signed_scene_fact(scene, "signature.system.signer"), "9");
	assert_string_equal(signed_scene_fact(scene, "signature.system.covers"), "document");
	/* the system's word alone is not the maker's */
	bytes = sign_as(scene,
			"<Envelope><Header/><Body/><SystemSignature>" XMLDSIG_PLACE
			"</SystemSignature></Envelope>",
			(struct xmldsig_wish){.signer = &system});
	signed_scene_refused(scene, bytes, "signature-missing");
	pki_clear(&system);
}

static void layout_and_prefixes_do_not_matter(void **state)
{
	static const char spacious[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- a -->\n"
		"<x:D xmlns:x='urn:x'  xmlns:y=\"urn:y\" b='2' a=\"1 &lt; &quot;&#9;\"\n y:a=\"\">\r\n"
		"\t<x:ID\n>Chè &amp; gốm <![CDATA[<b>]]> &#13; ></x:ID><e/>\n" XMLDSIG_PLACE
		" </x:D>\n<!-- z -->";
	struct signed_scene *scene = *state;

	for (size_t i = 0; i < 4; i++)
		signed_scene_valid(
			scene, sign_as(scene, spacious,
				       (struct xmldsig_wish){.prefix = i % 2 == 0 ? "" : "s:",
							     .space = "\n\t ",
							     .c14n = i < 2 ? XMLDSIG_INCLUSIVE
									   : XMLDSIG_EXCLUSIVE}));
}

static void comments_are_not_signed_and_not_read(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes =
		xmldsig_sign("<D><ID>123<!-- --></ID>" XMLDSIG_PLACE "</D>",
			     &(struct xmldsig_wish){.signer = &scene->signer}, scene->arena);
	const struct trunk *trunk;

	/* the value that was signed is the value that is read, wherever a comment cuts it */
	bytes = xmldsig_replace(bytes, "123<!-- -->", "1<!-- x -->2<!-- y -->3", scene->arena);
	signed_scene_valid(scene, bytes);
	trunk = scene->document->trunk;
	assert_string_equal(trunk_find(trunk, trunk->items, "ID")->text, "123");
}

static void an_unsigned_document_has_no_verdict_and_no_sheet(void **state)
{
	struct signed_scene *scene = *state;

	signed_scene_verify(scene, bytes_of_text("<D><ID>1</ID></D>"));
	assert_int_equal(scene->findings.count, 0);
	assert_int_equal(scene->facts.count, 0);
	assert_null(scene->document->sheet);
	scene->is_required = true;
	signed_scene_refused(scene, bytes_of_text("<D><ID>1</ID></D>"), "signature-missing");
}

static void without_anybody_to_trust_the_verdict_says_so(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_plain(scene);
	struct trust *trust = scene->trust;

	assert_int_equal(trust_new("UID", "MST:", &scene->trust), OK);
	signed_scene_verify(scene, bytes);
	assert_int_equal(scene->findings.errors, 0);
	assert_string_equal(scene->findings.items[0].code, "signature-unverified");
	assert_string_equal(signed_scene_fact(scene, "signature.verdict"), "unverified");
	/* but form and arithmetic are looked at */
	signed_scene_refused(scene, xmldsig_replace(bytes, "<ID>1", "<ID>2", scene->arena),
			     "signature-invalid");
	scene->is_required = true;
	signed_scene_verify(scene, bytes);
	assert_int_equal(scene->findings.errors, 1);
	trust_free(scene->trust);
	scene->trust = trust;
}

static void a_header_that_is_not_signed_is_told(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes =
		sign_as(scene, SIGNED_ENVELOPE, (struct xmldsig_wish){.references = {PART("#c")}});

	signed_scene_verify(scene, bytes);
	assert_int_equal(scene->findings.errors, 0);
	assert_string_equal(scene->findings.items[0].code, "signature-partial");
	assert_string_equal(signed_scene_fact(scene, "signature.covers"), "content");
	scene->is_required = true;
	signed_scene_verify(scene, bytes);
	assert_int_equal(scene->findings.errors, 1);
	assert_string_equal(scene->findings.items[0].code, "signature-partial");
}

static void findings_name_path_and_line_of_the_bytes_as_received(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_as(
		scene, SIGNED_ENVELOPE,
		(struct xmldsig_wish){.references = {PART("#h"), PART("#c")}, .space = "\n"});

	signed_scene_refused(scene, xmldsig_replace(bytes, ">100<", ">101<", scene->arena),
			     "signature-invalid");
	assert_string_equal(scene->findings.items[0].path, "/Envelope[1]/Body[1]/Content[1]");
	assert_int_equal(scene->findings.items[0].line, 3);
	/* what is read on keeps its lines */
	assert_int_equal(trunk_find(scene->document->trunk, scene->document->trunk->items,
				    "Body/Content/Amount")
				 ->line,
			 3);
}

static void what_is_canonical_is_verified_by_its_bytes_and_all_else_as_well(void **state)
{
	static const struct {
		const char *document;
		const char *c14n;
		bool is_short;
	} rows[] = {
		{SIGNED_PLAIN, NULL, true},
		{"<a:D xmlns:a=\"urn:x\">\n <a:ID b=\"1\" c=\"\">&amp;</a:ID>\n" XMLDSIG_PLACE
		 "\n</a:D>\n",
		 NULL, true},
		{"<Envelope><Header></Header><Body><Content>1</Content><Signature>" XMLDSIG_PLACE
		 "</Signature></Body></Envelope>",
		 NULL, true},
		{SIGNED_PLAIN, XMLDSIG_INCLUSIVE, false},
		{"<D ><ID>1</ID>" XMLDSIG_PLACE "</D>", NULL, false},
		{"<D><ID/>" XMLDSIG_PLACE "</D>", NULL, false},
		{"<?xml version=\"1.0\"?><D><ID></ID>" XMLDSIG_PLACE "</D>", NULL, false},
		{"<D><!-- a --><ID></ID>" XMLDSIG_PLACE "</D>", NULL, false},
		{"<D c=\"\" b=\"\">" XMLDSIG_PLACE "</D>", NULL, false},
		{"<D>&#65;" XMLDSIG_PLACE "</D>", NULL, false},
		{"<D xmlns:x=\"urn:x\">" XMLDSIG_PLACE "</D>", NULL, false},
	};
	struct signed_scene *scene = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes bytes = sign_as(scene, rows[i].document,
					     (struct xmldsig_wish){.c14n = rows[i].c14n});

		signed_scene_valid(scene, bytes);
		assert_int_equal(scene->document->sheet->usual != NULL &&
					 scene->document->sheet->xml == NULL,
				 rows[i].is_short);
	}
}

/* What looks like a signature at its place is none in a comment, and one may look like none. */
static void what_only_looks_like_the_one_signature_is_read_the_long_way(void **state)
{
	static const struct {
		const char *from, *to;
		size_t signatures; /* 0: there is none, and no sheet */
	} rows[] = {
		{"<Declaration xmlns=\"urn:x\"><ID>1</ID>", "<Declaration--/><!-- ", 0},
		{"<ID>1</ID>", "<!-- x -->", 1},
		{"<ID>1</ID>", "<ID a=\"\" Id=\"x\"/>", 1},
		{"<ID>1</ID>", "<s:Signature xmlns:s=\"http://www.w3.org/2000/09/xmldsig&#35;\"/>",
		 2},
		{"<ID>1</ID>", "<ID>&#x9;&#65;</ID>", 1},
		{"<ds:SignedInfo>", "<ds:SignedInfo Id=\"a\">", 1},
		{"<ds:KeyInfo>", "<ds:KeyInfo >", 1},
		{"URI=\"\"", "URI=''", 1},
	};
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_plain(scene);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes made = xmldsig_replace(bytes, rows[i].from, rows[i].to, scene->arena);
		struct signature_sheet *sheet = NULL;

		if (rows[i].signatures == 0)
			made = xmldsig_replace(made, "</Declaration>", "</Declaration-->",
					       scene->arena);
		assert_int_equal(signature_sheet_read(made, &scene->findings, &sheet), OK);
		assert_int_equal(sheet == NULL ? 0 : sheet->count, rows[i].signatures);
		assert_true(sheet == NULL || (sheet->usual == NULL && sheet->xml != NULL));
		signature_sheet_free(sheet);
	}
}

/* ---- Changed after it was signed ---- */

static void whatever_is_changed_is_noticed(void **state)
{
	static const struct {
		const char *from, *to, *code;
	} rows[] = {
		{"<ID>1", "<ID>2", "signature-invalid"},
		{"<ID>1", "<ID> 1", "signature-invalid"},
		{"<ID>1</ID>", "<ID>1</ID><ID>2</ID>", "signature-invalid"},
		{"<ID>1</ID>", "<ID a=\"\">1</ID>", "signature-invalid"},
		{"<ID>1</ID>", "<ID xmlns=\"urn:y\">1</ID>", "signature-invalid"},
		{"urn:x", "urn:y", "signature-invalid"},
		{"<ds:DigestValue>", "<ds:DigestValue>AAAA", "signature-form"},
		{"ecdsa-sha256", "ecdsa-sha384", "signature-invalid"},
		{"ecdsa-sha256", "rsa-sha256", "signature-invalid"},
		{"#ecdsa-sha256", "#hmac-sha256", "signature-algorithm"},
		{"2001/04/xmldsig-more#ecdsa-sha256", "2000/09/xmldsig#rsa-sha1",
		 "signature-algorithm"},
		{"2001/04/xmldsig-more#ecdsa-sha256", "2000/09/xmldsig#hmac-sha1",
		 "signature-algorithm"},
		{"xmldsig-more#ecdsa-sha256", "xmldsig-more#rsa-md5", "signature-algorithm"},
		{"2001/04/xmlenc#sha256", "2000/09/xmldsig#sha1", "signature-algorithm"},
		{"2001/04/xmlenc#sha256", "2001/04/xmlenc#sha512", "signature-form"},
		{"URI=\"\"", "URI=\"#x\"", "signature-reference"},
		{"URI=\"\"", "URI=\"#xpointer(/)\"", "signature-reference"},
		{"URI=\"\"", "URI=\"file:///etc/passwd\"", "signature-reference"},
		{"URI=\"\"", "URI=\"http://127.0.0.1/x\"", "signature-reference"},
		{" URI=\"\"", "", "signature-lacks"},
		{" URI=\"\"", " URI=\"\" Type=\"urn:manifest\"", "signature-form"},
		{"<ds:SignatureValue>", "<ds:SignatureValue>\n", NULL},
		{"<ds:SignatureValue>", "<ds:SignatureValue>!", "signature-form"},
		{"</ds:SignatureValue>", "AAAA</ds:SignatureValue>", "signature-form"},
		{"</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>", "signature-form"},
		{"</ds:KeyInfo>", "<ds:RetrievalMethod URI=\"http://x/\"/></ds:KeyInfo>",
		 "signature-form"},
		{"</ds:KeyInfo>", "<ds:KeyName>admin</ds:KeyName></ds:KeyInfo>", NULL},
		{"</ds:SignedInfo>", "x</ds:SignedInfo>", "signature-form"},
		{"<ds:SignedInfo>", "<ds:SignedInfo a=\"\">", "signature-form"},
		{"<ds:SignedInfo>", "<ds:SignedInfo Id=\"a\">", "signature-invalid"},
		{"<ds:SignedInfo>", "<SignedInfo/><ds:SignedInfo>", "signature-form"},
		{"</Declaration>", "<!-- x --></Declaration>", NULL},
		{"</Declaration>", "</Declaration><?x y?>", "signature-form"},
		{"<Declaration", "<?xml-stylesheet href=\"x\"?><Declaration", "signature-form"},
		{"</Declaration>", "<ID>2</ID></Declaration>", "signature-place"},
		{"<ds:X509Certificate>", "<ds:X509Certificate>AAAA", "signature-certificate"},
	};
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_plain(scene);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes changed =
			xmldsig_replace(bytes, rows[i].from, rows[i].to, scene->arena);

		if (rows[i].code == NULL)
			signed_scene_valid(scene, changed);
		else
			signed_scene_refused(scene, changed, rows[i].code);
	}
}

static void a_bit_changed_anywhere_in_the_value_or_the_digest_is_noticed(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_plain(scene);
	static const char *const places[] = {"<ds:SignatureValue>", "<ds:DigestValue>"};

	for (size_t i = 0; i < 2; i++) {
		uint8_t *at = memmem(bytes.at, bytes.len, places[i], strlen(places[i]));

		assert_non_null(at);
		at += strlen(places[i]);
		for (size_t j = 0; j < 43; j++) {
			uint8_t before = at[j];

			at[j] = before == 'A' ? 'B' : 'A';
			signed_scene_verify(scene, bytes);
			assert_true(findings_has_errors(&scene->findings));
			at[j] = before;
		}
	}
	signed_scene_valid(scene, bytes);
}

/* ---- What a naive verifier takes ---- */

static const struct {
	const char *name;
	struct xmldsig_wish wish;
	const char *code;
} outside[] = {
	{"comments in the canonical form",
	 {.references = {{"", {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE "WithComments"}}}},
	 "signature-algorithm"},
	{"XSLT",
	 {.references = {{.uri = "",
			  .transforms = {XMLDSIG_ENVELOPED,
					 "http://www.w3.org/TR/1999/REC-xslt-19991116"},
			  .inside = "<x xmlns=\"urn:s\"/>"}}},
	 "signature-form"},
	{"XSLT, empty",
	 {.references = {{"", {XMLDSIG_ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"}}}},
	 "signature-algorithm"},
	{"XPath",
	 {.references = {{.uri = "",
			  .transforms = {XMLDSIG_ENVELOPED,
					 "http://www.w3.org/TR/1999/REC-xpath-19991116"},
			  .inside = "<ds:XPath>false()</ds:XPath>"}}},
	 "signature-form"},
	{"XPath filter",
	 {.references = {{"", {XMLDSIG_ENVELOPED, "http://www.w3.org/2002/06/xmldsig-filter2"}}}},
	 "signature-algorithm"},
	{"base64",
	 {.references = {{"", {XMLDSIG_ENVELOPED, XMLDSIG_DS "base64"}}}},
	 "signature-algorithm"},
	{"a prefix list",
	 {.references = {{.uri = "",
			  .transforms = {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE},
			  .inside = "<ec:InclusiveNamespaces xmlns:ec=\"" XMLDSIG_EXCLUSIVE
				    "\" PrefixList=\"a\"/>"}}},
	 "signature-form"},
	{"enveloped twice",
	 {.references = {{"", {XMLDSIG_ENVELOPED, XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE}}}},
	 "signature-algorithm"},
	{"a canonical form before enveloped",
	 {.references = {{"", {XMLDSIG_EXCLUSIVE, XMLDSIG_ENVELOPED}}}},
	 "signature-algorithm"},
	{"no enveloped", {.references = {{"", {XMLDSIG_EXCLUSIVE}}}}, "signature-lacks"},
	{"the same twice", {.references = {WHOLE, WHOLE}}, "signature-reference"},
	{"more than the document", {.references = {WHOLE, PART("#h")}}, "signature-reference"},
	{"three references",
	 {.references = {PART("#h"), PART("#c"), PART("#b")}},
	 "signature-reference"},
	{"only the header", {.references = {PART("#h")}}, "signature-reference"},
	{"SHA-1",
	 {.references = {{"", {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE}, XMLDSIG_DS "sha1"}}},
	 "signature-algorithm"},
	{"ECDSA with SHA-1",
	 {.method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"},
	 "signature-algorithm"},
	{"comments in SignedInfo's form",
	 {.c14n = XMLDSIG_INCLUSIVE "#WithComments"},
	 "signature-algorithm"},
	{"a manifest", {.object = "<ds:Object><ds:Manifest/></ds:Object>"}, "signature-form"},
	{"a stranger's key alone",
	 {.key_info = "<ds:KeyValue><ds:ECKeyValue/></ds:KeyValue>"},
	 "signature-lacks"},
	{"a key by name alone",
	 {.key_info = "<ds:KeyName>authority</ds:KeyName>"},
	 "signature-lacks"},
	{"a certificate to be fetched",
	 {.key_info = "<ds:RetrievalMethod URI=\"file:///etc/ssl/cert.pem\"/>"},
	 "signature-form"},
	{"an empty KeyInfo", {.key_info = ""}, "signature-lacks"},
	{"no certificate",
	 {.key_info = "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate>"
		      "</ds:X509Data>"},
	 "signature-certificate"},
};

static void what_is_outside_of_the_profile_is_refused_though_rightly_signed(void **state)
{
	struct signed_scene *scene = *state;

	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		signed_scene_refused(scene, sign_as(scene, SIGNED_ENVELOPE, outside[i].wish),
				     outside[i].code);
}

/* The public key as HMAC secret: there is no HMAC here, whatever the key. */
static void an_hmac_with_the_public_key_is_refused(void **state)
{
	struct signed_scene *scene = *state;

	signed_scene_refused(
		scene,
		xmldsig_replace(sign_plain(scene), "#ecdsa-sha256", "#hmac-sha512", scene->arena),
		"signature-algorithm");
}

static const char *key_value_of(const struct pki *pki, struct arena *arena)
{
	uint8_t point[200];
	size_t len = 0;
	struct buffer text;
	const char *value;

	assert_int_equal(
		EVP_PKEY_get_octet_string_param(pki->key, "pub", point, sizeof(point), &len), 1);
	buffer_init(&text, 4096);
	buffer_put_text(&text,
			"<ds:KeyValue><ECKeyValue xmlns=\"http://www.w3.org/2009/xmldsig11#\">"
			"<NamedCurve URI=\"urn:oid:1.2.840.10045.3.1.7\"/><PublicKey>");
	base64_format(bytes_of(point, len), &text);
	buffer_put_text(&text, "</PublicKey></ECKeyValue></ds:KeyValue>");
	value = arena_text(arena, buffer_bytes(&text));
	buffer_clear(&text);
	return value;
}

static void a_strangers_key_beside_a_good_certificate_is_never_used(void **state)
{
	struct signed_scene *scene = *state;
	struct pki stranger = pki_make(&(struct pki_wish){.name = "Stranger"});
	const char *good = arena_text(scene->arena, sign_plain(scene));
	const char *begin = strstr(good, "<ds:X509Data>"), *end = strstr(good, "</ds:KeyInfo>");
	const char *data = arena_text(scene->arena, bytes_of(begin, (size_t)(end - begin)));

	/* signed by the stranger, whose key stands first; the certificate is the party's */
	signed_scene_refused(scene,
			     sign_as(scene, SIGNED_PLAIN,
				     (struct xmldsig_wish){
					     .signer = &stranger,
					     .more_key_info = key_value_of(&stranger, scene->arena),
					     .key_info = data}),
			     "signature-invalid");
	/* and the other way round it does no harm */
	signed_scene_valid(scene, sign_as(scene, SIGNED_PLAIN,
					  (struct xmldsig_wish){.more_key_info = key_value_of(
									&stranger, scene->arena)}));
	pki_clear(&stranger);
}

static void an_ecdsa_value_of_another_form_is_refused(void **state)
{
	struct signed_scene *scene = *state;
	const char *good = arena_text(scene->arena, sign_plain(scene));
	const char *begin = strstr(good, "<ds:SignatureValue>") + 19;
	const char *end = strstr(begin, "<");
	/* n, the order of P-256 */
	static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
					  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					  0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
					  0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
	uint8_t values[5][72] = {{0}};
	const size_t lens[5] = {64, 63, 65, 64, 70};

	memcpy(values[3], order, 32); /* r = n */
	memcpy(values[3] + 32, order, 32);
	memcpy(values[4], "\x30\x44\x02\x20", 4); /* DER */
	for (size_t i = 0; i < 5; i++) {
		struct buffer text;

		buffer_init(&text, 1024 * 1024);
		buffer_put(&text, bytes_of(good, (size_t)(begin - good)));
		base64_format(bytes_of(values[i], lens[i]), &text);
		buffer_put_text(&text, end);
		signed_scene_refused(scene, buffer_bytes(&text), "signature-invalid");
		document_free(scene->document);
		scene->document = NULL;
		buffer_clear(&text);
	}
}

/* ---- How much of it ---- */

static char *spaces(struct arena *arena, size_t len)
{
	char *text = arena_alloc(arena, len + 1);

	assert_non_null(text);
	memset(text, ' ', len);
	return text;
}

static void what_is_larger_than_the_profile_is_refused(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_plain(scene);
	char *uri = spaces(scene->arena, 1100);
	struct xmldsig_wish wish = {
		.more_key_info = "<ds:X509Data><ds:X509Certificate>AA==</ds:X509Certificate>"
				 "<ds:X509Certificate>AA==</ds:X509Certificate>"
				 "<ds:X509Certificate>AA==</ds:X509Certificate>"
				 "<ds:X509Certificate>AA==</ds:X509Certificate>"
				 "<ds:X509Certificate>AA==</ds:X509Certificate>"
				 "</ds:X509Data>"};

	signed_scene_refused(scene, sign_as(scene, SIGNED_PLAIN, wish), "signature-form");
	signed_scene_refused(scene,
			     xmldsig_replace(bytes, "<ds:SignatureValue>",
					     arena_format(scene->arena, "<ds:SignatureValue>%s",
							  spaces(scene->arena, 128 * 1024)),
					     scene->arena),
			     "signature-form");
	memset(uri, 'x', 1100);
	signed_scene_refused(
		scene,
		sign_as(scene,
			arena_format(scene->arena, "<D xmlns:a=\"urn:%s\">" XMLDSIG_PLACE "</D>",
				     uri),
			(struct xmldsig_wish){.signer = NULL}),
		"signature-form");
}

static void names_that_mean_something_else_are_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"<ds:SignedInfo>", "<ds:SignedInfo xmlns:ds=\"urn:other\">"},
		{"<ds:KeyInfo>", "<KeyInfo xmlns=\"" XMLDSIG_DS "\"/><ds:KeyInfo>"},
		{"<ds:SignedInfo>", "<ds:SignedInfo/><ds:SignedInfo>"},
		{"</ds:SignedInfo>", "</ds:SignedInfo><ds:SignedInfo/>"},
		{"<ds:DigestValue>", "<ds:DigestValue><ds:DigestValue/>"},
		{" Algorithm=\"" XMLDSIG_SHA256, " ds:Algorithm=\"" XMLDSIG_SHA256},
	};
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_plain(scene);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		signed_scene_verify(scene,
				    xmldsig_replace(bytes, rows[i].from, rows[i].to, scene->arena));
		assert_int_equal(scene->findings.errors, 1);
		assert_int_equal(strncmp(scene->findings.items[0].code, "signature-", 10), 0);
		assert_string_equal(signed_scene_fact(scene, "signature.verdict"), "");
	}
}

static void entities_of_ones_own_end_the_reading(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes = xmldsig_replace(
		sign_plain(scene), "<Declaration xmlns=\"urn:x\"><ID>1",
		"<!DOCTYPE Declaration [<!ENTITY e \"1\"><!ATTLIST Content Id ID #IMPLIED>]>"
		"<Declaration xmlns=\"urn:x\"><ID>&e;",
		scene->arena);

	signed_scene_verify(scene, bytes);
	assert_null(scene->document);
	assert_string_equal(scene->findings.items[0].code, "doctype-refused");
}

static const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, signed_scene_set_up, signed_scene_tear_down)
	TEST(a_signature_of_the_whole_document_holds_and_says_whose_it_is),
	TEST(every_method_of_the_profile_holds),
	TEST(each_set_of_parts_of_an_envelope_holds),
	TEST(the_sending_system_may_sign_over_the_signature_of_the_maker),
	TEST(layout_and_prefixes_do_not_matter),
	TEST(comments_are_not_signed_and_not_read),
	TEST(an_unsigned_document_has_no_verdict_and_no_sheet),
	TEST(without_anybody_to_trust_the_verdict_says_so),
	TEST(a_header_that_is_not_signed_is_told),
	TEST(findings_name_path_and_line_of_the_bytes_as_received),
	TEST(what_is_canonical_is_verified_by_its_bytes_and_all_else_as_well),
	TEST(what_only_looks_like_the_one_signature_is_read_the_long_way),
	TEST(whatever_is_changed_is_noticed),
	TEST(a_bit_changed_anywhere_in_the_value_or_the_digest_is_noticed),
	TEST(what_is_outside_of_the_profile_is_refused_though_rightly_signed),
	TEST(an_hmac_with_the_public_key_is_refused),
	TEST(a_strangers_key_beside_a_good_certificate_is_never_used),
	TEST(an_ecdsa_value_of_another_form_is_refused),
	TEST(what_is_larger_than_the_profile_is_refused),
	TEST(names_that_mean_something_else_are_refused),
	TEST(entities_of_ones_own_end_the_reading),
};

int main(void)
{
	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
