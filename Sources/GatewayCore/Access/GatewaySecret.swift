// The installation's one secret, and the keys derived from it. Nothing here can be printed.

import Crypto
import Wire

/// Keys for digests and seals, derived from `TOLLGATE_SECRET`.
package struct GatewaySecret: Sendable, Redacted {
    /// Tells digests of different secrets apart, so that secrets can be rotated; says nothing about the secret.
    package let keyID: String
    private let digests: HMACSHA256.Keyed
    private let seals: SecretBytes
    private let cursors: SecretBytes

    /// - Parameter material: at least `minimumBytes` random bytes.
    package init(material: [UInt8]) {
        let secret = SecretBytes(material)
        func derive(_ purpose: String, _ count: Int = 32) -> SecretBytes {
            HKDF.derive(secret, salt: Array("tollgate".utf8), info: Array(purpose.utf8), count: count)
        }
        digests = HMACSHA256.Keyed(key: derive("token digest"))
        seals = derive("credential seal")
        cursors = derive("cursor seal")
        keyID = derive("key id", 4).withBytes { bytes in
            var text = ""
            for index in bytes.indices { text += String(UInt16(bytes[index]) + 256, radix: 16).dropFirst() }
            return text
        }
    }

    /// Shorter secrets are refused at start.
    package static let minimumBytes = 32

    /// Keyed digest of a token or an API key: what the store knows it by.
    package func digest(of secret: Span<UInt8>) -> Digest { digests.digest(secret) }

    /// Seals a credential for one purpose and owner; opened only with the same `binding`.
    package func seal(_ plaintext: [UInt8], binding: String) -> [UInt8] {
        AES256GCM.seal(plaintext, key: seals, associatedData: Array(binding.utf8))
    }

    /// - Returns: nil when it was altered, bound elsewhere or sealed under another secret.
    package func open(_ sealed: [UInt8], binding: String) -> [UInt8]? {
        try? AES256GCM.open(sealed, key: seals, associatedData: Array(binding.utf8))
    }

    func sealCursor(_ plaintext: [UInt8], binding: [UInt8]) -> [UInt8] {
        AES256GCM.seal(plaintext, key: cursors, associatedData: binding)
    }

    func openCursor(_ sealed: [UInt8], binding: [UInt8]) -> [UInt8]? {
        try? AES256GCM.open(sealed, key: cursors, associatedData: binding)
    }
}
