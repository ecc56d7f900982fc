"""What all candidates have in common."""

from ..processes import free_port
from ..works import Target, Unsupported

TOOL = "get_single_zoho_bigin_user_by_id"
PING = '{"jsonrpc":"2.0","id":7,"method":"ping"}'
LIST = '{"jsonrpc":"2.0","id":7,"method":"tools/list"}'


def call_body(digit, tool=TOOL):
    return (
        '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"%s","arguments":{"user_id":"6%s%%ID%%"}}}'
        % (tool, digit)
    )


class Candidate:
    """One program under test. `bench` gives processes, surroundings, tool lists and the folder for scratch files."""

    name = ""
    title = ""
    #: Whether each request is checked against a token.
    has_auth = False
    #: What is fair about the comparison and what is not.
    remark = ""
    #: Only in a full run.
    full_only = False
    #: Connections of a saturating load.
    connections = 8
    #: To start and pass the gate, as planned.
    start_seconds = 1.5
    #: Offered rate beyond which only a queue would be measured.
    fastest_rate = 1 << 30
    #: Bytes of an answer beyond which it is not asked.
    largest_answer = 1 << 30
    #: Passes at most.
    passes = 99
    #: Speaks MCP at all; the others are floors to compare with.
    is_gateway = True

    def __init__(self, bench):
        self.bench = bench
        self.process = None
        self.port = free_port()

    def version(self):
        return ""

    def start(self):
        raise NotImplementedError

    def stop(self):
        if self.process:
            self.bench.processes.stop(self.process)
            self.process = None

    @classmethod
    def plans(cls, work):
        """Whether `work` is worth a place in the plan."""
        return True

    def target(self, work):
        """The request for `work`; raises Unsupported."""
        raise Unsupported("not offered")

    def post(self, path, body, headers=(), port=None):
        return Target(port or self.port, path, body, tuple(headers))
