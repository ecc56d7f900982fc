// What the accounts server says in place of a token, mostly under 200, and what a call then says.

import Testing
import Wire

@testable import GatewayCore

struct OAuthForm: Sendable, CustomTestStringConvertible {
    let status: Int
    let body: String
    let code: Int
    let errorClass: String
    let says: [String]
    var retryAfter: Int?
    /// The account has to be connected again from now on.
    var isEnd = false

    var testDescription: String { "\(status) \(body)" }

    private static func error(_ name: String) -> String { #"{"error":"\#(name)"}"# }

    private static let page = "<!DOCTYPE html><html></html>"

    static let all: [OAuthForm] =
        // The same word for a used code, a withdrawn token and another region's.
        ["invalid_code", "invalid_grant", "invalid_token"].flatMap { name in
            [200, 400, 401].map { status in
                OAuthForm(
                    status: status, body: error(name), code: 401, errorClass: "needs_reauth",
                    says: ["withdrawn", "https://gateway.example"], isEnd: true)
            }
        }
        + ["invalid_client", "invalid_client_secret", "unauthorized_client"].flatMap { name in
            [200, 400].map { status in
                OAuthForm(
                    status: status, body: error(name), code: 503, errorClass: "unavailable",
                    says: [name, "region eu", "operator"])
            }
        }
        + [
            (
                400,
                #"{"error":"Access Denied","error_description":"You have made too many requests continuously. Please try again after some time."}"#
            ), (200, error("Access Denied")), (200, error("access_denied")), (429, ""), (429, page), (429, error("x")),
        ].map { status, body in
            OAuthForm(
                status: status, body: body, code: 429, errorClass: "rate_limited",
                says: ["ten in ten minutes"], retryAfter: 600_000)
        }
        + [
            (200, error("general_error"), "general_error"), (200, "{}", "HTTP 200"), (200, "", "HTTP 200 without JSON"),
            (200, page, "HTTP 200 without JSON"), (500, page, "HTTP 500 without JSON"), (503, "", "HTTP 503"),
            (200, #"{"access_token":"","expires_in":3600}"#, "HTTP 200"),
            (200, #"{"access_token":"1000.new","expires_in":3600"#, "HTTP 200 without JSON"),
            (200, #"{"error":{"code":1}}"#, "HTTP 200"), (400, "[]", "HTTP 400"),
            // Whatever does not look like a name might repeat what was sent.
            (400, error("refresh_token=1000.refresh-token-of-nobody"), "HTTP 400"),
        ].map { status, body, said in
            OAuthForm(
                status: status, body: body, code: 503, errorClass: "unavailable", says: [said, "could not renew"])
        }
}

@Suite struct OAuthFormTests {
    private func check(_ form: OAuthForm, _ body: String, isByteByByte: Bool) async throws {
        let bench = Bench()
        let account = try await bench.account()
        let token = try await bench.server(on: account).token
        bench.upstream.answer = { request in
            request.host.hasPrefix("accounts.")
                ? Script(form.status, [], pieces: isByteByByte ? bytes(body).map { [$0] } : [bytes(body)])
                : Script(#"{"users":[]}"#)
        }
        let answer = try await bench.call(token, "list_all_zoho_bigin_users")
        let got = answer.text
        let error = try #require(answer.json?["error"], "\(got)")
        #expect(error["code"]?.int == form.code, "\(got)")
        let message = error["message"]?.string ?? ""
        for part in form.says { #expect(message.contains(part), "\(got)") }
        let data = error["data"]
        #expect(data?["class"]?.string == form.errorClass, "\(got)")
        #expect(data?["upstream"] == nil, "\(got)")
        #expect(data?["retryable"]?.bool == ["rate_limited", "unavailable"].contains(form.errorClass), "\(got)")
        #expect(data?["retry_after_ms"]?.int == form.retryAfter, "\(got)")
        #expect(data?["hint"]?.string?.contains("https://gateway.example") == (form.isEnd ? true : nil), "\(got)")
        #expect(!got.contains(Bench.refreshToken) && !got.contains(Bench.clientSecret))
        #expect(bench.upstream.requests.map(\.host) == ["accounts.zoho.eu"])
        // Nobody asks again at once, but for what an operator may have mended; nor ever for an account that needs its
        // owner.
        let isMended = form.says.contains("operator")
        _ = try await bench.call(token, "list_all_zoho_bigin_users")
        #expect(bench.upstream.requests.count == (isMended ? 2 : 1))
        bench.clock.advance(seconds: 600)
        _ = try await bench.call(token, "list_all_zoho_bigin_users")
        #expect(bench.upstream.requests.count == (form.isEnd ? 1 : isMended ? 3 : 2))
        let kept = try await bench.store.value(of: StoreKey.account(account.id)).flatMap(AccountRecord.init(bytes:))
        #expect(kept?.status == (form.isEnd ? .needsReauth : .active))
    }

    @Test(arguments: OAuthForm.all)
    func isUnderstood(_ form: OAuthForm) async throws {
        let json = try? JSON(parsing: form.body)
        for body in [form.body] + (json.map { [$0.reversed.text, $0.spaced] } ?? []) {
            for isByteByByte in [false, true] { try await check(form, body, isByteByByte: isByteByByte) }
        }
    }
}
