#!/usr/bin/env python3
"""./dev bench kernel: what the kernel's network costs through our sockets, beside what it costs others.

Servers run on one processor, the client on another, interleaved and in another order each round; the
median of the rounds counts. Only ratios are of use elsewhere: a machine's own speed drops out of them."""

import argparse
import json
import random
import subprocess
import sys
from functools import partial

from measuring import (BY_HAND, OURS, PEERS, RING_BY_HAND, Row, Setting, against_server, can_run, free_port,
                       interleaved, medians, on, processors, running, say_all, spread, table, wait_until_it_listens)

STREAM = {"sockeye io_uring": ["sockeye", "io_uring", "into"], "sockeye epoll": ["sockeye", "epoll", "into"]}
UPPER = {"sockeye io_uring": ["sockeye", "io_uring", "upper"], "sockeye epoll": ["sockeye", "epoll", "upper"]}
BUFFERLESS = {"asio coroutines, one buffer for all": ["asio_coroutines", "shared"]}


# connections, octets, depth; what to compare with, and the aims of the io_uring and of the epoll backend
ECHOES = [(connections, octets, depth, "best peer", 0.90, 1.05)
          for octets in (64, 1024) for depth in (1, 16) for connections in (64, 1000, 8000)]
ECHOES += [(64, 16384, 1, "best peer", 0.95, 1.05), (64, 16384, 16, "epoll by hand", 1.05, 1.05)]


def microseconds(nanoseconds):
    return f"{nanoseconds / 1000:.2f}"


def beside_a_ring_by_hand(name, middle, yardstick):
    """What a row of our io_uring says of the one by hand: whether the aim can be had on this kernel at all."""
    if name != "sockeye io_uring":
        return ""
    return "; ".join(f"{ring} {middle[ring] / middle[yardstick]:.2f}" for ring in RING_BY_HAND if ring in middle)


def echo(setting, connections, octets, depth, against, uring_aim, epoll_aim, load):
    """Server CPU time a request."""

    def cost(server):
        answers, nanoseconds = against_server(setting, server, "echo_load",
                                              [connections, octets, depth, setting.milliseconds])
        return nanoseconds / answers

    ours = STREAM if octets == 16384 and depth > 1 else OURS
    costs = interleaved(setting.rounds, {**PEERS, **BY_HAND, **setting.rings, **ours}, cost)
    middle = medians(costs)
    best_peer = min(PEERS, key=middle.get)
    for name, aim in (("sockeye io_uring", uring_aim), ("sockeye epoll", epoll_aim)):
        yardstick = best_peer if against == "best peer" and name == "sockeye io_uring" else "epoll by hand"
        yield Row(load, name, yardstick, middle[name] / middle[yardstick], aim, spread(costs[name]),
                  remark=beside_a_ring_by_hand(name, middle, yardstick))
    say_all("us a request", middle, microseconds)


def accepting(setting, at_once, octets, load):
    """Server CPU time a connection that asks once and closes."""

    def cost(server):
        made, nanoseconds = against_server(setting, server, "connect_load", [at_once, octets, setting.milliseconds])
        return nanoseconds / made

    costs = interleaved(setting.rounds, {**PEERS, **BY_HAND, **setting.rings, **OURS}, cost)
    middle = medians(costs)
    best_peer = min(PEERS, key=middle.get)
    for name in OURS:
        yield Row(load, name, best_peer, middle[name] / middle[best_peer], 1.00, spread(costs[name]),
                  remark=beside_a_ring_by_hand(name, middle, best_peer))
    say_all("us a connection", middle, microseconds)


def holding(setting, connections, load):
    """Memory of an idle connection. The kernel's is that of both ends, and the machine's others' too."""
    kernel = {}

    def cost(named):
        name, server = named
        user, of_kernel = against_server(setting, server, "hold", [connections, 64])
        kernel.setdefault(name, []).append(of_kernel)
        return user

    candidates = {**PEERS, **BUFFERLESS, **BY_HAND, **UPPER}
    costs = interleaved(setting.rounds, {name: (name, server) for name, server in candidates.items()}, cost)
    middle = medians(costs)
    for name in UPPER:
        yield Row(load, name, "", middle[name], 400, spread(costs[name]), unit="B")
    say_all("octets of the server's a connection", middle, "{:.0f}".format)
    say_all("and of the kernel's, for both ends", medians(kernel), "{:.0f}".format)


SPINNING = {name: [*server, "spin"] for name, server in {**OURS, **BY_HAND}.items()}


def spinning(setting, connections, load):
    """Requests a second with --spin, against without it and against epoll that spins as long."""
    costs = {}

    def rate(named):
        name, server = named
        answers, nanoseconds = against_server(setting, server, "echo_load",
                                              [connections, 64, 1, setting.milliseconds])
        costs.setdefault(name, []).append(nanoseconds / answers)
        return answers / setting.milliseconds

    candidates = {**OURS, **BY_HAND, **{f"{name}, spin": server for name, server in SPINNING.items()}}
    rates = interleaved(setting.rounds, {name: (name, server) for name, server in candidates.items()}, rate)
    middle, cost = medians(rates), medians(costs)
    for name in OURS:
        spins = f"{name}, spin"
        yield Row(load, spins, name, middle[spins] / middle[name], 2.5, spread(rates[spins]), at_least=True,
                  remark=f"for {cost[spins] / cost[name]:.2f} of its CPU a request; requests/s "
                         f"{middle[spins] / middle['epoll by hand, spin']:.2f} of epoll's by hand that spins, which "
                         f"gains {middle['epoll by hand, spin'] / middle['epoll by hand']:.2f}")
    say_all("thousand requests/s", middle, "{:.1f}".format)
    say_all("us CPU a request", cost, microseconds)


BULK = 128 * 1024  # octets a call, of both


def our_bulk(setting, seconds, _congestion):
    port = free_port()
    command = f"{setting.build}/sockeye"
    with running(on(processors()[0], [command, "bench", "--serve", f"127.0.0.1:{port}"])) as server:
        wait_until_it_listens(server, port)
        said = subprocess.run(on(processors()[1], [command, "bench", f"127.0.0.1:{port}", "-t", f"{seconds}s",
                                                   "--json"]), capture_output=True, text=True, check=True).stdout
    report = json.loads(said)
    return report["sent"] / report["took_ns"], report["congestion"]


def iperf3_bulk(_setting, seconds, congestion):
    port = free_port()
    with running(on(processors()[0], ["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", str(port)])) as server:
        wait_until_it_listens(server, port)
        said = subprocess.run(on(processors()[1], ["iperf3", "-c", "127.0.0.1", "-p", str(port), "-t", str(seconds),
                                                   "-l", str(BULK), "-C", congestion, "-J"]),
                              capture_output=True, text=True, check=True).stdout
    return json.loads(said)["end"]["sum_received"]["bits_per_second"] / 8e9, congestion


def bulk(setting, load):
    """Octets a second of one stream."""
    seconds = max(1, round(setting.milliseconds / 400))
    _, congestion = our_bulk(setting, 1, None)
    rates = interleaved(setting.rounds, {"sockeye bench": our_bulk, "iperf3": iperf3_bulk},
                        lambda run: run(setting, seconds, congestion)[0])
    middle = medians(rates)
    yield Row(f"{load}, {congestion}", "sockeye bench", "iperf3", middle["sockeye bench"] / middle["iperf3"], 1.00,
              spread(rates["sockeye bench"]), at_least=True)
    say_all("GB/s", middle, "{:.2f}".format)


def measurements():
    """What measures, by the name of its load."""
    for connections, octets, depth, *aims in ECHOES:
        load = f"{connections} x {octets} B, {depth} deep"
        yield load, partial(echo, connections=connections, octets=octets, depth=depth, against=aims[0],
                            uring_aim=aims[1], epoll_aim=aims[2])
    yield "accept, 64 at once", partial(accepting, at_once=64, octets=64)
    yield "9,000 idle connections", partial(holding, connections=9000)
    for connections in (1, 4):
        yield f"{connections} x 64 B, spin", partial(spinning, connections=connections)
    yield "bulk", bulk


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where the programs are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--milliseconds", type=int, default=400, help="measured in each round")
    parser.add_argument("--only", help="loads that have this in their name, such as \"x 64 B, 1 deep\", accept, idle")
    options = parser.parse_args()
    random.seed(1)
    setting = Setting(options.build, options.rounds, options.milliseconds, rings={})
    setting.rings = {name: server for name, server in RING_BY_HAND.items() if can_run(setting, server)}
    rows = []
    for load, measure in measurements():
        if options.only is not None and options.only not in load:
            continue
        for row in measure(setting, load=load):
            row.say()
            rows.append(row)
    if not rows:
        sys.exit(f"no load has \"{options.only}\" in its name")
    print(table(rows))
    print(f"\n{sum(row.met for row in rows)} of {len(rows)} within their aim")


if __name__ == "__main__":
    main()
