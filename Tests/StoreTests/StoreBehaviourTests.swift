// What every store does, said once and asked of each.

import Foundation
import GatewayCore
import Testing

@Suite(.serialized) struct StoreBehaviourTests {
    @Test(arguments: Backend.allCases)
    func putsReplacesAndDeletes(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        #expect(try await worker.value("k") == nil)
        try await worker.put("k", "one")
        #expect(try await worker.value("k") == bytes("one"))
        try await worker.put("k", "two")
        #expect(try await worker.value("k") == bytes("two"))
        #expect(try await worker.commit([.delete(key: "k"), .delete(key: "never")]))
        #expect(try await worker.value("k") == nil)
    }

    @Test(arguments: Backend.allCases)
    func keepsEveryByte(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        let all = (0...255).map { UInt8($0) } + [0, 13, 10, 0]
        let key = "k\u{0} %s\r\n é*"
        try await worker.commit([
            .put(key: key, value: all, expiresAt: nil), .put(key: "empty", value: [], expiresAt: nil),
        ])
        #expect(try await worker.value(key) == all)
        #expect(try await worker.value("empty") == [])
        #expect(try await worker.value("k") == nil)
        #expect(try await worker.commit(if: [.equals(key: key, value: all), .equals(key: "empty", value: [])]))
    }

    @Test(arguments: Backend.allCases)
    func aMegabyteGoesThrough(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        let large = [UInt8](repeating: 7, count: 1 << 20)
        try await worker.commit([.put(key: "large", value: large, expiresAt: nil)])
        #expect(try await worker.value("large") == large)
    }

    @Test(arguments: Backend.allCases)
    func answersManyKeysInOrder(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        try await worker.put("a", "1")
        try await worker.put("c", "3")
        let values = try await worker.run { try await $0.values(of: ["c", "b", "a", "c"]) }
        #expect(values == [bytes("3"), nil, bytes("1"), bytes("3")])
        #expect(try await worker.run { try await $0.values(of: []) } == [])
    }

    @Test(arguments: Backend.allCases)
    func callsNeverLeaveTheWorkersThread(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        let foreign = try await worker.run { store in
            let before = worker.thread.loop.foreignJobs
            for number in 0..<50 {
                _ = try await store.value(of: "k\(number)")
                _ = try await store.commit(Change(announcements: ["k"]))
            }
            return worker.thread.loop.foreignJobs - before
        }
        #expect(foreign == 0)
    }

    // MARK: Expiry

    @Test(arguments: Backend.allCases)
    func aKeyIsThereJustBeforeItsExpiryAndGoneJustAfter(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        let expiresAt = unixMilliseconds() + 300
        try await worker.put("k", "v", expiresAt: expiresAt)
        var lastSeen: Int64 = 0
        var firstMissed: Int64 = 0
        while firstMissed == 0 {
            let before = unixMilliseconds()
            let value = try await worker.value("k")
            if value == nil { firstMissed = unixMilliseconds() } else { lastSeen = before }
        }
        // A machine with other work may look late, but never sees the key too long or loses it too soon.
        #expect(lastSeen <= expiresAt)
        #expect(firstMissed > expiresAt)
        #expect(lastSeen > expiresAt - 250)
    }

    @Test(arguments: Backend.allCases)
    func anExpiryInThePastLeavesTheKeyAbsent(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        for past in [unixMilliseconds() - 2, 1, 0, -5] {
            try await worker.put("k", "old")
            try await worker.put("k", "new", expiresAt: past)
            #expect(try await worker.value("k") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func overwritingRemovesTheExpiry(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        let expiresAt = unixMilliseconds() + 60
        try await worker.put("k", "v", expiresAt: expiresAt)
        try await worker.put("k", "v")
        try await worker.put("other", "v", expiresAt: expiresAt)
        try await eventually { try await worker.value("other") == nil }
        #expect(try await worker.value("k") == bytes("v"))
    }

    @Test(arguments: Backend.allCases)
    func anExpiredKeyIsAbsentToConditionsAndToMany(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        try await worker.put("k", "v", expiresAt: unixMilliseconds() + 20)
        try await eventually { try await worker.value("k") == nil }
        #expect(try await worker.run { try await $0.values(of: ["k"]) } == [nil])
        #expect(try await worker.commit(if: [.equals(key: "k", value: bytes("v"))]) == false)
        #expect(try await worker.commit(if: [.absent(key: "k")]))
    }

    // MARK: Indexes

    @Test(arguments: Backend.allCases)
    func membersComeInByteOrderPageByPage(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        let members = ["b", "a", "é", "B", "aa", "(", "[", "-", "+", "10", "9", "!"]
        try await worker.commit(members.map { .insert(member: $0, index: "i") } + [.insert(member: "x", index: "j")])
        let sorted = members.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var pages: [[String]] = []
        repeat {
            let last = pages.last?.last
            pages.append(try await worker.run { try await $0.members(of: "i", after: last, limit: 5) })
        } while pages.last?.count == 5
        #expect(pages.flatMap { $0 } == sorted)
        #expect(pages.map(\.count) == [5, 5, 2])
        #expect(try await worker.run { try await $0.members(of: "i", after: "aaa", limit: 1) } == ["b"])
        #expect(try await worker.run { try await $0.members(of: "i", after: nil, limit: 0) } == [])
        #expect(try await worker.run { try await $0.members(of: "none", after: nil, limit: 9) } == [])
    }

    @Test(arguments: Backend.allCases)
    func insertingTwiceIsInsertingOnceAndRemovingRemoves(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        try await worker.commit([.insert(member: "m", index: "i"), .insert(member: "m", index: "i")])
        try await worker.commit([.insert(member: "n", index: "i")])
        #expect(try await worker.run { try await $0.members(of: "i", after: nil, limit: 9) } == ["m", "n"])
        try await worker.commit([.remove(member: "m", index: "i"), .remove(member: "never", index: "i")])
        #expect(try await worker.run { try await $0.members(of: "i", after: nil, limit: 9) } == ["n"])
    }

    // MARK: Conditions

    @Test(arguments: Backend.allCases)
    func aConditionDecidesAboutTheWholeChange(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        let absent = Change.Condition.absent(key: "k")
        let equals = Change.Condition.equals(key: "k", value: bytes("1"))
        #expect(try await worker.commit(if: [equals], [.put(key: "k", value: [], expiresAt: nil)]) == false)
        #expect(try await worker.commit(if: [absent], [.put(key: "k", value: bytes("1"), expiresAt: nil)]))
        #expect(try await worker.commit(if: [absent], [.delete(key: "k")]) == false)
        #expect(try await worker.value("k") == bytes("1"))
        #expect(try await worker.commit(if: [equals], [.put(key: "k", value: bytes("2"), expiresAt: nil)]))
        #expect(try await worker.commit(if: [equals], [.delete(key: "k")]) == false)
        #expect(try await worker.value("k") == bytes("2"))
        #expect(try await worker.commit())
    }

    @Test(arguments: Backend.allCases)
    func oneFailedConditionOfSeveralLeavesEverythingAsItWas(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        try await worker.commit([.put(key: "a", value: bytes("1"), expiresAt: nil), .insert(member: "m", index: "i")])
        let made = try await worker.commit(
            if: [.equals(key: "a", value: bytes("1")), .absent(key: "b"), .absent(key: "a")],
            [
                .put(key: "b", value: bytes("2"), expiresAt: nil), .delete(key: "a"),
                .insert(member: "n", index: "i"), .remove(member: "m", index: "i"),
            ], announcing: ["a"])
        #expect(!made)
        #expect(try await worker.run { try await $0.values(of: ["a", "b"]) } == [bytes("1"), nil])
        #expect(try await worker.run { try await $0.members(of: "i", after: nil, limit: 9) } == ["m"])
        #expect(!worker.events.contains(.invalidated(["a"])))
    }

    @Test(arguments: Backend.allCases)
    func ofAHundredRivalsExactlyOneWins(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let workers = [try await bench.worker(), try await bench.worker()]
        let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let write = Change.Write.put(key: "lock", value: bytes("\(number)"), expiresAt: nil)
                    return try await workers[number % 2].commit(if: [.absent(key: "lock")], [write]) ? number : nil
                }
            }
            return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(winners.count == 1)
        #expect(try await workers[0].value("lock") == winners.first.map { bytes("\($0)") })
    }
}

func unixMilliseconds() -> Int64 { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) }
