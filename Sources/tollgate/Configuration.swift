// Raw values of settings: flags before environment, `NAME_FILE` for what should not be in either.

import GatewayCore
import Glibc

struct Configuration {
    private var values: [String: String] = [:]

    /// Reads the environment and then `arguments`, each `--flag value` or `--flag=value`.
    init(arguments: [String], allowing settings: [Setting] = Setting.allCases) throws(UsageError) {
        for setting in Setting.allCases {
            values[setting.rawValue] = try Configuration.environment(setting.rawValue)
        }
        for region in Configuration.regions {
            let name = "\(Setting.zohoClientSecret.rawValue)_\(region.uppercased())"
            values[name] = try Configuration.environment(name)
        }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let setting = settings.first(where: { $0.flag == parts[0] }) else {
                let hint = didYouMean(parts[0], among: settings.filter { !$0.isSecret }.map(\.flag))
                throw UsageError("Unknown argument \(parts[0]).\(hint) `tollgate --help` lists the flags.")
            }
            guard !setting.isSecret else {
                throw UsageError(
                    "\(setting.flag) would show a secret in the process list; set \(setting.rawValue) or \(setting.rawValue)_FILE instead."
                )
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
                throw UsageError("\(setting.flag) needs a value: \(setting.help).")
            }
            if setting == .store, let at = value.lastIndex(of: "@"),
                value[..<at].contains(":") && value.hasPrefix("redis")
            {
                throw UsageError(
                    "A store URL with a password would show in the process list; set TOLLGATE_STORE or TOLLGATE_STORE_FILE instead."
                )
            }
            values[setting.rawValue] = value
        }
    }

    static let regions = ["us", "eu", "in", "au", "jp", "cn", "ca", "sa", "uk", "ae"]

    subscript(_ setting: Setting) -> String? { values[setting.rawValue] }

    /// Puts a value in place of whatever was given.
    mutating func set(_ setting: Setting, _ value: String?) { values[setting.rawValue] = value }

    func regionalSecret(_ region: String) -> String? {
        values["\(Setting.zohoClientSecret.rawValue)_\(region.uppercased())"]
    }

    func int(_ setting: Setting, _ range: ClosedRange<Int>, default standard: Int) throws(UsageError) -> Int {
        guard let text = self[setting] else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw UsageError("\(setting.rawValue) must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    /// A variable that is set and not empty, or the content of the file that `NAME_FILE` names.
    private static func environment(_ name: String) throws(UsageError) -> String? {
        if let value = getenv(name), value[0] != 0 { return String(cString: value) }
        guard let path = getenv("\(name)_FILE").map({ String(cString: $0) }), !path.isEmpty else { return nil }
        return try text(ofFile: path, namedBy: "\(name)_FILE")
    }

    /// What a file holds, without white space at its end; 64 KiB at most.
    static func text(ofFile path: String, namedBy name: String) throws(UsageError) -> String {
        guard let file = fopen(path, "r") else {
            throw UsageError("\(name): \(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        return String(text.reversed().drop { $0.isWhitespace }.reversed())
    }
}
