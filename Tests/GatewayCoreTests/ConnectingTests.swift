// Connecting an account: what its product says about it is read once, kept, and read again when asked.

import Testing
import Wire

@testable import GatewayCore

@Suite("Connecting an account")
struct ConnectingTests {
    private static let body =
        #"{"integration":"zoho_mail","region":"eu","credentials":{"refresh_token":"1000.r"}}"#

    /// An upstream with one organization; `zoid` may change.
    private final class Product {
        var zoid = "6001"
        var answersToken = Script(#"{"access_token":"1000.a","expires_in":3600,"token_type":"Bearer"}"#)

        func answer(_ request: UpstreamRequest) -> Script {
            if request.host.hasPrefix("accounts.") { return answersToken }
            switch request.target {
            case "/api/organization": return Script(#"{"status":{"code":200},"data":{"zoid":\#(zoid)}}"#)
            case "/api/accounts": return Script(#"{"status":{"code":200},"data":[{"accountId":"77"}]}"#)
            default: return Script(#"{"status":{"code":200,"description":"success"},"data":{"domainVO":[]}}"#)
            }
        }
    }

    private func ready() async throws -> (bench: Bench, product: Product, key: String) {
        let (bench, product) = (Bench(), Product())
        bench.upstream.answer = product.answer
        return (bench, product, try await bench.apiKey().text)
    }

    @Test("its ids are read while it is connected, and calls need not ask for them again")
    func atCreation() async throws {
        let (bench, _, key) = try await ready()
        let created = try await bench.send("POST", "/integrated-account", key: key, body: ConnectingTests.body)
        #expect(created.status == 201)
        #expect(created.json?["context"]?.text == #"{"account_id":"77","zoid":"6001"}"#)
        #expect(created.json?["status"]?.string == "active")
        let id = try #require(created.json?["id"]?.string)
        let before = bench.upstream.requests.count
        let path = "/proxy/domains?integrated_account_id=\(id)"
        #expect(try await bench.send("GET", path, key: key).status == 200)
        #expect(bench.upstream.requests.dropFirst(before).map(\.target) == ["/api/organization/6001/domains"])
    }

    @Test("one whose refresh token is refused is shown as such")
    func refused() async throws {
        let (bench, product, key) = try await ready()
        product.answersToken = Script(#"{"error":"invalid_code"}"#)
        let created = try await bench.send("POST", "/integrated-account", key: key, body: ConnectingTests.body)
        #expect(created.status == 201 && created.json?["status"]?.string == "needs_reauth")
        let id = try #require(created.json?["id"]?.string)
        let again = try await bench.send("POST", "/integrated-account/\(id)/refresh-credentials", key: key)
        #expect(again.status == 409 && again.text.has("connect it again"))
    }

    @Test("an upstream that is away does not keep an account from being connected")
    func away() async throws {
        let (bench, product, key) = try await ready()
        product.answersToken = Script(refusal: .unreachable("no route"))
        let created = try await bench.send("POST", "/integrated-account", key: key, body: ConnectingTests.body)
        #expect(created.status == 201 && created.json?["status"]?.string == "active")
        #expect(created.json?["context"]?.text == "{}")
    }

    @Test("refreshing renews the token and reads the ids again, but a young token stays")
    func refreshing() async throws {
        let (bench, product, key) = try await ready()
        let created = try await bench.send("POST", "/integrated-account", key: key, body: ConnectingTests.body)
        let id = try #require(created.json?["id"]?.string)
        func renewals() -> Int { bench.upstream.requests.count { $0.host.hasPrefix("accounts.") } }
        #expect(renewals() == 1)
        product.zoid = "6002"
        let path = "/integrated-account/\(id)/refresh-credentials"
        let young = try await bench.send("POST", path, key: key)
        #expect(young.status == 200 && young.json?["context"]?["zoid"]?.string == "6002")
        #expect(renewals() == 1)
        bench.clock.advance(milliseconds: 61_000)
        product.answersToken = Script(#"{"access_token":"1000.b","expires_in":3600,"token_type":"Bearer"}"#)
        #expect(try await bench.send("POST", path, key: key).status == 200)
        #expect(renewals() == 2)
        #expect(bench.upstream.requests.last?.fields.contains { $0.has("1000.b") } == true)
        let stranger = try await bench.apiKey(tenant: "tenant-b").text
        #expect(try await bench.send("POST", path, key: stranger).status == 404)
        let get = try await bench.send("GET", path, key: key)
        #expect(get.status == 405 && get.fields["allow"] == "POST")
    }
}
