// The catalogues that come with the binary, and those that an operator adds in a folder.

internal import CAssets
import GatewayCore
import Glibc

package enum Catalogues {
    /// Files embedded at build time.
    package static var embedded: [CatalogueFile] {
        var files: [CatalogueFile] = []
        var index = 0
        // Arrays and what they point to are constants of the binary: they outlive every use.
        while var asset = tollgate_catalogue(index) {
            while let name = asset.pointee.name {
                let bytes = UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.count)
                files.append(CatalogueFile(name: String(cString: name), bytes: Array(bytes), isEmbedded: true))
                asset += 1
            }
            index += 1
        }
        return files
    }

    /// Embedded files, with the integrations of `directory` added to them or put in their place.
    /// - Throws: a sentence that names the file.
    package static func files(addingFrom directory: String?) throws(CatalogueError) -> [CatalogueFile] {
        guard let directory else { return embedded }
        var added: [CatalogueFile] = []
        for folder in try entries(of: directory).sorted() {
            for file in try entries(of: "\(directory)/\(folder)").sorted() where file.hasSuffix(".json") {
                let name = "\(folder)/\(file)"
                added.append(CatalogueFile(name: name, bytes: try read("\(directory)/\(name)", as: name)))
            }
        }
        let replaced = Set(added.map { $0.name.prefix { $0 != "/" } })
        return embedded.filter { !replaced.contains($0.name.prefix { $0 != "/" }) } + added
    }

    private static func entries(of path: String) throws(CatalogueError) -> [String] {
        guard let folder = opendir(path) else {
            throw CatalogueError(
                file: path, field: "", problem: "cannot be opened as a folder: \(String(cString: strerror(errno)))")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            // d_name is a zero-terminated array inside the entry, valid until the next readdir.
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func read(_ path: String, as name: String) throws(CatalogueError) -> [UInt8] {
        guard let file = fopen(path, "r") else {
            throw CatalogueError(file: name, field: "", problem: "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        // A folder can be opened like a file; only reading it fails.
        guard ferror(file) == 0 else {
            throw CatalogueError(file: name, field: "", problem: "cannot be read: \(String(cString: strerror(errno)))")
        }
        return bytes
    }
}
