// One kept connection to every worker of a gateway. Workers share a port, and the kernel chooses who gets a connection;
// the ids that a worker gives its requests tell who did.

import Wire

struct Workers {
    let gateway: Gateway
    let connections: [RawClient]

    /// - Parameter token: of a server with list_all_zoho_bigin_users.
    init(_ gateway: Gateway, _ count: Int, token: String) throws {
        self.gateway = gateway
        var found: [String: RawClient] = [:]
        for _ in 0..<(count * 60) where found.count < count {
            let client = try gateway.connect()
            // A worker that has not reached the store yet says so.
            try eventually("a worker does not reach the store") { try gateway.status(token, on: client) == 200 }
            let answer = try gateway.call(token, "list_all_zoho_bigin_users", ["next_cursor": "none"], on: client)
            guard let prefix = answer.data?["request_id"]?.string?.split(separator: "-").first else {
                throw Trouble("An answer has no request id: \(answer.json.text)")
            }
            if found[String(prefix)] == nil { found[String(prefix)] = client }
        }
        guard found.count == count else { throw Trouble("Only \(found.count) of \(count) workers were reached.") }
        connections = Array(found.values)
    }

    /// Asks all workers again and again until each has answered `wanted`.
    /// - Returns: milliseconds from `start` (see `now`) until the last one did.
    static func all(
        _ workers: [Workers], since start: Double, within seconds: Double, _ wanted: Int,
        _ ask: (Gateway, RawClient) throws -> Int
    ) throws -> Double {
        var waiting = workers.flatMap { workers in workers.connections.map { (workers.gateway, $0) } }
        var last = start
        while !waiting.isEmpty {
            waiting = try waiting.filter { gateway, client in
                let status = try ask(gateway, client)
                if status == wanted { last = now() }
                return status != wanted
            }
            guard now() - start < seconds else {
                throw Trouble("After \(seconds) s \(waiting.count) workers do not answer \(wanted) yet.")
            }
        }
        return (last - start) * 1000
    }
}

/// A measurement, for whoever reads the test's output.
func note(_ text: String) { print("    figure: \(text)") }

func milliseconds(_ value: Double) -> String { "\((value * 100).rounded() / 100) ms" }
