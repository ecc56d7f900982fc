// Files through the REST face: the bytes as they are, and what becomes of those that fail.

import Testing
import Wire

@testable import GatewayCore

@Suite("Files through the REST face")
struct ProxyFileTests {
    private static let head = [
        ("content-type", "text/html"), ("content-disposition", #"attachment; filename="a/b ü.html""#),
        ("x-ratelimit-remaining", "7"),
    ]

    /// The answer to a download that the upstream answers like this, and the transfer of it.
    private func download(
        _ script: Script, leavesAfter: Int = .max
    ) async throws -> (answer: RecordingExchange, transfer: ScriptedCall) {
        let bench = Bench()
        let account = try await bench.account(integration: "zoho_mail", context: ["account_id": "77"])
        try await bench.accessToken(for: account)
        bench.upstream.answer = { _ in script }
        let path =
            "/proxy/messages/download_attachment?integrated_account_id=\(account.id)&folderId=1&messageId=2&attachmentId=3"
        let key = try await bench.apiKey().text
        let exchange = try RecordingExchange("GET", path, ["Authorization: Bearer \(key)"])
        exchange.leavesAfter = leavesAfter
        return (await bench.send(exchange), try #require(bench.upstream.calls.last))
    }

    private func pieces(_ count: Int) -> [[UInt8]] {
        (0..<count).map { [UInt8](repeating: UInt8($0 % 251), count: 1000) }
    }

    @Test("a file is its bytes, never to be shown as a page of the gateway's", arguments: [0, 1, 300])
    func whole(_ count: Int) async throws {
        let (answer, _) = try await download(Script(200, ProxyFileTests.head, pieces: pieces(count)))
        #expect(answer.status == 200 && answer.isEnded && !answer.isAbandoned)
        #expect(answer.body == pieces(count).flatMap { $0 })
        #expect(answer.fields["content-type"] == "text/html")
        #expect(answer.fields["content-disposition"] == "attachment; filename*=UTF-8''b%20%C3%BC.html")
        #expect(answer.fields["x-content-type-options"] == "nosniff")
        #expect(answer.fields["ratelimit-remaining"] == "7")
    }

    @Test("one that breaks off after it began breaks the connection; before, it is a failure with its status")
    func breaksOff() async throws {
        let late = try await download(
            Script(200, ProxyFileTests.head, pieces: pieces(3), ending: .broken("the connection was reset")))
        #expect(late.answer.status == 200 && late.answer.isAbandoned && !late.answer.isEnded)
        let early = try await download(
            Script(200, ProxyFileTests.head, pieces: [], ending: .broken("the connection was reset")))
        #expect(early.answer.status == 502 && early.answer.json?["class"]?.string == "upstream_broken")
        let coded = try await download(
            Script(200, ProxyFileTests.head + [("content-encoding", "br")], pieces: pieces(1)))
        #expect(coded.answer.status == 502 && coded.transfer.isCancelled)
    }

    @Test("an error in place of a file has its real status")
    func failure() async throws {
        let (answer, _) = try await download(
            Script(
                404, [("content-type", "application/json")],
                #"{"status":{"code":404,"description":"Invalid Input"},"data":{"errorCode":"FILE_NOT_EXISTS"}}"#))
        #expect(answer.status == 404 && answer.json?["statusCode"]?.int == 404, "\(answer.text)")
    }

    @Test("a client that leaves ends the download")
    func leaves() async throws {
        let (_, transfer) = try await download(Script(200, ProxyFileTests.head, pieces: pieces(300)), leavesAfter: 5000)
        #expect(transfer.isCancelled)
    }
}
