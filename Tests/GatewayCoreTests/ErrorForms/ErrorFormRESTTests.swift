// The same forms through `/proxy`: the real status, the same facts, and a payload that is the payload.

import Testing
import Wire

@testable import GatewayCore

extension ErrorForm.Caller {
    /// The request of `/proxy` that reaches the tool with its smallest arguments.
    func request(account: String) throws -> (method: String, target: String, body: String) {
        let tool = tool
        let candidates: [(String, Method, String)] =
            switch tool.method {
            case "list": [("GET", .get, "")]
            case "get": [("GET", .get, "/7"), ("GET", .get, "")]
            case "create": [("POST", .post, "")]
            case "update": [("PATCH", .patch, "/7"), ("PATCH", .patch, "")]
            case "delete": [("DELETE", .delete, "/7"), ("DELETE", .delete, "")]
            default: [("POST", .post, "/\(tool.method)")]
            }
        for (name, method, rest) in candidates {
            let path = Array("\(tool.resource)\(rest)".utf8)
            guard let route = try? ProxyRoute(method, path[...], in: product), route.tool === tool else { continue }
            var arguments = arguments.members ?? []
            var target = "/proxy/\(tool.resource)\(rest)?integrated_account_id=\(account)"
            if let id = route.id {
                let value = arguments.first { $0.key == id.argument }?.value.string ?? "1"
                arguments.removeAll { $0.key == id.argument }
                target = target.replacing("/7?", with: "/\(value)?")
            }
            guard method == .get else { return (name, target, JSON.object(arguments).text) }
            for (key, value) in arguments {
                var text: [UInt8] = []
                PercentCoding.encode((value.string ?? value.text).utf8, to: &text)
                target += "&\(key)=\(text.text)"
            }
            return (name, target, "")
        }
        throw Answering.Unfit(tool: tool.name)
    }
}

@Suite struct ErrorFormRESTTests {
    @Test(arguments: ErrorForm.all)
    func hasItsRealStatus(_ form: ErrorForm) async throws {
        let bench = Bench()
        let account = try await bench.account(
            integration: form.caller.integration, context: ["zoid": "1", "account_id": "1", "zsoid": "1"])
        try await bench.accessToken(for: account)
        let key = try await bench.apiKey().text
        bench.upstream.answer = { request in
            request.host.hasPrefix("accounts.")
                ? Script(#"{"access_token":"1000.new","expires_in":3600}"#)
                : Script(form.status, form.fields, form.body)
        }
        let request = try form.caller.request(account: account.id)
        let answer = try await bench.send(request.method, request.target, key: key, body: request.body)
        let told = try await Answering.answer(
            try Answering.Asked(form.caller), Script(form.status, form.fields, form.body))
        let message = try told.message()
        #expect(answer.isEnded && !answer.isAbandoned)
        switch form.expected {
        case .failure(let failure):
            let json = try #require(answer.json, "\(answer.text)")
            #expect(answer.status == failure.code, "\(answer.text)")
            #expect(json["statusCode"]?.int == failure.code && json["error"]?.string != nil, "\(answer.text)")
            #expect(json["message"]?.string == message.errorMessage)
            for name in ["class", "upstream", "retryable", "retry_after_ms", "ratelimit", "hint"] {
                #expect(json[name] == message.data?[name], "\(name): \(answer.text)")
            }
            let wait = failure.retryAfter.map { String(($0 + 999) / 1000) }
            #expect(answer.fields["retry-after"] == wait)
        case .result(let payload, let notes):
            #expect(answer.text == payload)
            let expected = !notes.isEmpty ? 207 : [201, 202].contains(form.status) ? form.status : 200
            #expect(answer.status == expected)
        }
        for name in ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] {
            #expect(answer.fields[name] == told.fields[name])
        }
    }
}
