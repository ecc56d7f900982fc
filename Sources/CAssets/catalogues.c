// The catalogues, embedded by C23 `#embed`. A file that is missing here is missing in the binary; a test compares.
#include "CAssets.h"

static const unsigned char bigin_integration[] = {
#embed "../Catalogues/zoho_bigin/integration.json"
};
static const unsigned char bigin_current_organization[] = {
#embed "../Catalogues/zoho_bigin/current_organization.json"
};
static const unsigned char bigin_me[] = {
#embed "../Catalogues/zoho_bigin/me.json"
};
static const unsigned char bigin_profiles[] = {
#embed "../Catalogues/zoho_bigin/profiles.json"
};
static const unsigned char bigin_roles[] = {
#embed "../Catalogues/zoho_bigin/roles.json"
};
static const unsigned char bigin_users[] = {
#embed "../Catalogues/zoho_bigin/users.json"
};

#define ASSET(path, bytes) { path, bytes, sizeof bytes }

static const struct tollgate_asset catalogues[] = {
    ASSET("zoho_bigin/integration.json", bigin_integration),
    ASSET("zoho_bigin/current_organization.json", bigin_current_organization),
    ASSET("zoho_bigin/me.json", bigin_me),
    ASSET("zoho_bigin/profiles.json", bigin_profiles),
    ASSET("zoho_bigin/roles.json", bigin_roles),
    ASSET("zoho_bigin/users.json", bigin_users),
};
const struct tollgate_asset *const tollgate_catalogues = catalogues;
const size_t tollgate_catalogue_count = sizeof catalogues / sizeof *catalogues;
