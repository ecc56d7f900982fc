// The two stores under one roof: a fresh, empty state of either kind, and workers on it.

import Foundation
import GatewayCore
import Net
import RedisClient
import SQLiteStore

enum Backend: CaseIterable, Sendable {
    case redis, sqlite

    func bench() throws -> any Bench {
        switch self {
        case .redis: try RedisServer()
        case .sqlite: try SQLiteFile()
        }
    }
}

/// An empty state that is gone when the bench is.
protocol Bench: Sendable {
    /// A worker as another process would have it: it shares nothing with the others but the state.
    func worker() async throws -> StoreWorker
}

/// A directory for one test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "tollgate-stores-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

final class SQLiteFile: Bench {
    private let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/store.sqlite"
    }

    func worker() async throws -> StoreWorker { try await worker(on: SQLiteWriter(path: path)) }

    func worker(on writer: SQLiteWriter) async throws -> StoreWorker {
        try await StoreWorker { loop in try EmbeddedStore(loop: loop, writer: writer) }
    }
}
