"""`sockeye http get`, with Python's http.server and plain sockets as servers."""

import http.server
import os
import pathlib
import tempfile
import threading
import unittest

from peers import CommandTest, Server, run


class Folder:
    """A folder that Python serves."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        handler = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), lambda *a: handler(*a, directory=self.folder.name))
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def write(self, name, octets):
        os.makedirs(os.path.dirname(os.path.join(self.folder.name, name)), exist_ok=True)
        with open(os.path.join(self.folder.name, name), "wb") as file:
            file.write(octets)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()


def answering(text):
    """A server that reads one request and says `text`."""
    def serve(connection):
        connection.recv(65536)
        connection.sendall(text)
    return Server(serve)


class Get(CommandTest):
    def test_what_the_url_names_is_printed_octet_by_octet(self):
        octets = os.urandom(1_000_000)
        with Folder() as folder:
            folder.write("a b", octets)
            done = run("http", "get", folder.url + "/a%20b")
        self.assertEqual((done.returncode, done.stdout, done.words), (0, octets, ""))

    def test_a_redirection_is_followed(self):
        with Folder() as folder:
            folder.write("deep/index.html", b"the page")
            done = run("http", "get", folder.url + "/deep")
        self.assertEqual((done.returncode, done.stdout), (0, b"the page"))

    def test_head_and_include(self):
        with Folder() as folder:
            folder.write("file.txt", b"text")
            head = run("http", "get", folder.url + "/file.txt", "--head")
            both = run("http", "get", folder.url + "/file.txt", "--include")
        self.assertTrue(head.stdout.startswith(b"HTTP/1.0 200 OK\r\n"))
        self.assertTrue(head.stdout.endswith(b"\r\n\r\n"))
        self.assertIn(b"Content-Length: 4\r\n", head.stdout)
        self.assertTrue(both.stdout.endswith(b"\r\n\r\ntext"))

    def test_chunks_are_joined(self):
        with answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n") as server:
            done = run("http", "get", server.address)
        self.assertEqual((done.returncode, done.stdout), (0, b"hello!"))

    def test_a_response_from_400_up_is_printed_and_is_1(self):
        with Folder() as folder:
            done = run("http", "get", folder.url + "/missing")
        self.assertEqual(done.returncode, 1)
        self.assertIn("404 File not found", done.words)
        self.assertIn(b"404", done.stdout)


class IntoAFile(CommandTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "file"

    def test_is_the_body_alone(self):
        with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") as server:
            done = run("http", "get", server.address, "-o", str(self.file))
        self.assertEqual((done.returncode, done.stdout, self.file.read_bytes()), (0, b"", b"hello"))

    def test_leaves_what_was_there_unless_all_of_it_came(self):
        self.file.write_bytes(b"old")
        for response, code in ((b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 52),
                               (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 1)):
            with answering(response) as server:
                self.assert_fails(run("http", "get", server.address, "-o", str(self.file)), code)
            self.assertEqual([path.name for path in self.folder.iterdir()], ["file"])
            self.assertEqual(self.file.read_bytes(), b"old")

    def test_must_be_one(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        self.assert_fails(run("http", "get", "127.0.0.1:1", "-o", str(fifo)), 1, "no regular file")
        self.assert_fails(run("http", "get", "127.0.0.1:1", "-o", str(self.folder / "none" / "a")), 1, "not found")
        self.assert_fails(run("http", "get", "127.0.0.1:1", "-o", "a", "--head"), 2, "--head")


class Endings(CommandTest):
    def test_https_is_not_supported_yet(self):
        self.assert_fails(run("http", "get", "https://127.0.0.1/"), 1, "https is not supported yet")

    def test_without_a_port_it_is_80(self):
        done = run("http", "get", "http://127.0.0.93/")
        if done.returncode != 0:  # nobody has to listen there
            self.assert_fails(done, 7, "127.0.0.93")

    def test_a_response_that_breaks_off_is_52(self):
        with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n") as server:
            self.assert_fails(run("http", "get", server.address), 52, "closed early")

    def test_what_is_no_http_is_1(self):
        with answering(b"SSH-2.0-OpenSSH\r\n") as server:
            self.assert_fails(run("http", "get", server.address), 1, server.address)

    def test_a_silent_server_is_28(self):
        with Server(lambda connection: (connection.recv(65536), connection.recv(1))) as server:
            self.assert_fails(run("http", "get", server.address, "--timeout", "300ms"), 28, "timed out")

    def test_mistakes_are_2(self):
        for url in ("http://", "http://a b/", "http://127.0.0.1:65536/"):
            self.assert_fails(run("http", "get", url), 2, "http get")
        self.assert_fails(run("http", "get"), 2, "URL")
        self.assert_fails(run("http"), 2, "get")


if __name__ == "__main__":
    unittest.main()
