// The gateway's state in one file, for one machine. One instance per worker, on that worker's thread; it reads for
// itself and hands changes to the process's writer.

import GatewayCore
import Net

/// The state in a SQLite file, which other processes may use at the same time.
package final class EmbeddedStore: Store {
    package private(set) var health = StoreHealth.connecting
    package var onEvent: ((StoreEvent) -> Void)?

    private let loop: Loop
    private let writer: SQLiteWriter
    private let reading: Reading
    private var door: WorkerDoor?
    private lazy var poll = Timer { [weak self] in self?.lookAgain() }
    private var lastVersion: Int64 = -1
    private var lastAnnouncement: Int64 = 0
    private var lastNumber = 0
    private var waiting: [Int: UnsafeContinuation<Result<Bool, StoreFailure>, Never>] = [:]

    /// Between two looks for changes that another process made.
    private static let pollMilliseconds = 50

    /// A store for the worker that runs `loop`, with a reading connection of its own.
    ///
    /// - Throws: a sentence that names the file.
    package init(loop: Loop, writer: SQLiteWriter) throws(SQLiteProblem) {
        self.loop = loop
        self.writer = writer
        do { reading = try Reading(path: writer.path) } catch { throw SQLiteProblem(writer.path, error) }
    }

    package func start() {
        assert(loop.isCurrent)
        guard door == nil else { return }
        let door = WorkerDoor(loop: loop, store: self)
        self.door = door
        writer.add(door)
        lastAnnouncement = (try? noting { () throws(SQLiteError) in try reading.newestAnnouncement() }) ?? 0
        onEvent?(.subscribed)
        loop.arm(poll, milliseconds: EmbeddedStore.pollMilliseconds)
    }

    package func stop() {
        assert(loop.isCurrent)
        guard let door else { return }
        self.door = nil
        writer.remove(door)
        loop.disarm(poll)
        let unanswered = waiting.values
        waiting = [:]
        for continuation in unanswered { continuation.resume(returning: .failure(.unreachable)) }
        onEvent?(.subscriptionLost)
    }

    // MARK: Reading

    package func value(of key: String) async throws(StoreFailure) -> [UInt8]? {
        try read { reading throws(SQLiteError) in try reading.value(of: key, at: loop.unixMilliseconds) }
    }

    package func values(of keys: [String]) async throws(StoreFailure) -> [[UInt8]?] {
        try read { reading throws(SQLiteError) in
            var values: [[UInt8]?] = []
            for key in keys { values.append(try reading.value(of: key, at: loop.unixMilliseconds)) }
            return values
        }
    }

    package func members(
        of index: String, after member: String?, limit: Int
    ) async throws(StoreFailure) -> [String] {
        guard limit > 0 else { return [] }
        return try read { reading throws(SQLiteError) in
            try reading.members(of: index, after: member, limit: limit)
        }
    }

    private func read<Value>(_ body: (Reading) throws(SQLiteError) -> Value) throws(StoreFailure) -> Value {
        assert(loop.isCurrent)
        guard door != nil else { throw .unreachable }
        do { return try noting { () throws(SQLiteError) in try body(reading) } } catch { throw error.failure }
    }

    /// A file that cannot be read any more is a store that is down.
    private func noting<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        do {
            let value = try body()
            health = .up
            return value
        } catch {
            if !error.isBusy, health == .up { health = .down(since: loop.now) }
            throw error
        }
    }

    // MARK: Changing

    package func commit(_ change: Change) async throws(StoreFailure) -> Bool {
        assert(loop.isCurrent)
        guard let door else { throw .unreachable }
        lastNumber += 1
        let number = lastNumber
        let result = await withUnsafeContinuation {
            (continuation: UnsafeContinuation<Result<Bool, StoreFailure>, Never>) in
            waiting[number] = continuation
            writer.submit(change, number: number, from: door)
        }
        let made = try result.get()
        // Not left to the next look: whoever committed reads its own change from here on.
        if made, !change.announcements.isEmpty { onEvent?(.invalidated(change.announcements)) }
        return made
    }

    /// The writer's answer, on the worker's thread.
    func finished(_ number: Int, _ result: Result<Bool, StoreFailure>) {
        waiting.removeValue(forKey: number)?.resume(returning: result)
    }

    // MARK: Announcements

    private func lookAgain() {
        loop.arm(poll, milliseconds: EmbeddedStore.pollMilliseconds)
        look()
    }

    /// Reads what was announced since the last look. An error is left to the next one: the version is noted only
    /// when everything was read.
    func look() {
        guard door != nil else { return }
        try? noting { () throws(SQLiteError) in
            let version = try reading.dataVersion()
            guard version != lastVersion else { return }
            let announced = try reading.announcements(after: lastAnnouncement)
            lastVersion = version
            guard let first = announced.first, let last = announced.last else { return }
            let nothingMissed = first.sequence == lastAnnouncement + 1
            lastAnnouncement = last.sequence
            onEvent?(nothingMissed ? .invalidated(announced.map(\.key)) : .subscribed)
        }
    }
}
