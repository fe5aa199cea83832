"""`sockeye listen`, with nc, Python's socket and curl as its clients."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

from peers import SECONDS, CommandTest, Listening, Running, connect, read_all, reset, run


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


class Roles(CommandTest):
    def test_hello_is_the_text_and_then_fin(self):
        with Listening("127.0.0.1:0", "--hello", "welcome\n") as server, connect(server.port) as client:
            self.assertEqual(read_all(client), b"welcome\n")

    def test_reply_is_the_same_for_everything(self):
        with Listening("127.0.0.1:0", "--reply", "helloworld") as server, connect(server.port) as client:
            for text in (b"sb", b"\x00\xff"):
                client.sendall(text)
                self.assertEqual(client.recv(100), b"helloworld")

    def test_reply_over_udp_answers_the_empty_datagram_too(self):
        with Listening("udp://127.0.0.1:0", "--reply", "got it") as server, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(SECONDS)
            for datagram in (b"one", b""):
                client.sendto(datagram, ("127.0.0.1", server.port))
                self.assertEqual(client.recv(100), b"got it")

    def test_discard_takes_what_there_is(self):
        with Listening("127.0.0.1:0", "--discard") as server:
            done = run("connect", f"127.0.0.1:{server.port}", stdin=bytes(2_000_000))
            self.assertEqual((done.returncode, done.stdout), (0, b""))
            self.assertIn("2000000 B in         0 B out   FIN", server.line())


class Exec(CommandTest):
    def test_a_program_a_client_with_half_close_both_ways(self):
        with Listening("127.0.0.1:0", "--exec", "tr a-z A-Z; printf done") as server:
            done = run("connect", f"127.0.0.1:{server.port}", stdin=b"hello")
            self.assertEqual((done.returncode, done.stdout), (0, b"HELLOdone"))
            self.assertTrue(server.line().endswith("5 B in         9 B out   FIN"))
            octets = os.urandom(2_000_000)
            self.assertEqual(run("connect", f"127.0.0.1:{server.port}", stdin=octets).stdout,
                             octets.translate(bytes(range(97)) + bytes(range(65, 91)) + bytes(range(123, 256)))
                             + b"done")

    def test_nothing_that_a_client_says_is_run(self):
        with tempfile.TemporaryDirectory() as folder:
            trap = os.path.join(folder, "trap")
            with Listening("127.0.0.1:0", "--exec", "cat") as server:
                text = f"$(touch {trap}); touch {trap}\n`touch {trap}`\n".encode()
                self.assertEqual(run("connect", f"127.0.0.1:{server.port}", stdin=text).stdout, text)
            self.assertFalse(os.path.exists(trap))

    def test_the_peer_is_in_the_environment(self):
        with Listening("127.0.0.1:0", "--exec", 'printf %s "$SOCKEYE_PEER"') as server, \
                connect(server.port) as client:
            self.assertEqual(read_all(client).decode(), "127.0.0.1:%d" % client.getsockname()[1])

    def test_when_the_client_breaks_off_the_program_and_its_children_are_ended_and_reaped(self):
        with Listening("127.0.0.1:0", "--exec", "echo $$; sleep 1000 & sleep 1000") as server:
            client = connect(server.port)
            group = int(client.recv(100))
            reset(client)
            self.assertTrue(server.line().endswith("RST"))
            self.assert_is_gone(group)

    def test_a_program_that_ends_its_output_and_stays_is_ended(self):
        with Listening("127.0.0.1:0", "--exec", "echo $$; exec >&-; trap '' TERM; sleep 1000") as server, \
                connect(server.port) as client:
            group = int(read_all(client))
            client.close()
            self.assertTrue(server.line().endswith("FIN"))
            self.assert_is_gone(group)

    def test_a_program_that_cannot_be_run_ends_its_session_alone(self):
        with Listening("127.0.0.1:0", "--exec", "/nonexistent") as server:
            for _ in range(2):
                with connect(server.port) as client:
                    self.assertEqual(read_all(client), b"")
                self.assertIn("not found", server.line())
                self.assertTrue(server.line().endswith("FIN"))

    def assert_is_gone(self, group):
        with self.assertRaises(ProcessLookupError):
            for _ in range(SECONDS * 10):
                os.killpg(group, 0)
                time.sleep(0.1)


class Files(CommandTest):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, octets):
        with open(self.path(name), "wb") as file:
            file.write(octets)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_push_is_the_file_and_then_the_end(self):
        octets = os.urandom(1_000_000)
        self.write("file", octets)
        with Listening("127.0.0.1:0", "--push", self.path("file")) as server:
            for _ in range(2):
                with connect(server.port) as client:
                    self.assertEqual(read_all(client), octets)

    def test_push_without_its_file_does_not_listen(self):
        done = run("listen", "127.0.0.1:0", "--push", self.path("missing"))
        self.assert_fails(done, 1, "not found", "missing")
        self.assertNotIn("listening", done.words)
        done = run("listen", "127.0.0.1:0", "--threads", "2", "--push", self.path("missing"))
        self.assert_fails(done, 1, "not found", "missing")

    def test_save_keeps_each_job_byte_by_byte_under_the_next_free_number(self):
        self.write("job-2.bin", b"somebody else's")
        jobs = [os.urandom(300_000), b"second"]
        with Listening("127.0.0.1:0", "--save", self.path("job-%n.bin")) as server:
            for job in jobs:
                self.assertEqual(run("connect", f"127.0.0.1:{server.port}", stdin=job).returncode, 0)
                self.assertIn("saved job-", server.line())
                self.assertTrue(server.line().endswith("FIN"))
        self.assertEqual([self.read("job-1.bin"), self.read("job-3.bin")], jobs)
        self.assertEqual(self.read("job-2.bin"), b"somebody else's")

    def test_a_job_that_breaks_off_or_is_empty_leaves_nothing(self):
        with Listening("127.0.0.1:0", "--save", self.path("job-%n.bin")) as server:
            client = connect(server.port)
            client.sendall(b"half a job")
            time.sleep(0.3)
            self.assertEqual([name for name in os.listdir(self.folder.name) if not name.startswith(".")], [])
            reset(client)
            self.assertTrue(server.line().endswith("RST"))
            connect(server.port).close()
            self.assertTrue(server.line().endswith("FIN"))
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_save_without_a_number_is_for_one_client_and_a_new_file(self):
        done = run("listen", "127.0.0.1:0", "--save", self.path("job"))
        self.assert_fails(done, 2, "%n", "--once")
        with Listening("127.0.0.1:0", "--save", self.path("job"), "--once") as server:
            self.assertEqual(run("connect", f"127.0.0.1:{server.port}", stdin=b"all").returncode, 0)
            self.assertEqual(server.wait(), 0)
        self.assertEqual(self.read("job"), b"all")
        done = run("listen", "127.0.0.1:0", "--save", self.path("job"), "--once")
        self.assert_fails(done, 1, "exists already", "job")

    def test_whoever_serves_one_client_alone_ends_as_that_one_did(self):
        with Listening("127.0.0.1:0", "--save", self.path("job"), "--once") as server:
            self.write("job", b"came in between")
            self.assertEqual(run("connect", f"127.0.0.1:{server.port}", stdin=b"all").returncode, 0)
            self.assertEqual(server.wait(), 1)
            self.assertIn("listen: exists already: job", server.process.stderr.read().decode())
        self.assertEqual(self.read("job"), b"came in between")
        with Listening("127.0.0.1:0", "--echo", "--once") as server:
            client = connect(server.port)
            client.sendall(b"half")
            reset(client)
            self.assertEqual(server.wait(), 56)

    @unittest.skipUnless(os.geteuid() == 0, "mounting a small disk takes root")
    def test_a_job_for_which_there_is_no_room_is_a_failure(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", self.folder.name], check=True)
        self.addCleanup(subprocess.run, ["umount", self.folder.name], check=True)
        with Listening("127.0.0.1:0", "--save", self.path("job"), "--once") as server:
            run("connect", f"127.0.0.1:{server.port}", stdin=bytes(1_000_000))
            self.assertEqual(server.wait(), 1)
            self.assertIn("no space left", server.process.stderr.read().decode())
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_http_answers_curl_python_and_sockeye_on_one_port(self):
        self.write("index.html", b"<p>hello")
        with Listening("127.0.0.1:0", "--http", self.folder.name) as server:
            url = f"http://127.0.0.1:{server.port}/"
            with urllib.request.urlopen(url, timeout=SECONDS) as page:
                self.assertEqual((page.headers["Content-Type"], page.read()),
                                 ("text/html; charset=utf-8", b"<p>hello"))
            self.assertEqual(run("http", "get", url).stdout, b"<p>hello")
            by_hand = run("connect", f"127.0.0.1:{server.port}", "--crlf", stdin=b"GET / HTTP/1.0\n\n")
            self.assertTrue(by_hand.stdout.endswith(b"\r\n\r\n<p>hello"))
            if shutil.which("curl"):
                done = subprocess.run(["curl", "-s", "--path-as-is", url + "../../etc/passwd", url],
                                      capture_output=True, timeout=SECONDS)
                self.assertTrue(done.stdout.endswith(b"<p>hello"), done.stdout)
                self.assertNotIn(b"root:", done.stdout)


class Spin(CommandTest):
    def test_answers_as_without(self):
        for arguments in ((), ("--threads", "2")):
            with Listening("127.0.0.1:0", "--upper", "--spin", "--quiet", *arguments) as server:
                with connect(server.port) as client:
                    for number in range(100):
                        client.sendall(b"message %d" % number)
                        self.assertEqual(client.recv(100), b"MESSAGE %d" % number)
                self.assertEqual(server.stop(), 0)

    def test_is_for_this_machine(self):
        for verb in (("listen", ":1", "--echo"), ("bench", "10.0.0.1:1"), ("bench", "--serve", ":1")):
            self.assert_fails(run("--on", "tap:tap0,10.0.0.2/24", *verb, "--spin"), 2, "--spin")


class Threads(CommandTest):
    def listeners(self, port):
        """How many sockets listen on the port."""
        with open("/proc/net/tcp") as table:
            return sum(line.split()[1].endswith(":%04X" % port) and line.split()[3] == "0A"
                       for line in list(table)[1:])

    def test_share_a_port_and_answer_everybody_a_line_each(self):
        with Listening("127.0.0.1:0", "--upper", "--threads", "3") as server:
            self.assertEqual(self.listeners(server.port), 3)
            clients = [connect(server.port) for _ in range(60)]
            for number, client in enumerate(clients):
                client.sendall(b"client %d" % number)
            for number, client in enumerate(clients):
                self.assertEqual(client.recv(100), b"CLIENT %d" % number)
                client.close()
            for _ in clients:
                self.assertRegex(server.line(), r"^127\.0\.0\.1:\d+ +\d+ B in +\d+ B out   FIN$")
            self.assertEqual(server.stop(), 0)

    def test_all_let_their_sessions_finish_when_told_to_stop(self):
        with Listening("127.0.0.1:0", "--echo", "--threads", "2", "--quiet") as server:
            clients = [connect(server.port) for _ in range(20)]
            for client in clients:
                client.sendall(b"first")
                self.assertEqual(client.recv(100), b"first")
            server.signal(signal.SIGTERM)
            self.assertIn("may finish within", server.line())
            for client in clients:
                client.sendall(b"last")
                self.assertEqual(client.recv(100), b"last")
                client.close()
            self.assertEqual(server.wait(), 0)

    def test_answer_datagrams_too(self):
        with Listening("udp://127.0.0.1:0", "--upper", "--threads", "2", "--quiet") as server:
            for _ in range(20):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                    client.settimeout(SECONDS)
                    client.sendto(b"hello", ("127.0.0.1", server.port))
                    self.assertEqual(client.recv(100), b"HELLO")
            self.assertEqual(server.stop(), 0)

    def test_do_not_share_it_with_another_command(self):
        with Listening("127.0.0.1:0", "--echo", "--threads", "2") as server:
            done = run("listen", f"127.0.0.1:{server.port}", "--echo", "--threads", "2")
            self.assert_fails(done, 48, "address in use", str(server.process.pid))

    def test_are_refused_where_they_make_no_sense(self):
        for arguments, words in ((("--echo", "--once"), "--once"), (("--echo", "--max", "3"), "--max"),
                                 (("--echo", "--one-at-a-time"), "--one-at-a-time"), (("--chat",), "--chat"),
                                 ((), "--threads needs a role"), (("--alternate",), "--threads needs a role")):
            self.assert_fails(run("listen", "127.0.0.1:0", "--threads", "2", *arguments), 2, words)
        self.assert_fails(run("listen", "unix:@threads", "--threads", "2", "--echo"), 2, "unix")
        self.assertEqual(run("listen", "127.0.0.1:0", "--threads", "0", "--echo").returncode, 2)


class Limits(CommandTest):
    def test_once_ends_with_its_client(self):
        with Listening("127.0.0.1:0", "--upper", "--once") as server:
            with connect(server.port) as client:
                client.sendall(b"a")
                self.assertEqual(client.recv(1), b"A")
                with self.assertRaises(ConnectionRefusedError):
                    connect(server.port)
            self.assertTrue(server.line().endswith("FIN"))
            self.assertEqual(server.wait(), 0)

    def test_at_most_max_clients_are_served_at_once(self):
        with Listening("127.0.0.1:0", "--upper", "--max", "2") as server:
            clients = [connect(server.port) for _ in range(3)]
            for client in clients:
                client.sendall(b"a")
            for client in clients[:2]:
                self.assertEqual(client.recv(1), b"A")
            clients[2].settimeout(0.3)
            with self.assertRaises(TimeoutError):
                clients[2].recv(1)
            clients[0].close()
            clients[2].settimeout(SECONDS)
            self.assertEqual(clients[2].recv(1), b"A")
            for client in clients:
                client.close()


class Terminal(CommandTest):
    def test_one_client_talks_to_it(self):
        with Listening("127.0.0.1:0", stdin=subprocess.PIPE) as server, connect(server.port) as client:
            client.sendall(b"to the terminal\n")
            self.assertEqual(server.process.stdout.readline(), b"to the terminal\n")
            server.process.stdin.write(b"to the client\n")
            server.process.stdin.flush()
            self.assertEqual(client.recv(100), b"to the client\n")
            with self.assertRaises(ConnectionRefusedError):
                connect(server.port)
            client.close()
            self.assertTrue(server.line().endswith("16 B in        14 B out   FIN"))
            self.assertEqual(server.wait(), 0)

    def test_nc_sends_it_a_file(self):
        if not shutil.which("nc"):
            self.skipTest("nc is not installed")
        octets = os.urandom(1_000_000)
        with Listening("127.0.0.1:0", "--quiet") as server, \
                subprocess.Popen(["nc", "-N", "127.0.0.1", str(server.port)], stdin=subprocess.PIPE) as nc:
            nc.stdin.write(octets)
            nc.stdin.close()
            self.assertEqual(server.process.stdout.read(), octets)
            self.assertEqual(server.wait(), 0)

    def test_every_udp_peer_is_heard_and_the_last_one_answered(self):
        with Listening("udp://127.0.0.1:0", stdin=subprocess.PIPE) as server:
            peers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
            for number, peer in enumerate(peers):
                peer.settimeout(SECONDS)
                peer.sendto(b"peer %d\n" % number, ("127.0.0.1", server.port))
                self.assertEqual(server.process.stdout.readline(), b"peer %d\n" % number)
                self.assertEqual(server.line(), "from 127.0.0.1:%d" % peer.getsockname()[1])
            server.process.stdin.write(b"answer\n")
            server.process.stdin.flush()
            self.assertEqual(peers[1].recv(100), b"answer\n")
            for peer in peers:
                peer.close()
            self.assertEqual(server.stop(), 0)

    def test_a_signal_ends_the_wait_for_a_client_with_0(self):
        with Listening("127.0.0.1:0") as server:
            self.assertEqual(server.stop(), 0)


class Json(CommandTest):
    def test_each_event_is_a_line(self):
        with Running("listen", "127.0.0.1:0", "--upper", "--json", "--once") as server:
            event = json.loads(server.process.stdout.readline())
            self.assertEqual(event["event"], "listening")
            done = run("connect", event["address"], stdin=b"hello")
            self.assertEqual(done.stdout, b"HELLO")
            opened, closed = map(json.loads, server.process.stdout)
            self.assertEqual(opened["event"], "opened")
            self.assertEqual(closed, {"event": "closed", "peer": opened["peer"], "received": 5, "sent": 5,
                                      "ending": "FIN"})
            self.assertEqual(server.line(), "")


class Shortage(CommandTest):
    def test_without_descriptors_clients_wait_and_it_says_so_once(self):
        with Listening("127.0.0.1:0", "--upper", "--quiet") as server:
            def exchange(client):
                client.sendall(b"a")
                self.assertEqual(client.recv(1), b"A")

            # UBSan, too, wants descriptors the first time that it meets a type: so before there are none.
            for _ in range(2):
                with connect(server.port) as first, connect(server.port) as second:
                    exchange(second)
                    exchange(first)
            most = len(os.listdir(f"/proc/{server.process.pid}/fd")) + 3
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, most))
            clients = [connect(server.port) for _ in range(20)]
            self.assertIn("connections wait until a descriptor is free", server.line())
            for client in clients:  # each that goes lets one of those that wait come in
                exchange(client)
                client.close()
            self.assertEqual(server.stop(), 0)
            self.assertNotIn("connections wait", server.process.stderr.read().decode())


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
    def test_options_that_make_no_sense_together(self):
        for arguments in (("--json",), ("--once",), ("--max", "0", "--echo"), ("--max", "few", "--echo")):
            self.assert_fails(run("listen", "127.0.0.1:0", *arguments), 2, "sockeye listen: ")
        for arguments, word in ((("--bye", "x", "--echo"), "--bye"), (("--bye", "x"), "--bye"),
                                (("--json", "--quiet", "--echo"), "--quiet"), (("--alternate", "--max", "2"), "--alternate")):
            self.assert_fails(run("listen", "127.0.0.1:0", *arguments), 2, word)
        for arguments in (("--once",), ("--one-at-a-time",), ("--max", "2")):
            self.assert_fails(run("listen", "udp://127.0.0.1:0", "--echo", *arguments), 2, "UDP")

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
