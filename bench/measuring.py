"""What the benchmarks of the kernel's network have in common: servers on one processor, clients on another,
one after the other in another order each round; the median of the rounds counts."""

import contextlib
import os
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

BUFFER = 16384

PEERS = {
    "asio callbacks": ["asio_callbacks"],
    "asio coroutines": ["asio_coroutines"],
    "libuv": ["libuv"],
    "libevent": ["libevent"],
}
OURS = {"sockeye io_uring": ["sockeye", "io_uring"], "sockeye epoll": ["sockeye", "epoll"]}
BY_HAND = {"epoll by hand": ["epoll_level"]}
RING_BY_HAND = {"io_uring by hand": ["io_uring_ring"]}


@dataclass
class Setting:
    build: str
    rounds: int
    milliseconds: int
    rings: dict  # io_uring by hand: what it can do at best here; none where the kernel is too old for it


@dataclass
class Row:
    """One line of the table: what was measured, and whether that is within its aim."""

    load: str
    who: str
    against: str
    measured: float
    aim: float
    spread: float
    at_least: bool = False
    unit: str = ""
    remark: str = ""

    @property
    def met(self):
        return self.measured >= self.aim if self.at_least else self.measured <= self.aim

    def number(self, value):
        return f"{value:.0f} {self.unit}" if self.unit else f"{value:.2f}"

    @property
    def aimed(self):
        return ("≥ " if self.at_least else "≤ ") + self.number(self.aim)

    @property
    def verdict(self):
        return "met" if self.met else f"missed by {self.number(abs(self.measured - self.aim))}"

    def say(self):
        print(f"{self.load:<30} {self.who:<17} {self.number(self.measured):>7} "
              f"{'of ' + self.against if self.against else '':<25} aim {self.aimed}: {self.verdict} "
              f"(spread {self.spread:.0%}){' ' if self.remark else ''}{self.remark}", file=sys.stderr, flush=True)


def table(rows):
    lines = ["| load | server | measured | compared with | aim | | spread |", "|---|---|---|---|---|---|---|"]
    lines += [f"| {row.load} | {row.who} | {row.number(row.measured)} | {row.against} | {row.aimed} "
              f"| {row.verdict}{'; ' + row.remark if row.remark else ''} | {row.spread:.0%} |" for row in rows]
    return "\n".join(lines)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    wanted = "%04X" % port
    for table_of_sockets in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table_of_sockets).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(":" + wanted) and fields[3] == "0A":
                return True
    return False


def wait_until_it_listens(process, port, patience=10):
    """A server that ends, or takes longer, ends the benchmark."""
    ends = time.monotonic() + patience
    while not is_listening(port):
        if process.poll() is not None:
            sys.exit("%s ended with %d before it listened" % (process.args[0], process.returncode))
        if time.monotonic() > ends:
            process.kill()
            sys.exit("%s does not listen" % process.args[0])
        time.sleep(0.001)


def processors():
    """One for servers, one for the client; the same where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


def on(processor, command):
    return ["taskset", "-c", str(processor), *command]


@contextlib.contextmanager
def running(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def server_command(setting, server, port):
    program, *words = server
    return on(processors()[0], [f"{setting.build}/bench_server_{program}", str(port), str(BUFFER), *words])


def can_run(setting, server):
    """Whether this kernel has what the server needs."""
    port = free_port()
    with running(server_command(setting, server, port)) as process:
        while process.poll() is None and not is_listening(port):
            time.sleep(0.001)
        time.sleep(0.1)
        return process.poll() is None


def against_server(setting, server, client, words):
    """What `client` prints of a server that has just been started, as numbers."""
    port = free_port()
    with running(server_command(setting, server, port)) as process:
        said = subprocess.run(
            on(processors()[1], [f"{setting.build}/bench_{client}", str(process.pid), str(port), *map(str, words)]),
            capture_output=True, text=True, timeout=60)
    if said.returncode != 0:
        sys.exit(f"{client} with {' '.join(server)}: {said.stderr.strip()}")
    return [float(number) for number in said.stdout.split()]


def interleaved(rounds, candidates, measure):
    """candidates: what measure() is to be called with, by name. Returns the measurements by name."""
    values = {name: [] for name in candidates}
    for _ in range(rounds):
        order = list(candidates)
        random.shuffle(order)
        for name in order:
            values[name].append(measure(candidates[name]))
    return values


def medians(values):
    return {name: statistics.median(of_one) for name, of_one in values.items()}


def spread(values):
    return (max(values) - min(values)) / statistics.median(values)


def say_all(what, middle, show):
    said = ", ".join(f"{name} {show(value)}" for name, value in sorted(middle.items(), key=lambda pair: pair[1]))
    print(f"{'':<30} {what}: {said}", file=sys.stderr, flush=True)
