// How fast and how surely a change is heard, by every store.

import GatewayCore
import Testing

@Suite(.serialized) struct AnnouncementTests {
    @Test(arguments: Backend.allCases)
    func anotherProcessHearsWithinATenthOfASecond(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let (here, there) = (try await bench.worker(), try await bench.worker())
        var delays: [Duration] = []
        for round in 0..<9 {
            let key = "k\(round)"
            try await here.commit([.put(key: key, value: [1], expiresAt: nil)], announcing: [key, "other"])
            let committed = ContinuousClock.now
            try await there.received(.invalidated([key, "other"]))
            delays.append(committed.duration(to: .now))
        }
        // The middle one, because the machine may be doing something else for a moment.
        #expect(delays.sorted()[4] < .milliseconds(100))
    }

    @Test(arguments: Backend.allCases)
    func whoeverCommitsHasHeardItWhenTheCommitReturns(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        worker.forgetEvents()
        let heard = try await worker.run { store in
            guard try await store.commit(Change(announcements: ["k"])) else { return false }
            return worker.events.contains(.invalidated(["k"]))
        }
        #expect(heard)
    }

    @Test(arguments: Backend.allCases)
    func whatIsHeardCanBeRead(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let (here, there) = (try await bench.worker(), try await bench.worker())
        for round in 0..<20 {
            let value = bytes("\(round)")
            there.forgetEvents()
            try await here.commit([.put(key: "k", value: value, expiresAt: nil)], announcing: ["k"])
            try await there.received(.invalidated(["k"]))
            #expect(try await there.value("k") == value)
        }
    }

    @Test(arguments: Backend.allCases)
    func unusualKeysArriveUnchanged(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let (here, there) = (try await bench.worker(), try await bench.worker())
        let keys = ["", " ", "é\r", "a b", "\u{0}"]
        try await here.commit(announcing: keys)
        try await there.received(.invalidated(keys))
    }

    @Test(arguments: Backend.allCases)
    func nothingIsAnswerableAfterStop(_ backend: Backend) async throws {
        let bench = try backend.bench()
        let worker = try await bench.worker()
        try await worker.run { $0.stop() }
        #expect(worker.events.last == .subscriptionLost)
        await #expect(throws: StoreFailure.unreachable) { try await worker.value("k") }
        await #expect(throws: StoreFailure.unreachable) { try await worker.commit() }
    }
}
