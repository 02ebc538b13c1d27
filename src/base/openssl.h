/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL's functions, as far as they are called here, by the names they have
 * there. Signing in, webhooks and certificates need them; most commands do
 * not, and loading libcrypto takes longer than some of these. It is loaded
 * when it is asked for (base/library.h).
 */
#ifndef GX_BASE_OPENSSL_H
#define GX_BASE_OPENSSL_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

struct openssl {
	__typeof__(BIO_free) *BIO_free;
	__typeof__(BIO_new_mem_buf) *BIO_new_mem_buf;
	__typeof__(BN_bin2bn) *BN_bin2bn;
	__typeof__(BN_free) *BN_free;
	__typeof__(BN_is_odd) *BN_is_odd;
	__typeof__(BN_is_one) *BN_is_one;
	__typeof__(BN_num_bits) *BN_num_bits;
	__typeof__(CRYPTO_free) *CRYPTO_free;
	__typeof__(ECDSA_SIG_free) *ECDSA_SIG_free;
	__typeof__(ECDSA_SIG_new) *ECDSA_SIG_new;
	__typeof__(ECDSA_SIG_set0) *ECDSA_SIG_set0;
	__typeof__(ERR_clear_error) *ERR_clear_error;
	__typeof__(ERR_peek_last_error) *ERR_peek_last_error;
	__typeof__(EVP_DigestVerify) *EVP_DigestVerify;
	__typeof__(EVP_DigestVerifyInit) *EVP_DigestVerifyInit;
	__typeof__(EVP_MD_CTX_free) *EVP_MD_CTX_free;
	__typeof__(EVP_MD_CTX_new) *EVP_MD_CTX_new;
	__typeof__(EVP_PKEY_CTX_free) *EVP_PKEY_CTX_free;
	__typeof__(EVP_PKEY_CTX_new_from_name) *EVP_PKEY_CTX_new_from_name;
	__typeof__(EVP_PKEY_CTX_new_from_pkey) *EVP_PKEY_CTX_new_from_pkey;
	__typeof__(EVP_PKEY_free) *EVP_PKEY_free;
	__typeof__(EVP_PKEY_fromdata) *EVP_PKEY_fromdata;
	__typeof__(EVP_PKEY_fromdata_init) *EVP_PKEY_fromdata_init;
	__typeof__(EVP_PKEY_public_check) *EVP_PKEY_public_check;
	__typeof__(EVP_sha1) *EVP_sha1;
	__typeof__(EVP_sha256) *EVP_sha256;
	__typeof__(HMAC) *HMAC;
	__typeof__(OSSL_PARAM_BLD_free) *OSSL_PARAM_BLD_free;
	__typeof__(OSSL_PARAM_BLD_new) *OSSL_PARAM_BLD_new;
	__typeof__(OSSL_PARAM_BLD_push_BN) *OSSL_PARAM_BLD_push_BN;
	__typeof__(OSSL_PARAM_BLD_push_octet_string)
	    *OSSL_PARAM_BLD_push_octet_string;
	__typeof__(OSSL_PARAM_BLD_push_utf8_string)
	    *OSSL_PARAM_BLD_push_utf8_string;
	__typeof__(OSSL_PARAM_BLD_to_param) *OSSL_PARAM_BLD_to_param;
	__typeof__(OSSL_PARAM_free) *OSSL_PARAM_free;
	__typeof__(PEM_read_bio_PrivateKey) *PEM_read_bio_PrivateKey;
	__typeof__(PEM_read_bio_X509) *PEM_read_bio_X509;
	__typeof__(X509_check_private_key) *X509_check_private_key;
	__typeof__(X509_free) *X509_free;
	__typeof__(i2d_ECDSA_SIG) *i2d_ECDSA_SIG;
};

/* Loaded by the first call, from any thread; the process ends with a message
 * when it is not installed, as it would have at its start. A server asks for
 * it before it answers anybody. */
const struct openssl *openssl(void);

#endif
