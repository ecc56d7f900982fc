// A client on a loop of its own, and the calls in one line each.

import CurlClient
import Foundation
import GatewayCore
import Net
import Synchronization
import Wire

/// Runs `body` as a task on a new loop, with a client made of `settings`.
func withClient<Value: Sendable>(
    _ override: String, caFile: String? = nil, adjust: @escaping @Sendable (inout CurlSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (CurlUpstream) async throws -> Value
) async throws -> Value {
    let thread = try LoopThread(name: "curl-test")
    defer { thread.stop() }
    return try await thread.run { loop in
        var settings = CurlSettings()
        settings.overrides = try UpstreamOverride.parse(override)
        settings.caFile = caFile
        adjust(&settings)
        let client = try CurlUpstream(loop: loop, settings: settings)
        return try await body(client)
    }
}

func request(
    _ method: String = "GET", _ target: String = "/", host: String = "mail.example.test", fields: [String] = [],
    body: String? = nil, deadline: Int = 10_000
) -> UpstreamRequest {
    UpstreamRequest(
        method: method, host: host, target: target, fields: fields, body: body.map { Array($0.utf8) },
        deadline: deadline)
}

struct Answer: Sendable {
    let status: Int
    let body: String
    let head: UpstreamHead
}

extension CurlUpstream {
    /// A whole exchange.
    func answer(_ request: UpstreamRequest) async throws(UpstreamFailure) -> Answer {
        let call = start(request)
        let head = try await call.head()
        let body = try await call.rest()
        return Answer(status: head.status, body: String(decoding: body, as: UTF8.self), head: head)
    }

    /// The body of a whole exchange, or why there is none.
    func body(of request: UpstreamRequest) async -> String { await start(request).text() }

    /// Why an exchange failed; nil when it did not.
    func failure(_ request: UpstreamRequest) async -> UpstreamFailure? {
        do throws(UpstreamFailure) {
            _ = try await answer(request)
            return nil
        } catch {
            return error
        }
    }
}

extension UpstreamCall {
    /// The body from here to its end.
    func rest() async throws(UpstreamFailure) -> [UInt8] {
        var body: [UInt8] = []
        var piece: [UInt8] = []
        while try await read(into: &piece) {
            body += piece
            piece.removeAll(keepingCapacity: true)
        }
        return body
    }
}

extension UpstreamCall {
    /// The body behind the head; nil when it is not whole.
    func wholeBody() async -> [UInt8]? {
        var body: [UInt8] = []
        return await failure(into: &body) == nil ? body : nil
    }

    /// The body of a call whose head nobody has taken, or why there is none.
    func text() async -> String {
        do throws(UpstreamFailure) {
            _ = try await head()
            return String(decoding: try await rest(), as: UTF8.self)
        } catch {
            return "\(error)"
        }
    }

    /// Reads to the end; what came is in `body`.
    func failure(into body: inout [UInt8]) async -> UpstreamFailure? {
        do throws(UpstreamFailure) {
            while try await read(into: &body) {}
            return nil
        } catch {
            return error
        }
    }
}

extension UpstreamFailure {
    var sentence: String {
        switch self {
        case .unreachable(let sentence), .broken(let sentence): sentence
        case .deadline, .cancelled: ""
        }
    }

    var isBroken: Bool { if case .broken = self { true } else { false } }
    var isUnreachable: Bool { if case .unreachable = self { true } else { false } }
}

func ok(_ body: String = "", _ fields: String = "") -> String {
    "HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

/// Counts from any thread.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    func add() { count.add(1, ordering: .relaxed) }

    var value: Int { count.load(ordering: .relaxed) }
}
