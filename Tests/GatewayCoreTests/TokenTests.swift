// Tokens and the secret that they are digested and sealed under: well-formed, unique, and never to be seen.

import Crypto
import Testing
import Wire

@testable import GatewayCore

@Suite struct TokenTests {
    private func isWellFormed(_ text: String, _ kind: Token.Kind = .server) -> Bool {
        let buffer = bytes("/mcp/" + text + " HTTP")
        return Token.isWellFormed(buffer, 5..<5 + text.utf8.count, kind)
    }

    @Test(arguments: [Token.Kind.server, .apiKey])
    func isItsPrefixAndFortyNineLettersAndDigits(_ kind: Token.Kind) {
        for _ in 0..<50 {
            let text = Token(generating: kind).revealed
            #expect(text.hasPrefix("\(kind.prefix)"))
            #expect((40...64).contains(text.utf8.count - 4))
            #expect(text.dropFirst(4).utf8.allSatisfy { $0.isLetter || $0.isDigit })
            #expect(isWellFormed(text, kind))
            #expect(!isWellFormed(text, kind == .server ? .apiKey : .server))
        }
    }

    @Test func isNeverMadeTwiceAndUsesTheWholeAlphabet() {
        let texts = (0..<2000).map { _ in Token(generating: .server).revealed }
        #expect(Set(texts).count == 2000)
        #expect(Set(texts.joined().dropFirst(4)).subtracting("_").count == 62)
    }

    @Test func everyAlteredCharacterIsNoticed() {
        let text = Token(generating: .server).revealed
        for index in text.utf8.indices {
            for replacement in ["0", "a", "Z", "-", "_", "/", "\u{0}"] {
                var altered = text
                altered.replaceSubrange(index...index, with: replacement)
                #expect(altered == text || !isWellFormed(altered), "\(replacement)")
            }
        }
    }

    @Test func whatIsCutOffSwappedOrAddedIsNoticed() {
        let text = Token(generating: .server).revealed
        for count in 0..<text.count { #expect(!isWellFormed(String(text.prefix(count)))) }
        #expect(!isWellFormed(text + "0"))
        #expect(!isWellFormed(text + text))
        #expect(!isWellFormed(text.uppercased()))
        #expect(!isWellFormed(" " + text.dropFirst()))
    }

    @Test func cannotBeSeenInAnyWay() {
        let token = Token(generating: .server)
        let secret = GatewaySecret(material: bytes("a secret that must never be seen!"))
        let access = AccessToken(secret: bytes("1000.never-seen"), issuedAt: 1, expiresAt: 2)
        let digits = bytes("1000.never-seen").map(String.init).joined(separator: ", ")
        for value in [token, secret, access] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            var printed = ""
            print(value, to: &printed)
            let shown = [
                dumped, printed, "\(value)", String(describing: value), String(reflecting: value),
                "\([value])", "\(["key": value])", "\(Optional(value) as Any)", "\((value, 1))",
            ]
            for text in shown {
                #expect(text.contains("redacted") || text.contains("Token") || text.contains("GatewaySecret"))
                #expect(!text.contains(token.revealed) && !text.contains(token.revealed.dropFirst(4)))
                #expect(!text.contains("never"))
                #expect(!text.contains(digits))
            }
            #expect(Mirror(reflecting: value).children.isEmpty)
        }
    }

    @Test func theSameSecretGivesTheSameDigestsAndAnotherOneOthers() {
        let one = GatewaySecret(material: [UInt8](repeating: 1, count: 32))
        let again = GatewaySecret(material: [UInt8](repeating: 1, count: 32))
        let other = GatewaySecret(material: [UInt8](repeating: 2, count: 32))
        let token = Token(generating: .server)
        #expect(token.digest(under: one) == token.digest(under: again))
        #expect(token.digest(under: one) == digest(token.revealed, one))
        #expect(token.digest(under: one) != token.digest(under: other))
        #expect(one.keyID == again.keyID)
        #expect(one.keyID != other.keyID)
        #expect(StoreKey.token(token.digest(under: one), one) != StoreKey.token(token.digest(under: other), other))
    }

    @Test func aSealOpensOnlyUnderItsSecretWithItsBinding() {
        let one = GatewaySecret(material: [UInt8](repeating: 1, count: 32))
        let other = GatewaySecret(material: [UInt8](repeating: 2, count: 32))
        let sealed = one.seal(bytes("plain"), binding: "account-1")
        #expect(one.open(sealed, binding: "account-1") == bytes("plain"))
        #expect(one.open(sealed, binding: "account-2") == nil)
        #expect(other.open(sealed, binding: "account-1") == nil)
        #expect(one.openCursor(sealed, binding: bytes("account-1")) == nil)
        #expect(one.seal(bytes("plain"), binding: "account-1") != sealed)
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(one.open(altered, binding: "account-1") == nil)
        }
        for count in 0..<sealed.count { #expect(one.open(Array(sealed.prefix(count)), binding: "account-1") == nil) }
    }
}
