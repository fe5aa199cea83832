"""The lessons' programs against their Python originals, in all four pairings (row 130 of the checklist)."""

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, Listening, Server, connect, read_all, run, wait_until_served

ORIGINALS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lessons/originals")


def free_port(kind):
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Side:
    """One running program: "ours" or its "original"."""

    def __init__(self, which, name, side, port, types, *options):
        script = "%s_%s.py" % (name, side)
        if which == "ours":
            command = [SOCKEYE, "lesson", LESSONS[name], side, "--at", "127.0.0.1:%d" % port, *options]
        else:
            command = [sys.executable, "-u", os.path.join(ORIGINALS, script), "127.0.0.1", str(port)]
        environment = dict(os.environ, PYTHONIOENCODING="utf-8", TZ="UTC")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment)
        self.process.stdin.write(types.encode())
        self.process.stdin.flush()
        self.wrote = b""

    def read_until(self, done):
        """Reads until `done(text)` is true, or the program has ended."""
        end = time.monotonic() + SECONDS
        while not done(self.wrote.decode(errors="replace")) and time.monotonic() < end:
            if select.select([self.process.stdout], [], [], 0.1)[0]:
                octets = os.read(self.process.stdout.fileno(), 65536)
                if not octets:
                    break
                self.wrote += octets

    def finish(self):
        """Lets it end by itself. Returns what it wrote."""
        self.process.stdin.close()
        self.read_until(lambda text: False)
        self.process.wait(SECONDS)
        return self.text()

    def text(self):
        return self.wrote.decode()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(SECONDS)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()


# The originals' names, and the pair that `sockeye lesson` runs.
LESSONS = {
    "chat": "1.chat", "udp_chat": "1.udp-chat", "once": "2.once", "link": "2.link", "talk": "2.talk",
    "udp_upper": "2.udp-upper", "menu": "3.menu-tcp", "messages": "4.messages", "udp": "5.udp-first",
}
STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
SIDES = {"udp": ("receiver", "sender")}


def play(name, kind, server_which, client_which, server_types, client_types, server_says):
    """Both transcripts, the ports of clients and descriptors of sockets left out."""
    port = free_port(kind)
    server_side, client_side = SIDES.get(name, ("server", "client"))
    server = start(server_which, name, "server", server_side, port, server_types)
    try:
        wait_until_served(port, kind)
        client = start(client_which, name, "client", client_side, port, client_types)
        try:
            client_text = client.finish()
            server.read_until(lambda text: server_says in normal(text, port))
            code = client.process.returncode
        finally:
            client.stop()
    finally:
        server.stop()
    return normal(server.text(), port), normal(client_text, port), code


def start(which, name, ours, original, port, types):
    return Side(which, name, ours if which == "ours" else original, port, types)


def normal(text, port):
    text = re.sub(r"<socket[^>]*laddr=(\(.*?\)), raddr=(\(.*?\))>", r"<socket laddr=\1, raddr=\2>", text)
    text = text.replace(str(port), "PORT")
    return re.sub(r"('127.0.0.1', )\d+", r"\1CLIENT", text)


class Lesson130_InEveryPairingOursAndTheOriginalSayTheSameCommandTest(CommandTest):
    def assert_all_pairings_say(self, name, kind, server_types, client_types, server, client):
        for server_which in ("ours", "original"):
            for client_which in ("ours", "original"):
                with self.subTest(server=server_which, client=client_which):
                    said = play(name, kind, server_which, client_which, server_types, client_types, server)
                    self.assertEqual(said, (server, client, 0))

    def test_row_063_to_065_chat(self):
        self.assert_all_pairings_say(
            "chat", STREAM, "hello\nfine\n", "hi\nbyebye\n", "服務端:hi\n服務端:", "hello\n客服端:fine\n客服端:")

    def test_row_066_to_068_udp_chat(self):
        self.assert_all_pairings_say(
            "udp_chat", DATAGRAM, "ok\n", "sb hi\nbye\n",
            "来自('127.0.0.1', CLIENT)的消息:sb hi\n来自('127.0.0.1', CLIENT)的消息:bye\n",
            ">>:ok,alexsb hi\n>>:")

    def test_row_069_and_070_once(self):
        self.assert_all_pairings_say("once", STREAM, "", "", "b'sb'\n", "b'helloworld'\n")

    def test_row_074_link(self):
        self.assert_all_pairings_say(
            "link", STREAM, "", "mañana\n",
            "<socket laddr=('127.0.0.1', PORT), raddr=('127.0.0.1', CLIENT)> ('127.0.0.1', CLIENT)\n",
            ">>:MAñANA\n")

    def test_row_075_talk(self):
        self.assert_all_pairings_say(
            "talk", STREAM, "", "hello\nworld\nq\n", "('127.0.0.1', CLIENT)\n", ">>:HELLO\n>>:WORLD\n>>:")

    def test_row_076_udp_upper(self):
        self.assert_all_pairings_say(
            "udp_upper", DATAGRAM, "", "hello\nq\n", "('127.0.0.1', CLIENT)\n", ">>:HELLO\n>>:")

    def test_row_078_and_079_menu_over_tcp(self):
        menu = "input choice t-tcp or u-udp:"
        self.assert_all_pairings_say(
            "menu", STREAM, "x\nt\n", "t\nhello\nq\nq\n",
            menu + "please input t or u,ok?\n" + menu + "警告,远端客户:('127.0.0.1', CLIENT) 接入系统!!!\n",
            "input choice t-tcp or u-udp or q-quit:>服务端接收到信息hello\n>input choice t-tcp or u-udp or q-quit:")

    def test_row_080_and_081_menu_over_udp(self):
        self.assert_all_pairings_say(
            "menu", DATAGRAM, "u\n", "u\nhello\nquit\nq\n", "input choice t-tcp or u-udp:",
            "input choice t-tcp or u-udp or q-quit:>i am udp,i got it\n>input choice t-tcp or u-udp or q-quit:")

    def test_row_086_and_087_first_datagram(self):
        self.assert_all_pairings_say(
            "udp", DATAGRAM, "", "hahaha\n", "b'hahaha' ('127.0.0.1', CLIENT)\n", "text:")

    def test_row_088_messages(self):
        self.assert_all_pairings_say(
            "messages", STREAM, "", "hi\nbye\nbye\n", "hi\nbye\nbye\n", "got: hi\ngot: bye\ngot: bye\n")


class Lesson072_OnConnectingAnyClientGetsTheFileFromAnyServerCommandTest(CommandTest):
    """Homework 3: the file has `sb` in it."""

    def clients(self):
        yield "ours", lambda port: run("connect", f"127.0.0.1:{port}").stdout
        yield "Python's", lambda port: self.read(port)
        if shutil.which("nc"):
            yield "nc", lambda port: subprocess.run(["nc", "127.0.0.1", str(port)], stdin=subprocess.DEVNULL,
                                                    capture_output=True, timeout=SECONDS).stdout

    @staticmethod
    def read(port):
        with connect(port) as client:
            return read_all(client)

    def test_in_every_pairing(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"sb")
            file.flush()
            with Listening("127.0.0.1:0", "--push", file.name) as server:
                for name, get in self.clients():
                    self.assertEqual(get(server.port), b"sb", name)
            for name, get in self.clients():
                with open(file.name, "rb") as pushed, Server(lambda connection: connection.sendfile(pushed)) as server:
                    self.assertEqual(get(server.address.rpartition(":")[2]), b"sb", name)


class LessonCompatCommandTest(CommandTest):
    def test_row_080_an_empty_datagram_ends_the_original_and_compat_alone(self):
        for which, options, ends in (("original", (), True), ("ours", ("--compat",), True), ("ours", (), False)):
            with self.subTest(which=which, options=options):
                port = free_port(DATAGRAM)
                server = Side(which, "menu", "server", port, "u\n", *options)
                try:
                    wait_until_served(port, DATAGRAM)
                    with socket.socket(type=DATAGRAM) as peer:
                        peer.settimeout(SECONDS)
                        peer.sendto(b"", ("127.0.0.1", port))
                        if ends:
                            self.assertEqual(server.process.wait(SECONDS), 0)
                        else:
                            peer.sendto(b"still there?", ("127.0.0.1", port))
                            self.assertEqual(peer.recv(1024), b"i am udp,i got it")
                            server.read_until(lambda text: "UDP has no end" in text)
                            self.assertIn("UDP has no end", server.text())
                finally:
                    server.stop()


class LessonListCommandTest(CommandTest):
    def test_the_programs_are_listed_by_lesson(self):
        everything = run("lesson")
        self.assertEqual(everything.returncode, 0)
        self.assertIn(b"1.chat", everything.stdout)
        self.assertIn(b"5.udp-first", everything.stdout)
        second = run("lesson", "2").stdout
        self.assertIn(b"2.talk", second)
        self.assertNotIn(b"1.chat", second)
        self.assert_fails(run("lesson", "6"), 2, "6")
        self.assert_fails(run("lesson", "1.nothing"), 2, "1.nothing")
        self.assert_fails(run("lesson", "2", "--at", "127.0.0.1:9"), 2, "which program?")
        self.assert_fails(run("lesson", "1.chat", "--lab", "--at", "127.0.0.1:9"), 2, "--at")
        self.assert_fails(run("lesson", "3.menu-udp", "--compat"), 2, "--compat")

    def test_server_and_client_are_shown_side_by_side_in_a_lab(self):
        shown = run("lesson", "1.chat", "--lab").stdout.decode()
        self.assertEqual(shown, """\
server                                 | client
---------------------------------------+---------------------------------------
服務端:hello                           | hello
hi                                     | 客服端:hi
服務端:fine                            | fine
                                       | 客服端:byebye
""")

    def test_an_address_that_is_taken_is_told(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            at = "127.0.0.1:%d" % taken.getsockname()[1]
            self.assert_fails(run("lesson", "2.talk", "server", "--at", at), 48, at)


if __name__ == "__main__":
    unittest.main()
