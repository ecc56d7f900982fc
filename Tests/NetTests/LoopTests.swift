import Glibc
import Synchronization
import Testing

@testable import Net

/// Timers, jobs and descriptors of one loop.
@Suite struct LoopTests {
    /// Runs `body` on a loop's thread.
    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (Loop) async throws -> Value) async throws -> Value
    {
        let thread = try LoopThread(name: "loop-test")
        defer { thread.stop() }
        return try await thread.run(body)
    }

    // MARK: Timers

    @Test func timersFireInTheOrderOfTheirDeadlines() async throws {
        let order = try await onLoop { loop in
            let delays = [5, 1, 9, 3, 7, 2, 8, 4, 6, 10]
            let log = Log()
            let timers = delays.map { delay in Timer { log.add(delay) } }
            for (timer, delay) in zip(timers, delays) { loop.arm(timer, milliseconds: delay) }
            await loop.sleep(milliseconds: 15)
            return log.entries
        }
        #expect(order == Array(1...10))
    }

    @Test func aTimerThatIsArmedAgainFiresOnceAtItsLastDeadline() async throws {
        let order = try await onLoop { loop in
            let log = Log()
            let (moved, later) = (Timer { log.add(1) }, Timer { log.add(2) })
            loop.arm(moved, milliseconds: 1)
            loop.arm(later, milliseconds: 5)
            loop.arm(moved, milliseconds: 10)
            #expect(moved.isArmed)
            await loop.sleep(milliseconds: 20)
            #expect(!moved.isArmed)
            return log.entries
        }
        #expect(order == [2, 1])
    }

    @Test func aTimerDisarmedByAnotherOfTheSameTurnDoesNotFire() async throws {
        let fired = try await onLoop { loop in
            let log = Log()
            let victim = Timer { log.add(2) }
            let first = Timer {
                log.add(1)
                loop.disarm(victim)
            }
            let deadline = loop.now + 1_000_000
            loop.arm(first, at: deadline)
            loop.arm(victim, at: deadline + 1)
            await loop.sleep(milliseconds: 10)
            loop.disarm(victim)
            return log.entries
        }
        #expect(fired == [1])
    }

    @Test func aTimerMayArmItselfAgainFromItsOwnCallback() async throws {
        let count = try await onLoop { loop in
            let ticker = Ticker(loop, milliseconds: 1, times: 5)
            while !ticker.isOver { await loop.sleep(milliseconds: 1) }
            return ticker.count
        }
        #expect(count == 5)
    }

    /// "At once" means in the next turn: descriptors, jobs and other threads' work come in between.
    @Test(.timeLimit(.minutes(1))) func aTimerThatArmsItselfForNowDoesNotHoldUpTheLoop() async throws {
        let count = try await onLoop { loop in
            let ticker = Ticker(loop, milliseconds: 0, times: 100_000)
            // Posted by the first of its callbacks, and run when the loop looks at its descriptors again.
            ticker.onFirst = { loop.execute { ticker.stop() } }
            while !ticker.isOver { await loop.sleep(milliseconds: 1) }
            return ticker.count
        }
        #expect(count < 10)
    }

    @Test func randomArmingAndDisarmingKeepsTheHeapInOrder() {
        var random = SeededRandom(seed: 7)
        var heap = TimerHeap()
        let timers = (0..<50).map { _ in Timer {} }
        var expected: [Int: UInt64] = [:]
        for step in 0..<5000 {
            let index = Int.random(in: 0..<50, using: &random)
            if Int.random(in: 0..<3, using: &random) > 0 {
                let deadline = UInt64.random(in: 0..<1000, using: &random)
                heap.arm(timers[index], at: deadline)
                expected[index] = deadline
            } else {
                heap.disarm(timers[index])
                expected[index] = nil
            }
            #expect(heap.earliest == expected.values.min(), "step \(step)")
        }
        var popped: [UInt64] = []
        while let timer = heap.popExpired(.max) { popped.append(timer.deadline) }
        #expect(popped == expected.values.sorted())
    }

    // MARK: Other threads

    @Test func workFromOtherThreadsRunsOnTheLoopInOrder() async throws {
        let thread = try LoopThread(name: "loop-test")
        defer { thread.stop() }
        let log = Mutex<[Int]>([])
        let strays = Counter()
        let done = Flag()
        for index in 0..<1000 {
            thread.loop.execute {
                if !thread.loop.isCurrent { strays.add(1) }
                log.withLock { $0.append(index) }
                if index == 999 { done.raise() }
            }
        }
        #expect(await done.happens())
        #expect(strays.value == 0)
        #expect(log.withLock { $0 } == Array(0..<1000))
    }

    @Test func jobsFromOtherThreadsAreCounted() async throws {
        let thread = try LoopThread(name: "loop-test")
        defer { thread.stop() }
        let before = thread.loop.foreignJobs
        for _ in 0..<10 { try await thread.run { _ in } }
        #expect(thread.loop.foreignJobs >= before + 10)
    }

    /// A task that has looked for news and found none must not miss those that come before its continuation has been
    /// left behind: events find no job waiting, however many turn ends there have been in between.
    @Test(.timeLimit(.minutes(1))) func newsBetweenTheLookAndTheWaitAreNotMissed() async throws {
        let seen = try await onLoop { loop in
            let inbox = Inbox()
            let timer = Timer { inbox.put() }
            let endless = EndlessTurnEnd(loop)
            loop.atTurnEnd(endless)
            var seen = 0
            while seen < 2000 {
                loop.arm(timer, milliseconds: 0)
                while !inbox.take() { await inbox.wait() }
                seen += 1
            }
            endless.isOver = true
            return seen
        }
        #expect(seen == 2000)
    }

    @Test(.timeLimit(.minutes(1))) func endlessTurnEndsLetATimerFire() async throws {
        try await onLoop { loop in
            let log = Log()
            let again = Again(loop, log)
            let timer = Timer { log.add(1) }
            loop.arm(timer, milliseconds: 1)
            again.turnEnded()
            while log.entries.isEmpty { await loop.sleep(milliseconds: 1) }
        }
    }

    @Test func turnEndsComeAfterTheJobsOfTheTurn() async throws {
        let order = try await onLoop { loop in
            let log = Log()
            loop.atTurnEnd(Note(log, 3))
            log.add(1)
            await Task.yield()
            log.add(2)
            await loop.sleep(milliseconds: 1)
            return log.entries
        }
        #expect(order == [1, 2, 3])
    }

    // MARK: Descriptors

    /// Both pipes are ready in one turn. The first one's owner closes the second and opens another in its place, whose
    /// owner must not get the event that was meant for the old one.
    @Test func anEventForAnEarlierOwnerOfADescriptorIsDropped() async throws {
        let seen = try await onLoop { loop in
            let log = Log()
            let pipes = (0..<2).map { _ in Pipe() }
            let newcomer = Watch { _ in log.add(100) }
            var changed = false
            for (index, pipe) in pipes.enumerated() {
                let other = pipes[1 - index]
                let watch = Watch { _ in
                    log.add(index)
                    guard !changed else { return }
                    changed = true
                    loop.unwatch(pipe.reading)
                    loop.unwatch(other.reading)
                    other.replaceReading()
                    loop.watch(other.reading, [.readable], newcomer)
                }
                loop.watch(pipe.reading, [.readable], watch)
            }
            for pipe in pipes { pipe.write() }
            await loop.sleep(milliseconds: 10)
            for pipe in pipes { loop.unwatch(pipe.reading) }
            return log.entries
        }
        #expect(seen.count == 1 && seen != [100])
    }

    @Test func anUnwatchedDescriptorIsSilentAndItsWatcherIsLetGo() async throws {
        try await onLoop { loop in
            let log = Log()
            let pipe = Pipe()
            weak var kept: Watch?
            do {
                let watch = Watch { _ in log.add(1) }
                kept = watch
                loop.watch(pipe.reading, [.readable], watch)
            }
            #expect(kept != nil)
            loop.unwatch(pipe.reading)
            pipe.write()
            await loop.sleep(milliseconds: 5)
            #expect(log.entries.isEmpty)
            #expect(kept == nil)
        }
    }
}

/// What happened on one loop, in order.
private final class Log {
    private(set) var entries: [Int] = []

    func add(_ entry: Int) { entries.append(entry) }
}

/// Arms itself again from its own callback. Safe to share: touched on the loop's thread only.
private final class Ticker: @unchecked Sendable {
    private(set) var count = 0
    var onFirst: (() -> Void)?
    private var left: Int
    private var timer: Timer!

    var isOver: Bool { left <= 0 }

    init(_ loop: Loop, milliseconds: Int, times: Int) {
        left = times
        timer = Timer { [weak self] in
            // It may have been stopped and forgotten in the turn in which this was due.
            guard let self else { return }
            count += 1
            left -= 1
            if count == 1 { onFirst?() }
            if left > 0 { loop.arm(timer, milliseconds: milliseconds) }
        }
        loop.arm(timer, milliseconds: milliseconds)
    }

    func stop() { left = 0 }
}

private final class Again: TurnEnd {
    private let loop: Loop
    private let log: Log

    init(_ loop: Loop, _ log: Log) {
        self.loop = loop
        self.log = log
    }

    func turnEnded() { if log.entries.isEmpty { loop.atTurnEnd(self) } }
}

private final class Note: TurnEnd {
    private let log: Log
    private let entry: Int

    init(_ log: Log, _ entry: Int) {
        self.log = log
        self.entry = entry
    }

    func turnEnded() { log.add(entry) }
}

private final class Watch: Watcher {
    private let action: (Readiness) -> Void

    init(_ action: @escaping (Readiness) -> Void) { self.action = action }

    func ready(_ readiness: Readiness) { action(readiness) }
}

private final class Pipe {
    private(set) var reading: Int32
    private var writing: Int32

    init() {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    func write() { _ = Glibc.write(writing, "x", 1) }

    /// Puts a new, empty pipe in the place of the old one, with the same number.
    func replaceReading() {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        dup2(ends[0], reading)
        close(ends[0])
        close(writing)
        writing = ends[1]
    }
}

/// splitmix64: the same numbers in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// One kind of news and one waiter, without a second look.
private final class Inbox {
    private var hasNews = false
    private var waiter: UnsafeContinuation<Void, Never>?

    func put() {
        hasNews = true
        waiter?.resume()
        waiter = nil
    }

    func take() -> Bool {
        defer { hasNews = false }
        return hasNews
    }

    func wait() async { await withUnsafeContinuation { waiter = $0 } }
}

/// Asks for every turn's end anew.
private final class EndlessTurnEnd: TurnEnd {
    private let loop: Loop
    var isOver = false

    init(_ loop: Loop) { self.loop = loop }

    func turnEnded() { if !isOver { loop.atTurnEnd(self) } }
}
