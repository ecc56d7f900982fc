// A server that goes away, hangs or refuses, and one that many ask at once.

import Foundation
import GatewayCore
import RedisClient
import Synchronization
import Testing

@Suite(.serialized) struct RedisFailureTests {
    @Test func comesBackWhenTheServerDoes() async throws {
        let server = try RedisServer()
        let worker = try await server.worker()
        try await worker.put("k", "v")
        worker.forgetEvents()
        server.kill()
        try await worker.received(.subscriptionLost)
        try await eventually { try await worker.health() != .up }
        await #expect(throws: StoreFailure.unreachable) { try await worker.value("k") }
        guard case .down(let since) = try await worker.health() else {
            Issue.record("not down")
            return
        }
        #expect(since > 0)
        worker.forgetEvents()
        try server.start()
        try await worker.isUp()
        #expect(try await worker.value("k") == nil)
        // The new server does not know the script.
        try await worker.put("k", "again")
        #expect(try await worker.value("k") == bytes("again"))
    }

    @Test func isConnectingUntilTheServerIsThere() async throws {
        let server = try RedisServer()
        server.kill()
        let worker = try await server.worker("redis://localhost:\(server.port)")
        #expect(try await worker.health() == .connecting)
        await #expect(throws: StoreFailure.unreachable) { try await worker.value("k") }
        try server.start()
        try await worker.isUp()
        #expect(try await worker.value("k") == nil)
        #expect(!worker.events.contains(.subscriptionLost))
    }

    @Test func aStoppedServerCostsOneDeadlineAndRecovers() async throws {
        let server = try RedisServer()
        let worker = try await server.worker()
        server.signal(SIGSTOP)
        let began = ContinuousClock.now
        await #expect(throws: StoreFailure.deadline) { try await worker.value("k") }
        let waited = began.duration(to: .now)
        #expect(waited >= .milliseconds(490) && waited < .milliseconds(900))
        await #expect(throws: StoreFailure.unreachable) { try await worker.value("k") }
        #expect(try await worker.health() != .up)
        server.signal(SIGCONT)
        try await eventually { try await worker.health() == .up }
        #expect(try await worker.value("k") == nil)
    }

    /// The answer waits in the socket while the loop is busy: that is our own slowness, not the server's.
    @Test func aWorkerThatIsBusyForLongerThanTheDeadlineKeepsItsConnection() async throws {
        let server = try RedisServer()
        let worker = try await server.worker()
        try await worker.put("k", "v")
        worker.forgetEvents()
        for _ in 0..<3 {
            let loop = worker.thread.loop
            let value = try await worker.run { store in
                nonisolated(unsafe) let store = store
                let answer = Task.immediate { try await store.value(of: "k") }
                // Other news keep the loop from waiting for the answer.
                loop.execute {}
                usleep(700_000)
                return try await answer.value
            }
            #expect(value == bytes("v"))
        }
        #expect(try await worker.health() == .up)
        #expect(worker.events.isEmpty)
    }

    @Test func aSilentSubscriptionIsNoticedWithoutACommand() async throws {
        let server = try RedisServer()
        let worker = try await server.worker()
        worker.forgetEvents()
        // Silence is not loss: the server answers the probes.
        try await Task.sleep(for: .milliseconds(2_500))
        #expect(worker.events.isEmpty)
        #expect(try await worker.health() == .up)
        server.signal(SIGSTOP)
        let began = ContinuousClock.now
        try await worker.received(.subscriptionLost)
        #expect(began.duration(to: .now) < .milliseconds(2_000))
        try await eventually { try await worker.health() != .up }
        worker.forgetEvents()
        server.signal(SIGCONT)
        try await worker.isUp()
        worker.forgetEvents()
        try await worker.commit(announcing: ["k"])
        try await eventually { worker.events.filter { $0 == .invalidated(["k"]) }.count == 2 }
    }

    @Test func waitingCommandsAreAnsweredOnceWhenTheConnectionBreaks() async throws {
        let server = try RedisServer()
        let worker = try await server.worker()
        server.signal(SIGSTOP)
        // A continuation that is resumed twice or never would crash or hang here.
        let failures = try await withThrowingTaskGroup(of: StoreFailure?.self) { group in
            for number in 0..<50 {
                group.addTask {
                    do {
                        _ = try await worker.value("k\(number)")
                        return nil
                    } catch let failure as StoreFailure { return failure }
                }
            }
            try await Task.sleep(for: .milliseconds(50))
            server.kill()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures.count == 50)
        #expect(failures.allSatisfy { $0 == .unreachable })
    }

    @Test func aThousandCommandsAtOnceShareOneConnection() async throws {
        let server = try RedisServer()
        let worker = try await server.worker()
        try await worker.commit((0..<1_000).map { .put(key: "k\($0)", value: bytes("\($0)"), expiresAt: nil) })
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<1_000 {
                group.addTask { try await worker.value("k\(number)") == bytes("\(number)") }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(right == 1_000)
    }

    // MARK: Signing in

    @Test func signsInWithPasswordAlsoAsANamedUser() async throws {
        let ada = ["--user", "ada", "on", ">w:rd", "~*", "&*", "+@all"]
        let server = try RedisServer(options: ["--requirepass", "p@ss"] + ada)
        for userInfo in [":p%40ss", "default:p%40ss", "ada:w%3Ard"] {
            let worker = try await server.worker("redis://\(userInfo)@127.0.0.1:\(server.port)/3")
            try await worker.isUp()
            try await worker.put("k", userInfo)
            #expect(try await worker.value("k") == bytes(userInfo))
        }
    }

    @Test func aWrongPasswordIsReportedOnceAndNeverNamed() async throws {
        let server = try RedisServer(options: ["--requirepass", "right"])
        let problems = Mutex<[String]>([])
        let worker = try await server.worker("redis://:hunter2@127.0.0.1:\(server.port)") { problem in
            problems.withLock { $0.append(problem) }
        }
        let refused = "Redis at 127.0.0.1:\(server.port) refused the password (WRONGPASS)."
        try await eventually { problems.withLock { $0.contains(refused) } }
        // Long enough for several attempts of both connections.
        try await Task.sleep(for: .milliseconds(600))
        #expect(problems.withLock { $0.filter { $0 == refused }.count } == 1)
        #expect(try await worker.health() == .connecting)
    }

    @Test func aMissingPasswordIsReported() async throws {
        let server = try RedisServer(options: ["--requirepass", "right"])
        let problems = Mutex<[String]>([])
        let worker = try await server.worker("redis://127.0.0.1:\(server.port)") { problem in
            problems.withLock { $0.append(problem) }
        }
        let place = "Redis at 127.0.0.1:\(server.port)"
        let expected = "\(place) is not ready (NOAUTH Authentication required.)."
        try await eventually { problems.withLock { $0.contains(expected) } }
        #expect(try await worker.health() == .connecting)
    }

    @Test func aUserWhoMayNotSubscribeCanStillReadAndIsReported() async throws {
        let bob = ["--user", "bob", "on", ">x", "~*", "resetchannels", "+@all"]
        let server = try RedisServer(options: bob)
        let problems = Mutex<[String]>([])
        let worker = try await server.worker("redis://bob:x@127.0.0.1:\(server.port)") { problem in
            problems.withLock { $0.append(problem) }
        }
        try await eventually { problems.withLock { $0.contains { $0.contains("broke the connection: NOPERM") } } }
        try await eventually { try await worker.health() == .up }
        #expect(try await worker.value("k") == nil)
        #expect(worker.events == [])
    }

    @Test func aNameThatDoesNotExistIsReported() async throws {
        let problems = Mutex<[String]>([])
        let server = try RedisServer()
        let worker = try await server.worker("redis://redis.invalid") { problem in
            problems.withLock { $0.append(problem) }
        }
        let expected = "Redis at redis.invalid:6379 cannot be reached: the name cannot be resolved."
        try await eventually(within: .seconds(20)) { problems.withLock { $0 == [expected] } }
        #expect(try await worker.health() == .connecting)
    }

    @Test func databasesAreApart() async throws {
        let server = try RedisServer()
        let one = try await server.worker("redis://127.0.0.1:\(server.port)/1")
        let two = try await server.worker("redis://127.0.0.1:\(server.port)/2")
        try await one.isUp()
        try await two.isUp()
        two.forgetEvents()
        try await one.commit([.put(key: "k", value: [1], expiresAt: nil)], announcing: ["k"])
        #expect(try await two.value("k") == nil)
        try await two.commit(announcing: ["mine"])
        try await eventually { two.events.count == 2 }
        #expect(two.events == [.invalidated(["mine"]), .invalidated(["mine"])])
    }

    @Test func aDatabaseThatDoesNotExistIsReported() async throws {
        let server = try RedisServer()
        let problems = Mutex<[String]>([])
        let worker = try await server.worker("redis://127.0.0.1:\(server.port)/99") { problem in
            problems.withLock { $0.append(problem) }
        }
        try await eventually { problems.withLock { $0.contains { $0.contains("refused database 99") } } }
        #expect(try await worker.health() == .connecting)
    }

    // MARK: Errors

    @Test func anErrorOfTheServerIsRefusedWithoutValues() async throws {
        let server = try RedisServer(options: ["--rename-command", "GET", "HIDDEN"])
        let worker = try await server.worker()
        await #expect(throws: StoreFailure.refused("ERR unknown command")) { try await worker.value("a-secret") }
    }

    @Test func aReadOnlyServerIsNotThere() async throws {
        let server = try RedisServer(options: ["--replicaof", "127.0.0.1", "1"])
        let worker = try await server.worker()
        await #expect(throws: StoreFailure.unreachable) { try await worker.put("k", "v") }
    }
}
