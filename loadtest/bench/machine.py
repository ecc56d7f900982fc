"""What this is measured on and with, and what is missing."""

import json
import os
import platform
import re
import resource
import shutil
import subprocess

from .surroundings import HERE

PROGRAMS = {
    "nginx": "nginx-core",
    "redis-server": "redis-server",
    "redis-cli": "redis-tools",
    "wrk": "wrk",
    "cc": "gcc",
    "haproxy": "haproxy",
    "openssl": "openssl",
    "taskset": "util-linux",
}
FILES = {
    "/usr/lib/nginx/modules/ngx_http_lua_module.so": "libnginx-mod-http-lua",
    "/usr/share/lua/5.1/resty/lrucache.lua": "lua-resty-lrucache",
    "/usr/share/lua/5.1/resty/core.lua": "lua-resty-core",
    "/usr/share/lua/5.1/nginx/redis.lua": "lua-nginx-redis",
    "/usr/share/lua/5.1/nginx/string.lua": "lua-nginx-string",
}


def missing_packages():
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    missing += [package for path, package in FILES.items() if not os.path.exists(path)]
    if subprocess.run(["dpkg-query", "-W", "lua-cjson"], capture_output=True).returncode:
        missing.append("lua-cjson")
    return sorted(set(missing))


def allow_open_files():
    """As many descriptors as this user may have; the children inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def commit():
    """Short hash of the tree, with `-dirty` when something outside loadtest/ is not committed."""

    def git(*arguments):
        return subprocess.run(["git", "-C", HERE, *arguments], capture_output=True, text=True).stdout

    changed = [line for line in git("status", "--porcelain").splitlines() if not line[3:].startswith("loadtest/")]
    return (git("rev-parse", "--short=10", "HEAD").strip() or "unknown") + ("-dirty" if changed else "")


def guards():
    """The committed figures of loadtest/guards; None before there are any."""
    try:
        with open(f"{HERE}/guards.json") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def facts():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.+)", file.read())
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / (1 << 20)
    with open("/etc/os-release") as file:
        system = re.search(r'PRETTY_NAME="(.+)"', file.read()).group(1)
    return {
        "processor": model.group(1) if model else platform.processor(),
        "processors": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "system": system,
        "kernel": platform.release(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "tools": _versions(),
    }


def _versions():
    def first(command, pattern=r"[\d.]+\d"):
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            return "missing"
        found = re.search(pattern, done.stdout + done.stderr)
        return found.group(0) if found else "unknown"

    return {
        "nginx": first(["nginx", "-v"]),
        "redis": first(["redis-server", "--version"]),
        "wrk": first(["wrk", "-v"]),
        "haproxy": first(["haproxy", "-v"]),
        "openssl": first(["openssl", "version"]),
        "libcurl": first(["dpkg-query", "-W", "-f=${Version}", "libcurl4"], r"\S+"),
    }
