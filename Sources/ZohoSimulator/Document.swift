// Bodies that are rendered once and sent often.

import Compression

/// A rendered body in both forms.
final class Document: Sendable {
    /// Smaller ones are not worth a header line.
    private static let smallestCompressed = 256

    let plain: [UInt8]
    /// nil when compression is not worth it.
    let compressed: [UInt8]?

    init(_ plain: [UInt8]) {
        self.plain = plain
        compressed = plain.count < Document.smallestCompressed ? nil : Gzip.compress(plain, level: 1)
    }
}
