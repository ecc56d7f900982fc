// Answers of any size pass through a gateway of one size; whatever happens to them on the way, clients read JSON.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct StreamingTests {
        private static let list = "list_all_zoho_bigin_users"
        private static let users: JSON = ["path": "/bigin/v2/users"]
        private static let unbounded: JSON = ["max_response_bytes": 1_000_000_000, "timeout_ms": 300_000]

        @Test func aHundredMegabytesCostNoMemory() throws {
            let bench = try Bench(.redis)
            defer { bench.end() }
            let server = try bench.makeServer(config: Self.unbounded)
            func read(_ bytes: Int, gzip: Bool, pause: String) throws -> JSON {
                try bench.simulator.clear()
                try bench.simulator.rule(["match": Self.users, "respond": ["bytes": JSON(bytes)], "gzip": .bool(gzip)])
                return try PythonClients.run(
                    "slow_reader.py",
                    ["\(bench.gateway.port)", server.token, "\(bench.gateway.process.id)", pause], folder: bench.folder)
            }
            // Warm: both workers have streamed, plain and packed.
            for index in 0..<8 { _ = try read(2_000_000, gzip: index % 2 == 1, pause: "0") }
            var hashes: Set<String> = []
            for gzip in [false, true] {
                let seen = try read(100_000_000, gzip: gzip, pause: "0.02")
                note(
                    "100 MB \(gzip ? "gzip" : "plain"): \(seen["bytes"]?.int ?? 0) bytes out in \(seen["seconds"]?.text ?? "") s, RSS \(seen["before_kb"]?.int ?? 0) kB + \(seen["growth_kb"]?.int ?? 0) kB in \(seen["samples"]?.int ?? 0) samples"
                )
                #expect(seen["is_error"] == false)
                #expect(seen["id"] == "slow")
                #expect(seen["records"] == 298_507)
                #expect(seen["result_count"] == 298_507)
                #expect(seen["in_order"] == true)
                #expect(try #require(seen["growth_kb"]?.int) < 4096)
                hashes.insert(seen["records_hash"]?.string ?? "")
            }
            // Equal to each other, and to the list as the simulator itself gives it.
            hashes.insert(try hashOfSimulatorsList(bench))
            #expect(hashes.count == 1)
        }

        private func hashOfSimulatorsList(_ bench: Bench) throws -> String {
            try bench.simulator.clear()
            try bench.simulator.rule(["match": ["path": "/plain"], "respond": ["bytes": 100_000_000]])
            let script = """
                import hashlib, json, sys, urllib.request
                text = urllib.request.urlopen(sys.argv[1]).read().decode()
                users = text[text.index('['):text.rindex('],"info"') + 1]
                print(json.dumps({"hash": hashlib.sha256(users.rstrip(']').rstrip().encode() + b']').hexdigest()}))
                """
            let path = "\(bench.folder.path)/hash.py"
            try script.write(toFile: path, atomically: true, encoding: .utf8)
            let process = try ChildProcess(
                "python3", [path, "http://127.0.0.1:\(bench.simulator.port)/plain"], folder: bench.folder, name: "hash")
            guard try process.exitCode(within: 60) == 0 else { throw Trouble(process.errors) }
            return try JSON(parsing: Array(process.output.utf8))["hash"]?.string ?? ""
        }

        /// Ten slow clients at once on one worker, none of which reads: what waits for them is bounded.
        @Test func clientsThatStopReadingHoldTheUpstreamUp() throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer(config: Self.unbounded)
            try bench.simulator.rule(["match": Self.users, "times": 0, "respond": ["bytes": 50_000_000]])
            func begin() throws -> RawClient {
                let client = try RawClient(port: bench.gateway.port, receiveBuffer: 16 << 10)
                client.send(
                    RawClient.request(
                        "POST", "/mcp/\(server.token)", fields: Gateway.mcpFields,
                        body: Gateway.message(Self.list, [:]).text))
                #expect(try client.takeLine() == "HTTP/1.1 200 OK")
                return client
            }
            for _ in 0..<3 { _ = try begin() }
            let before = try bench.gateway.process.memory()
            let clients = try (0..<10).map { _ in try begin() }
            var memory = 0
            var quiet = 0
            // At rest: the figure has not changed for a while.
            try eventually("memory grows and grows") {
                let current = try bench.gateway.process.memory()
                quiet = current == memory ? quiet + 1 : 0
                memory = current
                usleep(5000)
                return quiet > 60
            }
            note("ten clients that do not read: \((memory - before) / 10 / 1024) kB each")
            // The contract's 256 KiB per call, and half as much again for a debug build.
            #expect(memory - before <= 10 * (384 << 10))
            #expect(clients.count == 10)
        }

        /// After the gateway has begun to answer: valid JSON that says it is incomplete.
        @Test(arguments: ["break", "reset", "broken gzip", "break-chunked"])
        func aBodyBrokenOffInTheMiddleEndsValidly(_ how: String) throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer(config: Self.unbounded)
            var rule: JSON = ["match": Self.users, "respond": ["bytes": 1_000_000]]
            rule.set("break", ["after": how == "broken gzip" ? 30_000 : 500_000, "reset": .bool(how == "reset")])
            if how == "broken gzip" { rule.set("gzip", true) }
            if how == "break-chunked" { rule.set("framing", "chunked") }
            try bench.simulator.rule(rule)
            let answer = try bench.gateway.call(server.token, Self.list)
            #expect(answer.response["transfer-encoding"] == "chunked")
            #expect(answer.json["result"]?["isError"] == true)
            #expect(answer.json["error"] == nil)
            #expect(answer.texts.count == 2)
            #expect(answer.texts.first?.hasPrefix(#"{"result":[{"id":"6000000009000000000""#) == true)
            #expect(answer.texts.last?.hasPrefix("This result is incomplete. Zoho Bigin broke off") == true)
        }

        @Test func aLimitEndsAListValidly() throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer(config: ["max_response_bytes": 200_000])
            try bench.simulator.rule(["match": Self.users, "respond": ["bytes": 5_000_000]])
            let answer = try bench.gateway.call(server.token, Self.list)
            #expect(!answer.isError)
            #expect(answer.payload?["truncated"] == true)
            let count = try #require(answer.payload?["result"]?.array?.count)
            #expect(answer.payload?["result_count"]?.int == count)
            #expect(answer.texts[0].utf8.count < 205_000)
            #expect(answer.texts.last?.contains("cut after \(count) entries") == true)
        }

        /// Characters of two to four bytes, escapes and surrogate pairs, cut after every single byte.
        @Test(
            "Text comes through byte for byte wherever its pieces are cut",
            arguments: [
                "chunks of 1", "pieces of 1", "chunks of 3", "gzip in chunks of 1",
            ])
        func textIsCutAnywhere(_ how: String) throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer()
            let record =
                #"{"id":"1","name":"Zoë 🐍👩‍🚀 \u00e9\ud83d\udc0d \"q\" \\ \/ \b\f\n\r\t \u0000\u001f\u2028 日本語 𐍈 \\u0041 ","#
                + #" "big": 1000000000000000019.10e+2 , "nested":{"π":[true,null,"𝄞\\"]}}"#
            let body = #"{"users":[\#(Array(repeating: record, count: 5).joined(separator: ","))]}"#
            var rule: JSON = ["match": Self.users, "times": 2, "respond": ["body": .string(body)]]
            rule.set("piece_bytes", how.hasSuffix("3") ? 3 : 1)
            if !how.hasPrefix("pieces") { rule.set("framing", "chunked") } else { rule.set("framing", "length") }
            if how.hasPrefix("gzip") { rule.set("gzip", true) }
            try bench.simulator.rule(rule)
            let answer = try bench.gateway.call(server.token, Self.list)
            let expected = Array(repeating: record, count: 5).joined(separator: ",")
            #expect(answer.texts == [#"{"result":[\#(expected)],"result_count":5}"#])
            #expect(answer.json["result"]?["isError"] == false)

            // The same from the simulator itself, and what both mean.
            if !how.hasPrefix("gzip") {
                let client = try RawClient(port: bench.simulator.port)
                client.send(RawClient.request("GET", "/bigin/v2/users", host: "www.zohoapis.com"))
                #expect(try client.readResponse().body == Array(body.utf8))
            }
            let name = answer.payload?["result"]?.array?[4]["name"]?.string
            #expect(
                name
                    == "Zoë 🐍👩‍🚀 é🐍 \"q\" \\ / \u{8}\u{C}\n\r\t \u{0}\u{1F}\u{2028} 日本語 𐍈 \\u0041 ")
        }
    }
}
