// Files in both directions, and ids that the account itself supplies.

import Testing
import Wire

@testable import GatewayCore

@Suite struct FileTests {
    private let arguments = #"{"folderId":"1","messageId":"2","attachmentId":"3"}"#
    private let tool = "zoho_mail_messages_download_attachment"

    private func bench(
        context: [String: String] = ["account_id": "77"], limit: Int = 8 << 20
    ) async throws -> (Bench, String, AccountRecord) {
        let bench = Bench()
        let account = try await bench.account(integration: "zoho_mail", context: context)
        try await bench.accessToken(for: account)
        var config = ServerConfig()
        config.maximumResponse = limit
        return (bench, try await bench.server(on: account, config: config).token, account)
    }

    private func file(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) } }

    @Test(arguments: [0, 1, 2, 3, 100, 300_000])
    func aDownloadIsAnEmbeddedResourceWithItsNameAndType(_ count: Int) async throws {
        let (bench, token, _) = try await bench()
        let bytes = file(count)
        bench.upstream.answer = { _ in
            Script(
                200,
                [("content-type", "application/pdf"), ("content-disposition", #"attachment; filename="a/b ü.pdf""#)],
                pieces: stride(from: 0, to: bytes.count, by: 1000).map {
                    Array(bytes[$0..<min($0 + 1000, bytes.count)])
                })
        }
        let answer = try await bench.call(token, tool, arguments)
        let resource = try #require(answer.json?["result"]?["content"]?.array?[0]["resource"])
        #expect(resource["name"]?.string == "b ü.pdf")
        #expect(resource["uri"]?.string == "file:///b%20%C3%BC.pdf")
        #expect(resource["mimeType"]?.string == "application/pdf")
        #expect(resource["blob"]?.string.flatMap(Base64.decode) == bytes)
        #expect(answer.json?["result"]?["isError"]?.bool == false)
    }

    @Test func aFileOverTheLimitIsRefusedOrEndedValidly() async throws {
        let (bench, token, _) = try await bench(limit: 100_000)
        let bytes = file(200_000)
        bench.upstream.answer = { _ in Script(200, [("content-length", "200000")], pieces: [bytes]) }
        let refused = try await bench.call(token, tool, arguments)
        #expect(refused.json?["error"]?["code"]?.int == 413)
        bench.upstream.answer = { _ in
            Script(200, pieces: (0..<20).map { Array(bytes[$0 * 10_000..<$0 * 10_000 + 10_000]) })
        }
        let ended = try await bench.call(token, tool, arguments)
        #expect(ended.json?["result"]?["isError"]?.bool == true)
        #expect(ended.json?["result"]?["content"]?.array?.count == 2)
    }

    @Test func aDownloadThatBreaksOffSaysSo() async throws {
        let (bench, token, _) = try await bench()
        let bytes = file(100_000)
        bench.upstream.answer = { _ in Script(pieces: [bytes], ending: .broken("gone")) }
        let answer = try await bench.call(token, tool, arguments)
        #expect(answer.json?["result"]?["isError"]?.bool == true)
        #expect(answer.text.contains("incomplete"))
    }

    @Test func anErrorInPlaceOfAFileIsAnError() async throws {
        let (bench, token, _) = try await bench()
        bench.upstream.answer = { _ in
            Script(
                404, [("content-type", "application/json")],
                #"{"status":{"code":404,"description":"Invalid Input"},"data":{"moreInfo":"Attachment not found"}}"#)
        }
        let answer = try await bench.call(token, tool, arguments)
        #expect(answer.json?["error"]?["code"]?.int == 404)
        #expect(answer.text.contains("Attachment not found"))
    }

    /// Files may be JSON or HTML themselves; Zoho's own answers are called response.json or have no name.
    @Test(arguments: ["application/json", "text/html;charset=UTF-8", "application/octet-stream"])
    func aFileOfAnyTypeIsAFileWhatEverItSays(_ type: String) async throws {
        let (bench, token, _) = try await bench()
        let body = #"{"status":{"code":500},"error":"<html>"}"#
        bench.upstream.answer = { _ in
            Script(
                200, [("content-type", type), ("content-disposition", "attachment; filename=\"export.json\"")], body)
        }
        let answer = try await bench.call(token, tool, arguments)
        let resource = try #require(answer.json?["result"]?["content"]?.array?[0]["resource"], "\(answer.text)")
        #expect(resource["name"]?.string == "export.json")
        #expect(resource["blob"]?.string.flatMap(Base64.decode) == bytes(body))
    }

    @Test(
        arguments: [
            (200, ["content-disposition": "attachment; filename=response.json"], 400, "invalid_request"),
            (200, [:], 400, "invalid_request"),
            (404, ["content-disposition": "attachment; filename=export.json"], 404, "not_found"),
            (204, [:], 404, "not_found"),
        ] as [(Int, [String: String], Int, String)])
    func anAnswerOfZohosOwnIsNoFile(
        _ status: Int, _ more: [String: String], _ code: Int, _ errorClass: String
    ) async throws {
        let (bench, token, _) = try await bench()
        let fields = [("content-type", "application/json;charset=UTF-8")] + more.map { ($0.key, $0.value) }
        let body = #"{"status":{"code":\#(code),"description":"Invalid Input"}}"#
        bench.upstream.answer = { _ in Script(status, fields, status == 204 ? "" : body) }
        let answer = try await bench.call(token, tool, arguments)
        #expect(answer.json?["error"]?["code"]?.int == code, "\(answer.text)")
        #expect(answer.json?["error"]?["data"]?["class"]?.string == errorClass)
    }

    @Test func anUploadSendsTheBytesThatTheBase64StandsFor() async throws {
        let (bench, token, _) = try await bench()
        bench.upstream.answer = { _ in
            Script(#"{"status":{"code":200,"description":"success"},"data":{"storeName":"s"}}"#)
        }
        let bytes = file(1000)
        _ = try await bench.call(
            token, "zoho_mail_messages_upload_attachment",
            #"{"fileName":"a b.bin","attach":"\#(Base64.encode(bytes))"}"#)
        let request = try #require(bench.upstream.requests.last)
        #expect(request.body == bytes)
        #expect(request.target == "/api/accounts/77/messages/attachments?fileName=a%20b.bin")
        #expect(request.fields.contains("Content-Type: application/octet-stream"))
        let before = bench.upstream.requests.count
        let wrong = try await bench.call(
            token, "zoho_mail_messages_upload_attachment", #"{"fileName":"a","attach":"*"}"#)
        #expect(wrong.text.contains("base64"))
        #expect(bench.upstream.requests.count == before)
    }

    // MARK: Context

    @Test func anIdThatTheAccountDoesNotKnowYetIsReadOnceAndKept() async throws {
        let (bench, token, account) = try await bench(context: [:])
        bench.upstream.answer = { request in
            request.target == "/api/accounts"
                ? Script(#"{"status":{"code":200,"description":"success"},"data":[{"accountId":6000000000000123457}]}"#)
                : Script(#"{"status":{"code":200,"description":"success"},"data":[]}"#)
        }
        for _ in 0..<2 { _ = try await bench.call(token, "list_all_zoho_mail_folders") }
        #expect(
            bench.upstream.requests.map(\.target) == [
                "/api/accounts", "/api/accounts/6000000000000123457/folders",
                "/api/accounts/6000000000000123457/folders",
            ])
        let kept = try await bench.store.value(of: StoreKey.account(account.id)).flatMap(AccountRecord.init(bytes:))
        #expect(kept?.context == ["account_id": "6000000000000123457"])
    }

    @Test func anIdThatIsGivenCountsMore() async throws {
        let (bench, token, _) = try await bench()
        bench.upstream.answer = { _ in Script(#"{"status":{"code":200,"description":"success"},"data":[]}"#) }
        _ = try await bench.call(token, "list_all_zoho_mail_folders", #"{"accountId":"5"}"#)
        #expect(bench.upstream.requests.map(\.target) == ["/api/accounts/5/folders"])
    }

    @Test func anIdThatNobodyKnowsIsAskedFor() async throws {
        let (bench, token, _) = try await bench(context: [:])
        bench.upstream.answer = { _ in Script(#"{"status":{"code":200,"description":"success"},"data":[]}"#) }
        let answer = try await bench.call(token, "list_all_zoho_mail_folders")
        #expect(answer.json?["error"]?["code"]?.int == 400)
        #expect(answer.text.contains("`accountId` is missing"))
    }
}
