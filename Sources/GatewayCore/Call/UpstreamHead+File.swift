// What the head of an answer says about a file.

import Wire

extension UpstreamHead {
    /// Whether an answer to a call for a file is one: errors and confirmations come as JSON.
    var isFile: Bool {
        guard status == 200 else { return false }
        let type = self["content-type"]?.lowercased() ?? ""
        if !type.hasPrefix("application/json"), !type.hasPrefix("text/html") { return true }
        // Files may be JSON or HTML themselves. They have names of their own; Zoho calls its answers response.json.
        return fileName.map { $0.lowercased() != "response.json" } ?? false
    }

    /// The name in `Content-Disposition` (RFC 6266), without any folders.
    var fileName: String? {
        guard let field = self["content-disposition"] else { return nil }
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
