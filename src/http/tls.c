/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate and key, looked at before anything else is done with them.
 *
 * libmicrohttpd (GnuTLS) says of both only that it did not start, and only
 * after the sockets are open. What an operator gets wrong is always one of
 * a few things, each with its own remedy: another kind of file, a key with a
 * passphrase that nobody will type, the key of last year's certificate, the
 * chain in the wrong order. libcrypto can tell
 * them apart.
 *
 * Whether a certificate is valid today, and for this site's name, is not
 * looked at: a site whose certificate ended is better up than down.
 */
#include "base/check.h"
#include "base/openssl.h"
#include "http/http.h"

/* Nobody is there to be asked for a passphrase. */
static int note_locked(char *text, int size, int is_writing, void *arg)
{
	bool *is_locked = arg;

	(void)text;
	(void)size;
	(void)is_writing;
	*is_locked = true;
	return -1;
}

static BIO *open_pem(const struct http_pem *pem)
{
	BIO *bio = openssl()->BIO_new_mem_buf(
	    pem->text.p ? pem->text.p : "", pem->text.p ? (int)pem->text.n : 0);

	ASSERT(bio);
	return bio;
}

/* The last failure is that there is no further block of that kind. */
static bool is_at_end(void)
{
	return ERR_GET_REASON(openssl()->ERR_peek_last_error()) ==
	    PEM_R_NO_START_LINE;
}

static enum err_code read_key(
    const struct http_pem *pem, EVP_PKEY **out, struct err *err)
{
	const struct openssl *ssl = openssl();
	BIO *bio = open_pem(pem);
	bool is_locked = false;

	*out = ssl->PEM_read_bio_PrivateKey(bio, NULL, note_locked, &is_locked);
	ssl->BIO_free(bio);
	if (*out)
		return 0;
	if (is_locked) {
		err_set(err, ERR_INPUT,
		    "the key in \"%s\" is locked with a passphrase", pem->name);
		err_hint(err,
		    "The server asks nobody for one. Write the key without it, "
		    "for the server's user alone: openssl pkey -in FILE -out "
		    "NEW");
		return ERR_INPUT;
	}
	err_set(err, ERR_INPUT, "\"%s\" holds no private key", pem->name);
	err_hint(err,
	    "A key in PEM begins with -----BEGIN PRIVATE KEY----- or the like; "
	    "one in DER is made PEM by: openssl pkey -inform der -in FILE "
	    "-out NEW");
	return ERR_INPUT;
}

/* The site's own certificate; those behind it are only read. */
static enum err_code read_chain(
    const struct http_pem *pem, X509 **out, struct err *err)
{
	const struct openssl *ssl = openssl();
	BIO *bio = open_pem(pem);
	X509 *next = ssl->PEM_read_bio_X509(bio, NULL, NULL, NULL);
	int count = 0;
	bool is_whole;

	*out = next; /* NULL when the first cannot be read */
	while (next) {
		if (count++)
			ssl->X509_free(next);
		next = ssl->PEM_read_bio_X509(bio, NULL, NULL, NULL);
	}
	is_whole = is_at_end();
	ssl->BIO_free(bio);
	if (count && is_whole)
		return 0;
	ssl->X509_free(*out);
	*out = NULL;
	if (!is_whole) {
		err_set(err, ERR_INPUT,
		    "certificate %d in \"%s\" cannot be read", count + 1,
		    pem->name);
		err_hint(err,
		    "It was cut or changed on its way; take it again from "
		    "where it was issued.");
		return ERR_INPUT;
	}
	err_set(err, ERR_INPUT, "\"%s\" holds no certificate", pem->name);
	err_hint(err,
	    "A certificate in PEM begins with -----BEGIN CERTIFICATE-----; one "
	    "in DER is made PEM by: openssl x509 -inform der -in FILE -out "
	    "NEW");
	return ERR_INPUT;
}

enum err_code http_tls_check(
    const struct http_pem *cert, const struct http_pem *key, struct err *err)
{
	const struct openssl *ssl = openssl();
	X509 *own = NULL;
	EVP_PKEY *secret = NULL;
	enum err_code rc;

	ssl->ERR_clear_error();
	rc = read_chain(cert, &own, err);
	if (!rc)
		rc = read_key(key, &secret, err);
	if (!rc && ssl->X509_check_private_key(own, secret) != 1) {
		rc = err_set(err, ERR_INPUT,
		    "the key in \"%s\" does not belong to the certificate in "
		    "\"%s\"",
		    key->name, cert->name);
		err_hint(err,
		    "Take the key that this certificate was asked for with. "
		    "The site's own certificate stands first in its file, "
		    "those of its issuers behind it.");
	}
	ssl->X509_free(own);
	ssl->EVP_PKEY_free(secret);
	ssl->ERR_clear_error();
	return rc;
}
