// One upstream answer through inspector, writer and stream, and what the client reads of it.

import Foundation
import Testing
import Wire

@testable import GatewayCore

struct Answered {
    let body: [UInt8]
    let fields: [String: String]
    let isStreamed: Bool

    /// Strict reading of what the client got. One valid JSON-RPC message, or the test fails here.
    func message(_ comment: Comment? = nil, _ location: SourceLocation = #_sourceLocation) throws -> Message {
        let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        _ = try #require(object, comment ?? "not valid JSON: \(text.suffix(200))", sourceLocation: location)
        let json = try JSON(parsing: body)
        #expect(json["jsonrpc"]?.string == "2.0", sourceLocation: location)
        #expect((json["error"] == nil) != (json["result"] == nil), sourceLocation: location)
        return Message(json: json)
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}

struct Message {
    let json: JSON

    var code: Int? { json["error"]?["code"]?.int }
    var errorMessage: String { json["error"]?["message"]?.string ?? "" }
    var data: JSON? { json["error"]?["data"] }
    var errorClass: String? { data?["class"]?.string }
    var texts: [String] { json["result"]?["content"]?.array?.compactMap { $0["text"]?.string } ?? [] }
    /// The payload.
    var payload: JSON? { texts.first.flatMap { try? JSON(parsing: $0) } }
    /// What the gateway had to say about the payload.
    var notes: String { texts.dropFirst().joined(separator: "\n") }
    var isError: Bool? { json["result"]?["isError"]?.bool }
}

enum Answering {
    /// A call that is about to be answered.
    struct Asked {
        let call: ToolCall
        let config: ServerConfig
        let inspection: InspectionPlan

        init(_ caller: ErrorForm.Caller, _ config: ServerConfig = ServerConfig()) throws {
            self.config = config
            let tool = caller.tool
            call = ToolCall(
                tool: tool, integration: caller.product,
                caller: Caller(
                    tenant: "t", account: "a", face: "s", timeout: config.timeout,
                    maximumResponse: config.maximumResponse),
                bytes: [], arguments: nil, requestID: RequestIDs(prefix: "r").next())
            let text = caller.arguments.bytes
            guard case .valid(let arguments) = try Arguments.read(text, 0..<text.count, for: tool) else {
                throw Unfit(tool: tool.name)
            }
            inspection = tool.inspection(arguments)
        }
    }

    struct Unfit: Error {
        let tool: String
    }

    /// What a client of Bigin's users reads when a call of `method` gets this answer.
    static func answer(
        _ method: String, _ script: Script, config: ServerConfig = ServerConfig(), cursor: String? = nil
    ) async throws -> Answered {
        try await answer(try Asked(.bigin("users.\(method)"), config), script, cursor: cursor)
    }

    /// What the client reads.
    static func answer(_ asked: Asked, _ script: Script, cursor: String? = nil) async throws -> Answered {
        let call = asked.call
        let exchange = try RecordingExchange()
        let responder = ToolResponder(Reply(exchange), id: bytes("\"id-1\"")[...], asked.config)
        do throws(CallFailure) {
            let transfer = ScriptedCall(script)
            var stream = AnswerStream(
                call: call, head: UpstreamHead(status: script.status, fields: script.fields),
                inspection: asked.inspection, text: FailureText(integration: call.integration, tool: call.tool),
                responder: responder, now: 1_800_000_000_000)
            _ = try await stream.pass(transfer) { _ in cursor }
        } catch {
            responder.fail(error, call)
        }
        #expect(exchange.status == 200)
        #expect(exchange.isEnded)
        return Answered(body: exchange.body, fields: exchange.fields, isStreamed: exchange.isStreamed)
    }
}

/// SplitMix64: the same numbers in every run.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
