// /metrics: what was counted, in a form that Prometheus reads, with nothing in it that a caller chose.

import Testing
import Wire

@testable import GatewayCore

@Suite("Metrics")
struct MetricsTests {
    private func metrics(_ bench: Bench) async throws -> [String: Double] {
        let page = try await bench.send("GET", "/metrics")
        #expect(page.status == 200)
        #expect(page.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        var samples: [String: Double] = [:]
        for line in page.text.split(separator: "\n") where !line.hasPrefix("#") {
            let space = try #require(line.lastIndex(of: " "))
            let name = String(line[..<space])
            #expect(samples[name] == nil, "\(name) comes twice")
            let value = Double(String(line[line.index(after: space)...]))
            #expect(value != nil, "\(line)")
            samples[name] = value
        }
        return samples
    }

    @Test("counts requests by route and status, calls by outcome, and late failures apart")
    func counts() async throws {
        let bench = Bench()
        let account = try await bench.account()
        try await bench.accessToken(for: account)
        let server = try await bench.server(on: account)
        let long = (0..<4000).map { #"{"id":"\#($0)","full_name":"somebody of some length"}"# }.joined(separator: ",")
        let scripts = [
            Script(#"{"users":[{"id":"1"}]}"#), Script(429, [], ""),
            Script(pieces: [bytes(#"{"users":[\#(long)"#)], ending: .broken("gone")),
        ]
        for script in scripts {
            bench.upstream.answer = { _ in script }
            _ = try await bench.call(server.token, "list_all_zoho_bigin_users", #"{"type":"ActiveUsers"}"#)
        }
        _ = try await bench.call(server.token, "list_all_zoho_bigin_users", #"{"limit":"many"}"#)
        _ = try await bench.post("tgm_nonsense", "{}")
        _ = try await bench.send("GET", "/integrated-account")
        let samples = try await metrics(bench)
        #expect(samples[#"tollgate_calls_total{outcome="ok"}"#] == 1)
        #expect(samples[#"tollgate_calls_total{outcome="rate_limited"}"#] == 1)
        #expect(samples[#"tollgate_calls_total{outcome="failed_late"}"#] == 1)
        #expect(samples[#"tollgate_calls_total{outcome="invalid_arguments"}"#] == 1)
        #expect(samples[#"tollgate_requests_total{route="mcp",status="2xx"}"#] == 4)
        #expect(samples[#"tollgate_requests_total{route="mcp",status="4xx"}"#] == 1)
        #expect(samples[#"tollgate_requests_total{route="management",status="4xx"}"#] == 1)
        #expect(samples["tollgate_call_duration_seconds_count"] == 4)
        #expect(samples[#"tollgate_call_duration_seconds_bucket{le="+Inf"}"#] == 4)
        #expect(samples["tollgate_calls_in_flight"] == 0)
        #expect(samples["tollgate_store_up"] == 1)
        #expect(samples["process_open_fds"] == 9)
        #expect(try await metrics(bench)[#"tollgate_requests_total{route="operations",status="2xx"}"#] == 1)
    }

    @Test("counts renewals, good and bad")
    func renewals() async throws {
        let bench = Bench()
        let account = try await bench.account()
        let server = try await bench.server(on: account)
        bench.upstream.answer = { _ in Script(500, [], "down") }
        _ = try await bench.call(server.token, "list_all_zoho_bigin_users", #"{"type":"ActiveUsers"}"#)
        bench.clock.advance(milliseconds: 2_000)
        bench.upstream.answer = { request in
            request.host.hasPrefix("accounts.")
                ? Script(
                    #"{"access_token":"1000.a","expires_in":3600,"api_domain":"https://www.zohoapis.eu","token_type":"Bearer"}"#
                )
                : Script(#"{"users":[]}"#)
        }
        _ = try await bench.call(server.token, "list_all_zoho_bigin_users", #"{"type":"ActiveUsers"}"#)
        let samples = try await metrics(bench)
        #expect(samples[#"tollgate_token_renewals_total{outcome="ok"}"#] == 1)
        #expect(samples[#"tollgate_token_renewals_total{outcome="failed"}"#] == 1)
    }

    @Test("sums all workers, and says that the store is away")
    func workers() throws {
        let counters = [Counters(), Counters()]
        for counter in counters { counter.answered(.mcp, status: 200) }
        var page = MetricsPage(counters: counters, isStoreUp: false, usage: Bench.usage)
        let text = page.render()
        #expect(text.text(0..<text.count).has("tollgate_requests_total{route=\"mcp\",status=\"2xx\"} 2\n"))
        #expect(text.text(0..<text.count).has("tollgate_store_up 0\n"))
    }
}
