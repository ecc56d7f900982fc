// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 mode, warnings are errors, async functions stay on their caller's executor.
let testing: [SwiftSetting] = [
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]
/// What goes into the binaries: also without the regex engine, which one `replacing` of a string would link (1.4 MB).
let common: [SwiftSetting] =
    testing + [.unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"])]
/// The pure targets: no unsafe construct without the word `unsafe`, and none is needed.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]
/// What no request of a customer passes through is built for size: 10 MB are all that the binary may have.
let small: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// With TOLLGATE_FUZZ set, the package also has the fuzz targets (`README.md`, "Measure") and lacks the test target that
/// their properties belong to otherwise. They look inside, in release builds too.
let isFuzzing = Context.environment["TOLLGATE_FUZZ"] != nil
let inspectable: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-enable-testing"])] : []
let fuzzing: [Target] =
    isFuzzing
    ? [
        .target(
            name: "FuzzProperties", dependencies: ["GatewayCore", "Net", "Wire"],
            path: "Tests/FuzzCorpusTests/Properties", swiftSettings: testing)
    ]
        + ["FuzzHead", "FuzzJSON", "FuzzAnswer", "FuzzResponse"].map { name in
            .executableTarget(
                name: name, dependencies: ["FuzzProperties"], path: "Tests/Fuzz/\(name)",
                swiftSettings: testing + [.unsafeFlags(["-parse-as-library"])])
        }
    : [
        .testTarget(
            name: "FuzzCorpusTests", dependencies: ["GatewayCore", "Net", "Wire"], swiftSettings: testing)
    ]

/// With TOLLGATE_BENCHMARKS set, the package also has the load test's own program in Swift.
let benchmarks: [Target] =
    Context.environment["TOLLGATE_BENCHMARKS"] != nil
    ? [
        .executableTarget(
            name: "escaper", dependencies: ["Wire"], path: "loadtest/native/escaper", swiftSettings: common)
    ] : []

/// Relative relocations packed, identical functions folded, no symbols for plug-ins that there are not: 1.2 MB of a
/// static release build.
let shipped: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--icf=safe",
            "-Xlinker", "--no-export-dynamic",
        ],
        .when(platforms: [.linux], configuration: .release))
]

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
        .target(name: "CStartUp"),

        // Pure: bytes in, values out.
        .target(name: "Wire", swiftSettings: pure),
        .target(name: "Crypto", dependencies: ["CCrypto"], swiftSettings: common),
        .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: common),
        .target(
            name: "GatewayCore", dependencies: ["Wire", "Crypto", "Compression"], swiftSettings: pure + inspectable),

        // Adapters: descriptors, C libraries, one thread each.
        .target(name: "Net", dependencies: ["Wire", "CEpoll"], swiftSettings: common + inspectable),
        .target(
            name: "RedisClient", dependencies: ["GatewayCore", "Net", "CHiredis", "CEpoll"], swiftSettings: common),
        .target(
            name: "CurlClient", dependencies: ["GatewayCore", "Net", "Wire", "CCurl", "CEpoll"], swiftSettings: common),
        .target(name: "SQLiteStore", dependencies: ["GatewayCore", "Net", "CSQLite"], swiftSettings: common),
        .target(
            name: "Catalogues", dependencies: ["CAssets", "GatewayCore", "Wire"],
            exclude: ["zoho_bigin", "zoho_mail", "zoho_meeting", "integration.schema.json", "resource.schema.json"],
            swiftSettings: common),
        .target(
            name: "ZohoSimulator", dependencies: ["Wire", "Net", "Compression"], swiftSettings: common + small),

        // Executables: the only place where concrete types meet.
        .executableTarget(
            name: "tollgate",
            dependencies: [
                "Wire", "GatewayCore", "Net", "Crypto", "RedisClient", "CurlClient", "SQLiteStore", "Catalogues",
                "ZohoSimulator", "CStartUp",
            ],
            swiftSettings: common + small, linkerSettings: shipped),
        .executableTarget(name: "zohosim", dependencies: ["ZohoSimulator", "Net"], swiftSettings: common),

        // Tests. One folder per target; EndToEndTests runs the built programs.
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: testing),
        .testTarget(name: "NetTests", dependencies: ["Net", "Wire"], swiftSettings: testing),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto"], swiftSettings: testing),
        .testTarget(name: "CompressionTests", dependencies: ["Compression"], swiftSettings: testing),
        .testTarget(
            name: "GatewayCoreTests", dependencies: ["GatewayCore", "Catalogues", "Compression", "Crypto", "Wire"],
            swiftSettings: testing),
        .testTarget(
            name: "CatalogueTests", dependencies: ["GatewayCore", "Catalogues", "Wire"],
            exclude: ["Example", "endpoints.txt", "check_schemas.py"], swiftSettings: testing),
        .testTarget(
            name: "StoreTests", dependencies: ["RedisClient", "SQLiteStore", "GatewayCore", "Net", "Wire"],
            swiftSettings: testing),
        .testTarget(
            name: "CurlClientTests", dependencies: ["CurlClient", "GatewayCore", "Net", "Wire"], swiftSettings: testing),
        .testTarget(
            name: "ZohoSimulatorTests", dependencies: ["ZohoSimulator", "Net", "Wire", "Compression"],
            swiftSettings: testing),
        // Starts both programs as processes; the dependencies only have them built first.
        .testTarget(
            name: "EndToEndTests", dependencies: ["tollgate", "zohosim", "Wire"], exclude: ["Clients"],
            swiftSettings: testing),
    ] + fuzzing + benchmarks,
    swiftLanguageModes: [.v6]
)
