// Bigin's own forms: one object at the top, records that say each for itself, and the table of codes.

extension ErrorForm {
    static let bigin: [ErrorForm] = [biginObjects, biginRecords, biginMixtures, biginOddities].flatMap { $0 }

    static func biginObject(_ code: String, _ details: String = "{}", _ message: String = "it is so") -> String {
        #"{"code":"\#(code)","details":\#(details),"message":"\#(message)","status":"error"}"#
    }

    private static let list = Caller.bigin("users.list")
    private static let create = Caller.bigin("users.create")
    private static let delete = Caller.bigin("users.delete")

    /// One object at the top, with a status of its own and under 200, 201 and 202.
    private static let biginObjects: [ErrorForm] = {
        let jsonArray = #"{"expected_data_type":"jsonarray","api_name":"data"}"#
        let scopes = "ZohoBigin.users.ALL or ZohoBigin.users.READ"
        var forms = [
            ErrorForm(
                list, 401, biginObject("INVALID_TOKEN", "{}", "invalid oauth token"),
                .error(401, "token_invalid", "INVALID_TOKEN", "invalid oauth token", says: ["could not be renewed"])),
            ErrorForm(
                list, 401, biginObject("AUTHENTICATION_FAILURE", "{}", "Authentication failed"),
                .error(401, "token_invalid", "AUTHENTICATION_FAILURE", "Authentication failed")),
            ErrorForm(
                list, 404, biginObject("INVALID_URL_PATTERN"),
                .error(404, "not_found", "INVALID_URL_PATTERN", "it is so")),
            ErrorForm(
                list, 405, biginObject("METHOD_NOT_ALLOWED"),
                .error(400, "invalid_request", "METHOD_NOT_ALLOWED", "it is so")),
            ErrorForm(
                list, 500, biginObject("SOMETHING_NEW"), .error(502, "upstream_failed", "SOMETHING_NEW", "it is so")),
            ErrorForm(
                list, 403, biginObject("SOMETHING_NEW"),
                .error(403, "permission_denied", "SOMETHING_NEW", "it is so")),
            ErrorForm(
                list, 400, #"{"code":"\u0044UPLICATE_DATA","status":"\u0065rror"}"#,
                .error(409, "conflict", "DUPLICATE_DATA")),
            ErrorForm(
                list, 429, biginObject("TOO_MANY_REQUESTS"),
                .error(
                    429, "rate_limited", "TOO_MANY_REQUESTS", "it is so", says: ["Wait 30 seconds"],
                    retryAfter: 30_000, limits: #"{"reset":30}"#), [("retry-after", "30")]),
            ErrorForm(
                list, 429, biginObject("TOO_MANY_REQUESTS"),
                .error(429, "rate_limited", "TOO_MANY_REQUESTS", "it is so", says: ["at least a minute"])),
            ErrorForm(
                list, 429, biginObject("INVALID_DATA"), .error(429, "rate_limited", "INVALID_DATA", "it is so")),
            // Without `status` the HTTP status says that it is an error.
            ErrorForm(
                list, 400, #"{"code":"DUPLICATE_DATA","message":"x"}"#,
                .error(409, "conflict", "DUPLICATE_DATA", "x")),
        ]
        for status in [200, 201, 202, 400] {
            forms += [
                ErrorForm(
                    create, status, biginObject("INVALID_DATA", jsonArray),
                    .error(400, "invalid_request", "INVALID_DATA", "it is so", details: jsonArray, says: ["jsonarray"])
                ),
                ErrorForm(
                    delete, status, biginObject("INVALID_DATA"),
                    .error(400, "invalid_request", "INVALID_DATA", "it is so")),
                ErrorForm(
                    list, status, biginObject("INVALID_TOKEN"),
                    .error(401, "token_invalid", "INVALID_TOKEN", "it is so")),
                ErrorForm(
                    list, status, biginObject("TOO_MANY_REQUESTS"),
                    .error(429, "rate_limited", "TOO_MANY_REQUESTS", "it is so", says: ["at least a minute"])),
                ErrorForm(
                    list, status, #"{"status":"failure","code":"NEW","message":"no"}"#,
                    .error(400, "invalid_request", "NEW", "no")),
                ErrorForm(
                    .bigin("attachments.delete"), status, biginObject("INVALID_DATA"),
                    .error(400, "invalid_request", "INVALID_DATA", "it is so")),
            ]
        }
        for status in [200, 401, 403] {
            forms.append(
                ErrorForm(
                    list, status, biginObject("OAUTH_SCOPE_MISMATCH"),
                    .error(
                        403, "scope_missing", "OAUTH_SCOPE_MISMATCH", "it is so",
                        says: [scopes, "reconnect", "calling again does not help"], hint: scopes)))
        }
        return forms
    }()

    private static let mandatory =
        #"{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name"},"message":"required field not found","status":"error"}"#
    private static let duplicate =
        #"{"code":"DUPLICATE_DATA","details":{"api_name":"Email","id":"7618"},"message":"duplicate data","status":"error"}"#
    private static let added =
        #"{"code":"SUCCESS","details":{"id":"1"},"message":"record added","status":"success"}"#
    private static let updated =
        #"{"code":"SUCCESS","duplicate_field":"Email","action":"update","details":{"id":"2"},"message":"record updated","status":"success"}"#

    /// Records that say each for itself, all of them failed, in every array that is known to hold them. 202 is the
    /// status that most often means "not done".
    private static let biginRecords: [ErrorForm] = {
        let arrays: [(String, Caller)] = [
            ("users", create), ("data", .bigin("records.create")), ("data", .bigin("records.bulk_delete")),
            ("tags", .bigin("tags.create")), ("watch", .bigin("notifications.create")),
            ("watch", .bigin("notifications.disable")), ("data", .bigin("notes.delete")),
        ]
        let failed = arrays.flatMap { name, caller -> [ErrorForm] in
            (name == "users" ? [200, 201, 202, 207, 400] : [200, 202]).flatMap { (status: Int) -> [ErrorForm] in
                [
                    ErrorForm(
                        caller, status, #"{"\#(name)":[\#(mandatory)]}"#,
                        .error(
                            400, "invalid_request", "MANDATORY_NOT_FOUND", "required field not found",
                            details: #"{"api_name":"Last_Name"}"#, says: ["Last_Name"])),
                    ErrorForm(
                        caller, status, #"{"\#(name)":[\#(duplicate),\#(mandatory)]}"#,
                        .error(
                            409, "conflict", "DUPLICATE_DATA", "2 records failed, the first with: duplicate data",
                            details: #"{"api_name":"Email","id":"7618"}"#, says: ["7618"])),
                ]
            }
        }
        return failed + [
            ErrorForm(
                delete, 202, #"{"watch":[{"code":"NOT_SUBSCRIBED","status":"error","message":"no"}]}"#,
                .error(404, "not_found", "NOT_SUBSCRIBED", "no")),
            ErrorForm(
                create, 200, #"{"users":[{"code":"NEW","status":"error","message":null}]}"#,
                .error(400, "invalid_request", "NEW", says: ["Zoho Bigin: NEW. "])),
            ErrorForm(
                create, 500, #"{"users":[{"code":"NEW","status":"error","message":"no"}]}"#,
                .error(502, "upstream_failed", "NEW", "no")),
            // A list cut off behind its only record is none, but a whole array has been heard.
            ErrorForm(
                create, 200, #"{"users":[\#(duplicate)]"#,
                .error(
                    409, "conflict", "DUPLICATE_DATA", "duplicate data",
                    details: #"{"api_name":"Email","id":"7618"}"#)),
            ErrorForm(create, 200, #"{"users":[\#(duplicate)"#, .broken("broke off its answer")),
        ]
    }()

    /// Some failed: a result that says which.
    private static let biginMixtures: [ErrorForm] = [200, 201, 202, 207].flatMap { (status: Int) -> [ErrorForm] in
        [
            ErrorForm(create, status, #"{"users":[\#(added)]}"#, .result(added)),
            ErrorForm(create, status, #"{"users":[\#(updated)]}"#, .result(updated)),
            ErrorForm(
                create, status, #"{"users":[\#(added),\#(mandatory)]}"#,
                .result(added, ["[1] MANDATORY_NOT_FOUND: required field not found"])),
            ErrorForm(
                create, status, #"{"users":[\#(mandatory),\#(added)]}"#,
                .result(mandatory, ["[0] MANDATORY_NOT_FOUND: required field not found"])),
            ErrorForm(
                .bigin("records.upsert"), status,
                #"{"data":[\#(added),\#(duplicate),\#(updated),\#(mandatory)]}"#,
                .result(
                    #"{"result":[\#(added),\#(duplicate),\#(updated),\#(mandatory)],"result_count":4}"#,
                    ["[1] DUPLICATE_DATA: duplicate data", "[3] MANDATORY_NOT_FOUND: required field not found"])),
        ]
    }

    private static let biginOddities = [
        // Tags are deleted one at a time, and answered without an array.
        ErrorForm(
            .bigin("tags.delete"), 200, #"{"tags":\#(duplicate)}"#,
            .error(
                409, "conflict", "DUPLICATE_DATA", "duplicate data", details: #"{"api_name":"Email","id":"7618"}"#)),
        ErrorForm(.bigin("tags.delete"), 200, #"{"tags":\#(added)}"#, .result(added)),
        // An import that failed is what was asked for.
        ErrorForm(
            .bigin("bulk_write_jobs.get"), 200, #"{"id":"1","status":"FAILED","resource":[{"status":"FAILED"}]}"#,
            .result(
                #"{"id":"1","status":"FAILED","resource":[{"status":"FAILED"}]}"#, ["The import failed as a whole"])),
        ErrorForm(
            .bigin("bulk_read_jobs.get"), 200, #"{"data":[{"id":"1","state":"FAILURE"}]}"#,
            .result(#"{"id":"1","state":"FAILURE"}"#)),
        ErrorForm(.bigin("coql.query"), 204, "", .nothing), ErrorForm(.bigin("records.search"), 204, "", .nothing),
        ErrorForm(.bigin("records.get"), 204, "", .absent), ErrorForm(.bigin("records.delete"), 204, "", .done),
        ErrorForm(.bigin("users.get"), 200, #"{"users":[]}"#, .absent),
        ErrorForm(
            list, 403, #"{"error":{"code":1009,"message":"Invalid org admin"},"resourceType":"/x"}"#,
            .error(403, "permission_denied", "1009", "Invalid org admin")),
    ]

    /// The table of codes. LIMIT_… is about licences and sizes, never a rate limit.
    static let biginCodes: [ErrorForm] = {
        let classes: [(Int, String, [String])] = [
            (401, "token_invalid", ["INVALID_TOKEN", "INVALID_OAUTHTOKEN", "AUTHENTICATION_FAILURE"]),
            (403, "permission_denied", ["AUTHORIZATION_FAILED", "NO_PERMISSION", "FEATURE_PERMISSION"]),
            (
                400, "invalid_request",
                [
                    "INVALID_REQUEST_METHOD", "METHOD_NOT_ALLOWED", "INVALID_MODULE", "MODULE_NOT_SUPPORTED",
                    "MODULE_NOT_AVAILABLE", "INVALID_DATA", "MANDATORY_NOT_FOUND", "REQUIRED_PARAM_MISSING",
                    "EXPECTED_FIELD_MISSING", "EXPECTED_PARAM_MISSING", "DEPENDENT_FIELD_MISSING", "LIMIT_EXCEEDED",
                    "LIMIT_REACHED", "LICENSE_LIMIT_EXCEEDED", "STORAGE_SPACE_EXCEEDED", "HEADER_LIMIT_EXCEEDED",
                    "PATTERN_NOT_MATCHED", "INVALID_QUERY", "SYNTAX_ERROR", "INVALID_CRITERIA",
                    "CRITERIA_LIMIT_EXCEEDED", "AMBIGUITY_DURING_PROCESSING", "JSON_PARSE_ERROR",
                    "UNABLE_TO_PARSE_DATA_TYPE", "MAPPING_MISMATCH", "NOT_SUPPORTED", "API_NOT_SUPPORTED",
                    "FEATURE_NOT_SUPPORTED", "CVID_NOT_SUPPORTED", "PAGE_RANGE_EXCEEDED", "FILE_NOT_SUPPORTED",
                    "INVALID_FILE_FORMAT", "VIRUS_DETECTED", "MEDIA_TYPE_NOT_SUPPORTED",
                ]
            ),
            (
                404, "not_found",
                [
                    "RESOURCE_NOT_FOUND", "NOT_FOUND", "NO_RECORDS_FOUND", "DATA_NOT_FOUND", "ENTITY_ID_INVALID",
                    "INVALID_ID",
                ]
            ),
            (
                409, "conflict",
                [
                    "DUPLICATE_DATA", "RECORD_LOCKED", "RECORD_IN_BLUEPRINT", "RECORD_NOT_IN_PROCESS",
                    "ID_ALREADY_DELETED", "ID_ALREADY_CONVERTED", "CANNOT_DELETE", "CANNOT_UPDATE", "NOT_ALLOWED",
                    "NOT_APPROVED", "ALREADY_USED",
                ]
            ),
            (413, "too_large", ["FILE_SIZE_MORE_THAN_ALLOWED_SIZE", "FILE_TOO_LARGE"]),
            (429, "rate_limited", ["TOO_MANY_REQUESTS", "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"]),
            (502, "upstream_failed", ["INTERNAL_ERROR", "INTERNAL_SERVER_ERROR"]),
            (502, "outcome_unknown", ["REQUEST_TIMEOUT", "PROCESSING_STOPPED", "ROLLBACK_PERFORMED"]),
        ]
        return classes.flatMap { code, errorClass, names -> [ErrorForm] in
            names.enumerated().map { (index: Int, name: String) -> ErrorForm in
                let expected = Expected.error(code, errorClass, name, "it is so")
                return index % 2 == 0
                    ? ErrorForm(.bigin("me.list"), 400, biginObject(name), expected)
                    : ErrorForm(delete, 202, #"{"users":[\#(biginObject(name))]}"#, expected)
            }
        }
    }()
}
