// zohosim: the simulator as a process of its own.

import Glibc
import Net
import ZohoSimulator

let usage = """
    usage: zohosim [--listen ADDRESS:PORT] [--users N] [--no-recorder] [--allow-remote]

      --listen ADDRESS:PORT  where to listen (127.0.0.1:9090)
      --users N              users that each organisation begins with (450)
      --no-recorder          do not keep requests for GET /_sim/requests; faster
      --allow-remote         listen on an address that other machines can reach. Its control endpoint asks nobody
                             for a password: only for closed networks, such as a container's
      --help                 this text

    GET /_sim/ tells what can be asked of it.
    """

func fail(_ sentence: String) -> Never {
    let line = Array("zohosim: \(sentence)\n".utf8)
    write(STDERR_FILENO, line, line.count)
    exit(2)
}

var address = SocketAddress(host: "127.0.0.1", port: 9090)
var data = SimulatorData()
var allowsRemote = false

var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
    switch argument {
    case "--help", "-h":
        print(usage)
        exit(0)
    case "--listen":
        guard let text = arguments.popFirst() else { fail("--listen needs an address, such as 127.0.0.1:9090.") }
        guard let given = SocketAddress(text) else {
            fail("--listen: `\(text)` is no numeric address with a port, such as 127.0.0.1:9090 or [::1]:9090.")
        }
        address = given
    case "--users":
        guard let text = arguments.popFirst(), let count = Int(text), (1...1_000_000).contains(count) else {
            fail("--users needs a number from 1 to 1000000.")
        }
        data.usersPerOrganisation = count
    case "--no-recorder": data.recordsRequests = false
    case "--allow-remote": allowsRemote = true
    default: fail("there is no option `\(argument)`. zohosim --help lists them.")
    }
}
guard allowsRemote || address.host.hasPrefix("127.") || address.host == "::1" else {
    fail("\(address.host) can be reached from other machines; add --allow-remote if that is meant.")
}

do {
    let loop = try Loop()
    let simulator = Simulator(loop: loop, data: data)
    let bound = try simulator.listen(on: address)
    stopAtSignal(loop)
    print("zohosim listens on http://\(bound). GET /_sim/ tells what it can do.")
    fflush(nil)
    loop.run()
} catch {
    fail("cannot listen: \(error)")
}
