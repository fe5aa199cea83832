"""What tests of `sockeye --on tap:…` share: tap0 in a network namespace of the test's own, with Linux at its other end.

Each class captures all that its tests put on the device, and ends with tshark's word that nothing of it is malformed.
"""

import ctypes
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from peers import SECONDS, Running, run

HERE, THERE, HERE6, THERE6 = "10.9.0.1", "10.9.0.2", "fd00:9::1", "fd00:9::2"
ADDRESSES = f"{THERE}/24,{THERE6}/64,gw={HERE},gw6={HERE6}"
ON = f"tap:tap0,{ADDRESSES}"
CLONE_NEWNET = 0x40000000


def setUpModule():
    if os.geteuid() != 0:
        raise unittest.SkipTest("a network namespace needs root")
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        raise unittest.SkipTest("there is no /dev/net/tun")
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise unittest.SkipTest("a network namespace: " + os.strerror(ctypes.get_errno()))
    ip("link set lo up")


def ip(words):
    subprocess.run(["ip", *words.split()], check=True, timeout=SECONDS)


def tool(*words, **options):
    """A tool's output, or a skip where this machine lacks it."""
    if shutil.which(words[0]) is None:
        raise unittest.SkipTest(f"{words[0]} is not installed")
    return subprocess.run(words, capture_output=True, timeout=3 * SECONDS, **options)


def on(*arguments, network=ON, **options):
    return run("--on", network, *arguments, **options)


class Serving(Running):
    """`sockeye --on tap:… listen`, ready."""

    def __init__(self, *arguments, network=ON, **options):
        super().__init__("--on", network, "listen", *arguments, **options)
        self.announced = self.line()

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()


class Capture:
    """What crosses tap0, from the first frame on, where tshark is there."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        os.chmod(self.folder.name, 0o777)
        self.file = os.path.join(self.folder.name, "tap.pcapng")
        self.process = subprocess.Popen(["tshark", "-q", "-i", "tap0", "-B", "64", "-w", self.file],
                                        stderr=subprocess.DEVNULL)
        until = time.monotonic() + SECONDS
        while not os.path.exists(self.file) and time.monotonic() < until:
            time.sleep(0.05)

    def faults(self):
        """Lines about frames that are malformed, or that came from our stack with a wrong checksum."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(SECONDS)
        checked = [word for protocol in ("ip", "tcp", "udp") for word in ("-o", f"{protocol}.check_checksum:TRUE")]
        wrong = " or ".join(f"{protocol}.checksum.status == 0" for protocol in ("ip", "tcp", "udp", "icmp", "icmpv6"))
        # Linux writes a TCP checksum of 0 as 0xffff, as only UDP has to: tshark objects to one segment in 65,536.
        # (/sys is of the namespace that it was mounted in: it does not know this tap0.)
        linux = json.loads(tool("ip", "-json", "link", "show", "dev", "tap0").stdout)[0]["address"]
        read = ["tshark", "-r", self.file, *checked]
        with self.folder:
            if not tool(*read, "-c", "1").stdout:
                return "nothing was captured"
            return tool(*read, "-Y", f"_ws.malformed or (({wrong}) and eth.src != {linux})").stdout.decode()


class OnTap:
    """tap0 with Linux at its other end."""

    captured = True

    @classmethod
    def setUpClass(cls):
        ip("tuntap add dev tap0 mode tap")
        ip(f"address add {HERE}/24 dev tap0")
        ip(f"-6 address add {HERE6}/64 dev tap0 nodad")
        ip("link set tap0 up")
        cls.capture = Capture() if cls.captured and shutil.which("tshark") else None
        cls.folder = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()
        try:
            faults = cls.capture.faults() if cls.capture else ""
            assert faults == "", faults
        finally:
            ip("link delete tap0")

    def path(self, name):
        return os.path.join(self.folder.name, name)


def digest(content):
    return hashlib.sha256(content).hexdigest()


def end(process):
    process.terminate()
    process.wait(SECONDS)


def wait_for_server(host, port):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            return socket.create_connection((host, port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise TimeoutError(f"nobody listens at {host}:{port}")
