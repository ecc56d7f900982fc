// The last look at a request before curl writes it: nothing in it may end a line or begin another request. The gateway
// builds requests from checked parts; this makes a mistake there a failed call instead of an injection.

import GatewayCore

extension UpstreamRequest {
    /// What forbids to send this request, as the end of a sentence; nil when nothing does.
    var flaw: String? {
        guard !method.isEmpty, method.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            method != "HEAD", method != "CONNECT"
        else { return "its method cannot be sent" }
        // A literal only where the scheme and the port are said as well, and only this machine's: RFC 3986 section 3.2.2.
        guard isHostName(host) || origin != nil && host == "[::1]" else { return "its host is no host name" }
        guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return "its target has a byte that must be percent-encoded"
        }
        guard fields.allSatisfy(isFieldLine) else { return "a header line has a forbidden byte or no name" }
        return nil
    }

    /// True when sending it twice has the effect of sending it once (RFC 9110 section 9.2.2).
    var isIdempotent: Bool { method != "POST" && method != "PATCH" }
}

/// `Name: value`, where the value has no control byte but the tab.
private func isFieldLine(_ line: String) -> Bool {
    var line = line
    return line.withUTF8 { bytes in
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
        return bytes[..<colon].allSatisfy { (0x21...0x7e).contains($0) }
            && bytes[colon...].allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }
}
