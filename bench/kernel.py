#!/usr/bin/env python3
"""./dev bench kernel: what an echo costs each server, in CPU time a request, side by side in one run.

Servers run on one processor, the client on another, interleaved and in another order each round; the
median of the rounds counts. Only ratios are of use elsewhere: a machine's own speed drops out of them."""

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys

PEERS = {
    "asio callbacks": ["asio_callbacks"],
    "asio coroutines": ["asio_coroutines"],
    "libuv": ["libuv"],
    "libevent": ["libevent"],
}
OURS = {"sockeye io_uring": ["sockeye", "io_uring"], "sockeye epoll": ["sockeye", "epoll"]}
BY_HAND = {"epoll by hand": ["epoll_level"]}
STREAM = {"sockeye io_uring": ["sockeye", "io_uring", "into"], "sockeye epoll": ["sockeye", "epoll", "into"]}

# connections, octets, depth; what to compare with, and the aim of the io_uring and of the epoll backend
CELLS = [(connections, octets, depth, "best peer", 0.90, 1.05)
         for octets in (64, 1024) for depth in (1, 16) for connections in (64, 1000, 8000)]
CELLS += [(64, 16384, 1, "best peer", 0.95, 1.05), (64, 16384, 16, "epoll by hand", 1.05, 1.05)]
BUFFER = 16384


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processors():
    """One for servers, one for the client; the same where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


def measure(build, command, cell, milliseconds):
    """Nanoseconds of CPU time a request, and requests a second."""
    connections, octets, depth = cell[:3]
    server_on, client_on = processors()
    port = free_port()
    program, *words = command
    server = subprocess.Popen(
        ["taskset", "-c", str(server_on), f"{build}/bench_server_{program}", str(port), str(BUFFER), *words])
    try:
        said = subprocess.run(
            ["taskset", "-c", str(client_on), f"{build}/bench_echo_load", str(server.pid), str(port),
             str(connections), str(octets), str(depth), str(milliseconds)],
            capture_output=True, text=True, timeout=60, check=True).stdout
    finally:
        server.kill()
        server.wait()
    answers, nanoseconds = map(int, said.split())
    return nanoseconds / answers, answers * 1000 / milliseconds


def run_cell(build, cell, rounds, milliseconds, words):
    connections, octets, depth, against, uring_aim, epoll_aim = cell
    ours = STREAM if octets == 16384 and depth > 1 else OURS
    candidates = {**PEERS, **BY_HAND, **ours}
    costs = {name: [] for name in candidates}
    for _ in range(rounds):
        order = list(candidates)
        random.shuffle(order)
        for name in order:
            costs[name].append(measure(build, candidates[name], cell, milliseconds)[0])
    medians = {name: statistics.median(values) for name, values in costs.items()}
    best_peer = min(PEERS, key=medians.get)
    compared = best_peer if against == "best peer" else against
    rows = []
    for name, aim in (("sockeye io_uring", uring_aim), ("sockeye epoll", epoll_aim)):
        yardstick = compared if name == "sockeye io_uring" else "epoll by hand"
        ratio = medians[name] / medians[yardstick]
        spread = (max(costs[name]) - min(costs[name])) / medians[name]
        rows.append((f"{connections} x {octets} B, {depth} deep", name, yardstick, ratio, aim, spread))
        print(f"{rows[-1][0]:<24} {name:<17} {ratio:5.2f} of {yardstick:<16} (aim {aim:.2f}"
              f"{'' if ratio <= aim else ', MISSED'}; spread {spread:.0%})", file=words, flush=True)
    others = ", ".join(f"{name} {value / 1000:.2f}" for name, value in sorted(medians.items(), key=lambda x: x[1]))
    print(f"{'':<24} us a request: {others}", file=words, flush=True)
    return rows


def table(rows):
    lines = ["| load | server | compared with | ratio | aim | spread |", "|---|---|---|---|---|---|"]
    lines += [f"| {load} | {name} | {yardstick} | {ratio:.2f} | {aim:.2f} | {spread:.0%} |"
              for load, name, yardstick, ratio, aim, spread in rows]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where the programs are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--milliseconds", type=int, default=400, help="measured in each round")
    parser.add_argument("--only", help="cells whose load has this in its name, such as \"x 64 B, 1 deep\"")
    options = parser.parse_args()
    random.seed(1)
    rows = []
    for cell in CELLS:
        name = f"{cell[0]} x {cell[1]} B, {cell[2]} deep"
        if options.only is None or options.only in name:
            rows += run_cell(options.build, cell, options.rounds, options.milliseconds, sys.stderr)
    if not rows:
        sys.exit(f"no cell has \"{options.only}\" in its name")
    print(table(rows))
    missed = sum(ratio > aim for _, _, _, ratio, aim, _ in rows)
    print(f"\n{len(rows) - missed} of {len(rows)} within their aim")


if __name__ == "__main__":
    main()
