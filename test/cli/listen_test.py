"""`sockeye listen`, with nc, Python's socket and curl as its clients."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from peers import SECONDS, CommandTest, Listening, connect, read_all, reset, run


def has_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


class Tcp(CommandTest):
    def test_nc_gets_its_answer(self):
        if not shutil.which("nc"):
            self.skipTest("nc is not installed")
        with Listening("127.0.0.1:0", "--upper") as server:
            done = subprocess.run(["nc", "-N", "127.0.0.1", str(server.port)], input=b"hello nc\n",
                                  capture_output=True, timeout=SECONDS)
        self.assertEqual(done.stdout, b"HELLO NC\n")

    def test_python_gets_its_answer_and_then_the_servers_fin(self):
        with Listening("tcp://127.0.0.1:0", "--upper") as server, connect(server.port) as client:
            client.sendall("naïve 你好\n".encode())
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(client).decode(), "NAïVE 你好\n")

    def test_curl_gets_its_answer(self):
        if not shutil.which("curl"):
            self.skipTest("curl is not installed")
        with Listening("127.0.0.1:0", "--upper") as server:
            command = ["curl", "-sN", "--max-time", str(SECONDS), f"telnet://127.0.0.1:{server.port}"]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as curl:
                curl.stdin.write(b"hello curl\n")
                curl.stdin.flush()
                self.assertEqual(curl.stdout.readline(), b"HELLO CURL\n")
                curl.terminate()  # it would wait for the server to close

    def test_echo_leaves_every_octet_as_it_is(self):
        octets = os.urandom(300_000)
        with Listening("127.0.0.1:0", "--echo") as server:
            done = run("connect", f"127.0.0.1:{server.port}", stdin=octets)
        self.assertEqual((done.returncode, done.stdout), (0, octets))

    def test_many_clients_are_served_at_once(self):
        with Listening("127.0.0.1:0", "--upper", "--quiet") as server:
            clients = [connect(server.port) for _ in range(100)]
            for number, client in reversed(list(enumerate(clients))):
                client.sendall(b"client %d" % number)
                self.assertEqual(client.recv(100), b"CLIENT %d" % number)
            for client in clients:
                client.close()

    def test_an_address_without_a_host_is_every_interface_of_both_families(self):
        if not has_ipv6():
            self.skipTest("no IPv6 here")
        with Listening(":0", "--upper") as server:
            self.assertIn("every interface, IPv4 and IPv6", server.announced)
            for host in ("127.0.0.1", "::1"):
                with connect(server.port, host) as client:
                    client.sendall(b"a")
                    self.assertEqual(client.recv(1), b"A")

    def test_a_unix_socket_is_served_and_its_file_removed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "upper")
            with Listening(f"unix:{path}", "--upper") as server:
                self.assertEqual(server.announced, f"listening on unix:{path}")
                done = run("connect", f"unix:{path}", stdin=b"hello")
                self.assertEqual((done.returncode, done.stdout), (0, b"HELLO"))
                self.assertEqual(server.stop(), 0)
                self.assertFalse(os.path.exists(path))


class Udp(CommandTest):
    def test_python_gets_an_answer_to_each_datagram(self):
        with Listening("udp://127.0.0.1:0", "--upper") as server, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(SECONDS)
            client.connect(("127.0.0.1", server.port))
            for datagram in (b"one", b"", b"x" * 65507):
                client.send(datagram)
                self.assertEqual(client.recv(65536), datagram.upper())

    def test_nc_gets_its_answer(self):
        if not shutil.which("nc"):
            self.skipTest("nc is not installed")
        with Listening("udp://127.0.0.1:0", "--upper") as server:
            done = subprocess.run(["nc", "-u", "-w1", "127.0.0.1", str(server.port)], input=b"hello nc\n",
                                  capture_output=True, timeout=SECONDS)
        self.assertEqual(done.stdout, b"HELLO NC\n")

    def test_a_peer_that_has_gone_does_not_end_the_server(self):
        with Listening("udp://127.0.0.1:0", "--upper") as server:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
                gone.sendto(b"no answer, please", ("127.0.0.1", server.port))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(SECONDS)
                client.sendto(b"still there?", ("127.0.0.1", server.port))
                self.assertEqual(client.recv(100), b"STILL THERE?")


class Log(CommandTest):
    def test_a_line_says_who_how_much_and_that_fin_ended_it(self):
        with Listening("127.0.0.1:0", "--upper") as server:
            with connect(server.port) as client:
                client.sendall(b"hello")
                self.assertEqual(client.recv(5), b"HELLO")
                own = "127.0.0.1:%d" % client.getsockname()[1]
            self.assertEqual(server.line().split(), [own, *"5 B in 5 B out FIN".split()])

    def test_a_line_says_that_rst_ended_it(self):
        with Listening("127.0.0.1:0", "--upper") as server:
            client = connect(server.port)
            client.sendall(b"hello")
            self.assertEqual(client.recv(5), b"HELLO")
            reset(client)
            self.assertTrue(server.line().endswith("5 B in         5 B out   RST"))

    def test_quiet_says_nothing_but_where_it_listens(self):
        with Listening("127.0.0.1:0", "--upper", "--quiet") as server:
            with connect(server.port) as client:
                client.sendall(b"hello")
                self.assertEqual(client.recv(5), b"HELLO")
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(client.recv(1), b"")
            self.assertEqual(server.stop(), 0)
            self.assertEqual(server.line(), "")


class Stopping(CommandTest):
    def test_either_signal_ends_an_idle_server_with_0(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with Listening("127.0.0.1:0", "--echo") as server:
                server.signal(number)
                self.assertEqual(server.wait(), 0)
                self.assertEqual(server.line(), "")

    def test_a_session_may_finish_while_nobody_new_is_accepted(self):
        with Listening("127.0.0.1:0", "--upper") as server, connect(server.port) as client:
            client.sendall(b"before")
            self.assertEqual(client.recv(6), b"BEFORE")
            server.signal(signal.SIGTERM)
            self.assertIn("1 open session", server.line())
            client.sendall(b"after")
            self.assertEqual(client.recv(5), b"AFTER")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(client.recv(1), b"")
            self.assertEqual(server.wait(), 0)
            self.assertTrue(server.line().endswith("FIN"))
            with self.assertRaises(ConnectionRefusedError):
                connect(server.port)

    def test_a_silent_session_is_cut_off_after_the_grace_time(self):
        with Listening("127.0.0.1:0", "--upper") as server, connect(server.port) as client:
            client.sendall(b"a")
            self.assertEqual(client.recv(1), b"A")
            server.signal(signal.SIGINT)
            self.assertEqual(client.recv(1), b"")
            self.assertEqual(server.wait(), 0)
            self.assertIn("1 open session", server.line())
            self.assertTrue(server.line().endswith("stopped"))

    def test_a_second_signal_cuts_the_grace_time_short(self):
        with Listening("127.0.0.1:0", "--upper") as server, connect(server.port) as client:
            client.sendall(b"a")
            self.assertEqual(client.recv(1), b"A")
            server.signal(signal.SIGINT)
            self.assertIn("1 open session", server.line())
            server.signal(signal.SIGINT)
            self.assertEqual(server.line(), "stopped at once")
            self.assertEqual(server.wait(), 0)


class Mistakes(CommandTest):
    def test_without_a_role_it_names_them(self):
        self.assert_fails(run("listen", ":0"), 2, "sockeye listen: ", "--echo", "--upper")

    def test_two_roles_are_one_too_many(self):
        self.assert_fails(run("listen", ":0", "--echo", "--upper"), 2, "one role")

    def test_a_malformed_address_is_named(self):
        for address in ("10.0.0.1", "10.0.0.256:1", "10.0.0.1:65536", "sctp://10.0.0.1:1"):
            self.assert_fails(run("listen", address, "--echo"), 2, "sockeye listen: ")

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            self.assert_fails(run("listen", address, "--echo"), 48, "address in use", address)

    def test_an_address_that_is_not_this_machines(self):
        self.assert_fails(run("listen", "192.0.2.1:0", "--echo"), 1, "address not available", "192.0.2.1")

    def test_a_port_that_is_not_for_everybody(self):
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
            if os.geteuid() == 0 or int(file.read()) <= 1:
                self.skipTest("every port is free to this user")
        self.assert_fails(run("listen", "127.0.0.1:1", "--echo"), 77, "permission denied")


if __name__ == "__main__":
    unittest.main()
