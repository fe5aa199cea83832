#!/usr/bin/env python3
"""How fast a large file goes over loopback: `sockeye send` and `recv`, which hash and check it, against
ncat and socat -b1M, which do not. All write a file; sender and receiver of each run side by side, one
after the other in each round, and the median counts.

    bench/transfer.py [--size GIB] [--rounds N] [--folder DIR] [--sockeye COMMAND]
"""

import argparse
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from measuring import free_port, interleaved, medians, wait_until_it_listens


AIM = 2.5


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


def rate_of(make, file, folder):
    """Octets a nanosecond, from the moment that the sender starts until both have ended."""
    into = tempfile.mkdtemp(dir=folder)
    port = free_port()
    receive, send = make(file, into, port)
    receiver = subprocess.Popen(receive, stderr=subprocess.DEVNULL)
    wait_until_it_listens(receiver, port)
    start = time.monotonic()
    sent = subprocess.run(send, stderr=subprocess.DEVNULL).returncode
    received = receiver.wait()
    took = time.monotonic() - start
    size = (pathlib.Path(into) / "file").stat().st_size
    shutil.rmtree(into)
    if sent or received or size != os.path.getsize(file):
        sys.exit("%s: sender %d, receiver %d, %d octets" % (send[0], sent, received, size))
    return size / took / 1e9


def write_file(path, octets):
    block = os.urandom(2**20)
    with open(path, "wb") as out:
        for _ in range(octets // len(block)):
            out.write(block)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--size", type=float, default=4, help="of the file, in GiB")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--folder", default="/dev/shm", help="where the files are; in memory, unless said")
    options.add_argument("--sockeye", default="build/release/sockeye")
    chosen = options.parse_args()
    random.seed(1)
    candidates = {"sockeye": sockeye(chosen.sockeye), "ncat": ncat, "socat -b1M": socat}
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        file = os.path.join(folder, "file")
        write_file(file, int(chosen.size * 2**30))
        rates = interleaved(chosen.rounds, candidates, lambda make: rate_of(make, file, folder))
    middle = medians(rates)
    best = max(rate for name, rate in middle.items() if name != "sockeye")
    for name, of_one in rates.items():
        print("%-10s  %5.2f GB/s (%.2f to %.2f)  %.2f of the better of the others" %
              (name, middle[name], min(of_one), max(of_one), middle[name] / best))
    ratio = middle["sockeye"] / best
    print("aim: at least %.2f: %s" % (AIM, "met" if ratio >= AIM else "missed by %.2f" % (AIM - ratio)))


if __name__ == "__main__":
    main()
