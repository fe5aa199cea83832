"""`sockeye check`, against sockets of Python's and a firewall made of a full queue."""

import json
import os
import socket
import subprocess
import threading
import time
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, Listening, full_listener, run

PROGRAM = open(f"/proc/{os.getpid()}/comm", encoding="utf-8").read().strip()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def check(*arguments):
    done = run("check", *map(str, arguments), "--json")
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


class Tcp(CommandTest):
    def test_open_ends_with_0(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            done = run("check", "127.0.0.1", str(port))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout.decode().split()[:2], [f"tcp://127.0.0.1:{port}", "open"])

    def test_closed_ends_with_7(self):
        port = free_port()
        done = run("check", f"127.0.0.1:{port}")
        self.assertEqual(done.returncode, 7)
        self.assertIn("closed", done.stdout.decode())

    def test_silence_is_filtered_and_ends_with_28(self):
        with full_listener() as address:
            code, [found] = check(address, "--timeout", "200ms")
        self.assertEqual((code, found["state"]), (28, "filtered"))

    def test_ipv6(self):
        try:
            server = socket.create_server(("::1", 0), family=socket.AF_INET6)
        except OSError:
            self.skipTest("no IPv6 here")
        with server:
            port = server.getsockname()[1]
            self.assertEqual(run("check", "::1", str(port)).returncode, 0)
            self.assertEqual(run("check", f"[::1]:{port}").returncode, 0)

    def test_wait_ends_when_the_server_is_up(self):
        port = free_port()

        def start_late():
            time.sleep(0.3)
            with socket.create_server(("127.0.0.1", port)) as server:
                server.settimeout(SECONDS)
                server.accept()[0].close()

        thread = threading.Thread(target=start_late)
        thread.start()
        done = run("check", f"127.0.0.1:{port}", "--wait", "10s")
        thread.join(SECONDS)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_wait_in_vain_ends_with_28(self):
        self.assertEqual(run("check", f"127.0.0.1:{free_port()}", "--wait", "150ms").returncode, 28)


@unittest.skipUnless(os.geteuid() == 0, "a network of one's own takes root")
class ManyPorts(CommandTest):
    """On a network of their own, since what else listens here would take them for its client."""

    def check(self, *arguments):
        script = ('ip link set lo up; "$0" listen 127.0.0.1:9001 --echo --quiet 2>/dev/null & '
                  '"$0" check 127.0.0.1:9001 --wait 10s >/dev/null; "$0" check "$@"; code=$?; kill $!; exit $code')
        done = subprocess.run(["unshare", "--net", "sh", "-c", script, SOCKEYE, *arguments], capture_output=True,
                              timeout=SECONDS)
        done.words = done.stderr.decode()
        return done

    def test_several_and_a_range_are_asked_at_once(self):
        done = self.check("127.0.0.1", "8999-9003", "http", "--json")
        found = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual({one["port"]: one["state"] for one in found},
                         {port: "open" if port == 9001 else "closed" for port in (80, *range(8999, 9004))})
        self.assertEqual((found[0]["service"], done.returncode), ("http", 7))

    def test_every_port_of_a_machine(self):
        done = self.check("127.0.0.1", "1-65535")
        self.assertEqual([line.split()[:2] for line in done.stdout.decode().splitlines()],
                         [["tcp://127.0.0.1:9001", "open"]])
        self.assertRegex(done.words, r"1 open, 65534 closed in ")


class Udp(CommandTest):
    def test_open_is_what_answers(self):
        with Listening("udp://127.0.0.1:0", "--echo") as server:
            code, [found] = check(f"udp://127.0.0.1:{server.port}")
        self.assertEqual((code, found["state"]), (0, "open"))

    def test_silence_is_no_answer_and_never_open(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            code, [found] = check("127.0.0.1", silent.getsockname()[1], "--udp", "--timeout", "90ms")
        self.assertEqual((code, found["state"]), (28, "no answer"))

    def test_icmp_says_closed(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
            gone.bind(("127.0.0.1", 0))
            port = gone.getsockname()[1]
        code, [found] = check("127.0.0.1", port, "--udp")
        self.assertEqual((code, found["state"]), (7, "closed"))


class Here(CommandTest):
    def test_a_free_port_ends_with_0(self):
        port = free_port()
        done = run("check", str(port))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout.decode(), f"tcp  {port}  free\nudp  {port}  free\n")

    def test_a_port_that_is_held_ends_with_1_and_says_by_whom(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            done = run("check", str(port), "--tcp")
            code, [found] = check(port, "--tcp")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout.decode(),
                         rf"tcp +{port} +LISTEN +127\.0\.0\.1:{port} +{PROGRAM} \(PID {os.getpid()}, ")
        self.assertEqual((code, found["state"], found["by"][0]["processes"][0]["pid"]), (1, "held", os.getpid()))

    def test_tcp_and_udp_are_two_matters(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            port = str(server.getsockname()[1])
            self.assertEqual(run("check", port, "--udp").returncode, 1)
            self.assertEqual(run("check", port).returncode, 1)


class Mistakes(CommandTest):
    def test_a_host_without_a_port(self):
        self.assert_fails(run("check", "10.0.0.1"), 2, "which ports of 10.0.0.1?")

    def test_a_port_that_is_none(self):
        for words in (["65536"], ["10.0.0.1", "0"], ["10.0.0.1:99999"], ["10.0.0.1", "9-1"]):
            self.assert_fails(run("check", *words), 2, "sockeye check: ")

    def test_tcp_and_udp_at_once(self):
        self.assert_fails(run("check", "10.0.0.1", "1", "--tcp", "--udp"), 2, "sockeye check: ")

    def test_waiting_for_a_port_of_this_machine(self):
        self.assert_fails(run("check", "9001", "--wait", "1s"), 2, "another host")


if __name__ == "__main__":
    unittest.main()
