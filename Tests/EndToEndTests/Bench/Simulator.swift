// zohosim as a process, and its control endpoint.

import Foundation
import Wire

final class Simulator: Sendable {
    let process: ChildProcess
    let port: UInt16

    init(_ folder: Folder) throws {
        process = try ChildProcess(
            try Products.path("zohosim"), ["--listen", "127.0.0.1:0"], folder: folder, name: "zohosim")
        let started = process
        try eventually("zohosim does not start: \(started.errors)") { started.output.contains(". GET /_sim/") }
        guard
            let port = process.output.split(whereSeparator: { !$0.isNumber }).compactMap({ UInt16($0) }).first(where: {
                $0 > 1000
            })
        else { throw Trouble("zohosim does not say where it listens: \(process.output)") }
        self.port = port
    }

    @discardableResult
    func control(_ method: String, _ path: String, _ body: JSON? = nil) throws -> JSON {
        let response = try RawClient(port: port).ask(method, "/_sim/\(path)", body: body?.text)
        guard response.status == 200 else { throw Trouble("/_sim/\(path): \(response.text)") }
        return try response.json
    }

    func rule(_ rule: JSON) throws { try control("POST", "rules", rule) }

    /// Requests to the product or the accounts server since `clear`.
    func requests() throws -> [JSON] { try control("GET", "requests")["requests"]?.array ?? [] }

    func clear() throws {
        try control("DELETE", "requests")
        try control("DELETE", "rules")
    }

    func counter(_ name: String) throws -> Int { try control("GET", "counters")[name]?.int ?? 0 }

    static func refreshToken(_ region: String = "us") -> String { "1000.demo-refresh-token.\(region)" }
}
