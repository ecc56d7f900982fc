// Cursors of lists: where to go on, sealed. A cursor opens only for the tenant, account, server, tool and arguments that
// it was made for, survives a new token, and names no host.

import Wire

struct Cursor {
    let secret: GatewaySecret
    let server: ServerRecord
    let tool: Tool
    let arguments: Arguments

    private var binding: [UInt8] {
        Array("\(server.tenant)\u{0}\(server.account)\u{0}\(server.id)\u{0}\(tool.name)\u{0}".utf8)
            + arguments.fingerprint(tool)
    }

    func seal(page: Int) -> String { Base64.encodeURL(secret.sealCursor(Array(String(page).utf8), binding: binding)) }

    /// The page that the caller's cursor stands for; nil when it gave none.
    func page() throws(CallFailure) -> Int? {
        guard let text = arguments.cursor else { return nil }
        guard let sealed = Base64.decode(text), let plain = secret.openCursor(sealed, binding: binding),
            let page = Int(String(decoding: plain, as: UTF8.self))
        else {
            throw CallFailure(
                .invalidRequest,
                "`next_cursor` is not one that this tool gave for these arguments. Pass the last answer's next_cursor back unchanged with the same other arguments, or leave it out to begin again."
            )
        }
        return page
    }
}
