// OpenSSL's libcrypto, which libcurl loads anyway: HMAC-SHA-256, AES-256-GCM, the system's random bytes.
#ifndef TOLLGATE_CCRYPTO_H
#define TOLLGATE_CCRYPTO_H

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#endif
