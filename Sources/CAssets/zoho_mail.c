// The catalogue zoho_mail, file by file. A file that is missing here is missing in the binary; a test compares.
#include "CAssets.h"

static const unsigned char accounts[] = {
#embed "../Catalogues/zoho_mail/accounts.json"
};
static const unsigned char admin_signatures[] = {
#embed "../Catalogues/zoho_mail/admin_signatures.json"
};
static const unsigned char allowed_ips[] = {
#embed "../Catalogues/zoho_mail/allowed_ips.json"
};
static const unsigned char antispam_dkim[] = {
#embed "../Catalogues/zoho_mail/antispam_dkim.json"
};
static const unsigned char antispam_dmarc[] = {
#embed "../Catalogues/zoho_mail/antispam_dmarc.json"
};
static const unsigned char antispam_spf[] = {
#embed "../Catalogues/zoho_mail/antispam_spf.json"
};
static const unsigned char antispam_spf_soft[] = {
#embed "../Catalogues/zoho_mail/antispam_spf_soft.json"
};
static const unsigned char bookmarks[] = {
#embed "../Catalogues/zoho_mail/bookmarks.json"
};
static const unsigned char domain_dkim[] = {
#embed "../Catalogues/zoho_mail/domain_dkim.json"
};
static const unsigned char domains[] = {
#embed "../Catalogues/zoho_mail/domains.json"
};
static const unsigned char folders[] = {
#embed "../Catalogues/zoho_mail/folders.json"
};
static const unsigned char group_bookmark_collections[] = {
#embed "../Catalogues/zoho_mail/group_bookmark_collections.json"
};
static const unsigned char group_bookmarks[] = {
#embed "../Catalogues/zoho_mail/group_bookmarks.json"
};
static const unsigned char group_moderation[] = {
#embed "../Catalogues/zoho_mail/group_moderation.json"
};
static const unsigned char group_note_books[] = {
#embed "../Catalogues/zoho_mail/group_note_books.json"
};
static const unsigned char group_notes[] = {
#embed "../Catalogues/zoho_mail/group_notes.json"
};
static const unsigned char group_tasks[] = {
#embed "../Catalogues/zoho_mail/group_tasks.json"
};
static const unsigned char groups[] = {
#embed "../Catalogues/zoho_mail/groups.json"
};
static const unsigned char integration[] = {
#embed "../Catalogues/zoho_mail/integration.json"
};
static const unsigned char labels[] = {
#embed "../Catalogues/zoho_mail/labels.json"
};
static const unsigned char logs[] = {
#embed "../Catalogues/zoho_mail/logs.json"
};
static const unsigned char messages[] = {
#embed "../Catalogues/zoho_mail/messages.json"
};
static const unsigned char notes[] = {
#embed "../Catalogues/zoho_mail/notes.json"
};
static const unsigned char organization_spam[] = {
#embed "../Catalogues/zoho_mail/organization_spam.json"
};
static const unsigned char organization_storage[] = {
#embed "../Catalogues/zoho_mail/organization_storage.json"
};
static const unsigned char organizations[] = {
#embed "../Catalogues/zoho_mail/organizations.json"
};
static const unsigned char personal_bookmark_collections[] = {
#embed "../Catalogues/zoho_mail/personal_bookmark_collections.json"
};
static const unsigned char personal_bookmarks[] = {
#embed "../Catalogues/zoho_mail/personal_bookmarks.json"
};
static const unsigned char personal_note_books[] = {
#embed "../Catalogues/zoho_mail/personal_note_books.json"
};
static const unsigned char personal_notes[] = {
#embed "../Catalogues/zoho_mail/personal_notes.json"
};
static const unsigned char personal_tasks[] = {
#embed "../Catalogues/zoho_mail/personal_tasks.json"
};
static const unsigned char policies[] = {
#embed "../Catalogues/zoho_mail/policies.json"
};
static const unsigned char policy_access_restrictions[] = {
#embed "../Catalogues/zoho_mail/policy_access_restrictions.json"
};
static const unsigned char policy_account_restrictions[] = {
#embed "../Catalogues/zoho_mail/policy_account_restrictions.json"
};
static const unsigned char policy_email_restrictions[] = {
#embed "../Catalogues/zoho_mail/policy_email_restrictions.json"
};
static const unsigned char policy_forward_restrictions[] = {
#embed "../Catalogues/zoho_mail/policy_forward_restrictions.json"
};
static const unsigned char signatures[] = {
#embed "../Catalogues/zoho_mail/signatures.json"
};
static const unsigned char task_custom_statuses[] = {
#embed "../Catalogues/zoho_mail/task_custom_statuses.json"
};
static const unsigned char task_groups[] = {
#embed "../Catalogues/zoho_mail/task_groups.json"
};
static const unsigned char task_projects[] = {
#embed "../Catalogues/zoho_mail/task_projects.json"
};
static const unsigned char tasks[] = {
#embed "../Catalogues/zoho_mail/tasks.json"
};
static const unsigned char threads[] = {
#embed "../Catalogues/zoho_mail/threads.json"
};
static const unsigned char users[] = {
#embed "../Catalogues/zoho_mail/users.json"
};

const struct tollgate_asset tollgate_zoho_mail[] = {
    {"zoho_mail/accounts.json", accounts, sizeof accounts},
    {"zoho_mail/admin_signatures.json", admin_signatures, sizeof admin_signatures},
    {"zoho_mail/allowed_ips.json", allowed_ips, sizeof allowed_ips},
    {"zoho_mail/antispam_dkim.json", antispam_dkim, sizeof antispam_dkim},
    {"zoho_mail/antispam_dmarc.json", antispam_dmarc, sizeof antispam_dmarc},
    {"zoho_mail/antispam_spf.json", antispam_spf, sizeof antispam_spf},
    {"zoho_mail/antispam_spf_soft.json", antispam_spf_soft, sizeof antispam_spf_soft},
    {"zoho_mail/bookmarks.json", bookmarks, sizeof bookmarks},
    {"zoho_mail/domain_dkim.json", domain_dkim, sizeof domain_dkim},
    {"zoho_mail/domains.json", domains, sizeof domains},
    {"zoho_mail/folders.json", folders, sizeof folders},
    {"zoho_mail/group_bookmark_collections.json", group_bookmark_collections, sizeof group_bookmark_collections},
    {"zoho_mail/group_bookmarks.json", group_bookmarks, sizeof group_bookmarks},
    {"zoho_mail/group_moderation.json", group_moderation, sizeof group_moderation},
    {"zoho_mail/group_note_books.json", group_note_books, sizeof group_note_books},
    {"zoho_mail/group_notes.json", group_notes, sizeof group_notes},
    {"zoho_mail/group_tasks.json", group_tasks, sizeof group_tasks},
    {"zoho_mail/groups.json", groups, sizeof groups},
    {"zoho_mail/integration.json", integration, sizeof integration},
    {"zoho_mail/labels.json", labels, sizeof labels},
    {"zoho_mail/logs.json", logs, sizeof logs},
    {"zoho_mail/messages.json", messages, sizeof messages},
    {"zoho_mail/notes.json", notes, sizeof notes},
    {"zoho_mail/organization_spam.json", organization_spam, sizeof organization_spam},
    {"zoho_mail/organization_storage.json", organization_storage, sizeof organization_storage},
    {"zoho_mail/organizations.json", organizations, sizeof organizations},
    {"zoho_mail/personal_bookmark_collections.json", personal_bookmark_collections, sizeof personal_bookmark_collections},
    {"zoho_mail/personal_bookmarks.json", personal_bookmarks, sizeof personal_bookmarks},
    {"zoho_mail/personal_note_books.json", personal_note_books, sizeof personal_note_books},
    {"zoho_mail/personal_notes.json", personal_notes, sizeof personal_notes},
    {"zoho_mail/personal_tasks.json", personal_tasks, sizeof personal_tasks},
    {"zoho_mail/policies.json", policies, sizeof policies},
    {"zoho_mail/policy_access_restrictions.json", policy_access_restrictions, sizeof policy_access_restrictions},
    {"zoho_mail/policy_account_restrictions.json", policy_account_restrictions, sizeof policy_account_restrictions},
    {"zoho_mail/policy_email_restrictions.json", policy_email_restrictions, sizeof policy_email_restrictions},
    {"zoho_mail/policy_forward_restrictions.json", policy_forward_restrictions, sizeof policy_forward_restrictions},
    {"zoho_mail/signatures.json", signatures, sizeof signatures},
    {"zoho_mail/task_custom_statuses.json", task_custom_statuses, sizeof task_custom_statuses},
    {"zoho_mail/task_groups.json", task_groups, sizeof task_groups},
    {"zoho_mail/task_projects.json", task_projects, sizeof task_projects},
    {"zoho_mail/tasks.json", tasks, sizeof tasks},
    {"zoho_mail/threads.json", threads, sizeof threads},
    {"zoho_mail/users.json", users, sizeof users},
    {0, 0, 0},
};
