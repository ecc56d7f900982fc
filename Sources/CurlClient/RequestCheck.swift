// The last look at a request before curl writes it: nothing in it may end a line or begin another request. The gateway
// builds requests from checked parts; this makes a mistake there a failed call instead of an injection.

import GatewayCore

extension UpstreamRequest {
    /// What forbids to send this request, as the end of a sentence; nil when nothing does.
    var flaw: String? {
        guard !method.isEmpty, method.allBytes({ $0 >= 0x41 && $0 <= 0x5a }), method != "HEAD", method != "CONNECT"
        else { return "its method cannot be sent" }
        // A literal only where the scheme and the port are said as well, and only this machine's: RFC 3986 section 3.2.2.
        guard isHostName(host) || origin != nil && host == "[::1]" else { return "its host is no host name" }
        guard target.utf8.first == UInt8(ascii: "/"), target.allBytes({ $0 >= 0x21 && $0 <= 0x7e }) else {
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
        var index = 0
        while index < bytes.count, bytes[index] != UInt8(ascii: ":") {
            guard bytes[index] >= 0x21, bytes[index] <= 0x7e else { return false }
            index += 1
        }
        guard index > 0, index < bytes.count else { return false }
        while index < bytes.count {
            guard bytes[index] >= 0x20 && bytes[index] != 0x7f || bytes[index] == 0x09 else { return false }
            index += 1
        }
        return true
    }
}

extension String {
    /// Like `utf8.allSatisfy`, in a loop over memory.
    @inline(__always)
    func allBytes(_ isAllowed: (UInt8) -> Bool) -> Bool {
        var text = self
        return text.withUTF8 { bytes in
            for byte in bytes where !isAllowed(byte) { return false }
            return true
        }
    }
}
