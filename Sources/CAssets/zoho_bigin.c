// The catalogue zoho_bigin, file by file. A file that is missing here is missing in the binary; a test compares.
#include "CAssets.h"

static const unsigned char attachments[] = {
#embed "../Catalogues/zoho_bigin/attachments.json"
};
static const unsigned char bulk_read_jobs[] = {
#embed "../Catalogues/zoho_bigin/bulk_read_jobs.json"
};
static const unsigned char bulk_write_jobs[] = {
#embed "../Catalogues/zoho_bigin/bulk_write_jobs.json"
};
static const unsigned char coql[] = {
#embed "../Catalogues/zoho_bigin/coql.json"
};
static const unsigned char current_organization[] = {
#embed "../Catalogues/zoho_bigin/current_organization.json"
};
static const unsigned char custom_views[] = {
#embed "../Catalogues/zoho_bigin/custom_views.json"
};
static const unsigned char deleted_records[] = {
#embed "../Catalogues/zoho_bigin/deleted_records.json"
};
static const unsigned char fields[] = {
#embed "../Catalogues/zoho_bigin/fields.json"
};
static const unsigned char files[] = {
#embed "../Catalogues/zoho_bigin/files.json"
};
static const unsigned char integration[] = {
#embed "../Catalogues/zoho_bigin/integration.json"
};
static const unsigned char layouts[] = {
#embed "../Catalogues/zoho_bigin/layouts.json"
};
static const unsigned char me[] = {
#embed "../Catalogues/zoho_bigin/me.json"
};
static const unsigned char modules[] = {
#embed "../Catalogues/zoho_bigin/modules.json"
};
static const unsigned char notes[] = {
#embed "../Catalogues/zoho_bigin/notes.json"
};
static const unsigned char notifications[] = {
#embed "../Catalogues/zoho_bigin/notifications.json"
};
static const unsigned char profiles[] = {
#embed "../Catalogues/zoho_bigin/profiles.json"
};
static const unsigned char records[] = {
#embed "../Catalogues/zoho_bigin/records.json"
};
static const unsigned char related_lists[] = {
#embed "../Catalogues/zoho_bigin/related_lists.json"
};
static const unsigned char related_records[] = {
#embed "../Catalogues/zoho_bigin/related_records.json"
};
static const unsigned char roles[] = {
#embed "../Catalogues/zoho_bigin/roles.json"
};
static const unsigned char tags[] = {
#embed "../Catalogues/zoho_bigin/tags.json"
};
static const unsigned char users[] = {
#embed "../Catalogues/zoho_bigin/users.json"
};

const struct tollgate_asset tollgate_zoho_bigin[] = {
    {"zoho_bigin/attachments.json", attachments, sizeof attachments},
    {"zoho_bigin/bulk_read_jobs.json", bulk_read_jobs, sizeof bulk_read_jobs},
    {"zoho_bigin/bulk_write_jobs.json", bulk_write_jobs, sizeof bulk_write_jobs},
    {"zoho_bigin/coql.json", coql, sizeof coql},
    {"zoho_bigin/current_organization.json", current_organization, sizeof current_organization},
    {"zoho_bigin/custom_views.json", custom_views, sizeof custom_views},
    {"zoho_bigin/deleted_records.json", deleted_records, sizeof deleted_records},
    {"zoho_bigin/fields.json", fields, sizeof fields},
    {"zoho_bigin/files.json", files, sizeof files},
    {"zoho_bigin/integration.json", integration, sizeof integration},
    {"zoho_bigin/layouts.json", layouts, sizeof layouts},
    {"zoho_bigin/me.json", me, sizeof me},
    {"zoho_bigin/modules.json", modules, sizeof modules},
    {"zoho_bigin/notes.json", notes, sizeof notes},
    {"zoho_bigin/notifications.json", notifications, sizeof notifications},
    {"zoho_bigin/profiles.json", profiles, sizeof profiles},
    {"zoho_bigin/records.json", records, sizeof records},
    {"zoho_bigin/related_lists.json", related_lists, sizeof related_lists},
    {"zoho_bigin/related_records.json", related_records, sizeof related_records},
    {"zoho_bigin/roles.json", roles, sizeof roles},
    {"zoho_bigin/tags.json", tags, sizeof tags},
    {"zoho_bigin/users.json", users, sizeof users},
    {0, 0, 0},
};
