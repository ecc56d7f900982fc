// One way in which an upstream says that something failed, or that it did not, and what the client must hear of it.

import Testing
import Wire

@testable import GatewayCore

struct ErrorForm: Sendable, CustomTestStringConvertible {
    /// Whom an answer goes to: `resource.method` of an integration.
    struct Caller: Hashable, Sendable {
        let integration: String
        let name: String

        static func bigin(_ name: String) -> Caller { Caller(integration: "zoho_bigin", name: name) }
        static func mail(_ name: String) -> Caller { Caller(integration: "zoho_mail", name: name) }
        static func meeting(_ name: String) -> Caller { Caller(integration: "zoho_meeting", name: name) }
    }

    /// Everything that `error` must hold; what is nil here must not be there.
    struct Failure: Sendable {
        /// The JSON-RPC error's code and the status in its data.
        let code: Int
        let errorClass: String
        let upstreamCode: String?
        let upstreamMessage: String?
        /// JSON.
        let details: String?
        /// Parts of the message beside the upstream's own code and message.
        let says: [String]
        /// Milliseconds.
        let retryAfter: Int?
        /// JSON.
        let limits: String?
        /// A part of the hint.
        let hint: String?
        /// False where what came cannot be read at all.
        var hasUpstream = true
    }

    enum Expected: Sendable {
        case failure(Failure)
        /// The payload, and parts of the notes beside it; no notes at all when there are none.
        case result(String, [String] = [])

        static func error(
            _ code: Int, _ errorClass: String, _ upstreamCode: String? = nil, _ message: String? = nil,
            details: String? = nil, says: [String] = [], retryAfter: Int? = nil, limits: String? = nil,
            hint: String? = nil
        ) -> Expected {
            .failure(
                Failure(
                    code: code, errorClass: errorClass, upstreamCode: upstreamCode, upstreamMessage: message,
                    details: details, says: says, retryAfter: retryAfter, limits: limits, hint: hint))
        }

        static let nothing = Expected.result(#"{"result":[],"result_count":0}"#)
        static let done = Expected.result(#"{"success":true}"#)
        static let absent = Expected.error(
            404, "not_found", nil, "there is no such record", says: ["list the resource to find the right one"])

        /// No answer at all: only the status is known of it.
        static func broken(_ says: String, hasUpstream: Bool = true) -> Expected {
            .failure(
                Failure(
                    code: 502, errorClass: "upstream_broken", upstreamCode: nil, upstreamMessage: nil, details: nil,
                    says: [says], retryAfter: nil, limits: nil, hint: nil, hasUpstream: hasUpstream))
        }
    }

    let caller: Caller
    let status: Int
    let fields: [(String, String)]
    let body: String
    let expected: Expected

    init(_ caller: Caller, _ status: Int, _ body: String, _ expected: Expected, _ fields: [(String, String)] = []) {
        (self.caller, self.status, self.fields, self.body, self.expected) = (caller, status, fields, body, expected)
    }

    var testDescription: String { "\(caller.integration) \(caller.name) \(status) \(body.prefix(60))" }

    static let all: [ErrorForm] = [everyProduct, bigin, biginCodes, mail, mailAnswers, meeting, ordinary].flatMap { $0 }
}

extension ErrorForm.Caller {
    var product: Integration { installed.integration(named: integration)! }

    var tool: Tool {
        let parts = name.split(separator: ".")
        return product.tools.first { $0.resource == parts[0] && $0.method == parts[1] }!
    }

    /// The smallest arguments that the tool takes.
    var arguments: JSON { tool.input.least }
}

extension Schema {
    /// A small value that fits.
    fileprivate var least: JSON {
        if let first = allowed.first { return .string(first) }
        switch kind {
        case .object: return .object(properties.filter(\.isRequired).map { ($0.name, $0.schema.least) })
        case .array: return .array(Array(repeating: items!.least, count: max(1, minimumLength)))
        case .integer, .number: return JSON(Int(minimum ?? 1))
        case .boolean: return true
        case .string: return .string(String(repeating: "1", count: max(1, minimumLength)))
        }
    }
}
