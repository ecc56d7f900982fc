// A file on its way to the client: an embedded resource whose base64 is written while the bytes arrive.

import Wire

struct EmbeddedFile {
    private let head: UpstreamHead
    private let text: FailureText
    private let reply: Reply
    private let responseHead: ResponseHead
    /// Bytes of the file; a larger one is refused, or ended with `isError` where its size was not known before.
    private let limit: Int
    private var output: [UInt8]
    /// Bytes that do not make a group of three yet.
    private var carry: [UInt8] = []
    private var count = 0

    private static let step = 48 << 10

    /// - Parameters:
    ///   - id: the request's id as it was sent.
    ///   - limit: bytes of base64.
    init(id: ArraySlice<UInt8>, limit: Int, head: UpstreamHead, text: FailureText, reply: Reply, rateLimit: RateLimit) {
        self.head = head
        responseHead = rateLimit.isEmpty ? .json : .json(200, rateLimit.fields)
        self.text = text
        self.reply = reply
        self.limit = limit / 4 * 3
        output = RPC.opening(id: id)
        let name = head.fileName ?? "file"
        var path: [UInt8] = []
        PercentCoding.encode(name.utf8, to: &path)
        let type = head["content-type"]?.split(separator: ";").first.map(String.init) ?? "application/octet-stream"
        output.append(",\"result\":{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":")
        JSONText.write("file:///\(path.text)", to: &output)
        output.append(",\"name\":")
        JSONText.write(name, to: &output)
        output.append(",\"mimeType\":")
        JSONText.write(type, to: &output)
        output.append(",\"blob\":\"")
    }

    /// - Throws: a failure that became known while nothing had been sent.
    mutating func pass(_ transfer: any UpstreamCall) async throws(CallFailure) -> CallOutcome {
        if let length = head["content-length"].flatMap({ Int($0) }), length > limit {
            transfer.cancel()
            throw tooLarge
        }
        guard var body = BodyReader(transfer, head) else {
            transfer.cancel()
            throw text.broken("answered in a content coding that nobody asked for", status: head.status)
        }
        var piece: [UInt8] = []
        var hasBegun = false
        do throws(UpstreamFailure) {
            while try await body.next(&piece) {
                count += piece.count
                if count > limit {
                    transfer.cancel()
                    guard hasBegun else { throw .cancelled }
                    return end(.cut, note: tooLarge.message)
                }
                encode(piece)
                guard output.count >= EmbeddedFile.step else { continue }
                if !hasBegun { reply.begin(head: responseHead) }
                hasBegun = true
                reply.write(output)
                output.removeAll(keepingCapacity: true)
                guard await reply.drained() else {
                    transfer.cancel()
                    return .failedLate
                }
            }
        } catch {
            guard hasBegun else { throw count > limit ? tooLarge : text.failure(error) }
            return end(.failedLate, note: "This file is incomplete. \(text.failure(error).message)")
        }
        finish(hasBegun)
        return .complete
    }

    private mutating func encode(_ piece: [UInt8]) {
        let bytes = carry.isEmpty ? piece : carry + piece
        let whole = bytes.count / 3 * 3
        output.append(text: Base64.encode(Array(bytes[..<whole])))
        carry = Array(bytes[whole...])
    }

    private mutating func finish(_ hasBegun: Bool) {
        output.append(text: Base64.encode(carry))
        output.append("\"}}],\"isError\":false}}")
        guard hasBegun else { return reply.complete(output, head: responseHead) }
        reply.write(output)
        reply.end()
    }

    /// Ends what has begun: the base64 stops at a whole group, and a sentence says why.
    private mutating func end(_ outcome: CallOutcome, note: String) -> CallOutcome {
        output.append("\"}},{\"type\":\"text\",\"text\":")
        JSONText.write(note, to: &output)
        output.append("}],\"isError\":true}}")
        reply.write(output)
        reply.end()
        return outcome
    }

    private var tooLarge: CallFailure {
        CallFailure(
            .tooLarge,
            "The file is larger than the \(limit) bytes that this server passes on; its owner can raise max_response_bytes."
        )
    }
}
