// A reply as a Swift value, copied out of hiredis's tree, which lives only as long as the callback.

import CHiredis
import GatewayCore

enum RedisReply: Sendable, Equatable {
    case null
    case integer(Int64)
    case bytes([UInt8])
    /// A simple string such as `OK`.
    case status(String)
    case error(String)
    case array([RedisReply])

    init(_ raw: UnsafePointer<redisReply>) {
        let reply = raw.pointee
        let bytes = UnsafeRawBufferPointer(start: reply.str, count: reply.str == nil ? 0 : reply.len)
        switch reply.type {
        case REDIS_REPLY_STRING: self = .bytes(Array(bytes))
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_STATUS: self = .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ARRAY: self = .array((0..<reply.elements).map { RedisReply(reply.element[$0]!) })
        default: self = .null
        }
    }

    /// The bytes of a value that may be absent; nil also for a reply of another kind.
    var value: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}

extension StoreFailure {
    /// What an error reply means to the gateway. A server that is loading, failing over or busy is not there yet.
    init(errorReply text: String) {
        let notThere: Set<Substring> = [
            "LOADING", "MASTERDOWN", "READONLY", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "NOREPLICAS", "NOAUTH",
        ]
        // Redis 6.2 wraps the error of a script's command: "ERR Error running script …: -READONLY You can't …".
        let words = text.split(separator: " ")
        let codes = words.prefix(1) + words.filter { $0.first == "-" }.map { $0.dropFirst() }
        if codes.contains(where: notThere.contains) {
            self = .unreachable
        } else {
            self = .refused(RedisReply.withoutArguments(text))
        }
    }
}

extension RedisReply {
    /// Redis answers an unknown (or renamed) command with the values it was given; they must not travel on.
    static func withoutArguments(_ text: String) -> String {
        guard text.hasPrefix("ERR unknown command") else { return text }
        return "ERR unknown command"
    }
}
