// The file and its tables: made, recognised, or refused with a sentence. Called once, before the first worker.

import CSQLite
import Glibc

/// Why a store's file cannot be used, as a sentence for whoever named it.
package struct SQLiteProblem: Error, Equatable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    init(_ description: String) { self.description = description }

    init(_ path: String, _ error: SQLiteError) {
        let reason =
            switch error.code & 0xff {
            case SQLITE_NOTADB: "is not a SQLite database"
            case SQLITE_CORRUPT: "is damaged (\(error.text))"
            case SQLITE_BUSY, SQLITE_LOCKED: "is locked by another process"
            default: "cannot be opened: \(error.text)"
            }
        self.init("The store's file \(path) \(reason).")
    }
}

enum Schema {
    static let version = 1

    private static let tables = """
        CREATE TABLE kv(key TEXT PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER) WITHOUT ROWID;
        CREATE INDEX expiry ON kv(expires_at) WHERE expires_at IS NOT NULL;
        CREATE TABLE members("index" TEXT, member TEXT, PRIMARY KEY("index", member)) WITHOUT ROWID;
        CREATE TABLE announcements(sequence INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, at INTEGER NOT NULL);
        PRAGMA user_version = \(version);
        """

    /// Opens the file for writing, making it (mode 0600, which SQLite copies to `-wal` and `-shm`) and its tables.
    static func open(_ path: String, busyMilliseconds: Int) throws(SQLiteProblem) -> Database {
        try create(path)
        let database: Database
        let found: Int
        do {
            database = try Database(path: path, busyMilliseconds: busyMilliseconds)
            try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
            found = try makeTables(in: database)
        } catch { throw SQLiteProblem(path, error) }
        guard found <= version else {
            throw SQLiteProblem(
                "The store's file \(path) was made by a newer Tollgate (schema \(found); this one knows \(version)).")
        }
        return database
    }

    /// - Returns: the schema's version, after a new file has got its tables.
    private static func makeTables(in database: Database) throws(SQLiteError) -> Int {
        var found = 0
        // With the write lock held: another process may be starting on the same new file.
        _ = try database.transaction { () throws(SQLiteError) in
            found = try currentVersion(of: database)
            if found == 0 { try database.execute(tables) }
            return true
        }
        return found
    }

    private static func currentVersion(of database: Database) throws(SQLiteError) -> Int {
        try Statement("PRAGMA user_version", in: database).run { Int($0.integer(0)) }.first ?? 0
    }

    /// Only a file that is not there is opened: closing a descriptor drops all locks that this process has on the
    /// file (fcntl(2)), SQLite's included.
    private static func create(_ path: String) throws(SQLiteProblem) {
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno == ENOENT {
            throw SQLiteProblem("The store's file \(path) cannot be made: its directory does not exist.")
        } else if errno != EEXIST {
            throw SQLiteProblem("The store's file \(path) cannot be made: \(String(cString: strerror(errno))).")
        }
    }
}
