// Cursors of lists: where to go on, sealed. A cursor opens only for the tenant, account, server, tool and arguments that
// it was made for, survives a new token, and names no host.

import Wire

struct Cursor {
    let secret: GatewaySecret
    let caller: Caller
    let tool: Tool
    let arguments: Arguments

    private var binding: [UInt8] {
        Array("\(caller.tenant)\u{0}\(caller.account)\u{0}\(caller.face)\u{0}\(tool.name)\u{0}".utf8)
            + arguments.fingerprint(tool)
    }

    /// `{"n":N}` for a number, `{"q":{…}}` for query parameters.
    func seal(_ position: Pagination.Position) -> String {
        let json: JSON =
            switch position {
            case .number(let number): ["n": JSON(number)]
            case .query(let items): ["q": .object(items.map { ($0.name, .string($0.value)) })]
            }
        return Base64.encodeURL(secret.sealCursor(json.bytes, binding: binding))
    }

    /// Where the caller's cursor says to go on; nil when it gave none.
    func position() throws(CallFailure) -> Pagination.Position? {
        guard let text = arguments.cursor else { return nil }
        guard let sealed = Base64.decode(text), let plain = secret.openCursor(sealed, binding: binding),
            let json = try? JSON(parsing: plain)
        else {
            throw CallFailure(
                .invalidRequest,
                "`next_cursor` is not one that this tool gave for these arguments. Pass the last answer's next_cursor back unchanged with the same other arguments, or leave it out to begin again."
            )
        }
        if let number = json["n"]?.int { return .number(number) }
        return .query(
            (json["q"]?.members ?? []).map { Pagination.QueryItem(name: $0.key, value: $0.value.string ?? "") })
    }
}
