// The parts of webhooks that decide and compute: signatures, URLs, payloads, the schedule, the tenant's record.

import Testing
import Wire

@testable import GatewayCore

@Suite @MainActor struct WebhookTests {
    // MARK: Signatures

    /// Secret, id, timestamp, body and signature of the reference libraries' tests
    /// (github.com/standard-webhooks/standard-webhooks, libraries, "sign function works").
    @Test func theSignatureIsTheReferenceLibraries() throws {
        let key = try #require(Base64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = WebhookSecret(bytes: key).signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: #"{"test": 2432232314}"#)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func aSecretHas32BytesAndIsNeverPrinted() throws {
        let secret = WebhookSecret()
        #expect(secret.revealed.hasPrefix("whsec_"))
        #expect(Base64.decode(String(secret.revealed.dropFirst(6)))?.count == 32)
        #expect("\(secret)" == "WebhookSecret(redacted)")
        #expect(WebhookSecret().revealed != secret.revealed)
    }

    // MARK: Payload

    @Test func aPayloadNamesTheAccountAndNothingSecret() async throws {
        let bench = Bench()
        var account = try await bench.account(tenant: "acme", region: .in, context: ["zoid": "77123"])
        account.status = .needsReauth
        let payload = WebhookEvent.authenticationError.payload(account, at: 1_800_000_000_123)
        #expect(
            payload
                == #"{"type":"integrated_account:authentication_error","timestamp":"2027-01-15T08:00:00.123Z","data":{"tenant":"acme","integrated_account_id":"\#(account.id)","integration":"zoho_bigin","region":"in","status":"needs_reauth"}}"#
        )
        #expect(WebhookEvent.deleted.rawValue == "integrated_account:deleted")
        #expect(WebhookEvent.allCases.count == 2)
    }

    // MARK: Schedule

    @Test func delaysGrowAndTheLastOneStays() {
        let never = Int64.max
        let delays = (1...8).map {
            RetrySchedule.next(after: $0, now: 1000, expiresAt: never, jitter: 0).map { $0 - 1000 }
        }
        #expect(
            delays == [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 21_600_000, 21_600_000])
    }

    @Test func jitterAddsAFifthAtMost() {
        #expect(RetrySchedule.next(after: 2, now: 0, expiresAt: .max, jitter: 0.5) == 33_000)
        #expect(RetrySchedule.next(after: 2, now: 0, expiresAt: .max, jitter: 1) == 36_000)
        #expect(RetrySchedule.next(after: 6, now: 0, expiresAt: .max, jitter: 1) == 25_920_000)
    }

    @Test func nothingIsPlannedPastTheEvent() {
        #expect(RetrySchedule.next(after: 1, now: 0, expiresAt: 5_001, jitter: 0) == 5_000)
        #expect(RetrySchedule.next(after: 1, now: 0, expiresAt: 5_000, jitter: 0) == nil)
    }

    /// As README.md says.
    @Test func aReceiverThatStaysAwayGets15To17Attempts() {
        for (jitter, expected) in [(0.0, 17), (1.0, 15)] {
            var now: Int64 = 0
            var attempts = 1
            while let next = RetrySchedule.next(
                after: attempts, now: now, expiresAt: RetrySchedule.lifetime, jitter: jitter)
            {
                now = next
                attempts += 1
            }
            #expect(attempts == expected)
        }
    }

    // MARK: URLs

    struct Accepted: Sendable {
        let text: String
        let origin: String
        let connection: UpstreamOrigin
        let target: String
    }

    @Test(arguments: [
        Accepted(
            text: "https://hooks.example.com", origin: "https://hooks.example.com",
            connection: UpstreamOrigin(scheme: .https, port: 443), target: "/"),
        Accepted(
            text: "HTTPS://Hooks.Example.COM:8443/T0/B1/x?a=b%20c&d", origin: "https://hooks.example.com",
            connection: UpstreamOrigin(scheme: .https, port: 8443), target: "/T0/B1/x?a=b%20c&d"),
        Accepted(
            text: "https://10.1.2.3?a=/b@c", origin: "https://10.1.2.3",
            connection: UpstreamOrigin(scheme: .https, port: 443), target: "/?a=/b@c"),
        Accepted(
            text: "http://127.0.0.1:9000/hook", origin: "http://127.0.0.1",
            connection: UpstreamOrigin(scheme: .http, port: 9000), target: "/hook"),
        Accepted(
            text: "http://localhost/", origin: "http://localhost",
            connection: UpstreamOrigin(scheme: .http, port: 80), target: "/"),
        Accepted(
            text: "http://[::1]:9000/", origin: "http://[::1]",
            connection: UpstreamOrigin(scheme: .http, port: 9000), target: "/"),
    ])
    func aURLIsTakenApart(_ accepted: Accepted) throws {
        let url = try WebhookURL(accepted.text)
        #expect(url.origin == accepted.origin)
        #expect(url.connection == accepted.connection)
        #expect(url.target == accepted.target)
        #expect("\(url)" == "WebhookURL(redacted)")
    }

    @Test(arguments: [
        ("", "https://"), ("ftp://a.example/", "https://"), ("hooks.example/x", "https://"),
        ("https://", "host name"), ("https:///x", "host name"), ("https://-a.example/", "host name"),
        ("https://a_b.example/", "host name"), ("https://[2001:db8::1]/", "host name"),
        ("https://a.example:0/", "port"), ("https://a.example:65536/", "port"), ("https://a.example:/", "port"),
        ("https://a.example:+1/", "port"), ("https://u:p@a.example/", "password"), ("https://a@b.example", "password"),
        ("https://a.example/#x", "fragment"), ("https://a.example/ x", "ASCII"), ("https://a.example/é", "ASCII"),
        ("https://a.example/\r\nX: y", "ASCII"), ("http://a.example/", "http://"), ("http://10.0.0.1/", "http://"),
        ("http://127.0.0.1.evil.example/", "http://"), ("http://127.1/", "http://"),
        ("http://localhost.evil.example/", "http://"), ("http://0.0.0.0/", "http://"),
        ("https://a.example/" + String(repeating: "x", count: 2031), "2048"),
    ])
    func whatIsNoWebhooksURLIsRefusedWithoutBeingRepeated(_ text: String, _ part: String) {
        let failure = #expect(throws: WebhookURL.Malformed.self) { try WebhookURL(text) }
        #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
        #expect(failure?.description.contains("example") == false)
    }

    // MARK: The tenant's record

    @Test func theStoreHoldsNeitherTheSecretNorTheURL() async throws {
        let bench = Bench()
        let hook = try await bench.webhook("https://hooks.example.com/T0PATH/B1?key=QUERY")
        let stored = bench.shared.everything
        #expect(stored.contains("https://hooks.example.com"))
        for secret in ["T0PATH", "QUERY", String(hook.secret.revealed.dropFirst(6))] {
            #expect(!stored.contains(secret))
        }
        let webhook = try #require(try await TenantWebhooks("tenant-a", in: bench.store)[hook.id])
        let opened = try #require(webhook.opened(bench.secret))
        #expect(opened.url.target == "/T0PATH/B1?key=QUERY")
        #expect(opened.secret.bytes == hook.secret.bytes)
        #expect(webhook.opened(GatewaySecret(material: [UInt8](repeating: 8, count: 32))) == nil)
    }

    @Test func aTenantHasTenWebhooksAndNoMore() async throws {
        let bench = Bench()
        var ids: [String] = []
        for number in 1...10 { ids.append(try await bench.webhook("https://h.example/\(number)").id) }
        let full = try await TenantWebhooks("tenant-a", in: bench.store)
        #expect(full.all.map(\.id) == ids)
        #expect(full.adding(try bench.newWebhook("https://h.example/11").webhook) == nil)
        #expect(try await bench.store.commit(full.removing(ids[3])))
        #expect(try await TenantWebhooks("tenant-a", in: bench.store).all.map(\.id) == ids.filter { $0 != ids[3] })
        #expect(try await TenantWebhooks("tenant-b", in: bench.store).all.isEmpty)
        _ = try await bench.webhook("https://h.example/11")
    }

    @Test func twoWhoChangeATenantsWebhooksAtOnceDoNotOverwriteEachOther() async throws {
        let bench = Bench()
        let first = try await TenantWebhooks("tenant-a", in: bench.store)
        let change = try #require(first.adding(try bench.newWebhook("https://one.example/").webhook))
        let other = try #require(first.adding(try bench.newWebhook("https://two.example/").webhook))
        #expect(try await bench.store.commit(change))
        #expect(try await bench.store.commit(other) == false)
        let now = try await TenantWebhooks("tenant-a", in: bench.store)
        #expect(now.all.map(\.origin) == ["https://one.example"])
        #expect(try await bench.store.commit(now.removing(now.all[0].id)))
        #expect(bench.shared.value("webhooks:tenant-a") == nil)
    }
}
