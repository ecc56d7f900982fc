// One SQLite connection and its prepared statements. Each belongs to one thread at a time.

import CSQLite
import GatewayCore

/// A result code that is not success.
struct SQLiteError: Error, Equatable {
    let code: Int32

    /// Somebody else holds the lock, longer than we were willing to wait.
    var isBusy: Bool { code & 0xff == SQLITE_BUSY || code & 0xff == SQLITE_LOCKED }

    /// SQLite's words for the code, which hold no values (its message for the statement may).
    var text: String { String(cString: sqlite3_errstr(code)) }

    var failure: StoreFailure { isBusy ? .deadline : .refused(text) }
}

final class Database {
    fileprivate let raw: OpaquePointer

    /// - Parameter busyMilliseconds: how long a statement waits for a lock, blocking its thread.
    init(path: String, busyMilliseconds: Int) throws(SQLiteError) {
        var raw: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &raw, flags, nil)
        guard code == SQLITE_OK, let raw else {
            sqlite3_close_v2(raw)
            throw SQLiteError(code: code)
        }
        sqlite3_busy_timeout(raw, Int32(busyMilliseconds))
        self.raw = raw
    }

    // The last statement to die takes the connection with it, so the order of deaths does not matter.
    deinit { sqlite3_close_v2(raw) }

    /// Runs statements that need no arguments and give no rows.
    func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(raw, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code: code) }
    }

    /// Runs `body` with the write lock held from the start; undoes everything unless it returns true.
    func transaction(_ body: () throws(SQLiteError) -> Bool) throws(SQLiteError) -> Bool {
        try execute("BEGIN IMMEDIATE")
        do {
            let keep = try body()
            try execute(keep ? "COMMIT" : "ROLLBACK")
            return keep
        } catch {
            // Some failures have rolled back already, and then this one fails too.
            try? execute("ROLLBACK")
            throw error
        }
    }
}

/// A prepared statement, run again and again.
final class Statement {
    enum Argument {
        case text(String)
        case bytes([UInt8])
        case integer(Int64)
        case null
    }

    /// The current row, valid only inside the closure that receives it.
    struct Row {
        fileprivate let raw: OpaquePointer

        func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(raw, column) }

        func bytes(_ column: Int32) -> [UInt8] {
            let start = sqlite3_column_blob(raw, column)
            return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column))))
        }

        func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
    }

    private let database: Database
    private let raw: OpaquePointer

    init(_ sql: String, in database: Database) throws(SQLiteError) {
        var raw: OpaquePointer?
        let code = sqlite3_prepare_v3(database.raw, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &raw, nil)
        guard code == SQLITE_OK, let raw else { throw SQLiteError(code: code) }
        self.database = database
        self.raw = raw
    }

    deinit { sqlite3_finalize(raw) }

    /// Runs to the end and collects the rows. Nothing stays open, or the log could not be checkpointed.
    @discardableResult
    func run<Value>(
        _ arguments: Argument..., row: (Row) -> Value = { _ in () }
    ) throws(SQLiteError) -> [Value] {
        defer {
            sqlite3_reset(raw)
            sqlite3_clear_bindings(raw)
        }
        for (index, argument) in arguments.enumerated() { try bind(argument, at: Int32(index + 1)) }
        var values: [Value] = []
        while true {
            switch sqlite3_step(raw) {
            case SQLITE_ROW: values.append(row(Row(raw: raw)))
            case SQLITE_DONE: return values
            case let code: throw SQLiteError(code: code)
            }
        }
    }

    /// Rows that the last run changed.
    var changes: Int { Int(sqlite3_changes(database.raw)) }

    private func bind(_ argument: Argument, at index: Int32) throws(SQLiteError) {
        let code =
            switch argument {
            case .text(var text):
                text.withUTF8 { utf8 in
                    utf8.withMemoryRebound(to: CChar.self) {
                        tollgate_bind_text(raw, index, $0.baseAddress, Int32($0.count))
                    }
                }
            case .bytes(let bytes):
                bytes.withUnsafeBytes { tollgate_bind_blob(raw, index, $0.baseAddress, Int32($0.count)) }
            case .integer(let number): sqlite3_bind_int64(raw, index, number)
            case .null: sqlite3_bind_null(raw, index)
            }
        guard code == SQLITE_OK else { throw SQLiteError(code: code) }
    }
}
