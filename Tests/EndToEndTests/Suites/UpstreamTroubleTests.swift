// An upstream that lies, sends elsewhere, or never comes to an end: the caller gets one honest answer in time, and
// nobody else notices.

import Foundation
import Testing
import Wire

extension EndToEnd {
    @Suite struct UpstreamTroubleTests {
        private static let single = "get_single_zoho_bigin_user_by_id"
        private static let list = "list_all_zoho_bigin_users"
        private static let users: JSON = ["path": "/bigin/v2/users"]
        private static let person: JSON = [
            "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org", "role": "6000000000000031157",
            "profile": "6000000000000026014",
        ]

        private func base64(_ text: String) -> JSON { .string(Base64.encode(Array(text.utf8))) }

        /// Asks for an answer that nobody else gets.
        private func echo(_ bench: Bench, _ server: Server, _ text: String) throws {
            let answer = try bench.gateway.call(server.token, Self.single, ["user_id": .string("sim-echo-0-\(text)")])
            #expect(answer.payload?["echo"]?.string == text, "\(answer.json.text)")
        }

        @Test(
            "A redirect is an error and is not followed, so that no token goes where it points",
            arguments: [
                301, 302, 303, 307, 308,
            ])
        func redirects(_ status: Int) throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer()
            let target = "http://127.0.0.1:\(bench.simulator.port)/elsewhere"
            try bench.simulator.rule([
                "match": ["path_prefix": "/bigin/v2/users"], "times": 0,
                "respond": ["status": JSON(status), "headers": ["Location": .string(target)], "body": ""],
            ])
            let calls: [(tool: String, arguments: JSON)] = [
                (Self.list, [:]), (Self.single, ["user_id": "7"]), ("create_a_zoho_bigin_user", Self.person),
            ]
            for (tool, arguments) in calls {
                let answer = try bench.gateway.call(server.token, tool, arguments)
                #expect(answer.code == 502, "\(answer.json.text)")
                #expect(answer.data?["upstream"]?["status"]?.int == status)
            }
            let targets = try bench.simulator.requests().compactMap { $0["target"]?.string }
            #expect(targets == ["/oauth/v2/token", "/bigin/v2/users", "/bigin/v2/users/7", "/bigin/v2/users"])
        }

        /// What is left over of one answer must not be read as the next one's, whoever that is for.
        @Test("Bytes beyond the length that an answer claims reach nobody", arguments: ["at once", "later"])
        func surplus(_ when: String) throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let account = try bench.gateway.makeAccount()
            let servers = try (0..<2).map { _ in try bench.gateway.makeServer(account) }
            try echo(bench, servers[1], "before")
            let good = #"{"users":[{"id":"1"}]}"#
            let forged =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n"
                + #"{"users":[{"id":"forged"}]}"#
            var rule: JSON = [
                "match": ["path": "/bigin/v2/users/1"], "respond": ["body": .string(good + forged)],
                "content_length": JSON(good.utf8.count), "keep_open": true,
            ]
            if when == "later" {
                rule.set("piece_bytes", JSON(good.utf8.count))
                rule.set("piece_ms", 30)
            }
            try bench.simulator.rule(rule)
            let lied = try bench.gateway.call(servers[0].token, Self.single, ["user_id": "1"])
            #expect(lied.payload == ["id": "1"], "\(lied.json.text)")
            if when == "later" {
                try eventually("the surplus is not sent") {
                    try bench.simulator.counter("delivered") + bench.simulator.counter("abandoned") == 1
                }
            }
            for index in 0..<4 { try echo(bench, servers[1], "after\(index)") }
        }

        @Test("What comes before the answer's own head is not the answer")
        func informationalAnswers() throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer()
            let answers =
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-RATELIMIT-LIMIT: 1\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n"
                + #"{"users":[{"id":"1"}]}"#
            try bench.simulator.rule([
                "match": ["path": "/bigin/v2/users/1"], "respond": ["raw_base64": base64(answers)],
            ])
            let answer = try bench.gateway.call(server.token, Self.single, ["user_id": "1"])
            #expect(answer.payload == ["id": "1"], "\(answer.json.text)")
            #expect(answer.response["ratelimit-limit"] == nil)
        }

        @Test(
            "What is no HTTP, or too much of it, is a broken answer",
            arguments: [
                "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "HTTP/1.1 banana\r\n\r\n", "{\"users\":[]}", "huge head",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n{}\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 900\r\n\r\n{}   ",
            ])
        func noHTTP(_ text: String) throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer(config: ["timeout_ms": 3000])
            let fields = (0..<2000).map { "X-Field-\($0): \(String(repeating: "v", count: 90))\r\n" }.joined()
            let raw = text == "huge head" ? "HTTP/1.1 200 OK\r\n\(fields)\r\n{}" : text
            try bench.simulator.rule(["match": ["path": "/bigin/v2/users/1"], "respond": ["raw_base64": base64(raw)]])
            let answer = try bench.gateway.call(server.token, Self.single, ["user_id": "1"])
            #expect(answer.code == 502, "\(answer.json.text)")
            #expect(answer.data?["class"] == "upstream_broken", "\(answer.json.text)")
            try echo(bench, server, "after")
        }

        @Test(
            "A compressed answer that is damaged is an error, though its length is right",
            arguments: [
                "cut off", "garbage behind it", "bits turned", "not compressed at all", "another coding",
            ])
        func damagedGzip(_ how: String) throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer()
            // {"users":[{"id":"1","name":"…"}]}
            let packed = try Self.gzip(
                #"{"users":[{"id":"1","name":"\#(String(repeating: "ab", count: 500))"}]}"#, bench)
            var body = packed
            var coding = "gzip"
            switch how {
            case "cut off": body.removeLast(9)
            case "garbage behind it": body += [1, 2, 3, 4, 5, 6, 7, 8]
            case "bits turned": body[body.count / 2] ^= 0x5A
            case "not compressed at all": body = Array(#"{"users":[{"id":"1"}]}"#.utf8)
            default: coding = "br"
            }
            try bench.simulator.rule([
                "match": ["path": "/bigin/v2/users/1"],
                "respond": [
                    "headers": ["Content-Encoding": .string(coding)], "body_base64": .string(Base64.encode(body)),
                ],
            ])
            let answer = try bench.gateway.call(server.token, Self.single, ["user_id": "1"])
            #expect(answer.code == 502, "\(answer.json.text)")
            #expect(answer.data?["class"] == "upstream_broken")
            try echo(bench, server, "after")
        }

        private static func gzip(_ text: String, _ bench: Bench) throws -> [UInt8] {
            let path = "\(bench.folder.path)/body"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let process = try ChildProcess("gzip", ["-n", path], folder: bench.folder, name: "gzip")
            #expect(try process.exitCode() == 0)
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
        }

        /// Clients read the answer as UTF-8, and strict ones refuse all of one that is not.
        @Test(
            "An answer is UTF-8 even where the upstream's was not",
            arguments: [
                [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xC0, 0xAF],
            ])
        func brokenUTF8(_ bytes: [UInt8]) throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer()
            for (before, after) in [
                (#"{"users":[{"id":"1","n":""#, #""}]}"#),
                (#"{"code":"INVALID_DATA","status":"error","details":{},"message":""#, #""}"#),
            ] {
                let body = Array(before.utf8) + bytes + Array(after.utf8)
                try bench.simulator.rule([
                    "match": ["path": "/bigin/v2/users/1"], "respond": ["body_base64": .string(Base64.encode(body))],
                ])
                let answer = try bench.gateway.call(server.token, Self.single, ["user_id": "1"])
                #expect(String(validating: answer.response.body, as: UTF8.self) != nil, "\(answer.response.text)")
            }
        }

        @Test(
            "An answer that stalls or drips beyond the deadline ends then, and the upstream call with it",
            arguments: [
                "stall", "drip", "endless",
            ])
        func deadlines(_ how: String) throws {
            let bench = try Bench(.sqlite, workers: 1)
            defer { bench.end() }
            let server = try bench.makeServer(config: ["timeout_ms": 1000, "max_response_bytes": 4_294_967_296])
            try echo(bench, server, "before")
            var rule: JSON = ["match": Self.users, "respond": ["bytes": 1_000_000]]
            switch how {
            case "stall": rule.set("stall", ["after": 500_000, "ms": 60_000])
            case "drip":
                rule.set("piece_bytes", 16_000)
                rule.set("piece_ms", 100)
            default: rule.set("respond", ["endless": "                                "])
            }
            try bench.simulator.rule(rule)
            let began = now()
            let answer = try bench.gateway.call(server.token, Self.list)
            note("deadline of 1 s, \(how): answered after \(milliseconds((now() - began) * 1000))")
            if how == "endless" {
                #expect(answer.code == 504, "\(answer.json.text.prefix(300))")
            } else {
                #expect(answer.json["result"]?["isError"] == true)
                #expect(answer.texts.first?.hasPrefix(#"{"result":[{"id":"6000000009000000000""#) == true)
                #expect(answer.texts.last?.contains("did not answer in time") == true)
            }
            try eventually("the upstream call goes on") { try bench.simulator.counter("abandoned") == 1 }
            try echo(bench, server, "after")
        }
    }
}
