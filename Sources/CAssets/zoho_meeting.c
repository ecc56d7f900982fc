// The catalogue zoho_meeting, file by file. A file that is missing here is missing in the binary; a test compares.
#include "CAssets.h"

static const unsigned char attendees[] = {
#embed "../Catalogues/zoho_meeting/attendees.json"
};
static const unsigned char department_users[] = {
#embed "../Catalogues/zoho_meeting/department_users.json"
};
static const unsigned char departments[] = {
#embed "../Catalogues/zoho_meeting/departments.json"
};
static const unsigned char integration[] = {
#embed "../Catalogues/zoho_meeting/integration.json"
};
static const unsigned char license[] = {
#embed "../Catalogues/zoho_meeting/license.json"
};
static const unsigned char me[] = {
#embed "../Catalogues/zoho_meeting/me.json"
};
static const unsigned char meeting_participants[] = {
#embed "../Catalogues/zoho_meeting/meeting_participants.json"
};
static const unsigned char meetings[] = {
#embed "../Catalogues/zoho_meeting/meetings.json"
};
static const unsigned char recordings[] = {
#embed "../Catalogues/zoho_meeting/recordings.json"
};
static const unsigned char registrants[] = {
#embed "../Catalogues/zoho_meeting/registrants.json"
};
static const unsigned char sdk_sessions[] = {
#embed "../Catalogues/zoho_meeting/sdk_sessions.json"
};
static const unsigned char users[] = {
#embed "../Catalogues/zoho_meeting/users.json"
};
static const unsigned char webinar_attendees[] = {
#embed "../Catalogues/zoho_meeting/webinar_attendees.json"
};
static const unsigned char webinar_languages[] = {
#embed "../Catalogues/zoho_meeting/webinar_languages.json"
};
static const unsigned char webinar_me[] = {
#embed "../Catalogues/zoho_meeting/webinar_me.json"
};
static const unsigned char webinar_polls[] = {
#embed "../Catalogues/zoho_meeting/webinar_polls.json"
};
static const unsigned char webinar_recordings[] = {
#embed "../Catalogues/zoho_meeting/webinar_recordings.json"
};
static const unsigned char webinar_registrants[] = {
#embed "../Catalogues/zoho_meeting/webinar_registrants.json"
};
static const unsigned char webinar_report_attendees[] = {
#embed "../Catalogues/zoho_meeting/webinar_report_attendees.json"
};
static const unsigned char webinar_report_polls[] = {
#embed "../Catalogues/zoho_meeting/webinar_report_polls.json"
};
static const unsigned char webinar_report_questions[] = {
#embed "../Catalogues/zoho_meeting/webinar_report_questions.json"
};
static const unsigned char webinar_time_zones[] = {
#embed "../Catalogues/zoho_meeting/webinar_time_zones.json"
};
static const unsigned char webinar_users[] = {
#embed "../Catalogues/zoho_meeting/webinar_users.json"
};
static const unsigned char webinar_webinars[] = {
#embed "../Catalogues/zoho_meeting/webinar_webinars.json"
};
static const unsigned char webinars[] = {
#embed "../Catalogues/zoho_meeting/webinars.json"
};

const struct tollgate_asset tollgate_zoho_meeting[] = {
    {"zoho_meeting/attendees.json", attendees, sizeof attendees},
    {"zoho_meeting/department_users.json", department_users, sizeof department_users},
    {"zoho_meeting/departments.json", departments, sizeof departments},
    {"zoho_meeting/integration.json", integration, sizeof integration},
    {"zoho_meeting/license.json", license, sizeof license},
    {"zoho_meeting/me.json", me, sizeof me},
    {"zoho_meeting/meeting_participants.json", meeting_participants, sizeof meeting_participants},
    {"zoho_meeting/meetings.json", meetings, sizeof meetings},
    {"zoho_meeting/recordings.json", recordings, sizeof recordings},
    {"zoho_meeting/registrants.json", registrants, sizeof registrants},
    {"zoho_meeting/sdk_sessions.json", sdk_sessions, sizeof sdk_sessions},
    {"zoho_meeting/users.json", users, sizeof users},
    {"zoho_meeting/webinar_attendees.json", webinar_attendees, sizeof webinar_attendees},
    {"zoho_meeting/webinar_languages.json", webinar_languages, sizeof webinar_languages},
    {"zoho_meeting/webinar_me.json", webinar_me, sizeof webinar_me},
    {"zoho_meeting/webinar_polls.json", webinar_polls, sizeof webinar_polls},
    {"zoho_meeting/webinar_recordings.json", webinar_recordings, sizeof webinar_recordings},
    {"zoho_meeting/webinar_registrants.json", webinar_registrants, sizeof webinar_registrants},
    {"zoho_meeting/webinar_report_attendees.json", webinar_report_attendees, sizeof webinar_report_attendees},
    {"zoho_meeting/webinar_report_polls.json", webinar_report_polls, sizeof webinar_report_polls},
    {"zoho_meeting/webinar_report_questions.json", webinar_report_questions, sizeof webinar_report_questions},
    {"zoho_meeting/webinar_time_zones.json", webinar_time_zones, sizeof webinar_time_zones},
    {"zoho_meeting/webinar_users.json", webinar_users, sizeof webinar_users},
    {"zoho_meeting/webinar_webinars.json", webinar_webinars, sizeof webinar_webinars},
    {"zoho_meeting/webinars.json", webinars, sizeof webinars},
    {0, 0, 0},
};
