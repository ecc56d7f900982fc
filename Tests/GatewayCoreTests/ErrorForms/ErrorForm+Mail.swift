// Mail's forms: an envelope with a status of its own, an array for a missing scope, and business rules that answer 500.

extension ErrorForm {
    private static func envelope(
        _ status: String, _ data: String? = nil, _ description: String = "Invalid Input"
    ) -> String {
        let data = data.map { #""data":\#($0),"# } ?? ""
        return #"{\#(data)"status":{"code":\#(status),"description":"\#(description)"}}"#
    }

    private static let list = Caller.mail("folders.list")
    private static let create = Caller.mail("folders.create")
    private static let rename = Caller.mail("folders.rename")
    private static let get = Caller.mail("folders.get")
    private static let domains = Caller.mail("domains.list")
    private static let verifyMX = Caller.mail("domains.verify_mx")
    private static let organization = "zoho_mail_organizations_get_current"

    static let mail: [ErrorForm] =
        [mailTokens, mailScopes, mailRequests, mailRefusals, mailBusiness, mailPlaces, mailLimits].flatMap { $0 }

    private static let mailTokens: [ErrorForm] = [
        ErrorForm(
            list, 400, envelope("400", #"{"errorCode":"INVALID_TICKET","moreInfo":"Invalid ticket"}"#),
            .error(401, "token_invalid", "INVALID_TICKET", "Invalid ticket", says: ["could not be renewed"])),
        ErrorForm(
            list, 200, envelope("400", #"{"errorCode":"INVALID_TICKET","moreInfo":"Invalid ticket"}"#),
            .error(401, "token_invalid", "INVALID_TICKET", "Invalid ticket")),
        ErrorForm(
            list, 401, envelope("401", #"{"errorCode":"INVALID_OAUTHTOKEN"}"#, "Invalid Access"),
            .error(401, "token_invalid", "INVALID_OAUTHTOKEN", "Invalid Access")),
        ErrorForm(
            rename, 200, envelope("401", #"{"errorCode":"OAUTHTOKEN_EXPIRED"}"#, "Invalid Access"),
            .error(401, "token_invalid", "OAUTHTOKEN_EXPIRED", "Invalid Access")),
        ErrorForm(
            list, 401, #"[2,{"msg":"no","errorCode":"INVALID_OAUTHTOKEN","authFail":"true","status":"401"}]"#,
            .error(401, "token_invalid", "INVALID_OAUTHTOKEN", "no")),
        ErrorForm(list, 401, envelope("401"), .error(401, "token_invalid", nil, "Invalid Input")),
    ]

    /// The array, recorded under 401 for the call that deletes a signature.
    private static let mailScopes: [ErrorForm] = {
        func expected(_ scopes: String) -> Expected {
            .error(
                403, "scope_missing", "INVALID_OAUTHSCOPE", "Error while processing!",
                says: [scopes, "calling again does not help"], hint: scopes)
        }
        let object =
            #"{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}"#
        let deletes = "ZohoMail.accounts.ALL or ZohoMail.accounts.DELETE"
        let reads = "ZohoMail.folders.ALL or ZohoMail.folders.READ"
        let recorded = [200, 401, 403].flatMap { (status: Int) -> [ErrorForm] in
            [
                ErrorForm(.mail("signatures.delete"), status, "[2,\(object)]", expected(deletes)),
                ErrorForm(list, status, "[2,\(object)]", expected(reads)),
                ErrorForm(list, status, "[\(object)]", expected(reads)),
                ErrorForm(list, status, object, expected(reads)),
                ErrorForm(
                    list, status,
                    envelope("401", #"{"errorCode":"INVALID_OAUTHSCOPE"}"#, "Error while processing!"),
                    expected(reads)),
            ]
        }
        return recorded + [
            // The status stands in the body as text, and decides where the code is new.
            ErrorForm(
                list, 200, #"[2,{"msg":"no","errorCode":"NEW","status":"403"}]"#,
                .error(403, "permission_denied", "NEW", "no")),
            ErrorForm(
                list, 404, #"[2,{"msg":"no","errorCode":"NEW","status":"403"}]"#,
                .error(404, "not_found", "NEW", "no")),
        ]
    }()

    private static let mailRequests: [ErrorForm] = [
        // "Our address is wrong", not "no such record".
        ErrorForm(
            get, 404, envelope("404", #"{"errorCode":"URL_RULE_NOT_CONFIGURED"}"#),
            .error(
                400, "invalid_request", "URL_RULE_NOT_CONFIGURED", "Invalid Input", says: ["take ids from the list"],
                hint: "an email address where an accountId is due")),
        ErrorForm(
            list, 404, envelope("404", #"{"moreInfo":"Account id 12 is invalid"}"#),
            .error(
                404, "not_found", nil, "Account id 12 is invalid", says: ["list_all_zoho_mail_accounts"],
                hint: "list_all_zoho_mail_accounts")),
        ErrorForm(
            list, 404, envelope("404", nil, "Account id 12 is invalid"),
            .error(
                404, "not_found", nil, "Account id 12 is invalid", says: ["list_all_zoho_mail_accounts"],
                hint: "list_all_zoho_mail_accounts")),
        ErrorForm(
            get, 404, envelope("404", #"{"moreInfo":"Folder id 12 is invalid"}"#),
            .error(404, "not_found", nil, "Folder id 12 is invalid", says: ["list the resource"])),
        ErrorForm(
            rename, 404, envelope("404", #"{"errorCode":"INVALID_METHOD"}"#),
            .error(400, "invalid_request", "INVALID_METHOD", "Invalid Input")),
        ErrorForm(
            create, 404, envelope("404", #"{"errorCode":"JSON_PARSE_ERROR"}"#, "Invalid Input Stream"),
            .error(400, "invalid_request", "JSON_PARSE_ERROR", "Invalid Input Stream")),
        ErrorForm(
            list, 400,
            envelope("400", #"{"errorCode":"EXTRA_PARAM_FOUND","moreInfo":"Extra parameter found: sortOrder"}"#),
            .error(400, "invalid_request", "EXTRA_PARAM_FOUND", "Extra parameter found: sortOrder")),
        ErrorForm(
            list, 400, envelope("400", #"{"errorCode":"LESS_THAN_MIN_OCCURANCE","moreInfo":"searchKey is missing"}"#),
            .error(400, "invalid_request", "LESS_THAN_MIN_OCCURANCE", "searchKey is missing")),
        ErrorForm(
            verifyMX, 400, envelope("400", #"{"moreInfo":"Domain is not verified"}"#),
            .error(400, "invalid_request", nil, "Domain is not verified")),
        ErrorForm(
            verifyMX, 200, envelope("400", #"{"moreInfo":"Domain is not verified"}"#),
            .error(400, "invalid_request", nil, "Domain is not verified")),
        ErrorForm(
            domains, 400, envelope("400", #"{"moreInfo":"Invalid zoid"}"#),
            .error(400, "invalid_request", nil, "Invalid zoid", says: [organization], hint: organization)),
        ErrorForm(create, 400, envelope("400", "{}"), .error(400, "invalid_request", nil, "Invalid Input")),
        ErrorForm(create, 400, envelope("400", "null"), .error(400, "invalid_request", nil, "Invalid Input")),
        ErrorForm(create, 200, envelope("400"), .error(400, "invalid_request", nil, "Invalid Input")),
    ]

    private static let mailRefusals: [ErrorForm] = [200, 403].flatMap { (status: Int) -> [ErrorForm] in
        [
            ErrorForm(
                domains, status, envelope("403", #"{"errorCode":"OPERATION_NOT_PERMITTED"}"#, "Forbidden"),
                .error(
                    403, "permission_denied", "OPERATION_NOT_PERMITTED", "Forbidden", says: [organization],
                    hint: organization)),
            ErrorForm(
                domains, status, envelope("403", nil, "Forbidden"),
                .error(403, "permission_denied", nil, "Forbidden", says: ["is not allowed to do this"])),
        ]
    }

    /// Business rules answer 500, some of them under 200.
    private static let mailBusiness: [ErrorForm] = [200, 500].flatMap { (status: Int) -> [ErrorForm] in
        [
            ErrorForm(
                create, status, envelope("500", #"{"moreInfo":"Folder name already exists"}"#, "Internal Error"),
                .error(409, "conflict", nil, "Folder name already exists")),
            ErrorForm(
                .mail("personal_note_books.create"), status, envelope("500", "{}", "Category Already Exists."),
                .error(409, "conflict", nil, "Category Already Exists")),
            ErrorForm(
                .mail("signatures.update"), status,
                envelope("500", #"{"moreInfo":"The input passed is invalid"}"#, "Internal Error"),
                .error(400, "invalid_request", nil, "The input passed is invalid")),
            ErrorForm(
                create, status, envelope("500", nil, "Internal Error"),
                .error(502, "upstream_failed", nil, "Internal Error", says: ["do not repeat a change"])),
            ErrorForm(
                list, status, envelope("500", nil, "Internal Error"),
                .error(502, "upstream_failed", nil, "Internal Error")),
            ErrorForm(
                .mail("domains.delete"), status,
                envelope("500", #"{"errorCode":"RMV_HOSTING_BEFORE_DLT_DOMAIN"}"#, "Internal Error"),
                .error(
                    409, "conflict", "RMV_HOSTING_BEFORE_DLT_DOMAIN", "Internal Error",
                    says: ["zoho_mail_domains_disable_mail_hosting"], hint: "zoho_mail_domains_disable_mail_hosting")),
            ErrorForm(
                .mail("domains.verify"), status,
                envelope("500", #"{"errorCode":"ALREADY_VERIFIED"}"#, "Internal Error"),
                .error(409, "conflict", "ALREADY_VERIFIED", "Internal Error")),
            ErrorForm(
                .mail("users.create"), status,
                envelope("500", #"{"errorCode":"MAXIMUM USER LICENSE LIMIT REACHED"}"#, "Internal Error"),
                .error(
                    409, "conflict", "MAXIMUM USER LICENSE LIMIT REACHED", "Internal Error", says: ["no licence left"],
                    hint: "no licence left")),
            // The same words where a message is due.
            ErrorForm(
                .mail("users.create"), status, envelope("500", nil, "MAXIMUM USER LICENSE LIMIT REACHED"),
                .error(
                    409, "conflict", "MAXIMUM USER LICENSE LIMIT REACHED", "MAXIMUM USER LICENSE LIMIT REACHED",
                    hint: "no licence left")),
        ]
    }

    /// Where clients have seen code and message, and a status that is text.
    private static let mailPlaces: [ErrorForm] = [
        ErrorForm(
            create, 400, envelope("400", #"{"message":"no"}"#), .error(400, "invalid_request", nil, "no")),
        ErrorForm(
            create, 400, envelope("400", #"{"error":"NEW","message":"no"}"#),
            .error(400, "invalid_request", "NEW", "no")),
        ErrorForm(create, 400, envelope("400", #"{"error":"NEW"}"#), .error(400, "invalid_request", "NEW", "NEW")),
        ErrorForm(
            create, 400, envelope("400", #"{"errorData":"no such thing"}"#),
            .error(400, "invalid_request", nil, "no such thing")),
        ErrorForm(
            create, 400, envelope("400", #"{"errorCode":"NEW","errorData":{"field":"name"}}"#),
            .error(
                400, "invalid_request", "NEW", "Invalid Input", details: #"{"field":"name"}"#,
                says: [#"{"field":"name"}"#])),
        ErrorForm(
            create, 400, envelope("400", #"{"moreInfo":[{"field":"name"}]}"#),
            .error(400, "invalid_request", nil, "Invalid Input", details: #"[{"field":"name"}]"#)),
        ErrorForm(
            create, 400, #"{"status":{"code":400,"message":"no"}}"#, .error(400, "invalid_request", nil, "no")),
        ErrorForm(create, 200, #"{"status":{"code":"404"}}"#, .error(404, "not_found", says: ["HTTP status 200"])),
        ErrorForm(
            create, 500, #"{"status":{"code":200,"description":"success"}}"#,
            .error(502, "upstream_failed", says: ["HTTP status 500"])),
        ErrorForm(
            create, 403, #"{"data":{"errorCode":"OPERATION_NOT_PERMITTED"}}"#,
            .error(403, "permission_denied", "OPERATION_NOT_PERMITTED", hint: organization)),
        ErrorForm(
            list, 200, envelope("400", #"{"errorCode":"NEW","moreInfo":"\u0065 \"x\"\n"}"#),
            .error(400, "invalid_request", "NEW", "e \"x\" ")),
    ]

    private static let mailLimits: [ErrorForm] = [
        ErrorForm(
            list, 200, envelope("429", nil, "Too Many Requests"),
            .error(429, "rate_limited", nil, "Too Many Requests", says: ["at least a minute"])),
        ErrorForm(
            list, 400,
            envelope("400", #"{"moreInfo":"You have exceeded the rate limit. Try again after 10 minutes."}"#),
            .error(
                429, "rate_limited", nil, "You have exceeded the rate limit. Try again after 10 minutes",
                says: ["Wait 600 seconds"], retryAfter: 600_000, limits: #"{"reset":600}"#)),
        ErrorForm(
            rename, 403, envelope("403", nil, "More than 30 requests per minute"),
            .error(429, "rate_limited", nil, "More than 30 requests per minute")),
        ErrorForm(
            list, 400, envelope("400", #"{"errorCode":"URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"}"#),
            .error(429, "rate_limited", "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED", "Invalid Input")),
        ErrorForm(
            .mail("users.create"), 400, envelope("400", #"{"moreInfo":"User limit reached"}"#),
            .error(400, "invalid_request", nil, "User limit reached")),
        ErrorForm(
            list, 429, envelope("429", #"{"errorCode":"INVALID_TICKET"}"#),
            .error(
                429, "rate_limited", "INVALID_TICKET", "Invalid Input", says: ["Wait 17 seconds"], retryAfter: 17_000,
                limits: #"{"reset":17}"#), [("retry-after", "17")]),
    ]

    /// Answers that say no, or nothing at all, and are no errors.
    static let mailAnswers: [ErrorForm] = {
        func success(_ data: String) -> String {
            #"{"status":{"code":200,"description":"success"},"data":\#(data)}"#
        }
        let bare = #"{"status":{"code":200,"description":"success"}}"#
        let unverified =
            #"{"status":false,"error":"TXT_RECORD_HOST_UNKNOWN","message":"TXT record host unknown","txtRecord":["a","b"]}"#
        let noMX = #"{"mxstatus":false,"mxRecords":[]}"#
        let noSPF = #"{"spfstatus":false,"status":"error"}"#
        let noDKIM = #"{"dkimstatus":false,"errorCode":"DKIM_NOT_FOUND"}"#
        let refused = #"{"allowedIps":[{"ipId":"1"}],"failedList":[{"fromIpRange":"999.0.0.1"}]}"#
        let allRefused = #"{"allowedIps":[],"failedList":["999.0.0.1"]}"#
        let note = "the entries in failedList were refused"
        let made = #"{"folderId":"1","status":"error"}"#
        return [
            ErrorForm(.mail("domains.verify"), 200, success(unverified), .result(unverified)),
            ErrorForm(verifyMX, 200, success(noMX), .result(noMX)),
            ErrorForm(.mail("domains.verify_spf"), 200, success(noSPF), .result(noSPF)),
            ErrorForm(.mail("domain_dkim.verify"), 200, success(noDKIM), .result(noDKIM)),
            ErrorForm(.mail("allowed_ips.bulk_create"), 200, success(refused), .result(refused, [note])),
            ErrorForm(.mail("allowed_ips.bulk_create"), 200, success(allRefused), .result(allRefused, [note])),
            ErrorForm(
                .mail("allowed_ips.bulk_create"), 200, success(#"{"allowedIps":[{"ipId":"1"}],"failedList":[]}"#),
                .result(#"{"allowedIps":[{"ipId":"1"}],"failedList":[]}"#)),
            ErrorForm(
                .mail("allowed_ips.bulk_delete"), 200, success(#"{"status":[{"ipId":"1","status":"error"}]}"#),
                .result(#"{"status":[{"ipId":"1","status":"error"}]}"#)),
            ErrorForm(
                .mail("users.change_role"), 200, success(#"[{"123":false,"124":true}]"#),
                .result(#"{"result":[{"123":false,"124":true}],"result_count":1}"#)),
            // `data` missing, null and {} mean the same.
            ErrorForm(list, 200, bare, .nothing), ErrorForm(list, 200, success("{}"), .nothing),
            ErrorForm(domains, 200, bare, .nothing), ErrorForm(domains, 200, success("null"), .nothing),
            ErrorForm(domains, 200, success("{}"), .nothing),
            ErrorForm(domains, 200, success(#"{"domainVO":null}"#), .nothing),
            ErrorForm(.mail("organization_spam.list"), 200, success("{}"), .nothing),
            ErrorForm(
                .mail("organization_spam.list"), 200, success(#"{"whiteListEmail":["a@b.c"]}"#),
                .result(#"{"result":["a@b.c"],"result_count":1}"#)),
            ErrorForm(create, 200, bare, .done), ErrorForm(create, 200, success("null"), .done),
            ErrorForm(create, 200, success("{}"), .result("{}")),
            ErrorForm(rename, 200, bare, .result(bare)), ErrorForm(get, 200, bare, .absent),
            ErrorForm(.mail("group_moderation.get"), 200, success("[]"), .absent),
            // What was made says 201 in its body and 200 outside of it.
            ErrorForm(
                create, 200, #"{"status":{"code":201,"description":"Created"},"data":\#(made)}"#, .result(made)),
            ErrorForm(
                create, 201, #"{"status":{"code":"201","description":"Created"},"data":\#(made)}"#, .result(made)),
        ]
    }()
}
