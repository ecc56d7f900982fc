// The catalogue zoho_bigin, file by file. A file that is missing here is missing in the binary; a test compares.
#include "CAssets.h"

static const unsigned char current_organization[] = {
#embed "../Catalogues/zoho_bigin/current_organization.json"
};
static const unsigned char integration[] = {
#embed "../Catalogues/zoho_bigin/integration.json"
};
static const unsigned char me[] = {
#embed "../Catalogues/zoho_bigin/me.json"
};
static const unsigned char profiles[] = {
#embed "../Catalogues/zoho_bigin/profiles.json"
};
static const unsigned char roles[] = {
#embed "../Catalogues/zoho_bigin/roles.json"
};
static const unsigned char users[] = {
#embed "../Catalogues/zoho_bigin/users.json"
};

const struct tollgate_asset tollgate_zoho_bigin[] = {
    {"zoho_bigin/current_organization.json", current_organization, sizeof current_organization},
    {"zoho_bigin/integration.json", integration, sizeof integration},
    {"zoho_bigin/me.json", me, sizeof me},
    {"zoho_bigin/profiles.json", profiles, sizeof profiles},
    {"zoho_bigin/roles.json", roles, sizeof roles},
    {"zoho_bigin/users.json", users, sizeof users},
    {0, 0, 0},
};
