// A file on its way to the client: an embedded resource whose base64 is written while the bytes arrive.

import Wire

struct BinaryAnswer {
    private let call: ToolCall
    private let head: UpstreamHead
    private let text: FailureText
    private let reply: Reply
    /// Bytes of the file; a larger one is refused, or ended with `isError` where its size was not known before.
    private let limit: Int
    private var output: [UInt8]
    /// Bytes that do not make a group of three yet.
    private var carry: [UInt8] = []
    private var count = 0

    private static let step = 48 << 10

    init(call: ToolCall, head: UpstreamHead, text: FailureText, reply: Reply) {
        self.call = call
        self.head = head
        self.text = text
        self.reply = reply
        limit = call.server.config.maximumResponse / 4 * 3
        output = RPC.opening(id: call.bytes[call.id])
        let name = BinaryAnswer.fileName(head) ?? "file"
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

    /// Whether an answer to a call for a file is one: errors and confirmations come as JSON.
    static func isFile(_ head: UpstreamHead) -> Bool {
        let type = head["content-type"]?.lowercased() ?? ""
        return head.status == 200 && !type.hasPrefix("application/json") && !type.hasPrefix("text/html")
    }

    /// - Throws: a failure that became known while nothing had been sent.
    mutating func pass(_ transfer: any UpstreamCall) async throws(CallFailure) {
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
                    return end(note: tooLarge.message)
                }
                encode(piece)
                guard output.count >= BinaryAnswer.step else { continue }
                if !hasBegun { reply.begin() }
                hasBegun = true
                reply.write(output)
                output.removeAll(keepingCapacity: true)
                guard await reply.drained() else { return transfer.cancel() }
            }
        } catch {
            guard hasBegun else { throw count > limit ? tooLarge : text.failure(error) }
            return end(note: "This file is incomplete. \(text.failure(error).message)")
        }
        finish(hasBegun)
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
        guard hasBegun else { return reply.complete(output) }
        reply.write(output)
        reply.end()
    }

    /// Ends what has begun: the base64 stops at a whole group, and a sentence says why.
    private mutating func end(note: String) {
        output.append("\"}},{\"type\":\"text\",\"text\":")
        JSONText.write(note, to: &output)
        output.append("}],\"isError\":true}}")
        reply.write(output)
        reply.end()
    }

    private var tooLarge: CallFailure {
        CallFailure(
            .tooLarge,
            "The file is larger than the \(limit) bytes that this server passes on; its owner can raise max_response_bytes."
        )
    }

    /// The name in `Content-Disposition` (RFC 6266), without any folders.
    static func fileName(_ head: UpstreamHead) -> String? {
        guard let field = head["content-disposition"] else { return nil }
        for part in field.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
            guard pair.count == 2, ["filename", "filename*"].contains(pair[0].lowercased()) else { continue }
            var value = pair[1].drop { $0 == "\"" }
            while value.last == "\"" || value.last == " " { value.removeLast() }
            if pair[0].hasSuffix("*"), let quote = value.lastIndex(of: "'") {
                let encoded = Array(value[value.index(after: quote)...].utf8)
                value = String(decoding: PercentCoding.decode(encoded[...]) ?? encoded, as: UTF8.self)[...]
            }
            let name = value.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
            if !name.isEmpty { return name }
        }
        return nil
    }
}
