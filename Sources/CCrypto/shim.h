// OpenSSL's libcrypto, which libcurl loads anyway: SHA-256, AES-256-GCM, the system's random bytes.
#ifndef TOLLGATE_CCRYPTO_H
#define TOLLGATE_CCRYPTO_H

/* The SHA256_* functions are deprecated in favour of EVP, which allocates a context and looks its provider up per
   digest: 5 times the cost of hashing a token. They run the same assembly. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

/* GCM's controls are an untyped int and pointer in C. */
static inline int tollgate_gcm_set_tag(EVP_CIPHER_CTX *context, const unsigned char *tag, int count) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, count, (void *)tag);
}
static inline int tollgate_gcm_get_tag(EVP_CIPHER_CTX *context, unsigned char *tag, int count) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, count, tag);
}

#endif
