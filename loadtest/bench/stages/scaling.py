"""One and two workers, one and two replicas behind HAProxy: cost per request, throughput and latency."""

from ..candidates.tollgate import LeanTollgate
from ..plan import Step
from ..processes import cpu_seconds, free_port
from ..surroundings import OTHERS_CORE, fill
from ..works import WORKS
from .latency import summary
from .saturation import Turn

CALL = WORKS["call-0.3kB"]
#: name, workers of a replica, replicas, processors of the replicas, behind HAProxy
SETUPS = (
    ("1 replica, 1 worker", 1, 1, "0", False),
    ("1 replica, 2 workers", 2, 1, "0,1", False),
    ("1 replica behind HAProxy", 1, 1, "0", True),
    ("2 replicas behind HAProxy", 1, 2, "0,1", True),
)


class ScalingTurn(Turn):
    def arrange(self, name, workers, replicas, core, is_balanced):
        self.name = name
        self.kind = lambda context: LeanTollgate(context, workers=workers, core=core)
        self.candidate = self.kind(self.context)
        self.candidate.start()
        processes = self.context.processes
        self.gateways, ports = [self.candidate.process], [self.candidate.port]
        self.balancer = None
        for index in range(1, replicas):
            port, process = self.candidate.launch(label=f"replica-{index + 1}")
            ports.append(port)
            self.gateways.append(process)
        self.port = self.candidate.port
        if is_balanced:
            self.port = free_port()
            servers = "\n".join(f"    server gateway-{i + 1} 127.0.0.1:{port}" for i, port in enumerate(ports))
            config = fill("haproxy/haproxy.cfg", f"{self.context.folder}/haproxy.cfg", PORT=self.port, SERVERS=servers)
            self.balancer = processes.start("haproxy", ["haproxy", "-db", "-f", config], OTHERS_CORE, self.port)

    def measure(self, seconds):
        target = self.candidate.target(CALL)
        target.port = self.port
        load = self.context.load
        load.paced(target, 500, 0.5, 0)
        before, balancer = self.spent()
        figures = load.saturate(target, seconds, 32, first=1)
        after, balancer_after = self.spent()
        share = 1e6 / max(1, figures["requests"])
        paced = summary(load.paced(target, 1000, seconds))
        self.record.add(
            "scaling",
            setup=self.name,
            per_second=figures["per_second"],
            problems=figures["problems"],
            cpu_us=(sum(after) - sum(before)) * share,
            balancer_us=(balancer_after - balancer) * share,
            shares=[b - a for a, b in zip(before, after)],
            percentiles=paced["percentiles"],
            delivered=paced["delivered"],
        )
        return f"{figures['per_second']:.0f}/s  {(sum(after) - sum(before)) * share:.1f} µs CPU/request"

    def spent(self):
        return [cpu_seconds(each.pid) for each in self.gateways], cpu_seconds(self.balancer.pid) if self.balancer else 0

    def stop(self):
        for process in getattr(self, "gateways", [])[1:] + [getattr(self, "balancer", None)]:
            if process:
                self.context.processes.stop(process)
        super().stop()


def steps(context, record, seconds):
    planned = []
    for setup in SETUPS:
        turn = ScalingTurn(context, record, LeanTollgate, 1)
        planned.append(Step(f"{setup[0]} start", 1.5, lambda turn=turn, setup=setup: turn.arrange(*setup), turn))
        planned.append(Step(setup[0], 2 * max(1, seconds) + 1.5, lambda turn=turn: turn.measure(seconds), turn))
        planned.append(Step(f"{setup[0]} stop", 0.3, turn.stop, turn))
    return planned
