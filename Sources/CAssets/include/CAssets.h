// Files that travel inside the binary.
#ifndef TOLLGATE_CASSETS_H
#define TOLLGATE_CASSETS_H

#include <stddef.h>

struct tollgate_asset {
    /// Path below the folder that it was embedded from, e.g. `zoho_bigin/users.json`; null behind the last one.
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

extern const struct tollgate_asset tollgate_zoho_bigin[];
extern const struct tollgate_asset tollgate_zoho_mail[];
extern const struct tollgate_asset tollgate_zoho_meeting[];

/// The files of every integration, each array ended by an asset without a name.
static const struct tollgate_asset *const tollgate_catalogues[] = {tollgate_zoho_bigin, tollgate_zoho_mail, tollgate_zoho_meeting};

static inline const struct tollgate_asset *tollgate_catalogue(size_t index) {
    return index < sizeof tollgate_catalogues / sizeof *tollgate_catalogues ? tollgate_catalogues[index] : 0;
}

#endif
