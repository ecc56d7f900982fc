// One epoll loop: descriptors, timers, jobs. One thread runs it and owns everything that is registered with it.
// It is the executor of that thread's tasks: a task executor, because with an actor's executor a resumed continuation
// would travel through the global pool.

import CEpoll
import Glibc
import Synchronization

/// What a descriptor became ready for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer has shut down its writing half, or is gone.
    package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    package static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    /// Report each change once instead of reporting a condition as long as it lasts (epoll(7)).
    package static let edgeTriggered = Readiness(rawValue: tollgate_epoll_edge)
}

/// Owner of a watched descriptor. Called on the loop's thread only.
package protocol Watcher: AnyObject {
    func ready(_ readiness: Readiness)
}

/// Work that waits for the end of the loop's turn, when all events of the turn have been seen: one flush per turn
/// instead of one per event.
package protocol TurnEnd: AnyObject {
    func turnEnded()
}

/// An epoll loop and the executor of everything that lives on its thread.
///
/// Safe to share: other threads may only `enqueue`, `execute` and `stop`, which take the inbox's lock; all other
/// members belong to the thread inside `run()`.
package final class Loop: TaskExecutor, @unchecked Sendable {
    private struct Slot {
        var watcher: (any Watcher)?
        /// Told apart from an event that was queued for an earlier owner of the same descriptor number.
        var generation: UInt32 = 0
    }

    private let epoll: Int32
    private let wakeUp: Int32
    private let thread = Atomic<UInt>(0)
    private let stopping = Atomic<Bool>(false)
    private let foreign = Atomic<Int>(0)
    private let inbox = Mutex<(jobs: [UnownedJob], work: [@Sendable () -> Void])>(([], []))

    private var slots: [Slot] = []
    private var timers = TimerHeap()
    private var ready: [UnownedJob] = []
    private var turnEnds: [any TurnEnd] = []
    private var yielded: [UnsafeContinuation<Void, Never>] = []
    private var wallClock: Int64 = 0

    /// Where sockets read to, one after the other; nothing stays in it.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Loop.scratchSize, alignment: 16)
    static let scratchSize = 64 << 10

    /// Monotonic time of this turn, in nanoseconds.
    package var now: UInt64 { time }
    // Private, as are others with a door of their own: the compiler then sees all uses, and guards none of them.
    private var time: UInt64 = 0

    /// - Throws: `SystemFailure` when the kernel gives no descriptor.
    package init() throws(SystemFailure) {
        epoll = try SystemFailure.check("epoll_create1", epoll_create1(Int32(EPOLL_CLOEXEC)))
        wakeUp = try SystemFailure.check(
            "eventfd", eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)))
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: UInt64(UInt32(bitPattern: wakeUp))))
        _ = epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event)
        time = Loop.monotonic()
    }

    deinit {
        scratch.deallocate()
        close(wakeUp)
        close(epoll)
    }

    // MARK: Running

    /// Runs until `stop()`. The calling thread becomes the loop's thread.
    package func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        let capacity = 256
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
        defer {
            events.deallocate()
            thread.store(0, ordering: .relaxed)
        }
        var running: [UnownedJob] = []
        var ending: [any TurnEnd] = []
        while !stopping.load(ordering: .relaxed) {
            finishTurn(&running, &ending)
            let count = epoll_wait(epoll, events, Int32(capacity), timeout())
            time = Loop.monotonic()
            wallClock = 0
            for index in 0..<Int(max(count, 0)) { dispatch(events[index]) }
            // Bounded, so that a timer that arms itself for now leaves the others their turn.
            for _ in 0..<timers.count {
                guard let timer = timers.popExpired(time) else { break }
                timer.fire()
            }
            resumeYielded()
        }
    }

    /// Ends `run()` after the current turn. Any thread.
    package func stop() {
        stopping.store(true, ordering: .relaxed)
        wake()
    }

    /// Unix time of this turn, in milliseconds.
    package var unixMilliseconds: Int64 {
        if wallClock == 0 {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            wallClock = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        }
        return wallClock
    }

    /// True on the thread inside `run()`.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Jobs that came from another thread: 0 while requests keep to their thread, which a test checks.
    package var foreignJobs: Int { foreign.load(ordering: .relaxed) }

    /// Turn ends that keep making work are put off after this many rounds, so that descriptors and timers get their turn.
    private static let maximumRounds = 64

    /// Runs jobs until none is ready, and turn ends between them.
    ///
    /// Events must find no job waiting: calling an async function can itself go through `enqueue`, and a task that has
    /// looked (nothing there) but not yet left its continuation would miss what the event brings. So jobs are always
    /// run out; only turn ends may be left for the next turn.
    /// - Parameters:
    ///   - running: empty, for the jobs that are being run.
    ///   - ending: empty, for the turn ends that are being called.
    private func finishTurn(_ running: inout [UnownedJob], _ ending: inout [any TurnEnd]) {
        for round in 0...Loop.maximumRounds {
            while !ready.isEmpty {
                swap(&ready, &running)
                // Not as an actor's jobs: code that no actor owns would leave the actor's executor and be enqueued
                // once more, for each function that waits.
                for job in running { job.runSynchronously(on: asUnownedTaskExecutor()) }
                running.removeAll(keepingCapacity: true)
            }
            guard !turnEnds.isEmpty, round < Loop.maximumRounds else { return }
            swap(&turnEnds, &ending)
            for end in ending { end.turnEnded() }
            ending.removeAll(keepingCapacity: true)
        }
    }

    private func dispatch(_ event: epoll_event) {
        let descriptor = Int(UInt32(truncatingIfNeeded: event.data.u64))
        if descriptor == Int(wakeUp) { return takeInbox() }
        guard descriptor < slots.count, slots[descriptor].generation == UInt32(event.data.u64 >> 32) else { return }
        slots[descriptor].watcher?.ready(Readiness(rawValue: event.events))
    }

    /// Milliseconds until the next timer, rounded up so that the loop does not wake early and spin.
    private func timeout() -> Int32 {
        guard turnEnds.isEmpty, yielded.isEmpty else { return 0 }
        guard let deadline = timers.earliest else { return -1 }
        guard deadline > time else { return 0 }
        return Int32(min((deadline - time + 999_999) / 1_000_000, 60_000))
    }

    private static func monotonic() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Lets everybody else have a turn: resumes when the events that have come meanwhile have been seen.
    package func nextTurn() async { await withUnsafeContinuation { yielded.append($0) } }

    private func resumeYielded() {
        guard !yielded.isEmpty else { return }
        let waiters = yielded
        yielded.removeAll(keepingCapacity: true)
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard !isCurrent else { return ready.append(job) }
        foreign.add(1, ordering: .relaxed)
        inbox.withLock { $0.jobs.append(job) }
        wake()
    }

    /// Runs `work` on the loop's thread. Any thread.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        inbox.withLock { $0.work.append(work) }
        wake()
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, 8)
    }

    private func takeInbox() {
        var count: UInt64 = 0
        _ = read(wakeUp, &count, 8)
        let (jobs, work) = inbox.withLock { inbox in
            let taken = inbox
            inbox = ([], [])
            return taken
        }
        ready.append(contentsOf: jobs)
        for item in work { item() }
    }

    // MARK: Descriptors

    /// Watches `descriptor`; the loop keeps `watcher` alive until `unwatch`.
    package func watch(_ descriptor: Int32, _ interest: Readiness, _ watcher: any Watcher) {
        while slots.count <= Int(descriptor) { slots.append(Slot()) }
        slots[Int(descriptor)].generation &+= 1
        slots[Int(descriptor)].watcher = watcher
        control(EPOLL_CTL_ADD, descriptor, interest)
    }

    /// Replaces the interest of a watched descriptor.
    package func change(_ descriptor: Int32, _ interest: Readiness) {
        control(EPOLL_CTL_MOD, descriptor, interest)
    }

    /// Stops watching. Call it before the descriptor is closed; pending events for it are dropped.
    package func unwatch(_ descriptor: Int32) {
        guard Int(descriptor) < slots.count, slots[Int(descriptor)].watcher != nil else { return }
        slots[Int(descriptor)].generation &+= 1
        slots[Int(descriptor)].watcher = nil
        control(EPOLL_CTL_DEL, descriptor, [])
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ interest: Readiness) {
        let tag = UInt64(slots[Int(descriptor)].generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: tag))
        _ = epoll_ctl(epoll, operation, descriptor, &event)
    }

    // MARK: Timers and turns

    /// Arms `timer` to fire once, `milliseconds` from now; an armed timer is moved.
    package func arm(_ timer: Timer, milliseconds: Int) {
        timers.arm(timer, at: time + UInt64(max(0, milliseconds)) * 1_000_000)
    }

    /// Arms `timer` to fire once at a monotonic time, in nanoseconds.
    package func arm(_ timer: Timer, at deadline: UInt64) { timers.arm(timer, at: deadline) }

    package func disarm(_ timer: Timer) { timers.disarm(timer) }

    /// Calls `end` once when this turn's events and jobs are done. It may be asked for again then.
    package func atTurnEnd(_ end: any TurnEnd) { turnEnds.append(end) }
}
