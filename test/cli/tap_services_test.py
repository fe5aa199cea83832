"""`sockeye --on tap:…` and the services that a network has: iperf3 through our streams, dig at our name server,
dnsmasq as the DHCP server of our client, browsers at our web server."""

import contextlib
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from on_tap import HERE, THERE, THERE6, OnTap, Serving, end, ip, setUpModule, tool, wait_for_server
from peers import SECONDS, SOCKEYE, CommandTest, read_all

TAP_HOST = os.environ.get("TAP_HOST", os.path.join(os.path.dirname(SOCKEYE), "test", "tap_host"))


class TapHost:
    """Our name server or DHCP client (tap_host.cpp); `.said` is what it says first."""

    def __init__(self, *words):
        self.process = subprocess.Popen([TAP_HOST, *words], stdout=subprocess.PIPE, text=True)
        self.said = self.line()

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Iperf3(OnTap, CommandTest):
    """iperf3 speaks to its server through our stack: each connection that we accept, `ncat` carries on. These may
    overtake each other, and --bidir tells its connections apart by their order: so one way at a time."""

    OCTETS = 4 << 20

    def test_streams_go_both_ways_in_both_families(self):
        server = subprocess.Popen(["iperf3", "--server", "--bind", "127.0.0.1", "--port", "5202"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(end, server)
        wait_for_server("127.0.0.1", 5202)
        with Serving(":5201", "--exec", "exec ncat 127.0.0.1 5202", "-q"):
            for address in (THERE, THERE6):
                for way in ([], ["--reverse"], ["--parallel", "3"], ["--reverse", "--parallel", "3"]):
                    with self.subTest(address=address, way=way):
                        done = tool("iperf3", "--client", address, "--json", "--bytes", str(self.OCTETS), *way)
                        report = json.loads(done.stdout)
                        self.assertEqual((done.returncode, report.get("error")), (0, None))
                        # What is received is counted until the sender has sent, not until all is there.
                        self.assertGreaterEqual(report["end"]["sum_sent"]["bytes"], self.OCTETS)
                        self.assertGreater(report["end"]["sum_received"]["bytes"], 0)


class Scapy(OnTap, CommandTest):
    """Frames of which scapy's fuzz() makes up the fields."""

    captured = False  # malformed they are meant to be
    NUMBER = 3000

    def test_what_it_makes_up_is_survived_and_whoever_means_it_is_served(self):
        with Serving(":80", "--upper", "-q") as server:
            self.assertEqual(tool("ping", "-c", "1", THERE).returncode, 0)
            mac = json.loads(tool("ip", "-json", "neigh", "show", THERE).stdout)[0]["lladdr"]
            done = tool("/usr/bin/python3", str(pathlib.Path(__file__).with_name("scapy_frames.py")), "tap0", mac,
                        THERE, THERE6, str(self.NUMBER))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(int(done.stdout), self.NUMBER // 2)
            self.assertIsNone(server.process.poll(), "it has ended")
            # Whoever said meanwhile that it is Linux, by ARP, is asked again.
            self.assertEqual(tool("ping", "-c", "1", "-W", "10", THERE).returncode, 0)
            with socket.create_connection((THERE, 80), SECONDS) as client:
                client.sendall(b"still there?")
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(read_all(client), b"STILL THERE?")


class Dig(OnTap, CommandTest):
    """dig asks our name server, over both transports and both families."""

    ZONE = """$TTL 300
@       SOA   ns hostmaster 1 1d 2h 4w 5m
@       NS    ns
ns      A     10.9.0.2
web     A     10.9.0.80
web     AAAA  fd00:9::80
www     CNAME web
*.dyn   A     10.9.0.99
long    TXT   """ + " ".join(f'"{letter * 250}"' for letter in "abcdefgh") + "\n"

    def setUp(self):
        zone = self.path("zone")
        pathlib.Path(zone).write_text(self.ZONE)
        self.server = TapHost(f"tap0,{THERE}/24,{THERE6}/64", "dns", zone)
        self.addCleanup(self.server.__exit__)
        self.assertEqual(self.server.said, "ready")

    def dig(self, *words, server=THERE):
        done = tool("dig", f"@{server}", "+tries=1", *words)
        text = done.stdout.decode()
        self.assertEqual(done.returncode, 0, text)
        self.assertNotIn("Warning", text)
        return text

    def test_addresses_aliases_and_wildcards_are_answered(self):
        for server in (THERE, THERE6):
            for over in ("+notcp", "+tcp"):
                with self.subTest(server=server, over=over):
                    self.assertEqual(self.dig("+short", over, "web.example", "A", server=server), "10.9.0.80\n")
                    self.assertEqual(self.dig("+short", over, "web.example", "AAAA", server=server), "fd00:9::80\n")
                    self.assertEqual(self.dig("+short", over, "www.example", server=server),
                                     "web.example.\n10.9.0.80\n")
                    self.assertEqual(self.dig("+short", over, "any.dyn.example", server=server), "10.9.0.99\n")

    def test_it_answers_with_authority_and_in_the_askers_spelling(self):
        text = self.dig("WeB.eXample")
        self.assertRegex(text, r"status: NOERROR.*\n;; flags: qr aa")
        self.assertIn("WeB.eXample.", text)

    def test_what_does_not_exist_is_nxdomain_with_the_zones_soa(self):
        text = self.dig("nobody.example")
        self.assertIn("status: NXDOMAIN", text)
        self.assertRegex(text, r"AUTHORITY SECTION:\nexample\.\s+300\s+IN\s+SOA\s+ns\.example\.")
        self.assertIn("status: NOERROR", self.dig("web.example", "TXT"))
        self.assertIn("status: REFUSED", self.dig("web.test"))

    def test_what_a_datagram_cannot_hold_dig_gets_over_tcp(self):
        text = self.dig("long.example", "TXT", "+ignore")
        self.assertRegex(text, "flags: qr aa tc")
        text = self.dig("long.example", "TXT")
        self.assertIn("(TCP)", text)
        self.assertEqual(re.findall(r'"(\w)', text), list("abcdefgh"))

    def test_ednss_options_and_versions_of_others_do_no_harm(self):
        self.assertIn("status: NOERROR", self.dig("web.example", "+nsid", "+cookie", "+subnet=192.0.2.0/24"))
        self.assertIn("status: BADVERS", self.dig("web.example", "+edns=7", "+noednsneg"))


@contextlib.contextmanager
def dhcp_server(folder):
    """dnsmasq gives 10.9.0.100 to .150 for two minutes, and says so in its log."""
    log, leases = os.path.join(folder, "dhcp.log"), os.path.join(folder, "leases")
    server = subprocess.Popen(
        ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root", "--pid-file=", "--no-ping",
         "--interface=tap0", "--bind-interfaces", "--dhcp-range=10.9.0.100,10.9.0.150,255.255.255.0,2m",
         "--dhcp-authoritative", f"--dhcp-option=3,{HERE}", f"--dhcp-option=6,{HERE}", "--log-dhcp",
         f"--dhcp-leasefile={leases}", f"--log-facility={log}"], stderr=subprocess.DEVNULL)
    try:
        yield pathlib.Path(log), pathlib.Path(leases)
    finally:
        end(server)


class Dhcp(OnTap, CommandTest):
    def test_dnsmasq_gives_our_client_an_address_which_it_checks_uses_and_gives_back(self):
        with dhcp_server(self.folder.name) as (log, leases), TapHost(f"tap0,{THERE6}/64", "dhcp") as client:
            self.assertRegex(client.said, rf"^10\.9\.0\.1\d\d/24 router {HERE} dns {HERE}$")
            address = client.said.split("/")[0]
            self.assertEqual(tool("ping", "-c", "1", "-W", "3", address).returncode, 0)
            self.assertIn(address, leases.read_text())
            self.assertEqual(client.stop(), 0)
            self.assertNotEqual(tool("ping", "-c", "1", "-W", "1", address).returncode, 0)
        said = re.findall(r"DHCP[A-Z]+(?=\(tap0\))", log.read_text())
        self.assertEqual(said, ["DHCPDISCOVER", "DHCPOFFER", "DHCPREQUEST", "DHCPACK", "DHCPRELEASE"])
        self.assertNotIn(address, leases.read_text())


class Web(OnTap, CommandTest):
    def test_curl_gets_our_files_in_both_families_whole_and_in_parts(self):
        page = random.Random(14).randbytes(300_000)
        pathlib.Path(self.path("page")).write_bytes(page)
        with Serving(":80", "--http", self.folder.name, "-q"):
            for host in (THERE, f"[{THERE6}]"):
                whole = tool("curl", "-sS", "--noproxy", "*", f"http://{host}/page")
                self.assertEqual((whole.returncode, whole.stdout == page), (0, True), whole.stderr)
                twice = tool("curl", "-sS", "--noproxy", "*", "-w", "%{num_connects} ", "-o", "/dev/null", "-o",
                             "/dev/null", f"http://{host}/page", f"http://{host}/page")
                self.assertEqual(twice.stdout, b"1 0 ", "one connection carries both")
                missing = tool("curl", "-sS", "--noproxy", "*", "-w", "%{http_code}", "-o", "/dev/null",
                               f"http://{host}/nothing")
                self.assertEqual(missing.stdout, b"404")


if __name__ == "__main__":
    unittest.main()
