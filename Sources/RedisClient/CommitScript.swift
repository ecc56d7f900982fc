// A change as one Lua script: all conditions, then all writes, then the announcement, with nothing in between.

import GatewayCore

enum CommitScript {
    /// One letter per key, followed by its arguments; what is left at the end is the channel and the message.
    /// Conditions come first, so that a failed one returns before anything is written.
    static let body = """
        local at = 0
        local function argument() at = at + 1 return ARGV[at] end
        for _, key in ipairs(KEYS) do
          local verb = argument()
          if verb == 'absent' then if redis.call('EXISTS', key) == 1 then return 0 end
          elseif verb == 'equals' then if redis.call('GET', key) ~= argument() then return 0 end
          elseif verb == 'put' then redis.call('SET', key, argument())
          elseif verb == 'expire' then redis.call('SET', key, argument(), 'PXAT', argument())
          elseif verb == 'delete' then redis.call('DEL', key)
          elseif verb == 'insert' then redis.call('ZADD', key, 0, argument())
          elseif verb == 'remove' then redis.call('ZREM', key, argument()) end
        end
        if at < #ARGV then redis.call('PUBLISH', argument(), argument()) end
        return 1
        """

    /// Everything that follows the script (or its digest) in EVAL and EVALSHA.
    static func arguments(for change: Change, channel: String) -> RedisCommand {
        var keys = RedisCommand()
        var arguments = RedisCommand()
        for condition in change.conditions {
            switch condition {
            case .absent(let key):
                keys.append(key)
                arguments.append("absent")
            case .equals(let key, let value):
                keys.append(key)
                arguments.append("equals")
                arguments.append(value)
            }
        }
        for write in change.writes { append(write, keys: &keys, arguments: &arguments) }
        if !change.announcements.isEmpty {
            arguments.append(channel)
            arguments.append(message(change.announcements))
        }
        var command = RedisCommand(String(keys.count))
        command.append(contentsOf: keys)
        command.append(contentsOf: arguments)
        return command
    }

    private static func append(_ write: Change.Write, keys: inout RedisCommand, arguments: inout RedisCommand) {
        switch write {
        case .put(let key, let value, nil):
            keys.append(key)
            arguments.append("put")
            arguments.append(value)
        // Redis refuses a time that is not positive; like every time in the past it leaves the key absent.
        case .put(let key, _, let expiresAt?) where expiresAt <= 0:
            append(.delete(key: key), keys: &keys, arguments: &arguments)
        case .put(let key, let value, let expiresAt?):
            keys.append(key)
            arguments.append("expire")
            arguments.append(value)
            arguments.append(String(expiresAt))
        case .delete(let key):
            keys.append(key)
            arguments.append("delete")
        case .insert(let member, let index):
            keys.append(index)
            arguments.append("insert")
            arguments.append(member)
        case .remove(let member, let index):
            keys.append(index)
            arguments.append("remove")
            arguments.append(member)
        }
    }

    // MARK: Announcements

    /// One message for all keys of a change.
    static func message(_ keys: [String]) -> String {
        precondition(!keys.contains { $0.utf8.contains(newline) }, "a key holds a newline")
        return keys.joined(separator: "\n")
    }

    static func keys(in message: [UInt8]) -> [String] {
        message.split(separator: newline, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private static let newline = UInt8(ascii: "\n")
}
