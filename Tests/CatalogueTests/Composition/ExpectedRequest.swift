// What a request must be, worked out from the catalogue's file alone, and a request taken apart to be compared with it.

import Foundation
import Wire

@testable import GatewayCore

struct ExpectedRequest {
    let method: String
    let host: String
    let segments: [String]
    let query: [String]
    let contentType: String?
    let body: Body

    enum Body: Equatable {
        case none
        case json(JSON)
        case bytes([UInt8])
        /// `name`, file name and content of each part, sorted.
        case parts([String])
    }

    /// - Parameter arguments: valid ones, by the tool's argument names.
    init(_ described: Described, _ arguments: JSON, _ account: AccountRecord, paging: [String: String]? = nil) {
        let method = described.method
        let variant = (method["variants"]?.array ?? []).first { variant in
            guard let value = arguments[variant["argument"]!.string!] else { return false }
            return variant["in"]!.array!.contains(value)
        }
        let call = (variant ?? method)["call"]!
        // Arguments are matched with the file's parameters by position: a clash may have renamed them.
        let parameters = zip(described.tool.parameters, method["parameters"]!.array!).map { parameter, source in
            Given(
                name: source["name"]!.string!, place: source["in"]!.string!,
                schema: source["schema"]!,
                value: arguments[parameter.name]
                    ?? source["context"]?.string.flatMap { account.context[$0].map(JSON.string) },
                fileName: source["file_name"]?.string.flatMap { arguments[$0]?.string })
        }
        self.method = call["verb"]!.string!
        host = described.product["hosts"]![call["host"]?.string ?? "api"]![account.region.rawValue]!.string!
        let (path, fixed) = ExpectedRequest.split(call["path"]!.string!)
        segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { segment in
            guard segment.hasPrefix("{"), let end = segment.firstIndex(of: "}") else { return String(segment) }
            let name = segment[segment.index(after: segment.startIndex)..<end]
            let given = parameters.first { $0.place == "path" && $0.name == name }!
            return encode(given.value!.plain) + segment[segment.index(after: end)...]
        }
        var query = fixed.isEmpty ? [] : fixed.split(separator: "&").map(String.init)
        query += parameters.filter { $0.place == "query" }.compactMap { given in
            given.value.map { "\(encode(given.name))=\(encode($0.plain))" }
        }
        self.query = (query + ExpectedRequest.paging(method["pagination"], arguments, paging)).sorted()
        (contentType, body) = ExpectedRequest.body(call, parameters)
    }

    private struct Given {
        let name: String
        let place: String
        let schema: JSON
        let value: JSON?
        let fileName: String?

        /// As it stands in a JSON body: an id given as a number has got its quotes, at any depth.
        var sent: JSON? { value.map { Given.quotingIDs($0, schema) } }

        private static func quotingIDs(_ json: JSON, _ schema: JSON?) -> JSON {
            switch json {
            case .number(let digits) where schema?["format"] == "id": .string(digits)
            case .array(let items): .array(items.map { quotingIDs($0, schema?["items"]) })
            case .object(let members):
                .object(members.map { ($0.key, quotingIDs($0.value, schema?["properties"]?[$0.key])) })
            default: json
            }
        }
    }

    private static func split(_ path: String) -> (Substring, Substring) {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }

    private static func paging(_ pagination: JSON?, _ arguments: JSON, _ position: [String: String]?) -> [String] {
        guard let pagination else { return [] }
        var query: [String: String] = [:]
        if pagination["always"] == true {
            query[pagination["position"]?.string ?? ""] = String(pagination["first"]?.int ?? 0)
            query[pagination["size"]?.string ?? ""] = pagination["default"]?.text
            query[""] = nil
        }
        if let size = pagination["size"]?.string, let limit = arguments["limit"] { query[size] = limit.text }
        query.merge(position ?? [:]) { $1 }
        return query.map { "\(encode($0.key))=\(encode($0.value))" }
    }

    private static func body(_ call: JSON, _ parameters: [Given]) -> (String?, Body) {
        switch call["content"]?.string ?? "json" {
        case "json":
            guard let template = call["body"] else { return (nil, .none) }
            let placed = names(template)
            let rest = parameters.filter { $0.place == "body" && !placed.contains($0.name) }
            return ("application/json", .json(fill(template, parameters, rest)!))
        case "bytes":
            let file = parameters.first { $0.place == "file" }!
            guard let value = file.value else { return (nil, .none) }
            return ("application/octet-stream", .bytes(Base64.decode(value.string!)!))
        case "multipart":
            // The name of a file travels with the file, wherever else it may be sent.
            let fileNames = parameters.compactMap(\.fileName)
            let parts = parameters.compactMap { given -> String? in
                guard let value = given.value else { return nil }
                if given.place == "file" {
                    let content = String(decoding: Base64.decode(value.string!)!, as: UTF8.self)
                    return "\(given.name)|\(quoted(given.fileName ?? "file"))|\(content)"
                }
                guard given.place == "body", !fileNames.contains(value.plain) else { return nil }
                return "\(given.name)||\(value.plain)"
            }
            return ("multipart/form-data", .parts(parts.sorted()))
        case let other: preconditionFailure("no tool has the content \(other); say here what its body must be")
        }
    }

    private static func names(_ template: JSON) -> [String] {
        switch template {
        case .string(let text) where text.hasPrefix("$") && text != "$arguments": [String(text.dropFirst())]
        case .array(let items): items.flatMap(names)
        case .object(let members): members.flatMap { names($0.value) }
        default: []
        }
    }

    private static func fill(_ template: JSON, _ all: [Given], _ rest: [Given]) -> JSON? {
        switch template {
        case "$arguments": return .object(rest.compactMap { given in given.sent.map { (given.name, $0) } })
        case .string(let text) where text.hasPrefix("$"):
            let given = all.filter { $0.name == text.dropFirst() }
            return (given.first { $0.place == "body" } ?? given.first { $0.place == "path" })?.sent
        case .array(let items): return .array(items.compactMap { fill($0, all, rest) })
        case .object(let members):
            return .object(members.compactMap { member in fill(member.value, all, rest).map { (member.key, $0) } })
        default: return template
        }
    }

    private static func quoted(_ text: String) -> String {
        String(
            text.unicodeScalars.flatMap { scalar -> String in
                switch scalar {
                case "\"": "%22"
                case "\r": "%0D"
                case "\n": "%0A"
                default: String(scalar)
                }
            })
    }
}

/// RFC 3986: everything but unreserved characters is encoded.
func encode(_ text: String) -> String {
    let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: unreserved)!
}

extension JSON {
    /// A scalar as it stands in a URL; an array's scalars with commas between them.
    fileprivate var plain: String {
        switch self {
        case .string(let text): text
        case .array(let items): items.map(\.plain).joined(separator: ",")
        default: text
        }
    }
}

extension UpstreamRequest {
    private var parts: [Substring] { target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false) }
    var segments: [String] {
        parts[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
    }
    /// Still encoded, sorted.
    var query: [String] { parts.count > 1 ? parts[1].split(separator: "&").map(String.init).sorted() : [] }
    var queryNames: [String] { query.map { String($0.prefix { $0 != "=" }) } }
    var contentType: String? { fields.first { $0.hasPrefix("Content-Type: ") }.map { String($0.dropFirst(14)) } }
    /// Without the boundary.
    var mediaType: String? { contentType.map { String($0.prefix { $0 != ";" }) } }

    /// Taken apart by its content type.
    func taken() throws -> ExpectedRequest.Body {
        guard let body else { return .none }
        switch mediaType {
        case "application/json": return .json(try JSON(parsing: body))
        case "application/octet-stream": return .bytes(body)
        default: return .parts(try multipart(String(decoding: body, as: UTF8.self)))
        }
    }

    private func multipart(_ text: String) throws -> [String] {
        guard let type = contentType, let equals = type.firstIndex(of: "=") else { throw Malformed() }
        let boundary = "--\(type[type.index(after: equals)...])"
        guard text.hasSuffix("\(boundary)--\r\n") else { throw Malformed() }
        return try text.dropLast(boundary.count + 3).components(separatedBy: "\(boundary)\r\n").dropFirst().map {
            part in
            guard let end = part.range(of: "\r\n\r\n"), part.hasSuffix("\r\n") else { throw Malformed() }
            let lines = part[..<end.lowerBound].components(separatedBy: "\r\n")
            guard lines[0].hasPrefix("Content-Disposition: form-data; name=\""), lines.count <= 2 else {
                throw Malformed()
            }
            let words = lines[0].components(separatedBy: "\"")
            guard words.count == 3 || words.count == 5 else { throw Malformed() }
            return "\(words[1])|\(words.count == 5 ? words[3] : "")|\(part[end.upperBound...].dropLast())"
        }.sorted()
    }

    struct Malformed: Error {}
}
