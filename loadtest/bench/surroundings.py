"""What every candidate needs around it, on processor 1: an upstream with and without TLS, and Redis."""

import os
import subprocess

from .bodies import SIZES, Bodies
from .processes import free_port

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAMES = ["www.zohoapis.com", "www.zohoapis.eu", "localhost"]
OTHERS_CORE = "1"
CANDIDATE_CORE = "0"


def fill(template, target, **values):
    """Copies a configuration, @NAME@ replaced."""
    with open(f"{HERE}/peers/{template}") as source:
        text = source.read()
    for key, value in values.items():
        text = text.replace(f"@{key}@", str(value))
    with open(target, "w") as file:
        file.write(text)
    return target


class Surroundings:
    def __init__(self, processes, folder, sizes=tuple(SIZES)):
        self.processes, self.folder = processes, folder
        self.plain, self.tls, self.redis = free_port(), free_port(), free_port()
        os.makedirs(f"{folder}/bodies", exist_ok=True)
        self.bodies = Bodies(f"{folder}/bodies")
        self.bodies.write(sizes)
        self.ca = f"{folder}/ca.pem"
        self._certificates()

    def _certificates(self):
        """An authority of this run alone, and the upstream's certificate under it."""

        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], check=True, cwd=self.folder, capture_output=True)

        openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-subj",
            "/CN=Load test authority",
        )
        openssl(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "upstream.key",
            "-out",
            "upstream.csr",
            "-subj",
            f"/CN={NAMES[0]}",
        )
        with open(f"{self.folder}/extensions", "w") as file:
            file.write("subjectAltName=" + ",".join(f"DNS:{name}" for name in NAMES) + ",IP:127.0.0.1\n")
        openssl(
            "x509",
            "-req",
            "-in",
            "upstream.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-out",
            "upstream.pem",
            "-extfile",
            "extensions",
        )

    def start(self):
        config = fill(
            "upstream.conf",
            f"{self.folder}/upstream.conf",
            FOLDER=self.folder,
            PLAIN=self.plain,
            TLS=self.tls,
            USER=self.bodies.body("0.3 kB"),
        )
        self.processes.start("upstream", ["nginx", "-c", config], OTHERS_CORE, self.plain)
        self.redis_process = self.processes.start(
            "redis",
            [
                "redis-server",
                "--port",
                self.redis,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                self.folder,
            ],
            OTHERS_CORE,
            self.redis,
        )

    def redis_cli(self, *arguments, stdin=None):
        return subprocess.run(
            ["redis-cli", "-p", str(self.redis), *[str(a) for a in arguments]],
            check=True,
            capture_output=True,
            text=stdin is None,
            input=stdin,
        ).stdout
