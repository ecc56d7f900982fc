// A worker's own connection to the file, for reading. Readers never wait for the writer (WAL).

/// Prepared reads, on one worker's thread.
final class Reading {
    /// A key is there up to and including the millisecond of its expiry, as in Redis.
    static let value = "SELECT value FROM kv WHERE key = ?1 AND (expires_at IS NULL OR expires_at >= ?2)"

    private let read: Statement
    private let first: Statement
    private let next: Statement
    private let version: Statement
    private let newer: Statement
    private let newest: Statement

    init(path: String) throws(SQLiteError) {
        // Only recovery after a crash makes a reader wait; the worker's other requests wait with it, so not for long.
        let database = try Database(path: path, busyMilliseconds: 100)
        try database.execute("PRAGMA query_only = 1")
        read = try Statement(Reading.value, in: database)
        first = try Statement(
            #"SELECT member FROM members WHERE "index" = ? ORDER BY member LIMIT ?"#, in: database)
        next = try Statement(
            #"SELECT member FROM members WHERE "index" = ? AND member > ? ORDER BY member LIMIT ?"#, in: database)
        version = try Statement("PRAGMA data_version", in: database)
        newer = try Statement(
            "SELECT sequence, key FROM announcements WHERE sequence > ? ORDER BY sequence", in: database)
        newest = try Statement("SELECT MAX(sequence) FROM announcements", in: database)
    }

    func value(of key: String, at time: Int64) throws(SQLiteError) -> [UInt8]? {
        try read.run(.text(key), .integer(time)) { $0.bytes(0) }.first
    }

    func members(of index: String, after member: String?, limit: Int) throws(SQLiteError) -> [String] {
        guard let member else { return try first.run(.text(index), .integer(Int64(limit))) { $0.text(0) } }
        return try next.run(.text(index), .text(member), .integer(Int64(limit))) { $0.text(0) }
    }

    /// Changes with every commit of another connection, in this process or elsewhere.
    func dataVersion() throws(SQLiteError) -> Int64 { try version.run { $0.integer(0) }.first ?? 0 }

    func announcements(after sequence: Int64) throws(SQLiteError) -> [(sequence: Int64, key: String)] {
        try newer.run(.integer(sequence)) { ($0.integer(0), $0.text(1)) }
    }

    func newestAnnouncement() throws(SQLiteError) -> Int64 { try newest.run { $0.integer(0) }.first ?? 0 }
}
