// Key material: it cannot be printed, dumped or compared in a time that tells, and is wiped when its last owner goes.

internal import CCrypto

/// A value that never shows what it holds: not in logs, not in `dump`, not in a failed expectation.
package protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    package var description: String { "\(Self.self)(redacted)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// A key or another secret.
package struct SecretBytes: Sendable, Equatable, Redacted {
    private let storage: Storage

    /// Copies the bytes; the caller's own copy is the caller's to forget.
    package init(_ bytes: [UInt8]) { storage = Storage(bytes) }

    package var count: Int { storage.memory.count }

    /// Calls `body` with the bytes, which stay where they are.
    package func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(UnsafeBufferPointer(storage.memory).span)
    }

    package static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        left.withBytes { left in right.withBytes { right in constantTimeEqual(left, right) } }
    }

    /// Written in `init` and `deinit` only, hence safe to share.
    private final class Storage: @unchecked Sendable {
        let memory: UnsafeMutableBufferPointer<UInt8>

        init(_ bytes: [UInt8]) {
            memory = .allocate(capacity: bytes.count)
            _ = memory.initialize(from: bytes)
        }

        deinit {
            OPENSSL_cleanse(memory.baseAddress, memory.count)
            memory.deallocate()
        }
    }
}

/// Overwrites `bytes` in a way that the optimiser keeps.
func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
}
