#!/usr/bin/env python3
"""How fast a large file goes over loopback: `sockeye send` and `recv`, which hash and check it, against
ncat and socat -b1M, which do not. All write a file; sender and receiver of each run side by side, one
after the other in each round, and the median counts.

    bench/transfer.py [--size GIB] [--rounds N] [--folder DIR] [--sockeye COMMAND]
"""

import argparse
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    wanted = "%04X" % port
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(":" + wanted) and fields[3] == "0A":
                return True
    return False


def sockeye(command):
    def run(file, folder, port):
        return ([command, "recv", "127.0.0.1:%d" % port, "--listen", "--quiet", "--into", folder],
                [command, "send", file, "127.0.0.1:%d" % port, "--quiet"])

    return run


def ncat(file, folder, port):
    return (["sh", "-c", "exec ncat --recv-only -l 127.0.0.1 %d > %s/file" % (port, folder)],
            ["sh", "-c", "exec ncat --send-only 127.0.0.1 %d < %s" % (port, file)])


def socat(file, folder, port):
    return (["socat", "-b1048576", "-u", "TCP-LISTEN:%d,bind=127.0.0.1" % port, "CREATE:%s/file" % folder],
            ["socat", "-b1048576", "-u", "FILE:%s" % file, "TCP:127.0.0.1:%d" % port])


def seconds(make, file, folder):
    """From the moment that the sender starts until both have ended."""
    into = tempfile.mkdtemp(dir=folder)
    port = free_port()
    receive, send = make(file, into, port)
    receiver = subprocess.Popen(receive, stderr=subprocess.DEVNULL)
    while not is_listening(port):
        time.sleep(0.001)
    start = time.monotonic()
    sent = subprocess.run(send, stderr=subprocess.DEVNULL).returncode
    received = receiver.wait()
    took = time.monotonic() - start
    size = (pathlib.Path(into) / "file").stat().st_size
    shutil.rmtree(into)
    if sent or received or size != os.path.getsize(file):
        sys.exit("%s: sender %d, receiver %d, %d octets" % (send[0], sent, received, size))
    return took


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--size", type=float, default=4, help="of the file, in GiB")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--folder", default="/dev/shm", help="where the files are; in memory, unless said")
    options.add_argument("--sockeye", default="build/release/sockeye")
    chosen = options.parse_args()
    candidates = {"sockeye": sockeye(chosen.sockeye), "ncat": ncat, "socat -b1M": socat}
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        file = os.path.join(folder, "file")
        octets = int(chosen.size * 2**30)
        with open(file, "wb") as out:
            block = os.urandom(2**20)
            for _ in range(octets // len(block)):
                out.write(block)
        rates = {name: [] for name in candidates}
        for _ in range(chosen.rounds):
            for name, make in candidates.items():
                rates[name].append(os.path.getsize(file) / seconds(make, file, folder) / 1e9)
    best = max(statistics.median(rates[name]) for name in rates if name != "sockeye")
    for name, all_rates in rates.items():
        median = statistics.median(all_rates)
        print("%-10s  %5.2f GB/s (%.2f to %.2f)  %.2f of the better of the others" %
              (name, median, min(all_rates), max(all_rates), median / best))


if __name__ == "__main__":
    main()
