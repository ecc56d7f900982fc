// What a call costs in memory, whatever its size and however slowly it is read. By the program as it is shipped: the
// debug build takes six times as long, and its buffers are not the ones that count.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct MemoryTests {
        private static let list = "list_all_zoho_bigin_users"
        private static let users: JSON = ["path": "/bigin/v2/users"]
        /// The contract's figure, per call.
        private static let limit = 256 << 10

        private func bench() throws -> (Bench, Server) {
            let bench = try Bench(.sqlite, workers: 1, program: try ShippedProgram.path(try Folder()))
            let server = try bench.makeServer(config: ["max_response_bytes": 4_294_967_296, "timeout_ms": 300_000])
            return (bench, server)
        }

        private func read(_ bench: Bench, _ server: Server, _ bytes: Int) throws -> JSON {
            try bench.simulator.clear()
            try bench.simulator.rule(["match": Self.users, "respond": ["bytes": JSON(bytes)]])
            try bench.simulator.rule(["match": ["path": "/two"], "respond": ["records": 2]])
            return try PythonClients.run(
                "gigabyte.py",
                [
                    "\(bench.gateway.port)", server.token, "\(bench.gateway.process.id)", "\(bench.simulator.port)",
                ], folder: bench.folder)
        }

        @Test(
            "A gigabyte passes through one call byte for byte in no more than 256 KiB of memory",
            .timeLimit(.minutes(10)))
        func gigabyte() throws {
            let (bench, server) = try bench()
            defer { bench.end() }
            let bytes = 1_000_000_000
            // What the first calls of a process cost is not what a call costs.
            for _ in 0..<2 { #expect(try read(bench, server, 20_000_000)["equal"] == true) }
            let seen = try read(bench, server, bytes)
            let grown = try #require(seen["growth_kb"]?.int) << 10
            note(
                "1 GB: \(seen["received"]?.int ?? 0) bytes to the client in \(seen["seconds"]?.text ?? "") s and \(seen["processor_seconds"]?.text ?? "") s of the gateway's processor, memory \(seen["before_kb"]?.int ?? 0) kB + \(grown >> 10) kB in \(seen["samples"]?.int ?? 0) samples"
            )
            let records = try #require(seen["records"]?.int)
            let record = try #require(seen["record_bytes"]?.int)
            // All that the body has room for.
            #expect((bytes - 2 * record..<bytes).contains(records * (record + 1)))
            #expect(
                seen["text"]?.int == records * (record + 1) + #"{"result":[],"result_count":}"#.utf8.count
                    + "\(records)".utf8.count - 1)
            #expect(seen["equal"] == true)
            #expect(grown <= Self.limit)
        }

        /// The pace is the scenario. The kernel's buffers take a few megabytes at once; after them, a kilobyte a second.
        @Test("A client that reads a kilobyte a second of a hundred megabytes costs no more than any other")
        func aKilobyteASecond() throws {
            let (bench, server) = try bench()
            defer { bench.end() }
            for _ in 0..<2 { _ = try read(bench, server, 20_000_000) }
            try bench.simulator.clear()
            try bench.simulator.rule(["match": Self.users, "respond": ["bytes": 100_000_000]])
            let delivered = try bench.simulator.counter("delivered")
            let before = try bench.gateway.process.memory("RssAnon")
            let client = try RawClient(port: bench.gateway.port, receiveBuffer: 4096)
            client.send(
                RawClient.request(
                    "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields,
                    body: Gateway.message(Self.list, [:]).text))
            var highest = before
            var seen: [UInt8] = []
            for _ in 0..<60 {
                usleep(100_000)
                seen += client.take(100)
                highest = max(highest, try bench.gateway.process.memory("RssAnon"))
            }
            note("1 kB/s: \(seen.count) bytes read, memory \(before >> 10) kB + \((highest - before) >> 10) kB")
            #expect(seen.count == 6000)
            #expect(String(decoding: seen, as: UTF8.self).contains("6000000009000000000"))
            #expect(highest - before <= Self.limit)
            // The call is under way: the upstream waits for this client.
            #expect(try bench.simulator.counter("abandoned") == 0)
            #expect(try bench.simulator.counter("delivered") == delivered)
        }
    }
}
