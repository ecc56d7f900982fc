// "Calls to this host go there instead", for the simulator and for tests. The real host's name stays in URL, Host
// header and TLS, so nothing but the connection differs. Pure.

import Net

/// One entry of `host=scheme://address:port`.
package struct UpstreamOverride: Sendable, Equatable {
    package enum Scheme: String, Sendable {
        case http, https
    }

    /// A host name in lower case, or `*` for every host.
    package let host: String
    package let scheme: Scheme
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    package let address: String
    package let port: UInt16

    /// A sentence about the entry that was not understood.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Reads entries separated by commas. Without TLS a connection may only go to this very machine.
    package static func parse(_ text: String) throws(Malformed) -> [UpstreamOverride] {
        var overrides: [UpstreamOverride] = []
        for entry in text.split(separator: ",", omittingEmptySubsequences: true) {
            let trimmed = entry.drop { $0 == " " }
            overrides.append(
                try UpstreamOverride(
                    trimmed[..<(trimmed.lastIndex { $0 != " " }.map(trimmed.index(after:)) ?? trimmed.startIndex)]))
        }
        return overrides
    }

    private init(_ entry: Substring) throws(Malformed) {
        func malformed(_ reason: String) -> Malformed {
            Malformed(description: "Upstream override \"\(entry)\": \(reason).")
        }

        guard let equals = entry.firstIndex(of: "=") else { throw malformed("expected host=scheme://address:port") }
        host = entry[..<equals].lowercased()
        guard host == "*" || isHostName(host) else { throw malformed("\"\(host)\" is no host name and not *") }

        let place = entry[entry.index(after: equals)...]
        guard let scheme = Scheme(rawValue: String(place.prefix { $0 != ":" })),
            place.dropFirst(scheme.rawValue.count).hasPrefix("://")
        else { throw malformed("the scheme is neither http nor https") }
        self.scheme = scheme

        let authority = place.dropFirst(scheme.rawValue.count + 3)
        guard let colon = authority.lastIndex(of: ":"), let port = UInt16(authority[authority.index(after: colon)...]),
            port > 0
        else { throw malformed("expected a port between 1 and 65535 at the end") }
        self.port = port

        let name = authority[..<colon]
        let bracketed = name.hasPrefix("[") && name.hasSuffix("]")
        address = bracketed ? String(name.dropFirst().dropLast()) : String(name)
        let numeric = SocketAddress(String(authority)) != nil
        guard bracketed ? numeric : isHostName(address) else { throw malformed("\"\(name)\" is no address") }
        if scheme == .http, !(numeric && isLoopback(address)) {
            throw malformed("http is for loopback addresses only, use https")
        }
    }

    /// As CURLOPT_CONNECT_TO wants it: any host, any port, then where to.
    var connectTo: String { address.contains(":") ? "::[\(address)]:\(port)" : "::\(address):\(port)" }
}

/// Letters, digits, dots and hyphens: nothing in which curl's and anybody else's idea of a host could differ.
func isHostName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 253, first != UInt8(ascii: "-"), first != UInt8(ascii: ".")
    else { return false }
    return text.allBytes { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

private func isLoopback(_ address: String) -> Bool {
    address == "::1" || address == "localhost" || (!address.contains(":") && address.hasPrefix("127."))
}
