// Where Redis is and how to sign in: `redis://[user:password@]host[:port][/db]`, judged once at the start.

import Glibc

/// What is wrong with a Redis URL, as a sentence. It quotes no part of the URL: a slash or an at sign that was not
/// percent-encoded can put the password anywhere.
package struct RedisURLProblem: Error, Equatable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}

/// The parsed address of a Redis server.
package struct RedisURL: Sendable, Equatable {
    /// A secret that cannot be printed, interpolated or dumped.
    package struct Password: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
        let bytes: [UInt8]

        /// Takes the password as it is, after percent-decoding.
        package init(_ text: String) { bytes = Array(text.utf8) }

        package var description: String { "redacted" }
        package var customMirror: Mirror { Mirror(self, children: [:]) }
    }

    /// nil for Redis's default user.
    package let user: String?
    /// nil when the server asks for none.
    package let password: Password?
    /// A name or a numeric address, IPv6 without its brackets.
    package let host: String
    /// 6379 unless given.
    package let port: UInt16
    /// The number for SELECT; 0 unless given.
    package let database: Int

    /// The host and port for sentences and logs.
    package var place: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Takes a URL apart.
    ///
    /// - Throws: `RedisURLProblem` with a sentence for whoever set the address.
    package init(_ text: String) throws(RedisURLProblem) {
        let rest = try RedisURL.afterScheme(text)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw RedisURLProblem("The Redis URL must not have a query or a fragment.")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") {
            (user, password) = try RedisURL.credentials(authority[..<at])
            (host, port) = try RedisURL.address(authority[authority.index(after: at)...])
        } else {
            (user, password) = (nil, nil)
            (host, port) = try RedisURL.address(authority)
        }
        database = try RedisURL.database(rest[slash...].dropFirst())
    }

    private static func afterScheme(_ text: String) throws(RedisURLProblem) -> Substring {
        let scheme = text.prefix { $0 != ":" }
        let rest = text[scheme.endIndex...]
        guard rest.hasPrefix("://") else {
            throw RedisURLProblem("The Redis URL must have the form redis://[user:password@]host[:port][/db].")
        }
        switch scheme.lowercased() {
        case "redis": return rest.dropFirst(3)
        case "rediss": throw RedisURLProblem("rediss:// cannot be used: this hiredis has no TLS.")
        default: throw RedisURLProblem("The Redis URL must begin with redis://.")
        }
    }

    private static func credentials(_ text: Substring) throws(RedisURLProblem) -> (String?, Password?) {
        guard let colon = text.firstIndex(of: ":") else {
            throw RedisURLProblem("Before the @ of the Redis URL goes user:password, or :password without a user.")
        }
        guard let user = percentDecoded(text[..<colon]),
            let password = percentDecoded(text[text.index(after: colon)...])
        else {
            throw RedisURLProblem("The user or password of the Redis URL has a broken percent-encoding.")
        }
        guard !password.isEmpty else { throw RedisURLProblem("The password of the Redis URL is empty.") }
        return (user.isEmpty ? nil : user, Password(password))
    }

    private static func address(_ text: Substring) throws(RedisURLProblem) -> (String, UInt16) {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else {
                throw RedisURLProblem("The IPv6 address of the Redis URL lacks its closing bracket.")
            }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard isIPv6(host), rest.isEmpty || rest.first == ":" else {
                throw RedisURLProblem("The brackets of the Redis URL must hold an IPv6 address and nothing else.")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            guard !port!.contains(":") else {
                throw RedisURLProblem("An IPv6 address in the Redis URL must be in brackets.")
            }
        }
        guard !host.isEmpty else { throw RedisURLProblem("The Redis URL names no host.") }
        guard text.first == "[" || host.utf8.allSatisfy(isNameByte) else {
            throw RedisURLProblem("The host of the Redis URL has a character that no host name has.")
        }
        guard let number = port.map(decimal) ?? 6379, (1...65_535).contains(number) else {
            throw RedisURLProblem("The port of the Redis URL must be a number from 1 to 65535.")
        }
        return (String(host), UInt16(number))
    }

    private static func database(_ text: Substring) throws(RedisURLProblem) -> Int {
        guard !text.isEmpty else { return 0 }
        guard let number = decimal(text), number <= 1_000_000 else {
            throw RedisURLProblem("The path of the Redis URL must be a database number, such as /0.")
        }
        return number
    }

    /// `Int` alone would take a sign.
    private static func decimal(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isIPv6(_ text: Substring) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, String(text), &address) == 1
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(nibble), let low = rest.popFirst().flatMap(nibble) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
    }
}
