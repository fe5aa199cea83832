"""`sockeye bench`, against its own far end, an echo server of ours, and nc."""

import json
import re
import shutil
import socket
import subprocess
import unittest

from peers import SECONDS, CommandTest, Listening, Running, run


class Serving(Running):
    def __init__(self):
        super().__init__("bench", "--serve", "127.0.0.1:0")
        self.address = re.match(r"listening on tcp://(\S+)", self.line())[1]


def bench(*arguments):
    done = run("bench", *arguments, "--time", "200ms", "--json")
    return done, json.loads(done.stdout) if done.returncode == 0 else None


class Throughput(CommandTest):
    def test_up_down_and_both_ways(self):
        with Serving() as far:
            for option, sent, received in (((), True, False), (("--reverse",), False, True),
                                           (("--both", "-P", "2"), True, True)):
                done, result = bench(far.address, *option)
                self.assertEqual(done.returncode, 0, done.words)
                self.assertEqual((result["sent"] > 0, result["received"] > 0), (sent, received))
                self.assertGreater(result["cpu_ns"], 0)

    def test_a_peer_on_this_machine_is_not_paced(self):
        with open("/proc/sys/net/ipv4/tcp_congestion_control", encoding="ascii") as file:
            default = file.read().strip()
        with Serving() as far:
            done = run("bench", far.address, "--time", "100ms")
            _, result = bench(far.address)
        self.assertEqual(result["congestion"], "reno" if default == "bbr" else default)
        self.assertEqual("paces a peer on this machine" in done.stdout.decode(), default == "bbr")

    def test_nc_takes_an_upload(self):
        if not shutil.which("nc"):
            self.skipTest("nc is not installed")
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
        with subprocess.Popen(["nc", "-l", "127.0.0.1", port], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as nc:
            # Asking with a connection would use nc's only one up.
            self.assertEqual(run("check", port, "--tcp").returncode in (0, 1), True)
            while run("check", port, "--tcp").returncode == 0:
                pass
            done, result = bench(f"127.0.0.1:{port}")
            self.assertEqual(done.returncode, 0, done.words)
            self.assertGreater(result["sent"], 0)
            nc.wait(SECONDS)

    def test_an_echo_server_sends_nothing_by_itself(self):
        with Listening("127.0.0.1:0", "--echo") as server:
            done, _ = bench(f"127.0.0.1:{server.port}", "--reverse")
        self.assertIn("start it with sockeye bench --serve", done.words)
        self.assertNotEqual(done.returncode, 0)


class Latency(CommandTest):
    def test_ping_pong_with_any_echo_server(self):
        with Listening("127.0.0.1:0", "--echo") as server:
            _, result = bench(f"127.0.0.1:{server.port}", "--ping", "--size", "1000")
        latency = result["latency_ns"]
        self.assertGreater(result["operations"], 0)
        self.assertEqual(sorted(latency[name] for name in ("min", "p50", "p90", "p99", "p99.9", "max")),
                         [latency[name] for name in ("min", "p50", "p90", "p99", "p99.9", "max")])

    def test_at_a_constant_rate_every_message_is_counted(self):
        with Serving() as far:
            _, result = bench(far.address, "--rate", "500", "-P", "3")
        self.assertEqual((result["operations"], result["unanswered"]), (100, 0))

    def test_a_histogram_is_drawn(self):
        with Serving() as far:
            text = run("bench", far.address, "--rate", "500", "--time", "200ms").stdout.decode()
        bars = re.findall(r"([\d.]+) % #*\.?$", text, re.MULTILINE)
        self.assertAlmostEqual(sum(map(float, bars)), 100, delta=0.1)
        self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])

    def test_connections_a_second(self):
        with Serving() as far:
            _, result = bench(far.address, "--connects")
        self.assertGreater(result["operations"], 0)


class Mistakes(CommandTest):
    def test_udp_has_no_connections(self):
        self.assert_fails(run("bench", "udp://127.0.0.1:1"), 2, "it measures connections")

    def test_one_measurement_at_a_time(self):
        self.assert_fails(run("bench", "127.0.0.1:1", "--ping", "--reverse"), 2, "one measurement")

    def test_a_rate_of_nothing(self):
        self.assert_fails(run("bench", "127.0.0.1:1", "--rate", "0"), 2)

    def test_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = "127.0.0.1:%d" % server.getsockname()[1]
        self.assert_fails(run("bench", address), 7, "refused")


if __name__ == "__main__":
    unittest.main()
