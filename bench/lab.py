#!/usr/bin/env python3
"""./dev bench lab: what a lab's frames cost, beside what they cost ns-3 in the same scenarios.

Both run on one processor, interleaved and in another order each round; the median of the rounds counts.
A capture has each frame once a cable. Instructions are callgrind's, which repeat to the thousandth."""

import argparse
import json
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from measuring import Row, interleaved, on, processors, spread, table


@dataclass
class Load:
    """One row to reach. Times and memory are of the set-up too."""

    name: str
    scenario: str
    size: int
    capture: bool = False
    times_faster: float = 0  # than ns-3; 0: it has no such scenario
    seconds: float = 0
    megabytes: float = 0


LOADS = [
    Load("two LANs, 100 MB", "two_lans", 100, times_faster=8),
    Load("two LANs, 100 MB, captured", "two_lans", 100, capture=True, times_faster=10),
    Load("1,000 hosts, flat", "flat", 1000, times_faster=10),
    Load("10,000 hosts, routed", "routed", 10000, times_faster=10, megabytes=100),
    Load("128 hosts, DHCP", "dhcp", 128, seconds=0.2),
    Load("100 hosts, 2 h idle", "idle", 100, seconds=2),
]
FEW, MANY = 10, 10000
HOPS = "apart"


def run_once(build, program, load):
    """What the program says of one run: a dict with `wall`."""
    words = [f"{build}/{program}", load.scenario, str(load.size)]
    with tempfile.TemporaryDirectory(prefix="sockeye-bench-") as directory:
        if load.capture:
            words.append(f"{directory}/capture.pcapng" if program == "bench_lab" else f"{directory}/capture")
        said = subprocess.run(on(processors()[1], words), capture_output=True, text=True, timeout=600)
    if said.returncode != 0:
        sys.exit(f"{' '.join(words)}: {said.stderr.strip()}")
    result = json.loads(said.stdout)
    result["wall"] = result["setup"] + result["run"]
    return result


def middle(results, key):
    return statistics.median(result[key] for result in results)


def describe(name, results):
    hops, wall = middle(results, "hops"), middle(results, "wall")
    captured = middle(results, "captured")
    return (f"{name} {wall:.3f} s ({middle(results, 'setup'):.3f} to set up), {hops:,.0f} frame-hops, "
            f"{hops / wall / 1e6:.2f} M/s, {middle(results, 'rss') / 1024:.0f} MB"
            + (f", {captured / 1e6:,.0f} MB captured" if captured else ""))


def measure(options, load):
    programs = {"sockeye": "bench_lab"}
    if load.times_faster:
        programs["ns-3"] = "bench_lab_ns3"
    results = interleaved(options.rounds, programs, lambda program: run_once(options.build, program, load))
    print(f"{load.name}: " + "; ".join(describe(*named) for named in results.items()), file=sys.stderr, flush=True)
    ours = results["sockeye"]
    if len({one["hash"] for one in ours}) != 1:
        sys.exit(f"{load.name}: not the same hash in each round")
    walls = [one["wall"] for one in ours]
    if load.times_faster:
        ratio = middle(results["ns-3"], "wall") / statistics.median(walls)
        yield Row(load.name, "times as fast", "ns-3", ratio, load.times_faster, spread(walls), at_least=True)
    if load.seconds:
        yield Row(load.name, "seconds", "", statistics.median(walls), load.seconds, spread(walls))
    if load.megabytes:
        yield Row(load.name, "memory", "", middle(ours, "rss") / 1024, load.megabytes, 0, unit="MB")


def instructions_a_hop(options, size):
    """Of the run alone, without the set-up."""
    with tempfile.TemporaryDirectory(prefix="sockeye-bench-") as directory:
        said = subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=*Exchange::await*",
                               f"--callgrind-out-file={directory}/out", f"{options.build}/bench_lab", HOPS, str(size)],
                              capture_output=True, text=True, timeout=600)
    collected = re.search(r"Collected : (\d+)", said.stderr)
    if said.returncode != 0 or collected is None:
        sys.exit(f"callgrind: {said.stderr.strip()}")
    return int(collected[1]) / json.loads(said.stdout)["hops"]


def hop_costs(options):
    """That a hop costs the same however many hosts there are."""
    few, many = (Load(f"{size} hosts", HOPS, size) for size in (FEW, MANY))
    results = interleaved(options.rounds, {"few": few, "many": many},
                          lambda load: run_once(options.build, "bench_lab", load))
    a_hop = {name: [one["run"] / one["hops"] for one in runs] for name, runs in results.items()}
    ratio = statistics.median(a_hop["many"]) / statistics.median(a_hop["few"])
    print("ns a hop: " + ", ".join(f"{name} {1e9 * statistics.median(times):.0f}" for name, times in a_hop.items()),
          file=sys.stderr, flush=True)
    yield Row("a hop's time", f"{MANY:,} hosts", f"{FEW}", ratio, 2, spread(a_hop["many"]))
    if options.instructions:
        few, many = instructions_a_hop(options, FEW), instructions_a_hop(options, MANY)
        print(f"instructions a hop: {few:.0f} and {many:.0f}", file=sys.stderr, flush=True)
        yield Row("a hop's instructions", f"{MANY:,} hosts", f"{FEW}", many / few, 1.10, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where the programs are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="loads that have this in their name, such as LANs, flat, hop")
    parser.add_argument("--instructions", action="store_true", help="count them too: minutes, and needs valgrind")
    options = parser.parse_args()
    random.seed(1)
    if not pathlib.Path(options.build, "bench_lab_ns3").exists():
        sys.exit("bench_lab_ns3 is not built: it needs libns3-dev")
    wanted = options.only or ""
    rows = []
    for load in LOADS:
        if wanted in load.name:
            rows += measure(options, load)
    if wanted in "a hop's time and instructions":
        rows += hop_costs(options)
    if not rows:
        sys.exit(f"no load has \"{wanted}\" in its name")
    for row in rows:
        row.say()
    print(table(rows))
    print(f"\n{sum(row.met for row in rows)} of {len(rows)} within their aim")


if __name__ == "__main__":
    main()
