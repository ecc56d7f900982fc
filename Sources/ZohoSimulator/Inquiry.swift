// A request as the simulated servers look at it: text instead of ranges.

import Net
import Wire

/// One request to some simulated host.
struct Inquiry {
    /// Lower case, without port.
    let host: String
    let method: String
    /// As it was sent, without query.
    let path: String
    /// The path's segments, percent-decoded.
    let segments: [String]
    /// As it was sent, without question mark.
    let queryText: String
    let query: Query
    private let input: [UInt8]
    private let head: RequestHead
    private let bodyRange: Range<Int>

    init(_ connection: Connection) {
        input = connection.input
        head = connection.request.head
        bodyRange = connection.request.body
        method = input.text(head.methodName)
        let path = input.text(head.path)
        let host = Inquiry.hostName(input, head[.host])
        // A browser cannot choose its Host header, so a path can carry it: /_host/accounts.zoho.eu/oauth/v2/auth
        if path.hasPrefix("/_host/") {
            let parts = path.utf8.dropFirst("/_host/".utf8.count).split(separator: ASCII.slash, maxSplits: 1)
            self.host = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? host
            self.path = parts.count > 1 ? "/" + String(decoding: parts[1], as: UTF8.self) : "/"
        } else {
            self.host = host
            self.path = path
        }
        segments = Array(self.path.utf8).split(separator: ASCII.slash).map {
            String(decoding: PercentCoding.decode($0) ?? Array($0), as: UTF8.self)
        }
        queryText = input.text(head.query)
        query = Query(input[head.query])
    }

    var body: ArraySlice<UInt8> { input[bodyRange] }

    func parsedBody() throws(JSONError) -> JSON { try JSON(parsing: input, bodyRange) }

    func text(_ field: Field) -> String? { head[field].map { input.text($0) } }

    /// The head exactly as it came, up to and with the empty line.
    var headBytes: ArraySlice<UInt8> { input[head.methodName.lowerBound..<head.end] }

    /// The access token, or nil when the header is absent or of another form.
    var accessToken: String? {
        guard let value = head[.authorization], let space = input[value].firstIndex(of: ASCII.space) else { return nil }
        let scheme = value.lowerBound..<space
        guard input.equalsFolded(scheme, "zoho-oauthtoken") || input.equalsFolded(scheme, "bearer") else { return nil }
        return input.text(space + 1..<value.upperBound)
    }

    /// A quality of zero is not looked for: no client that is tested here sends one.
    var acceptsGzip: Bool { text(.acceptEncoding)?.lowercased().has("gzip") ?? false }

    private static func hostName(_ input: [UInt8], _ range: Range<Int>?) -> String {
        guard let range else { return "" }
        let end = input[range].lastIndex(of: ASCII.colon) ?? range.upperBound
        return String(decoding: input[range.lowerBound..<end].map(\.folded), as: UTF8.self)
    }
}
