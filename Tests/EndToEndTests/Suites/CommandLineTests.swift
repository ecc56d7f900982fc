// What the program refuses to start with, how it stops, and its demonstration.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct CommandLineTests {
        private static let secret = String(repeating: "0123456789abcdef", count: 4)
        private static let good = ["TOLLGATE_STORE": "sqlite:/nonexistent/x.sqlite", "TOLLGATE_SECRET": secret]

        struct Refusal: Sendable, CustomTestStringConvertible {
            let why: String
            var settings: [String: String] = [:]
            var flags: [String] = []
            let says: [String]

            var testDescription: String { why }
        }

        static let refusals = [
            Refusal(why: "no secret", settings: ["TOLLGATE_SECRET": ""], says: ["TOLLGATE_SECRET is not set"]),
            Refusal(
                why: "short secret", settings: ["TOLLGATE_SECRET": "c2hvcnQ="], says: ["TOLLGATE_SECRET", "32 bytes"]),
            Refusal(
                why: "secret that is no base64", settings: ["TOLLGATE_SECRET": String(repeating: "!", count: 64)],
                says: ["TOLLGATE_SECRET", "base64 or hex"]),
            Refusal(
                why: "secret file that is not there",
                settings: ["TOLLGATE_SECRET": "", "TOLLGATE_SECRET_FILE": "/nonexistent"],
                says: ["TOLLGATE_SECRET_FILE", "/nonexistent"]),
            Refusal(why: "no store", settings: ["TOLLGATE_STORE": ""], says: ["TOLLGATE_STORE is not set"]),
            Refusal(
                why: "unknown store", settings: ["TOLLGATE_STORE": "mysql://x"], says: ["TOLLGATE_STORE", "redis://"]),
            Refusal(why: "store that cannot be opened", says: ["/nonexistent/x.sqlite"]),
            Refusal(
                why: "password of the store on the command line", flags: ["--store", "redis://u:p@127.0.0.1"],
                says: ["process list"]),
            Refusal(why: "unknown flag", flags: ["--worker", "2"], says: ["--worker", "--workers"]),
            Refusal(why: "flag without its value", flags: ["--workers"], says: ["--workers needs a value"]),
            Refusal(why: "number out of range", flags: ["--workers", "0"], says: ["TOLLGATE_WORKERS", "1 to 256"]),
            Refusal(why: "no number", flags: ["--workers=two"], says: ["TOLLGATE_WORKERS"]),
            Refusal(why: "address without a port", flags: ["--listen", "127.0.0.1"], says: ["TOLLGATE_LISTEN"]),
            Refusal(
                why: "secret on the command line", flags: ["--secret", secret],
                says: ["process list", "TOLLGATE_SECRET_FILE"]),
            Refusal(
                why: "client secret on the command line", flags: ["--zoho-client-secret=abc"], says: ["process list"]),
            Refusal(
                why: "override by http to another machine", flags: ["--upstream-override", "*=http://192.0.2.1:80"],
                says: ["TOLLGATE_UPSTREAM_OVERRIDE", "loopback"]),
            Refusal(
                why: "override by http to a name", flags: ["--upstream-override", "*=http://example.org:80"],
                says: ["loopback"]),
            Refusal(
                why: "override of a host that nobody has",
                flags: ["--upstream-override", "www.zohoapi.com=http://127.0.0.1:9090"],
                says: ["www.zohoapi.com", "www.zohoapis.com"]),
            Refusal(
                why: "public URL with a query", flags: ["--public-url", "https://x/?a"], says: ["TOLLGATE_PUBLIC_URL"]),
            Refusal(
                why: "client without its secret", settings: ["TOLLGATE_ZOHO_CLIENT_ID": "1000.X"],
                says: ["TOLLGATE_ZOHO_CLIENT_SECRET"]),
            Refusal(
                why: "short bootstrap key", settings: ["TOLLGATE_BOOTSTRAP_API_KEY": "short"],
                says: ["TOLLGATE_BOOTSTRAP_API_KEY"]),
            Refusal(
                why: "authorities that are not there", flags: ["--ca-file", "/nonexistent.pem"],
                says: ["/nonexistent.pem"]),
        ]

        @Test func whatItDoesNotStartWith() throws {
            let folder = try Folder()
            for refusal in Self.refusals {
                var settings = Self.good.merging(refusal.settings) { $1 }
                if !["store that cannot be opened"].contains(refusal.why),
                    settings["TOLLGATE_STORE"] == Self.good["TOLLGATE_STORE"]
                {
                    settings["TOLLGATE_STORE"] = "sqlite:\(folder.path)/x.sqlite"
                }
                if !refusal.flags.contains("--listen") { settings["TOLLGATE_LISTEN"] = "127.0.0.1:\(try freePort())" }
                let process = try ChildProcess(
                    try Products.path("tollgate"), ["serve"] + refusal.flags,
                    environment: settings.filter { !$0.value.isEmpty }, folder: folder, name: "refused")
                defer { process.stop() }
                let code = try process.exitCode(within: 5)
                let lines = process.errors.split(separator: "\n")
                #expect(code > 0, "\(refusal.why): \(code)")
                #expect(lines.count == 1, "\(refusal.why): \(process.errors)")
                for part in refusal.says {
                    #expect(process.errors.contains(part), "\(refusal.why): \(process.errors)")
                }
                #expect(!process.errors.contains(Self.secret))
                #expect(process.output.isEmpty)
            }
        }

        @Test func mistakesOnTheCommandLine() throws {
            let folder = try Folder()
            for (arguments, part) in [
                (["sevre"], "sevre"), (["keys", "create"], "--name"), (["keys"], "Usage"),
                (["keys", "delete"], "Usage"),
                (["keys", "create", "--name", "x", "--scopes", "everything"], "everything"),
                (["demo", "--store", "sqlite:x"], "--store"),
            ] {
                let process = try ChildProcess(
                    try Products.path("tollgate"), arguments,
                    environment: ["TOLLGATE_STORE": "sqlite:\(folder.path)/x", "TOLLGATE_SECRET": Self.secret],
                    folder: folder, name: "mistake")
                #expect(try process.exitCode() > 0, "\(arguments)")
                #expect(process.errors.split(separator: "\n").count == 1, "\(arguments): \(process.errors)")
                #expect(process.errors.contains(part), "\(arguments): \(process.errors)")
            }
            for arguments in [["--help"], ["serve", "--help"], ["--version"], []] {
                let process = try ChildProcess(
                    try Products.path("tollgate"), arguments, folder: folder, name: "help")
                #expect(try process.exitCode() == 0)
                #expect(process.output.contains("tollgate"))
                #expect(process.errors.isEmpty)
            }
        }

        // MARK: Stopping

        @Test(arguments: [SIGTERM, SIGINT]) func whatIsUnderWayIsAnswered(_ signal: Int32) throws {
            let bench = try Bench(.sqlite)
            defer { bench.end() }
            let server = try bench.makeServer()
            _ = try bench.gateway.call(server.token, "list_all_zoho_bigin_me")
            let idle = try bench.gateway.connect()
            #expect(try bench.gateway.status(server.token, on: idle) == 200)
            try bench.simulator.clear()
            let busy = try bench.gateway.connect()
            let message = Gateway.message("get_single_zoho_bigin_user_by_id", ["user_id": "sim-slow-600ms"])
            busy.send(
                RawClient.request("POST", "/mcp/\(server.token)", fields: Gateway.mcpFields, body: message.text))
            try eventually("the upstream is not asked") { try !bench.simulator.requests().isEmpty }
            let start = now()
            bench.gateway.process.signal(signal)
            // Idle connections are closed, new ones refused.
            #expect(idle.takeSome().isEmpty)
            try eventually("it goes on listening") { (try? bench.gateway.connect()) == nil }
            #expect(bench.gateway.process.isRunning)
            let answer = try busy.readResponse()
            #expect(answer.status == 200)
            #expect(answer.text.contains(#""isError":false"#))
            #expect(answer["connection"] == "close")
            // Up to two seconds more, for clients that have not read their answer yet.
            #expect(try bench.gateway.process.exitCode(within: 5) == 0)
            note(
                "stopped \(milliseconds((now() - start) * 1000)) after the signal, 600 ms of them the request's and 2000 ms for its client to close"
            )
            #expect(bench.gateway.process.errors.hasSuffix("stopped\n"))
        }

        @Test func theDrainHasAnEnd() throws {
            let bench = try Bench(.sqlite, settings: ["TOLLGATE_DRAIN_SECONDS": "1"])
            defer { bench.end() }
            let server = try bench.makeServer()
            let busy = try bench.gateway.connect()
            let message = Gateway.message("get_single_zoho_bigin_user_by_id", ["user_id": "sim-slow-20000ms"])
            busy.send(
                RawClient.request("POST", "/mcp/\(server.token)", fields: Gateway.mcpFields, body: message.text))
            try eventually("the upstream is not asked") {
                try bench.simulator.requests().contains { $0["method"] == "GET" }
            }
            let start = now()
            bench.gateway.process.signal(SIGTERM)
            #expect(try bench.gateway.process.exitCode(within: 5) == 0)
            #expect((0.9...2).contains(now() - start))
        }

        // MARK: Demonstration

        @Test func theDemonstrationNeedsNothingAndLeavesNothing() throws {
            let folder = try Folder()
            let temporary = "\(folder.path)/tmp"
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
            let process = try ChildProcess(
                try Products.path("tollgate"), ["demo", "--listen", "127.0.0.1:0"],
                environment: ["TMPDIR": temporary], folder: folder, name: "demo")
            defer { process.stop() }
            let took = try eventually("the demonstration does not start: \(process.errors)") {
                process.output.contains("/integrated-account -H")
            }
            note("the demonstration was ready after \(milliseconds(took * 1000))")
            let url = try #require(
                process.output.split(whereSeparator: \.isWhitespace).first {
                    $0.hasPrefix("http://") && $0.contains("/mcp/tgm_")
                })
            let seen = try PythonClients.run("connect.py", ["auto", String(url)], folder: folder)
            #expect(seen["tools"]?.int ?? 0 >= 9, "\(seen.text)")
            #expect(seen["text"]?.string?.contains("nordwind-logistik.example") == true)
            #expect(try peers(of: process.id).allSatisfy { $0 == "127.0.0.1" })
            #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).count == 1)
            process.signal(SIGINT)
            #expect(try process.exitCode() == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
        }

        /// Addresses at both ends of a process's sockets.
        private func peers(of process: pid_t) throws -> Set<String> {
            let folder = "/proc/\(process)/fd"
            let inodes = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)"))
                    .flatMap { $0.hasPrefix("socket:[") ? String($0.dropFirst(8).dropLast()) : nil }
            }
            var found: Set<String> = []
            for table in ["tcp", "tcp6", "udp", "udp6"] {
                let lines = try String(contentsOfFile: "/proc/\(process)/net/\(table)", encoding: .utf8).split(
                    separator: "\n")
                for line in lines.dropFirst() {
                    let columns = line.split(separator: " ")
                    guard columns.count > 9, inodes.contains(String(columns[9])) else { continue }
                    for column in columns[1...2] where !column.hasPrefix("00000000:") {
                        found.insert(column.hasPrefix("0100007F:") ? "127.0.0.1" : String(column))
                    }
                }
            }
            #expect(!found.isEmpty)
            return found
        }
    }
}
