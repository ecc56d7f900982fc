// The one search in text that the standard library proper lacks.

extension StringProtocol {
    /// Whether `other` occurs anywhere, byte for byte.
    package func has(_ other: some StringProtocol) -> Bool {
        let wanted = Array(other.utf8)
        let bytes = Array(utf8)
        guard wanted.count <= bytes.count else { return false }
        return (0...bytes.count - wanted.count).contains { bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }
}
