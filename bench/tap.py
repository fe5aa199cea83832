#!/usr/bin/env python3
"""How fast one stream goes between Linux and our stack on a TAP device, beside slirp4netns, whose stack
stands behind a TAP device too and hands on to a server of the machine. Both devices are in one network
namespace, one after the other in each round; the median counts.

    bench/tap.py [--size MIB] [--rounds N] [--mtu N]... [--sockeye COMMAND]

Needs root, and /dev/net/tun.
"""

import argparse
import contextlib
import ctypes
import os
import random
import socket
import subprocess
import sys
import tempfile
import time

from measuring import Row, free_port, interleaved, is_listening, medians, spread, table

CLONE_NEWNET = 0x40000000
BUFFER = 1 << 20
PATIENCE = 10  # seconds for a server to be there


class Namespace:
    """A network namespace of its own."""

    def __enter__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"],
                                       stdout=subprocess.PIPE)
        if not self.holder.stdout.readline():
            sys.exit("no network namespace: run as root")
        self.file = f"/proc/{self.holder.pid}/ns/net"
        self.run("ip", "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        self.holder.kill()
        self.holder.wait()

    def command(self, *words):
        return ["nsenter", f"--net={self.file}", *words]

    def run(self, *words):
        subprocess.run(self.command(*words), check=True)

    def socket(self):
        """A TCP socket there: it stays in the namespace that it was made in."""
        with open("/proc/self/ns/net") as home, open(self.file) as there:
            enter(there)
            try:
                return socket.socket()
            finally:
                enter(home)


def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
        sys.exit("setns: " + os.strerror(ctypes.get_errno()))


@contextlib.contextmanager
def running(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def behind_ours(namespace, mtu, sockeye, role):
    """@returns where our stack serves"""
    namespace.run("ip", "tuntap", "add", "dev", "ours", "mode", "tap")
    namespace.run("ip", "address", "add", "10.9.0.1/24", "dev", "ours")
    namespace.run("ip", "link", "set", "ours", "mtu", str(mtu), "up")
    try:
        with running(namespace.command(sockeye, "--on", "tap:ours,10.9.0.2/24", "listen", ":9000", *role, "-q")):
            yield "10.9.0.2", 9000
    finally:
        namespace.run("ip", "link", "delete", "ours")


@contextlib.contextmanager
def behind_slirp(namespace, mtu, sockeye, role):
    """@returns where slirp4netns has the machine's loopback"""
    port = free_port()
    slirp = ["slirp4netns", "--configure", f"--mtu={mtu}", str(namespace.holder.pid), "slirp"]
    with running([sockeye, "listen", f"127.0.0.1:{port}", *role, "-q"]), running(slirp):
        until = time.monotonic() + PATIENCE
        while not is_listening(port) and time.monotonic() < until:
            time.sleep(0.01)
        yield "10.0.2.2", port


def connect(namespace, address):
    until = time.monotonic() + PATIENCE
    while True:
        stream = namespace.socket()
        stream.settimeout(PATIENCE)
        try:
            stream.connect(address)
            return stream
        except OSError as why:
            stream.close()
            if time.monotonic() > until:
                sys.exit(f"{address[0]}:{address[1]}: {why}")
            time.sleep(0.05)


def send(stream, octets):
    """Until the server has closed too, which it does once it has all."""
    block = bytes(BUFFER)
    for _ in range(octets // BUFFER):
        stream.sendall(block)
    stream.shutdown(socket.SHUT_WR)
    stream.recv(1)
    return octets


def receive(stream, _):
    block, octets = bytearray(BUFFER), 0
    while got := stream.recv_into(block):
        octets += got
    return octets


def rate_of(namespace, behind, mtu, sockeye, file, way):
    """Octets a nanosecond, from the connection on until the last one is there."""
    role, carry = (["--discard"], send) if way == "from Linux" else (["--push", file], receive)
    octets = os.path.getsize(file)
    with behind(namespace, mtu, sockeye, role) as address, connect(namespace, address) as stream:
        start = time.monotonic()
        carried = carry(stream, octets)
        took = time.monotonic() - start
    if carried != octets:
        sys.exit(f"{behind.__name__}, MTU {mtu}, {way}: {carried} of {octets} octets")
    return octets / took / 1e9


def compare(namespace, chosen, file, mtu, way):
    rates = interleaved(chosen.rounds, {"sockeye": behind_ours, "slirp4netns": behind_slirp},
                        lambda behind: rate_of(namespace, behind, mtu, chosen.sockeye, file, way))
    middle = medians(rates)
    gbits = ", ".join(f"{8 * middle[name]:.2f}" for name in ("sockeye", "slirp4netns"))
    row = Row(f"MTU {mtu}, {way}", "sockeye", "slirp4netns", middle["sockeye"] / middle["slirp4netns"], 1.0,
              spread(rates["sockeye"]), at_least=True, remark=f"{gbits} Gbit/s")
    row.say()
    return row


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="Needs root, and /dev/net/tun.")
    options.add_argument("--size", type=int, default=256, help="of what is carried, in MiB")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--mtu", type=int, action="append", help="as often as one likes; unless said, 1500 and 65520")
    options.add_argument("--sockeye", default="build/release/sockeye")
    chosen = options.parse_args()
    if os.geteuid() != 0:
        sys.exit("bench tap makes a network namespace and devices in it: run it as root")
    random.seed(1)
    with Namespace() as namespace, tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        file.truncate(chosen.size << 20)
        print(table([compare(namespace, chosen, file.name, mtu, way)
                     for mtu in chosen.mtu or (1500, 65520) for way in ("from Linux", "to Linux")]))


if __name__ == "__main__":
    main()
