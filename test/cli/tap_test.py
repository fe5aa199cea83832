"""`sockeye --on tap:…`: our stack against Linux and its tools, over a TAP device. What all these tests share, the
capture of every frame included, is in on_tap.py."""

import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

from on_tap import (HERE, HERE6, ON, THERE, THERE6, OnTap, Serving, digest, end, ip, on, setUpModule, tool,
                    wait_for_server)
from peers import SECONDS, SOCKEYE, CommandTest, Running, connect, read_all, run


class Pings(OnTap, CommandTest):
    def test_echoes_of_every_size_are_answered_whole_in_both_families(self):
        with Serving(":7", "--discard") as server:
            self.assertRegex(server.announced, "^listening on ")
            for size in (0, 56, 1472, 1473, 8000, 65507):
                for address in (THERE, THERE6):
                    with self.subTest(size=size, address=address):
                        done = tool("ping", "-c", "2", "-i", "0.2", "-W", "3", "-s", str(size), address)
                        self.assertIn(" 0% packet loss", done.stdout.decode())

    def test_the_link_local_address_is_there_too(self):
        with Serving(":7", "--discard"):
            neighbours = tool("ping", "-c", "1", "-W", "3", THERE6)
            self.assertEqual(neighbours.returncode, 0)
            mac = re.search(r"lladdr ([0-9a-f:]+)", tool("ip", "-6", "neighbour", "show", THERE6, "dev", "tap0").stdout.decode())[1]
            octets = bytes.fromhex(mac.replace(":", ""))
            identifier = bytes([octets[0] ^ 2]) + octets[1:3] + b"\xff\xfe" + octets[3:]  # RFC 4291 appendix A
            link_local = socket.inet_ntop(socket.AF_INET6, b"\xfe\x80" + bytes(6) + identifier)
            self.assertEqual(tool("ping", "-c", "1", "-W", "3", f"{link_local}%tap0").returncode, 0)

    def test_arping_finds_a_card_of_local_administration(self):
        with Serving(":7", "--discard"):
            done = tool("arping", "-c", "2", "-I", "tap0", THERE)
            self.assertEqual(done.returncode, 0, done.stdout)
            mac = re.search(rb"\[([0-9A-F:]{17})\]", done.stdout)[1].decode()
            self.assertEqual(int(mac[:2], 16) & 3, 2, "locally administered, of one station")
            probe = tool("arping", "-D", "-c", "2", "-I", "tap0", THERE)
            self.assertEqual(probe.returncode, 1, "an RFC 5227 probe learns that somebody has it")

    def test_tracepath_gets_there_and_finds_the_mtu(self):
        with Serving(":7", "--discard"):
            for address in (THERE, THERE6):
                done = tool("tracepath", "-n", address).stdout.decode()
                self.assertIn("reached", done)
                self.assertIn("pmtu 1500", done)

    def test_a_smaller_mtu_is_set_at_both_ends(self):
        with Serving(":7", "--discard", network=ON + ",mtu=1280"):
            self.assertIn("pmtu 1280", tool("tracepath", "-n", THERE).stdout.decode())
        ip("link set tap0 mtu 1500")


class Streams(OnTap, CommandTest):
    OCTETS = 8 << 20

    def test_ncat_gets_back_from_our_echo_server_what_it_sent(self):
        content = random.Random(7).randbytes(self.OCTETS)
        with Serving(":9000", "--echo", "-q"):
            for address in (THERE, THERE6):
                done = tool("ncat", address, "9000", input=content)
                self.assertEqual(digest(done.stdout), digest(content), done.stderr)

    def test_what_we_send_to_a_server_of_ncats_arrives_whole(self):
        content = random.Random(8).randbytes(self.OCTETS)
        for address, target in ((HERE, f"{HERE}:9001"), (HERE6, f"[{HERE6}]:9001")):
            with subprocess.Popen(["ncat", "-l", address, "9001"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE) as peer:
                sent = Sending(target, content)
                got = peer.stdout.read(len(content))
                peer.stdin.close()  # its FIN ends `connect`
                self.assertEqual(sent.wait(), 0)
            self.assertEqual(digest(got), digest(content))

    def test_what_a_server_of_ncats_sends_arrives_whole(self):
        content = random.Random(9).randbytes(self.OCTETS)
        with subprocess.Popen(["ncat", "-l", "--send-only", HERE, "9002"], stdin=subprocess.PIPE) as peer:
            writing = threading.Thread(target=lambda: (peer.stdin.write(content), peer.stdin.close()))
            writing.start()
            done = on("connect", f"{HERE}:9002", "--retry", "5s")
            writing.join(SECONDS)
        self.assertEqual((done.returncode, done.words), (0, ""))
        self.assertEqual(digest(done.stdout), digest(content))

    def test_a_room_on_the_stack_is_joined_from_the_kernel(self):
        with Serving(":9004", "--chat"), Running("chat", f"{THERE}:9004", "--name", "anna",
                                                 stdin=subprocess.PIPE) as anna:
            anna.line()
            done = run("chat", f"{THERE}:9004", "--name", "ben", stdin=b"hello anna\n")
            self.assertEqual(done.returncode, 0, done.words)
            self.assertIn(b"hello anna", anna.process.stdout.readline())

    def test_udp_is_answered_datagram_by_datagram(self):
        with Serving("udp://:9005", "--upper", "-q"):
            for family, address in ((socket.AF_INET, THERE), (socket.AF_INET6, THERE6)):
                with socket.socket(family, socket.SOCK_DGRAM) as client:
                    client.settimeout(SECONDS)
                    for text in (b"", b"a", b"b" * 1472, b"c" * 5000, b"d" * 65000):
                        client.sendto(text, (address, 9005))
                        self.assertEqual(client.recv(65536), text.upper())
        done = on("connect", f"udp://{HERE}:9006", "--timeout", "200ms", stdin=b"hi")
        self.assertEqual(done.returncode, 7, "nobody is there: ICMP port unreachable")

    def test_ports_are_told_open_from_closed(self):
        with socket.create_server((HERE, 9007)):
            done = on("check", HERE, "9007", "9008")
        self.assertEqual(done.returncode, 7)
        self.assertRegex(done.stdout.decode(), r"9007 +open(.|\n)*9008 +closed")
        with Serving(":9009", "--echo"):
            self.assertEqual(run("check", THERE, "9009").returncode, 0)
            self.assertEqual(run("check", THERE, "9010").returncode, 7)

    def test_a_role_that_runs_a_program_works_too(self):
        with Serving(":9011", "--exec", "tr a-z A-Z", "-q"):
            self.assertEqual(tool("ncat", THERE, "9011", input=b"hello").stdout, b"HELLO")

    def test_what_was_sent_last_still_arrives_when_the_command_ends(self):
        with Serving(":9012", "--hello", "so long" * 1000, "--once", "-q") as server:
            self.assertEqual(read_all(connect(9012, THERE)), b"so long" * 1000)
            self.assertEqual(server.wait(), 0)

    def test_an_interrupted_command_closes_what_it_had_open(self):
        with socket.create_server((HERE, 9013)) as server:
            with Running("--on", ON, "connect", f"{HERE}:9013", stdin=subprocess.PIPE) as client:
                connection, _ = server.accept()
                connection.settimeout(SECONDS)
                client.signal(signal.SIGINT)
                self.assertEqual(connection.recv(1), b"")
                connection.close()
                self.assertNotEqual(client.wait(), -signal.SIGINT)


def knows_ecn(connection):
    """Whether both ends of a connection of this machine have agreed on ECN (tcp_info's TCPI_OPT_ECN)."""
    options = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[5]
    return options & 8 != 0


class CongestionNotification(OnTap, CommandTest):
    LINUX = pathlib.Path("/proc/sys/net/ipv4/tcp_ecn")  # of the test's namespace; 2: agrees when asked

    def test_linux_asks_and_we_agree(self):
        before = self.LINUX.read_text()
        self.addCleanup(self.LINUX.write_text, before)
        self.LINUX.write_text("1")
        content = random.Random(12).randbytes(100_000)
        with Serving(":9014", "--echo", "-q"), connect(9014, THERE) as connection:
            self.assertTrue(knows_ecn(connection))
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(digest(read_all(connection)), digest(content))

    def test_we_ask_where_that_is_wanted_and_linux_agrees(self):
        for ecn, agreed in (("on", True), ("off", False)):
            with socket.create_server((HERE, 9015)) as server:
                with Running("--on", f"{ON},ecn={ecn}", "connect", f"{HERE}:9015", stdin=subprocess.PIPE) as client:
                    connection, _ = server.accept()
                    with connection:
                        self.assertEqual(knows_ecn(connection), agreed)
                    client.process.stdin.close()
                    client.wait()


class WebAndNames(OnTap, CommandTest):
    def test_curl_talks_to_our_server(self):
        page = "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
        with Serving(":80", "--reply", page, "-q"):
            for host in (THERE, f"[{THERE6}]"):
                done = tool("curl", "-sS", "--noproxy", "*", f"http://{host}/")
                self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"), done.stderr)

    def test_our_client_gets_a_page_of_pythons_server_by_name(self):
        content = random.Random(11).randbytes(300_000)
        pathlib.Path(self.path("page")).write_bytes(content)
        web = subprocess.Popen([sys.executable, "-m", "http.server", "8000", "--bind", HERE, "--directory",
                                self.folder.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(end, web)
        wait_for_server(HERE, 8000)
        self.assertEqual(on("http", "get", f"http://{HERE}:8000/page").stdout, content)
        with name_server():
            done = on("http", "get", "http://web.example:8000/page", network=ON + f",dns={HERE}")
            self.assertEqual((done.words, done.stdout == content), ("", True))

    def test_dnsmasq_is_asked_over_both_families(self):
        with name_server():
            for server in (HERE, HERE6):
                done = on("dns", "web.example", network=ON + f",dns={server}")
                self.assertEqual(done.returncode, 0, done.words)
                self.assertIn(HERE, done.stdout.decode())
            done = on("dns", "nobody.example", network=ON + f",dns={HERE}")
            self.assertEqual(done.returncode, 6)
            done = on("connect", "nobody.example:80", network=ON + f",dns={HERE}")
            self.assertEqual(done.returncode, 6, done.words)

    def test_without_a_name_server_a_name_is_not_found(self):
        self.assert_fails(on("dns", "web.example"), 2, "dns=ADDRESS")
        self.assert_fails(on("connect", "web.example:80"), 6)


class Robustness(OnTap, CommandTest):
    captured = False  # what this puts there is malformed
    SMALL_QUARANTINE = {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=8:" + os.environ.get("ASAN_OPTIONS", "")}
    MOST_GROWTH = 64 << 10  # KiB

    def flood(self, frames):
        """Puts frames on tap0 as fast as Linux does, and says what the command's memory grew by meanwhile."""
        with Serving(":80", "--echo", "-q", env=self.SMALL_QUARANTINE) as server:
            self.assertEqual(tool("ping", "-c", "1", "-W", "3", THERE).returncode, 0)
            self.mac = bytes.fromhex(re.search(r"lladdr ([0-9a-f:]+)", tool(
                "ip", "neighbour", "show", THERE, "dev", "tap0").stdout.decode())[1].replace(":", ""))
            before = resident(server.process.pid)
            with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
                raw.bind(("tap0", 0))
                for frame in frames():
                    raw.send(frame)
            time.sleep(0.5)  # the kernel's queue at the device is still full, which would drop a ping too
            done = tool("ping", "-c", "5", "-i", "0.2", "-W", "3", THERE).stdout.decode()
            self.assertIn(" 0% packet loss", done)
            self.assertLess(resident(server.process.pid) - before, self.MOST_GROWTH)
            with connect(80, THERE) as connection:
                connection.sendall(b"still there")
                self.assertEqual(connection.recv(100), b"still there")
            self.assertEqual(server.stop(), 0)

    def test_a_flood_of_syns_leaves_it_answering(self):
        chance = random.Random(12)

        def frames():
            for _ in range(30_000):
                source = bytes([10, 9, chance.randrange(1, 255), chance.randrange(3, 255)])
                yield self.mac + bytes(6) + b"\x08\x00" + syn(source, socket.inet_aton(THERE), 80, chance)

        self.flood(frames)

    def test_garbage_leaves_it_answering(self):
        chance = random.Random(13)
        types = (b"\x08\x00", b"\x86\xdd", b"\x08\x06", b"\x81\x00", b"\x00\x10")

        def frames():
            for _ in range(30_000):
                octets = chance.randbytes(chance.randrange(0, 1400))
                yield self.mac + chance.randbytes(6) + chance.choice(types) + mangled(octets, chance)

        self.flood(frames)


class Mistakes(OnTap, CommandTest):
    def test_a_mistake_in_the_text_is_named_and_the_remedy_too(self):
        for text, words in (("eth0", "or tap:NAME"), ("tap:tap0", "has no address"),
                            ("tap:tap0,10.9.0.2", "write 10.9.0.2/24"),
                            ("tap:a-name-too-long-for-it,10.9.0.2/24", "at most 15"),
                            ("tap:tap0,10.9.0.2/24,gw=10.8.0.1", "outside"),
                            ("tap:tap0,10.9.0.2/24,mut=1", "none of gw=")):
            self.assert_fails(on("listen", ":80", network=text), 2, "sockeye listen: --on:", words)

    def test_a_verb_of_this_machine_alone_refuses_it(self):
        for words in (["who", "80"], ["port", "info", "80"], ["subnet", "show", "10.0.0.1/24"], ["mac", "02:00:00:00:00:01"]):
            self.assert_fails(on(*words), 2, "this machine")
        self.assert_fails(on("check", "80"), 2, "write HOST PORT")

    def test_it_stands_before_the_verb(self):
        self.assert_fails(run("listen", "--on", ON, ":80"), 2, "--on stands before the verb")
        self.assert_fails(on("listen", ":80", "--bogus"), 2, "sockeye listen:", "--bogus")

    def test_a_device_that_may_not_be_made_says_who_may(self):
        without = ["setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"]
        done = tool(*without, SOCKEYE, "--on", "tap:tap9,10.9.9.2/24", "listen", ":80")
        self.assertEqual(done.returncode, 77)
        self.assertIn("ip tuntap add dev tap9 mode tap user", done.stderr.decode())

    def test_a_device_of_another_program_is_busy(self):
        with Serving(":80", "--echo"):
            self.assert_fails(on("listen", ":81", "--echo"), 1, "tap0: another program has it")

    def test_a_device_that_is_no_tap_is_left_alone(self):
        self.assert_fails(on("listen", ":80", network="tap:lo,10.9.0.2/24"), 2, "lo is there, and is no TAP device")

    def test_a_device_that_is_not_there_is_made_for_the_time_being(self):
        with Serving(":80", "--echo", network="tap:tap7,10.9.7.2/24") as server:
            self.assertIn("UP", tool("ip", "link", "show", "tap7").stdout.decode())
            ip("address add 10.9.7.1/24 dev tap7")
            self.assertEqual(tool("ping", "-c", "1", "-W", "3", "10.9.7.2").returncode, 0)
            server.stop()
        self.assertNotEqual(tool("ip", "link", "show", "tap7").returncode, 0)

    def test_a_device_that_is_removed_ends_it(self):
        ip("tuntap add dev tap8 mode tap")
        ip("link set tap8 up")
        with Serving(":80", "--echo", network="tap:tap8,10.9.8.2/24") as server:
            ip("link delete tap8")
            self.assertIn("tap8 was removed", server.line())
            self.assertEqual(server.wait(), 1)

    def test_a_port_that_the_machine_uses_is_free_here(self):
        with socket.create_server(("0.0.0.0", 8080)), Serving(":8080", "--echo") as server:
            self.assertRegex(server.announced, "^listening on ")

    def test_an_address_of_another_host_is_refused(self):
        self.assert_fails(on("listen", f"{HERE}:80", "--echo"), 1, "not tap0's")


class Sending:
    """`sockeye --on … connect` that is given content on standard input."""

    def __init__(self, target, content):
        self.process = subprocess.Popen([SOCKEYE, "--on", ON, "connect", target, "--retry", "5s"],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.writing = threading.Thread(target=self.write, args=(content,))
        self.writing.start()

    def write(self, content):
        with self.process.stdin as stdin:
            stdin.write(content)

    def wait(self):
        self.writing.join(SECONDS)
        return self.process.wait(SECONDS)


@contextlib.contextmanager
def name_server():
    """dnsmasq, which knows web.example and says of every other name that it does not exist."""
    if shutil.which("dnsmasq") is None:
        raise unittest.SkipTest("dnsmasq is not installed")
    server = subprocess.Popen(
        ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--pid-file=",
         "--bind-interfaces", f"--listen-address={HERE}", f"--listen-address={HERE6}", "--local=/example/",
         f"--host-record=web.example,{HERE}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_server(HERE, 53)
        yield
    finally:
        end(server)


def resident(process):
    """KiB of memory."""
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text())[1])


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return struct.pack(">H", total ^ 0xffff)


def ipv4(source, target, protocol, payload):
    header = struct.pack(">BBHHHBB", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol)
    return header + checksum(header + b"\0\0" + source + target) + source + target + payload


def syn(source, target, port, chance):
    tcp = struct.pack(">HHIIBBH", chance.randrange(1024, 65536), port, chance.getrandbits(32), 0, 0x50, 2, 65535)
    pseudo = source + target + struct.pack(">HH", 6, 20)
    return ipv4(source, target, 6, tcp + checksum(pseudo + tcp + b"\0\0\0\0") + b"\0\0")


def mangled(octets, chance):
    """Half of the garbage has a header that gets further than the first look."""
    if chance.random() < 0.5:
        return octets
    protocol = chance.choice((1, 2, 6, 17, 58))
    return ipv4(bytes([10, 9, 0, 1]), socket.inet_aton(THERE), protocol, octets)


if __name__ == "__main__":
    unittest.main()
