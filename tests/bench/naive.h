/*
 * naive - the pipeline that an integrator would build from the same libraries: for each document,
 * one after the other in one process, xmlsec1 verifies, libxml2 checks, libxslt translates, xmlsec1
 * signs, LMDB commits.
 *
 * What can be prepared once is: the XSD, the stylesheet (made from our map), the authority's
 * certificate and the signer's key are loaded before. Each document is verified with its
 * certificate's chain, as xmlsec1's manual shows it, and committed by itself, as it must be before
 * it is acknowledged. It keeps no log that can be proven, reports nothing, and knows no sender.
 */
#ifndef TESTS_BENCH_NAIVE_H
#define TESTS_BENCH_NAIVE_H

#include <libxml/c14n.h>
#include <libxml/xmlschemas.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <xmlsec/crypto.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include "tests/bench/measure.h"

struct naive {
	xmlSchema *xsd;
	xsltStylesheet *stylesheet;
	const char **parameters;
	const char *key_path; /* of the signer, with its certificate: PEM */
	const char *certificate_path;
	xmlSecKeysMngr *keys; /* whom it believes */
	xmlSecKey *key;
	MDB_env *store;
	MDB_dbi table;
	uint64_t documents;
};

static inline void naive_open_store(struct naive *naive, const char *folder)
{
	MDB_txn *txn = NULL;

	if (mkdir(folder, 0700) != 0 || mdb_env_create(&naive->store) != 0 ||
	    mdb_env_set_mapsize(naive->store, (size_t)4 << 30) != 0 ||
	    mdb_env_open(naive->store, folder, 0, 0600) != 0 ||
	    mdb_txn_begin(naive->store, NULL, 0, &txn) != 0 ||
	    mdb_dbi_open(txn, NULL, 0, &naive->table) != 0 || mdb_txn_commit(txn) != 0)
		measure_fail("the rival's store in %s cannot be made", folder);
}

/* xsd, stylesheet, parameters and paths are the caller's and set before. */
static inline void naive_open(struct naive *naive, const char *folder, const char *authority_path)
{
	if (xmlSecInit() != 0 || xmlSecCryptoAppInit(NULL) != 0 || xmlSecCryptoInit() != 0)
		measure_fail("xmlsec1 cannot be used");
	naive->keys = xmlSecKeysMngrCreate();
	naive->key =
		xmlSecCryptoAppKeyLoad(naive->key_path, xmlSecKeyDataFormatPem, NULL, NULL, NULL);
	if (naive->keys == NULL || naive->key == NULL ||
	    xmlSecCryptoAppDefaultKeysMngrInit(naive->keys) != 0 ||
	    xmlSecCryptoAppKeysMngrCertLoad(naive->keys, authority_path, xmlSecKeyDataFormatPem,
					    xmlSecKeyDataTypeTrusted) != 0 ||
	    xmlSecCryptoAppKeyCertLoad(naive->key, naive->certificate_path,
				       xmlSecKeyDataFormatPem) != 0)
		measure_fail("xmlsec1 cannot read %s or %s", authority_path, naive->key_path);
	naive_open_store(naive, folder);
}

static inline void naive_close(struct naive *naive)
{
	mdb_env_close(naive->store);
	xmlSecKeyDestroy(naive->key);
	xmlSecKeysMngrDestroy(naive->keys);
}

static inline void naive_verify(struct naive *naive, xmlDoc *document)
{
	xmlSecDSigCtx *signing = xmlSecDSigCtxCreate(naive->keys);
	xmlNode *signature =
		xmlSecFindNode(xmlDocGetRootElement(document), xmlSecNodeSignature, xmlSecDSigNs);

	if (signing == NULL || signature == NULL || xmlSecDSigCtxVerify(signing, signature) != 0 ||
	    signing->status != xmlSecDSigStatusSucceeded)
		measure_fail("xmlsec1 does not believe the document");
	xmlSecDSigCtxDestroy(signing);
	xmlUnlinkNode(signature); /* the XSD does not know it */
	xmlFreeNode(signature);
}

static inline void naive_check(const struct naive *naive, xmlDoc *document)
{
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(naive->xsd);

	if (validator == NULL || xmlSchemaValidateDoc(validator, document) != 0)
		measure_fail("libxml2 says that the document is not valid");
	xmlSchemaFreeValidCtxt(validator);
}

static inline void naive_sign(struct naive *naive, xmlDoc *document)
{
	xmlSecDSigCtx *signing = xmlSecDSigCtxCreate(NULL);
	xmlNode *signature = xmlSecTmplSignatureCreate(document, xmlSecTransformExclC14NId,
						       xmlSecTransformEcdsaSha256Id, NULL),
		*reference, *info;

	if (signing == NULL || signature == NULL)
		measure_fail("no memory");
	(void)xmlAddChild(xmlDocGetRootElement(document), signature);
	reference = xmlSecTmplSignatureAddReference(signature, xmlSecTransformSha256Id, NULL,
						    (const xmlChar *)"", NULL);
	info = xmlSecTmplSignatureEnsureKeyInfo(signature, NULL);
	if (xmlSecTmplReferenceAddTransform(reference, xmlSecTransformEnvelopedId) == NULL ||
	    xmlSecTmplReferenceAddTransform(reference, xmlSecTransformExclC14NId) == NULL ||
	    xmlSecTmplKeyInfoAddX509Data(info) == NULL)
		measure_fail("no memory");
	signing->signKey = xmlSecKeyDuplicate(naive->key);
	if (xmlSecDSigCtxSign(signing, signature) != 0)
		measure_fail("xmlsec1 cannot sign");
	xmlSecDSigCtxDestroy(signing);
}

static inline void naive_put(struct naive *naive, MDB_txn *txn, char what, struct bytes bytes)
{
	uint8_t number[9] = {(uint8_t)what};
	MDB_val key = {sizeof(number), number}, value = {bytes.len, (void *)(uintptr_t)bytes.at};

	for (unsigned i = 0; i < 8; i++)
		number[1 + i] = (uint8_t)(naive->documents >> (56 - 8 * i));
	if (mdb_put(txn, naive->table, &key, &value, 0) != 0)
		measure_fail("the rival's store takes no more");
}

/* As it came, and as it goes out. */
static inline void naive_commit(struct naive *naive, struct bytes document, struct bytes output)
{
	MDB_txn *txn = NULL;

	if (mdb_txn_begin(naive->store, NULL, 0, &txn) != 0)
		measure_fail("the rival's store fails");
	naive_put(naive, txn, 'd', document);
	naive_put(naive, txn, 'o', output);
	if (mdb_txn_commit(txn) != 0)
		measure_fail("the rival's store fails");
	naive->documents++;
}

/* One document, from the bytes received to both documents on disk. */
static inline void naive_run(struct naive *naive, struct bytes document)
{
	xmlDoc *source = xmlReadMemory((const char *)document.at, (int)document.len, NULL, NULL,
				       XML_PARSE_NONET | XML_PARSE_COMPACT);
	xmlDoc *result;
	xmlChar *text = NULL;
	int len = 0;

	if (source == NULL)
		measure_fail("libxml2 cannot parse the document");
	naive_verify(naive, source);
	naive_check(naive, source);
	result = xsltApplyStylesheet(naive->stylesheet, source, naive->parameters);
	if (result == NULL)
		measure_fail("libxslt fails");
	naive_sign(naive, result);
	xmlDocDumpMemory(result, &text, &len);
	naive_commit(naive, document, bytes_of(text, (size_t)len));
	xmlFree(text);
	xmlFreeDoc(result);
	xmlFreeDoc(source);
}

#endif
