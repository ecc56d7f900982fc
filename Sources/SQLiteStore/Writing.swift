// What the writer's thread does: transactions, and sweeping what has expired.

import GatewayCore
import Glibc
import Net

/// Safe to share: touched only on the writer's thread after `start`.
final class Writing: @unchecked Sendable {
    var doors: [WorkerDoor] = []

    private let timing: SQLiteWriter.Timing
    private let database: Database
    private let read: Statement
    private let put: Statement
    private let delete: Statement
    private let insert: Statement
    private let remove: Statement
    private let announce: Statement
    private let sweepKeys: Statement
    private let sweepAnnouncements: Statement
    private var sweeper: Timer?

    /// Rows deleted in one go, so that a commit never waits long for a sweep.
    private static let batch = 500

    init(database: Database, timing: SQLiteWriter.Timing) throws(SQLiteError) {
        self.timing = timing
        self.database = database
        read = try Statement(Reading.value, in: database)
        put = try Statement(
            """
            INSERT INTO kv VALUES(?, ?, ?) ON CONFLICT(key)
            DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
            """, in: database)
        delete = try Statement("DELETE FROM kv WHERE key = ?", in: database)
        insert = try Statement("INSERT OR IGNORE INTO members VALUES(?, ?)", in: database)
        remove = try Statement(#"DELETE FROM members WHERE "index" = ? AND member = ?"#, in: database)
        announce = try Statement("INSERT INTO announcements(key, at) VALUES(?, ?)", in: database)
        sweepKeys = try Statement(
            "DELETE FROM kv WHERE key IN (SELECT key FROM kv WHERE expires_at < ? LIMIT \(Writing.batch))",
            in: database)
        // The newest stays: a reader that finds none newer than its last knows that it has missed none.
        sweepAnnouncements = try Statement(
            """
            DELETE FROM announcements WHERE sequence IN (SELECT sequence FROM announcements
            WHERE at < ? AND sequence < (SELECT MAX(sequence) FROM announcements) ORDER BY sequence LIMIT \(Writing.batch))
            """, in: database)
    }

    func start(on loop: Loop) {
        let sweeper = Timer { [unowned self, unowned loop] in self.sweep(on: loop) }
        self.sweeper = sweeper
        loop.arm(sweeper, milliseconds: timing.sweep)
    }

    func stop(on loop: Loop) {
        if let sweeper { loop.disarm(sweeper) }
        sweeper = nil
    }

    /// Tells the process's workers that there is something to read, without waiting for them to look.
    func poke() {
        for door in doors { door.loop.execute { door.store?.look() } }
    }

    // MARK: Commits

    func commit(_ change: Change, submitted: Int64) -> Result<Bool, StoreFailure> {
        guard Clocks.monotonicMilliseconds() - submitted < Int64(timing.deadline) else { return .failure(.deadline) }
        do {
            return .success(
                try database.transaction { () throws(SQLiteError) in
                    // Taken with the lock held: waiting for it may have taken seconds.
                    let now = Clocks.unixMilliseconds()
                    for condition in change.conditions {
                        guard try holds(condition, now) else { return false }
                    }
                    for write in change.writes { try perform(write) }
                    for key in change.announcements { try announce.run(.text(key), .integer(now)) }
                    return true
                })
        } catch {
            return .failure(error.failure)
        }
    }

    private func holds(_ condition: Change.Condition, _ now: Int64) throws(SQLiteError) -> Bool {
        switch condition {
        case .absent(let key): try read.run(.text(key), .integer(now)) { $0.bytes(0) }.isEmpty
        case .equals(let key, let value): try read.run(.text(key), .integer(now)) { $0.bytes(0) } == [value]
        }
    }

    private func perform(_ write: Change.Write) throws(SQLiteError) {
        switch write {
        case .put(let key, let value, let expiresAt):
            try put.run(.text(key), .bytes(value), expiresAt.map { .integer($0) } ?? .null)
        case .delete(let key): try delete.run(.text(key))
        case .insert(let member, let index): try insert.run(.text(index), .text(member))
        case .remove(let member, let index): try remove.run(.text(index), .text(member))
        }
    }

    // MARK: Sweeping

    private func sweep(on loop: Loop) {
        let now = Clocks.unixMilliseconds()
        let swept = max(
            sweep(sweepKeys, before: now), sweep(sweepAnnouncements, before: now - Int64(timing.announcements)))
        if let sweeper { loop.arm(sweeper, milliseconds: swept < Writing.batch ? timing.sweep : 1) }
    }

    /// - Returns: rows deleted; 0 also when the database was busy, since there is a next time.
    private func sweep(_ statement: Statement, before time: Int64) -> Int {
        do { try statement.run(.integer(time)) } catch { return 0 }
        return statement.changes
    }
}

/// The kernel's clocks, read afresh: the writer's turns can be long.
enum Clocks {
    static func unixMilliseconds() -> Int64 { milliseconds(CLOCK_REALTIME) }
    static func monotonicMilliseconds() -> Int64 { milliseconds(CLOCK_MONOTONIC) }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
