// Names to numeric addresses, off the loop: hiredis would call getaddrinfo itself and stop the worker meanwhile.

import Glibc
import Net

enum Resolver {
    /// True for an IPv4 or IPv6 address, which hiredis takes without a look-up.
    static func isNumeric(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }

    /// Looks `host` up on a thread of its own and calls `answer` on the loop's; an empty answer is a failure.
    static func resolve(_ host: String, on loop: Loop, _ answer: @escaping @Sendable ([String]) -> Void) {
        let query = Unmanaged.passRetained(Query(host: host, loop: loop, answer: answer))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                // Balances passRetained above; the thread owns the query from here on.
                Unmanaged<Query>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, query.toOpaque())
        guard code == 0 else {
            query.release()
            return loop.execute { answer([]) }
        }
        pthread_detach(thread)
    }

    fileprivate static func addresses(of host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var entry = list
        while let info = entry?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let code = getnameinfo(
                info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            if code == 0 {
                found.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
            entry = info.ai_next
        }
        return found
    }
}

private final class Query: Sendable {
    let host: String
    let loop: Loop
    let answer: @Sendable ([String]) -> Void

    init(host: String, loop: Loop, answer: @escaping @Sendable ([String]) -> Void) {
        self.host = host
        self.loop = loop
        self.answer = answer
    }

    func run() {
        let found = Resolver.addresses(of: host)
        loop.execute { [answer] in answer(found) }
    }
}
