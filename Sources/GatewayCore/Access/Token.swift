// Tokens and API keys: `tgm_` or `tgk_`, 43 random characters, 6 of checksum. The raw text lives between the request
// and its digest, and in the one answer that shows it; nowhere else.

import Compression
import Crypto
import Wire

/// A secret made by us, shown once.
package struct Token: Sendable, Redacted {
    package enum Kind: Sendable {
        case server, apiKey

        var prefix: StaticString {
            switch self {
            case .server: "tgm_"
            case .apiKey: "tgk_"
            }
        }
    }

    private let text: String

    /// Characters that carry the randomness: 62^43 is more than 2^256.
    private static let randomCount = 43
    private static let checksumCount = 6
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A new secret from the system's random source.
    package init(generating kind: Kind) {
        var characters: [UInt8] = []
        while characters.count < Token.randomCount {
            // 248 is the largest multiple of 62 in a byte: rejecting the rest keeps every character equally likely.
            for byte in SecureRandom.bytes(64) where byte < 248 && characters.count < Token.randomCount {
                characters.append(Token.alphabet[Int(byte % 62)])
            }
        }
        let digits = Token.checksum(characters.span)
        for place in digits.indices { characters.append(digits[place]) }
        text = "\(kind.prefix)" + String(decoding: characters, as: UTF8.self)
    }

    /// The text itself, for the one answer that shows it.
    package var revealed: String { text }

    package func digest(under secret: GatewaySecret) -> Digest { secret.digest(of: Array(text.utf8).span) }

    /// Grammar and checksum: garbage is refused here, without a look-up.
    package static func isWellFormed(_ bytes: [UInt8], _ range: Range<Int>, _ kind: Kind) -> Bool {
        guard range.count == 4 + randomCount + checksumCount, bytes.begins(range, kind.prefix) else {
            return false
        }
        let random = range.lowerBound + 4..<range.upperBound - checksumCount
        let digits = checksum(bytes.span.extracting(random))
        for index in 0..<checksumCount where bytes[random.upperBound + index] != digits[index] { return false }
        return bytes.areAlphanumeric(random)
    }

    /// CRC-32 in base 62: it finds typing errors and truncation; the randomness, not this, keeps guessers out.
    private static func checksum(_ random: Span<UInt8>) -> InlineArray<6, UInt8> {
        var rest = Gzip.crc32(random)
        var digits = InlineArray<6, UInt8>(repeating: 0)
        for place in digits.indices.reversed() {
            digits[place] = alphabet[Int(rest % 62)]
            rest /= 62
        }
        return digits
    }
}
