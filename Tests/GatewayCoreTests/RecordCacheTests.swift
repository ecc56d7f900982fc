// The cache behind every look-up: bounded, and quick to forget.

import Testing

@testable import GatewayCore

@Suite struct RecordCacheTests {
    private func filled(_ cache: inout RecordCache<Int, String>, _ key: Int, _ value: String?, at now: UInt64 = 10) {
        let fill = cache.beginFill(key)
        cache.endFill(fill, key, value, now: now)
    }

    @Test func holdsNoMoreThanItsLimitAndKeepsWhatIsUsed() {
        var cache = RecordCache<Int, String>(limit: 100)
        filled(&cache, -1, "in use")
        for key in 0..<1000 {
            filled(&cache, key, "x")
            #expect(cache.count <= 100)
            #expect(cache.entry(for: -1)?.value == "in use")
        }
        #expect(cache.entry(for: 0) == nil)
        #expect(cache.entry(for: 999) != nil)
    }

    @Test func anAnswerThatWasUnderWayWhenItsKeyChangedIsDropped() {
        var cache = RecordCache<Int, String>(limit: 10)
        let fill = cache.beginFill(1)
        cache.invalidate(1)
        cache.endFill(fill, 1, "outdated", now: 10)
        #expect(cache.entry(for: 1) == nil)
    }

    @Test func aLookUpAfterTheChangeIsKeptAlthoughAnOlderOneEndsLater() {
        var cache = RecordCache<Int, String>(limit: 10)
        let older = cache.beginFill(1)
        cache.invalidate(1)
        let newer = cache.beginFill(1)
        cache.endFill(newer, 1, "current", now: 10)
        cache.endFill(older, 1, "outdated", now: 11)
        #expect(cache.entry(for: 1)?.value == "current")
    }

    @Test func aChangeDropsAllLookUpsOfOneKeyThatAreUnderWay() {
        var cache = RecordCache<Int, String>(limit: 10)
        let fills = (0..<3).map { _ in cache.beginFill(1) }
        cache.endFill(fills[0], 1, "a", now: 10)
        cache.invalidate(1)
        cache.endFill(fills[1], 1, "b", now: 11)
        cache.abandonFill(fills[2], 1)
        #expect(cache.entry(for: 1) == nil)
        filled(&cache, 1, "c", at: 12)
        #expect(cache.entry(for: 1)?.value == "c")
    }

    @Test func aChangeOfAnotherKeyChangesNothing() {
        var cache = RecordCache<Int, String>(limit: 10)
        let fill = cache.beginFill(1)
        cache.invalidate(2)
        cache.endFill(fill, 1, "a", now: 10)
        #expect(cache.entry(for: 1)?.value == "a")
    }

    @Test func anAnswerThatTheRecordIsGoneRemovesIt() {
        var cache = RecordCache<Int, String>(limit: 10)
        filled(&cache, 1, "a")
        filled(&cache, 1, nil)
        #expect(cache.entry(for: 1) == nil)
    }

    @Test func distrustMakesEverythingStaleButKnown() {
        var cache = RecordCache<Int, String>(limit: 10)
        filled(&cache, 1, "a", at: 10)
        let underWay = cache.beginFill(2)
        cache.distrust(now: 10)
        cache.endFill(underWay, 2, "b", now: 11)
        let entry = cache.entry(for: 1)!
        #expect(!cache.isFresh(entry, now: 10, maximumAge: 1000))
        #expect(cache.entry(for: 2) == nil)
        filled(&cache, 1, "c", at: 12)
        let renewed = cache.entry(for: 1)!
        #expect(cache.isFresh(renewed, now: 13, maximumAge: 1000))
    }
}
