// What only the file can do: be shared, be locked, be broken.

import Foundation
import GatewayCore
import Testing

@testable import SQLiteStore

@Suite(.serialized) struct SQLiteStoreTests {
    @Test func workersOfOneProcessShareTheWriter() async throws {
        let file = try SQLiteFile()
        let writer = try SQLiteWriter(path: file.path)
        let (here, there) = (try await file.worker(on: writer), try await file.worker(on: writer))
        try await here.commit([.put(key: "k", value: [1], expiresAt: nil)], announcing: ["k"])
        try await there.received(.invalidated(["k"]))
        #expect(try await there.value("k") == [1])
    }

    @Test func theStateOutlivesTheProcess() async throws {
        let file = try SQLiteFile()
        do {
            let worker = try await file.worker()
            try await worker.put("k", "v")
        }
        let worker = try await file.worker()
        #expect(try await worker.value("k") == bytes("v"))
    }

    @Test func severalMayStartOnANewFileAtOnce() async throws {
        for _ in 0..<10 {
            let file = try SQLiteFile()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask { try await file.worker().put("k\(number)", "v") }
                }
                try await group.waitForAll()
            }
            #expect(try sqlite(file.path, "SELECT COUNT(*) FROM kv") == "6")
        }
    }

    @Test func onlyTheOwnerMayReadTheFiles() async throws {
        let file = try SQLiteFile()
        let worker = try await file.worker()
        try await worker.put("k", "v")
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
        }
    }

    @Test func aReaderThatMissedSweptAnnouncementsIsToldToForgetEverything() async throws {
        let file = try SQLiteFile()
        let late = try await file.worker()
        late.forgetEvents()
        var timing = SQLiteWriter.Timing()
        timing.announcements = -1_000
        timing.sweep = 1
        let writer = try SQLiteWriter(path: file.path, timing: timing)
        // The reader's thread is held while there are announcements that it could read in time.
        let held = DispatchSemaphore(value: 0)
        late.thread.loop.execute { held.wait() }
        let other = try await file.worker(on: writer)
        try await other.commit(announcing: ["a"])
        try await other.commit(announcing: ["b"])
        try await eventually { try sqlite(file.path, "SELECT COUNT(*) FROM announcements") == "1" }
        held.signal()
        try await late.received(.subscribed)
        #expect(!late.events.contains(.invalidated(["b"])))
    }

    /// As Redis 7 has it: the key shows in the millisecond of its expiry and not in the next.
    @Test func theMillisecondOfTheExpiryIsTheLast() async throws {
        let file = try SQLiteFile()
        let worker = try await file.worker()
        let expiresAt = unixMilliseconds() + 60_000
        try await worker.put("k", "v", expiresAt: expiresAt)
        let reading = try Reading(path: file.path)
        #expect(try reading.value(of: "k", at: expiresAt) == bytes("v"))
        #expect(try reading.value(of: "k", at: expiresAt + 1) == nil)
    }

    @Test func expiredRowsAreSwept() async throws {
        let file = try SQLiteFile()
        var timing = SQLiteWriter.Timing()
        timing.sweep = 20
        let worker = try await file.worker(on: SQLiteWriter(path: file.path, timing: timing))
        try await worker.put("gone", "v", expiresAt: unixMilliseconds() + 50)
        try await worker.put("stays", "v", expiresAt: unixMilliseconds() + 60_000)
        try await eventually { try sqlite(file.path, "SELECT group_concat(key) FROM kv") == "stays" }
    }

    @Test func aCommitWaitsForAnotherProcesssLockButNotForEver() async throws {
        let file = try SQLiteFile()
        var timing = SQLiteWriter.Timing()
        timing.deadline = 200
        let worker = try await file.worker(on: SQLiteWriter(path: file.path, timing: timing))
        try await worker.put("k", "before")
        let other = try Database(path: file.path, busyMilliseconds: 1_000)
        try other.execute("BEGIN IMMEDIATE")
        let began = ContinuousClock.now
        await #expect(throws: StoreFailure.deadline) { try await worker.put("k", "during") }
        #expect(began.duration(to: .now) >= .milliseconds(200))
        #expect(try await worker.value("k") == bytes("before"))
        #expect(try await worker.health() == .up)
        try other.execute("ROLLBACK")
        try await worker.put("k", "after")
        #expect(try await worker.value("k") == bytes("after"))
    }

    @Test func aFileThatCannotBeUsedIsRefusedWithASentence() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        #expect(problem(directory.path + "/no/store").hasSuffix(" cannot be made: its directory does not exist."))
        #expect(problem(directory.path).hasSuffix(" cannot be opened: unable to open database file."))
        try Data(repeating: 65, count: 5_000).write(to: URL(fileURLWithPath: path))
        #expect(problem(path) == "The store's file \(path) is not a SQLite database.")
    }

    @Test func aNewerSchemaIsRefused() throws {
        let file = try SQLiteFile()
        #expect(problem(file.path) == "none")
        _ = try sqlite(file.path, "PRAGMA user_version = 9")
        let expected = "The store's file \(file.path) was made by a newer Tollgate (schema 9; this one knows 1)."
        #expect(problem(file.path) == expected)
    }

    @Test func aFileThatBreaksWhileInUseIsAnErrorAndNoCrash() async throws {
        let file = try SQLiteFile()
        let worker = try await file.worker()
        try await worker.put("k", String(repeating: "v", count: 50_000))
        _ = try sqlite(file.path, "PRAGMA wal_checkpoint(TRUNCATE)")
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
        try handle.write(contentsOf: Data(repeating: 0xa5, count: 60_000))
        try handle.close()
        await #expect(throws: StoreFailure.self) { try await worker.value("k") }
        guard case .down = try await worker.health() else {
            Issue.record("a store that cannot be read is not up")
            return
        }
    }
}

/// The sentence with which a file is refused.
private func problem(_ path: String) -> String {
    do {
        _ = try SQLiteWriter(path: path)
        return "none"
    } catch { return error.description }
}

/// Runs one statement as another program would.
private func sqlite(_ path: String, _ statement: String) throws -> String {
    let database = try Database(path: path, busyMilliseconds: 1_000)
    return try Statement(statement, in: database).run { $0.text(0) }.first ?? ""
}
