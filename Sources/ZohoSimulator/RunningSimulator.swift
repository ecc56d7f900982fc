// A simulator on a thread of its own, held from anywhere.

import Net

/// Serves until `stop()`.
package final class RunningSimulator: Sendable {
    package let address: SocketAddress
    private let thread: LoopThread
    private let simulator: Confined

    /// Belongs to the loop's thread and is only opened there, inside `thread.run`.
    private struct Confined: @unchecked Sendable {
        let simulator: Simulator
    }

    private init(_ address: SocketAddress, _ thread: LoopThread, _ simulator: Confined) {
        self.address = address
        self.thread = thread
        self.simulator = simulator
    }

    /// Starts a thread with a simulator that listens on `address`.
    package static func start(
        on address: SocketAddress = SocketAddress(host: "127.0.0.1", port: 0), data: SimulatorData = SimulatorData()
    ) async throws -> RunningSimulator {
        let thread = try LoopThread(name: "zohosim")
        do {
            let (bound, simulator) = try await thread.run { loop in
                let simulator = Simulator(loop: loop, data: data)
                return (try simulator.listen(on: address), Confined(simulator: simulator))
            }
            return RunningSimulator(bound, thread, simulator)
        } catch {
            thread.stop()
            throw error
        }
    }

    /// Stops listening and ends the thread; answers under way are cut off.
    package func stop() async {
        let simulator = self.simulator
        _ = try? await thread.run { _ in simulator.simulator.close() }
        thread.stop()
    }
}
