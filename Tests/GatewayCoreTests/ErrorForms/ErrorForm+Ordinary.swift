// Words of errors in data that is none: nested, in lists, in texts, in fields of business objects.

extension ErrorForm {
    static let ordinary = biginOrdinary + mailOrdinary + meetingOrdinary

    /// Records with every word that means failure elsewhere.
    private static let records = [
        #"{"id":"1","status":"active","code":"error"}"#, #"{"id":"1","status":"error"}"#,
        #"{"id":"1","code":"INVALID_DATA","message":"x"}"#,
        #"{"id":"1","error":{"code":2000,"message":"INVALID_OAUTHTOKEN"},"errors":[{"status":"error"}]}"#,
        #"{"id":"1","errorCode":"INVALID_OAUTHTOKEN","moreInfo":"no","failedCount":3}"#,
        #"{"id":"1","profile":{"status":"error","code":"INVALID_TOKEN","error":"x"}}"#,
        #"{"id":"1","status":{"code":500,"description":"Internal Error"},"data":{"errorCode":"NEW"}}"#,
        #"{"name":"error","content":"{\"error\":\"INVALID_OAUTHTOKEN\",\"status\":{\"code\":500}}"}"#,
        #"{"id":6000000000000123457,"amount":1.50,"rate":1e-9,"zero":-0.0}"#,
        #"{"name":"\u00e9\ud83d\ude00\n\"\\\/ é😀","empty":{},"none":[],"nothing":null}"#,
    ]

    private static func listed(_ records: String...) -> Expected {
        .result(#"{"result":[\#(records.joined(separator: ","))],"result_count":\#(records.count)}"#)
    }

    private static let biginOrdinary: [ErrorForm] =
        records.flatMap { (record: String) -> [ErrorForm] in
            [
                ErrorForm(
                    .bigin("users.list"), 200, #"{"users":[\#(record)],"info":{"more_records":false}}"#, listed(record)),
                ErrorForm(
                    .bigin("users.list"), 200,
                    #"{"error":null,"info":{"status":"error","code":"NEW"},"users":[\#(record),\#(record)]}"#,
                    listed(record, record)),
                ErrorForm(.bigin("users.get"), 200, #"{"users":[\#(record)]}"#, .result(record)),
                ErrorForm(.bigin("records.list"), 200, #"{"data":[\#(record)]}"#, listed(record)),
            ]
        } + [
            // Read among others, this is a record with unlucky fields.
            ErrorForm(
                .bigin("records.list"), 200, #"{"data":[{"id":"1"},{"code":"A4","status":"error"}]}"#,
                listed(#"{"id":"1"}"#, #"{"code":"A4","status":"error"}"#)),
            ErrorForm(
                .bigin("records.list"), 200, #"{"data":[{"code":"A4","status":"error"},{"id":"1"}]}"#,
                listed(#"{"code":"A4","status":"error"}"#, #"{"id":"1"}"#)),
            ErrorForm(
                .bigin("users.list"), 200, #"{"error":false,"users":[],"errors":[]}"#, .nothing),
        ]

    private static func mailed(_ data: String) -> String {
        #"{"status":{"code":200,"description":"success"},"data":\#(data)}"#
    }

    private static let mailOrdinary: [ErrorForm] =
        records.flatMap { (record: String) -> [ErrorForm] in
            [
                ErrorForm(.mail("messages.list"), 200, mailed("[\(record)]"), listed(record)),
                ErrorForm(.mail("messages.list"), 200, mailed("[\(record),\(record)]"), listed(record, record)),
                ErrorForm(.mail("domains.list"), 200, mailed(#"{"domainVO":[\#(record)]}"#), listed(record)),
                ErrorForm(.mail("folders.get"), 200, mailed(record), .result(record)),
            ]
        } + [
            ErrorForm(
                .mail("messages.get"), 200,
                mailed(#"{"messageId":1,"content":"[2,{\"errorCode\":\"INVALID_OAUTHSCOPE\",\"status\":\"401\"}]"}"#),
                .result(#"{"messageId":1,"content":"[2,{\"errorCode\":\"INVALID_OAUTHSCOPE\",\"status\":\"401\"}]"}"#)),
            ErrorForm(
                .mail("group_moderation.get"), 200, mailed(#"[{"errorCode":"NEW"},{"errorCode":"NEW"}]"#),
                .result(#"{"errorCode":"NEW"}"#)),
            ErrorForm(
                .mail("domains.get"), 200, mailed(#"{"verificationStatus":"error","status":false,"error":"NEW"}"#),
                .result(#"{"verificationStatus":"error","status":false,"error":"NEW"}"#)),
            ErrorForm(
                .mail("messages.list"), 200, #"{"status":{"code":399,"description":"no error"},"data":[]}"#, .nothing),
            ErrorForm(.mail("messages.list"), 200, #"{"data":[]}"#, .nothing),
        ]

    private static let meetingOrdinary: [ErrorForm] =
        records.flatMap { (record: String) -> [ErrorForm] in
            [
                ErrorForm(.meeting("meetings.list"), 200, #"{"session":[\#(record)],"count":1}"#, listed(record)),
                ErrorForm(
                    .meeting("users.list"), 200,
                    #"{"representation":[\#(record),\#(record)],"resourceType":"error","totalCount":2}"#,
                    listed(record, record)),
                ErrorForm(.meeting("meetings.get"), 200, #"{"session":\#(record)}"#, .result(record)),
            ]
        }
        + ["null", "false", "[]", "{}", #""""#, "0"].map { (none: String) -> ErrorForm in
            ErrorForm(.meeting("meetings.list"), 200, #"{"error":\#(none),"session":[]}"#, .nothing)
        } + [
            ErrorForm(
                .meeting("meetings.get"), 200, #"{"session":{"topic":"error"},"status":"SUCCESS","code":2000}"#,
                .result(#"{"topic":"error"}"#)),
            ErrorForm(
                .meeting("recordings.list"), 200,
                #"{"recordings":[{"status":"error","message":"INVALID_OAUTHTOKEN"}],"meta":{"moreRecords":false,"count":1}}"#,
                listed(#"{"status":"error","message":"INVALID_OAUTHTOKEN"}"#)),
        ]
}
