// Files that travel inside the binary.
#ifndef TOLLGATE_CASSETS_H
#define TOLLGATE_CASSETS_H

#include <stddef.h>

struct tollgate_asset {
    /// Path below the folder that it was embedded from, e.g. `zoho_bigin/users.json`.
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

/// All catalogue files, one after another.
extern const struct tollgate_asset *const tollgate_catalogues;
extern const size_t tollgate_catalogue_count;

#endif
