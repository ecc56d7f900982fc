// What one worker has done, in numbers. Written by its worker only and read by whichever worker is asked for /metrics;
// relaxed atomics, because no number depends on another.

import Synchronization

package final class Counters: Sendable {
    /// Who answered a request.
    package enum Route: String, CaseIterable, Sendable {
        case mcp, proxy, management, operations
    }

    /// How a call ended, as a label.
    static let outcomes =
        ["ok", "partial", "cut", "failed_late", "invalid_arguments"] + ErrorClass.allCases.map(\.rawValue)

    /// Upper bounds of the histogram of call durations, in milliseconds.
    static let durationBounds = [2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000]

    private static let statusClasses = 5
    private static let callsAt = Route.allCases.count * statusClasses
    private static let durationsAt = callsAt + 32
    private static let renewalsAt = durationsAt + 32
    private static let refusalsAt = renewalsAt + 2

    private let cells = InlineArray<96, Atomic<Int>> { _ in Atomic(0) }
    /// Microseconds of all calls together.
    private let durations = Atomic<Int>(0)
    private let inFlight = Atomic<Int>(0)

    package init() {}

    private func add(_ cell: Int) { cells[cell].wrappingAdd(1, ordering: .relaxed) }
    private func read(_ cell: Int) -> Int { cells[cell].load(ordering: .relaxed) }

    // MARK: Counting

    /// - Parameter status: HTTP status of the answer.
    func answered(_ route: Route, status: Int) {
        add(route.index * Counters.statusClasses + min(max(status / 100, 1), 5) - 1)
    }

    func callBegan() { inFlight.wrappingAdd(1, ordering: .relaxed) }

    /// - Parameter nanoseconds: from the request to the end of the answer.
    func callEnded(_ outcome: CallOutcome, nanoseconds: UInt64) {
        inFlight.wrappingSubtract(1, ordering: .relaxed)
        add(Counters.callsAt + outcome.index)
        let microseconds = Int(nanoseconds / 1000)
        durations.wrappingAdd(microseconds, ordering: .relaxed)
        let bucket = Counters.durationBounds.firstIndex { microseconds <= $0 * 1000 } ?? Counters.durationBounds.count
        add(Counters.durationsAt + bucket)
    }

    func renewed(isSuccess: Bool) { add(Counters.renewalsAt + (isSuccess ? 0 : 1)) }

    func refused(_ limit: CallLimits.Limit) { add(Counters.refusalsAt + (limit == .account ? 0 : 1)) }

    // MARK: Reading

    func requests(_ route: Route, statusClass: Int) -> Int {
        read(route.index * Counters.statusClasses + statusClass - 1)
    }
    func calls(_ outcome: Int) -> Int { read(Counters.callsAt + outcome) }
    func durations(_ bucket: Int) -> Int { read(Counters.durationsAt + bucket) }
    var durationSum: Int { durations.load(ordering: .relaxed) }
    var callsInFlight: Int { inFlight.load(ordering: .relaxed) }
    func renewals(isSuccess: Bool) -> Int { read(Counters.renewalsAt + (isSuccess ? 0 : 1)) }
    func refusals(_ limit: CallLimits.Limit) -> Int { read(Counters.refusalsAt + (limit == .account ? 0 : 1)) }
}

extension CallOutcome {
    /// Its place in `Counters.outcomes`.
    fileprivate var index: Int {
        switch self {
        case .complete: 0
        case .partial: 1
        case .cut: 2
        case .failedLate: 3
        case .invalidArguments: 4
        case .failed(let errorClass): 5 + ErrorClass.allCases.firstIndex(of: errorClass)!
        }
    }
}

extension Counters.Route {
    fileprivate var index: Int {
        switch self {
        case .mcp: 0
        case .proxy: 1
        case .management: 2
        case .operations: 3
        }
    }
}
