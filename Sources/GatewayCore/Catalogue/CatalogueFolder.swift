// One integration's files, and what they describe as soon as somebody has needed it. Compiling them all takes most of a
// start, and nothing has to wait for it but the first request that needs one.

import Synchronization

final class CatalogueFolder: Sendable {
    /// The integration's name, or its files are refused.
    let name: String
    /// All of it comes with the binary.
    let isEmbedded: Bool
    private let state: Mutex<State>

    private enum State {
        case files([CatalogueFile])
        case compiled(Result<Integration, CatalogueError>)
    }

    init(name: String, files: [CatalogueFile]) {
        self.name = name
        isEmbedded = files.allSatisfy(\.isEmbedded)
        state = Mutex(.files(files))
    }

    /// Compiles the files, once; threads that come meanwhile wait for it, 12 ms for the largest that the binary has.
    func integration() throws(CatalogueError) -> Integration {
        let result = state.withLock { state in
            switch state {
            case .compiled(let result): return result
            case .files(let files):
                let result = Result { () throws(CatalogueError) in try Integration(files: files) }
                state = .compiled(result)
                return result
            }
        }
        return try result.get()
    }

    /// By the host's name in the catalogue and region. Known without compiling.
    func hosts() throws(CatalogueError) -> [String: [Region: String]] {
        let result = state.withLock { state in
            switch state {
            case .compiled(let result): result.map(\.hosts)
            case .files(let files): Result { () throws(CatalogueError) in try Integration.hosts(of: files) }
            }
        }
        return try result.get()
    }
}
