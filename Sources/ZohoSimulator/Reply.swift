// What a simulated server has decided to answer, before anything is sent or spoilt.

import Wire

struct Reply: Sendable {
    var status: Int
    /// Header lines, each with its CR LF.
    var lines: [UInt8]
    var body: ReplyBody

    init(_ status: Int, lines: [UInt8], _ body: ReplyBody) {
        self.status = status
        self.lines = lines
        self.body = body
    }

    init(_ status: Int, _ json: JSON, fields: [(String, String)] = []) {
        let lines = Reply.jsonLines + ResponseHead(status, fields: fields).fields
        self.init(status, lines: lines, .bytes(json.bytes))
    }

    static func html(_ status: Int) -> Reply {
        let page = """
            <!DOCTYPE html><html><head><title>\(status) Error</title></head><body><h1>\(status)</h1>\
            <p>We are unable to process your request at this time. (zgs-lb-4417)</p></body></html>
            """
        let head = ResponseHead(status, fields: [("Server", "ZGS"), ("Content-Type", "text/html;charset=UTF-8")])
        return Reply(status, lines: head.fields, .bytes(Array(page.utf8)))
    }

    static func empty(_ status: Int) -> Reply { Reply(status, lines: serverLine, .bytes([])) }

    /// The error object of the Bigin and CRM family, as a request-level answer or as one record's.
    static func problem(_ code: String, _ message: String, _ details: JSON = [:]) -> JSON {
        ["code": .string(code), "details": details, "message": .string(message), "status": "error"]
    }

    /// A good list of one user.
    static var generatedSample: Reply {
        Reply(200, lines: jsonLines, .generated(GeneratedList(key: "users", records: 1)))
    }

    static let serverLine = ResponseHead(0, fields: [("Server", "ZGS")]).fields

    /// As recorded from Zoho.
    static let jsonLines = ResponseHead(
        0,
        fields: [
            ("Server", "ZGS"), ("Content-Type", "application/json;charset=UTF-8"),
            ("Content-Disposition", "attachment; filename=response.json"),
        ]
    ).fields
}
