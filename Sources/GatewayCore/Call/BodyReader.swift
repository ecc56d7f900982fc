// An answer's body as plain bytes, in pieces of bounded size, whatever it was compressed with on the way.

import Compression
import Wire

struct BodyReader {
    private let call: any UpstreamCall
    private let inflater: Inflater?
    private var raw: [UInt8] = []
    private var offset = 0
    private var needsInput = true

    /// - Returns: nil for a content coding that was not asked for.
    init?(_ call: any UpstreamCall, _ head: UpstreamHead) {
        self.call = call
        switch head["content-encoding"]?.lowercased() {
        case nil, "", "identity": inflater = nil
        case "gzip", "x-gzip": inflater = Inflater(.gzip)
        case "deflate": inflater = Inflater(.deflate)
        default: return nil
        }
    }

    /// Replaces `piece` by the next bytes.
    /// - Returns: false at the end of the body.
    mutating func next(_ piece: inout [UInt8]) async throws(UpstreamFailure) -> Bool {
        piece.removeAll(keepingCapacity: true)
        guard let inflater else { return try await call.read(into: &piece) }
        do {
            while piece.isEmpty {
                if needsInput {
                    raw.removeAll(keepingCapacity: true)
                    offset = 0
                    guard try await call.read(into: &raw) else {
                        try inflater.finish()
                        return false
                    }
                }
                let progress = try inflater.inflate(raw, from: offset, into: &piece)
                offset = progress.offset
                needsInput = progress.needsInput
            }
            return true
        } catch let failure as UpstreamFailure {
            throw failure
        } catch {
            throw .broken("its compressed answer is damaged or was cut off")
        }
    }
}
