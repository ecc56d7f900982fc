// Time that only tests move.

import GatewayCore

final class ManualClock: Clock {
    private(set) var unixMilliseconds: Int64 = 1_800_000_000_000
    private(set) var monotonicNanoseconds: UInt64 = 5_000_000_000_000
    private(set) var slept = 0

    func advance(milliseconds: Int) {
        unixMilliseconds += Int64(milliseconds)
        monotonicNanoseconds += UInt64(milliseconds) * 1_000_000
    }

    func advance(seconds: Int) { advance(milliseconds: seconds * 1000) }

    /// Sleeping is what makes the time pass.
    func sleep(milliseconds: Int) async {
        slept += milliseconds
        advance(milliseconds: milliseconds)
        await Task.yield()
    }
}

/// Holds whoever waits until it is opened.
final class Gate {
    private var isOpen = false
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private(set) var arrivals = 0

    func wait() async {
        arrivals += 1
        if isOpen { return }
        await withCheckedContinuation { waiters.append($0) }
    }

    func open() {
        isOpen = true
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.resume() }
    }

    /// Yields until `count` have come to the gate.
    func reached(_ count: Int = 1) async {
        for _ in 0..<100_000 where arrivals < count { await Task.yield() }
    }
}
