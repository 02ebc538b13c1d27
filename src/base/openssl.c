/* SPDX-License-Identifier: Apache-2.0 */
/* Where libcrypto is loaded. The file's number is that of its binary
 * interface, which the headers that we are compiled with belong to. */
#include "base/openssl.h"

#include <pthread.h>

#include "base/check.h"
#include "base/library.h"

static struct openssl loaded;

#define FUNCTION(name)                                                         \
	{                                                                      \
#name, &loaded.name                                            \
	}

static const struct library_function functions[] = {
    FUNCTION(BIO_free),
    FUNCTION(BIO_new_mem_buf),
    FUNCTION(BN_bin2bn),
    FUNCTION(BN_free),
    FUNCTION(BN_is_odd),
    FUNCTION(BN_is_one),
    FUNCTION(BN_num_bits),
    FUNCTION(CRYPTO_free),
    FUNCTION(ECDSA_SIG_free),
    FUNCTION(ECDSA_SIG_new),
    FUNCTION(ECDSA_SIG_set0),
    FUNCTION(ERR_clear_error),
    FUNCTION(ERR_peek_last_error),
    FUNCTION(EVP_DigestVerify),
    FUNCTION(EVP_DigestVerifyInit),
    FUNCTION(EVP_MD_CTX_free),
    FUNCTION(EVP_MD_CTX_new),
    FUNCTION(EVP_PKEY_CTX_free),
    FUNCTION(EVP_PKEY_CTX_new_from_name),
    FUNCTION(EVP_PKEY_CTX_new_from_pkey),
    FUNCTION(EVP_PKEY_free),
    FUNCTION(EVP_PKEY_fromdata),
    FUNCTION(EVP_PKEY_fromdata_init),
    FUNCTION(EVP_PKEY_public_check),
    FUNCTION(EVP_sha1),
    FUNCTION(EVP_sha256),
    FUNCTION(HMAC),
    FUNCTION(OSSL_PARAM_BLD_free),
    FUNCTION(OSSL_PARAM_BLD_new),
    FUNCTION(OSSL_PARAM_BLD_push_BN),
    FUNCTION(OSSL_PARAM_BLD_push_octet_string),
    FUNCTION(OSSL_PARAM_BLD_push_utf8_string),
    FUNCTION(OSSL_PARAM_BLD_to_param),
    FUNCTION(OSSL_PARAM_free),
    FUNCTION(PEM_read_bio_PrivateKey),
    FUNCTION(PEM_read_bio_X509),
    FUNCTION(X509_check_private_key),
    FUNCTION(X509_free),
    FUNCTION(i2d_ECDSA_SIG),
};

_Static_assert(sizeof(loaded) == ARRAY_COUNT(functions) * sizeof(void *),
    "all of them are found");

static void load(void)
{
	library_need(
	    "libcrypto.so.3", "libssl3", functions, ARRAY_COUNT(functions));
}

const struct openssl *openssl(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return &loaded;
}
