"""`sockeye who`, and who holds an address in use, against sockets of Python's."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import unittest

from peers import CommandTest, connect, run

PROGRAM = open(f"/proc/{os.getpid()}/comm", encoding="utf-8").read().strip()
ME = f"{PROGRAM} (PID {os.getpid()}, {pwd.getpwuid(os.getuid()).pw_name})"


def who(*arguments):
    done = run("who", *map(str, arguments), "--json")
    return [json.loads(line) for line in done.stdout.splitlines()]


class Who(CommandTest):
    def test_a_server_has_a_process_and_a_queue(self):
        with socket.create_server(("127.0.0.1", 0), backlog=7) as server:
            port = server.getsockname()[1]
            with connect(port):
                [listening] = [one for one in who(port) if one["state"] == "LISTEN"]
                text = run("who", str(port)).stdout.decode()
        self.assertEqual(listening["processes"], [{"pid": os.getpid(), "program": PROGRAM}])
        self.assertEqual((listening["local"], listening["peer"]), (f"127.0.0.1:{port}", None))
        self.assertEqual((listening["waiting"], listening["backlog"]), (1, 7))
        self.assertIn(ME, text)
        self.assertIn("1 of 7 wait to be accepted", text)

    def test_a_connection_has_five_things_queues_and_figures(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with connect(port) as client, server.accept()[0]:
                client.sendall(b"unread")
                own = "127.0.0.1:%d" % client.getsockname()[1]
                ends = {one["local"]: one for one in who(port) if one["state"] == "ESTABLISHED"}
        self.assertEqual(set(ends), {f"127.0.0.1:{port}", own})
        self.assertEqual(ends[own]["peer"], f"127.0.0.1:{port}")
        self.assertEqual(ends[f"127.0.0.1:{port}"]["receive_queue"], 6)
        self.assertEqual(ends[own]["tcp"]["retransmitted"], 0)
        self.assertGreater(ends[own]["tcp"]["rtt_us"], 0)
        with open("/proc/sys/net/ipv4/tcp_congestion_control", encoding="ascii") as file:
            self.assertEqual(ends[own]["tcp"]["congestion"], file.read().strip())

    def test_udp_is_bound_or_connected(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            server.bind(("127.0.0.1", 0))
            port = server.getsockname()[1]
            client.connect(("127.0.0.1", port))
            found = {one["state"]: one for one in who(port, "--udp")}
        self.assertEqual(found["bound"]["local"], f"127.0.0.1:{port}")
        self.assertEqual(found["connected"]["peer"], f"127.0.0.1:{port}")

    def test_unix_sockets_have_a_path_or_a_peer(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "here")
            with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
                server.bind(path)
                server.listen(3)
                client.connect(path)
                mine = [one for one in who("--unix") if one["local"] == f"unix:{path}"]
                text = run("who", "--unix", "--listening").stdout.decode()
        self.assertEqual({one["state"] for one in mine}, {"LISTEN", "connected"} & {one["state"] for one in mine})
        self.assertIn("LISTEN", {one["state"] for one in mine})
        self.assertTrue(any(path in line and "LISTEN" in line for line in text.splitlines()))

    def test_listening_leaves_connections_out(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with connect(port):
                self.assertEqual([one["state"] for one in who(port, "--listening")], ["LISTEN"])

    def test_tcp_and_udp_are_told_apart(self):
        with socket.create_server(("127.0.0.1", 0)) as stream, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            port = stream.getsockname()[1]
            datagram.bind(("127.0.0.1", port))
            self.assertEqual([one["state"] for one in who(port, "--tcp")], ["LISTEN"])
            self.assertEqual([one["state"] for one in who(port, "--udp")], ["bound"])
            self.assertEqual(len(who(port)), 2)

    def test_no_line_is_wider_than_80_columns(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with connect(port):
                lines = run("who", str(port)).stdout.decode().splitlines()
        self.assertEqual([line for line in lines if len(line) > 80], [])

    def test_a_port_that_nobody_has(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self.assert_fails(run("who", str(port)), 1, f"no socket has port {port}")

    def test_unix_sockets_have_no_ports(self):
        self.assert_fails(run("who", "--unix", "9001"), 2, "--unix")

    def test_a_port_that_is_none(self):
        self.assert_fails(run("who", "65536"), 2, "'65536' is no port")

    def test_without_root_only_ones_own_programs_have_names(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become somebody else")
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
            done = run("who", port, user=65534, group=65534, extra_groups=[])
        self.assertIn("a program of root", done.stdout.decode())
        self.assertIn("1 of 1 belong to programs that cannot be seen from here", done.words)

    def test_without_root_ones_own_have(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become somebody else")
        python = shutil.which("python3", path="/usr/bin:/bin")  # the one that everybody may run
        if python is None:
            self.skipTest("no python3 for everybody")
        script = ("import socket, sys\n"
                  "server = socket.create_server(('127.0.0.1', 0))\n"
                  "print(server.getsockname()[1], flush=True)\n"
                  "sys.stdin.read()\n")
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        with subprocess.Popen([python, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              **nobody) as server:
            port = server.stdout.readline().decode().strip()
            done = run("who", port, **nobody)
            server.stdin.close()
        self.assertIn(f"(PID {server.pid}, ", done.stdout.decode())


class Holder(CommandTest):
    def test_a_port_in_use_names_who_has_it(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            self.assert_fails(run("listen", address, "--echo"), 48, "address in use", f"held by {ME}")

    def test_whoever_has_every_address_has_this_one(self):
        with socket.create_server(("0.0.0.0", 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_fails(run("listen", f"127.0.0.1:{port}", "--echo"), 48, f"held by {ME}")
            self.assert_fails(run("listen", f":{port}", "--echo"), 48, f"held by {ME}")

    def test_a_udp_port_and_one_that_is_only_bound(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            self.assert_fails(run("listen", f"udp://127.0.0.1:{port}", "--echo"), 48, f"held by {ME}")

    def test_a_unix_path(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as taken:
            path = os.path.join(folder, "here")
            taken.bind(path)
            taken.listen()
            self.assert_fails(run("listen", f"unix:{path}", "--echo"), 48, f"held by {ME}")


if __name__ == "__main__":
    unittest.main()
