// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 mode, warnings are errors, async functions stay on their caller's executor.
let common: [SwiftSetting] = [
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]
/// The pure targets: no unsafe construct without the word `unsafe`, and none is needed.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]

let package = Package(
    name: "tollgate",
    products: [
        .executable(name: "tollgate", targets: ["tollgate"]),
        .executable(name: "zohosim", targets: ["zohosim"]),
    ],
    targets: [
        // Foreign code, header-only doors. Each has exactly one importer.
        .systemLibrary(name: "CEpoll"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CCrypto"),
        .systemLibrary(name: "CZlib"),
        // Catalogues in the binary, by C23 `#embed`.
        .target(name: "CAssets", cSettings: [.unsafeFlags(["-std=c23"])]),

        // Pure: bytes in, values out.
        .target(name: "Wire", swiftSettings: pure),
        .target(name: "Crypto", dependencies: ["CCrypto"], swiftSettings: common),
        .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: common),
        .target(name: "GatewayCore", dependencies: ["Wire", "Crypto", "Compression"], swiftSettings: pure),

        // Adapters: descriptors, C libraries, one thread each.
        .target(name: "Net", dependencies: ["Wire", "CEpoll"], swiftSettings: common),
        .target(
            name: "RedisClient", dependencies: ["GatewayCore", "Net", "CHiredis", "CEpoll"], swiftSettings: common),
        .target(name: "CurlClient", dependencies: ["GatewayCore", "Net", "CCurl", "CEpoll"], swiftSettings: common),
        .target(name: "SQLiteStore", dependencies: ["GatewayCore", "Net", "CSQLite"], swiftSettings: common),
        .target(
            name: "Catalogues", dependencies: ["CAssets", "GatewayCore", "Wire"], exclude: ["zoho_bigin", "integration.schema.json", "resource.schema.json"],
            swiftSettings: common),
        .target(name: "ZohoSimulator", dependencies: ["Wire", "Net", "Compression"], swiftSettings: common),

        // Executables: the only place where concrete types meet.
        .executableTarget(
            name: "tollgate",
            dependencies: [
                "Wire", "GatewayCore", "Net", "Crypto", "RedisClient", "CurlClient", "SQLiteStore", "Catalogues",
                "ZohoSimulator",
            ],
            swiftSettings: common),
        .executableTarget(name: "zohosim", dependencies: ["ZohoSimulator", "Net"], swiftSettings: common),

        .testTarget(name: "CryptoTests", dependencies: ["Crypto"], swiftSettings: common),
        .testTarget(
            name: "ZohoSimulatorTests", dependencies: ["ZohoSimulator", "Net", "Wire", "Compression"],
            swiftSettings: common),
        .testTarget(name: "CompressionTests", dependencies: ["Compression"], swiftSettings: common),
        .testTarget(
            name: "StoreTests", dependencies: ["RedisClient", "SQLiteStore", "GatewayCore", "Net", "Wire"],
            swiftSettings: common),
        .testTarget(
            name: "CurlClientTests", dependencies: ["CurlClient", "GatewayCore", "Net"], swiftSettings: common),
        // Starts both programs as processes; the dependencies only have them built first.
        .testTarget(
            name: "EndToEndTests", dependencies: ["tollgate", "zohosim", "Wire"], exclude: ["Clients"],
            swiftSettings: common),
    ],
    swiftLanguageModes: [.v6]
)
