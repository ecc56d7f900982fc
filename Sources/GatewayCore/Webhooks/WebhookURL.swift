// Where events are sent: a URL that the operator wrote down. Its path may be a secret, so it prints as its origin.

import Crypto
import Wire

/// An `https` URL, or an `http` one of this very machine.
package struct WebhookURL: Sendable, Redacted {
    /// All of it, for the store alone, which gets it sealed.
    let text: String
    /// Scheme and host: what may be shown.
    package let origin: String
    let host: String
    let connection: UpstreamOrigin
    /// Path and query.
    let target: String

    /// What is wrong with a URL, as a sentence that does not repeat it.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Bytes of a URL. Longer ones are refused.
    private static let limit = 2048

    package init(_ text: String) throws(Malformed) {
        func malformed(_ reason: String) -> Malformed { Malformed(description: "A webhook's URL \(reason).") }

        guard text.utf8.count <= WebhookURL.limit else {
            throw malformed("must not be longer than \(WebhookURL.limit) bytes")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw malformed("must be visible ASCII; percent-encode the rest")
        }
        guard !text.utf8.contains(UInt8(ascii: "#")) else { throw malformed("must not have a fragment") }
        let schemes: [UpstreamOrigin.Scheme] = [.https, .http]
        guard let scheme = schemes.first(where: { text.lowercased().hasPrefix("\($0.rawValue)://") }) else {
            throw malformed("must begin with https://")
        }
        let rest = text.dropFirst(scheme.rawValue.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw malformed("must not have a user or a password; the signature proves who sends")
        }
        guard let (host, port) = WebhookURL.parts(authority.lowercased(), scheme) else {
            throw malformed("must have a host name or an IPv4 address, and a port from 1 to 65535 if any")
        }
        guard scheme == .https || WebhookURL.isLoopback(host) else {
            throw malformed("must begin with https://; http:// is for 127.0.0.1, [::1] and localhost only")
        }
        let target = rest[authority.endIndex...]
        self.text = text
        self.host = host
        connection = UpstreamOrigin(scheme: scheme, port: port)
        origin = "\(scheme.rawValue)://\(host)"
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }

    package var hasQuery: Bool { target.utf8.contains(UInt8(ascii: "?")) }

    private static func parts(_ authority: String, _ scheme: UpstreamOrigin.Scheme) -> (host: String, port: UInt16)? {
        let loopback = "[::1]"
        let host =
            authority.hasPrefix(loopback) ? loopback : String(authority.prefix { $0 != ":" })
        let rest = authority.dropFirst(host.count)
        guard host == loopback || isHostName(host) else { return nil }
        guard !rest.isEmpty else { return (host, scheme == .https ? 443 : 80) }
        guard rest.first == ":", rest.dropFirst().utf8.allSatisfy(\.isDigit), let port = UInt16(rest.dropFirst()),
            port > 0
        else { return nil }
        return (host, port)
    }

    private static func isHostName(_ host: String) -> Bool {
        guard let first = host.utf8.first, host.utf8.count <= 253 else { return false }
        return (first.isLetter || first.isDigit)
            && host.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == ASCII.hyphen || $0 == ASCII.dot }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers.allSatisfy { $0 != nil } && numbers[0] == 127
    }
}
