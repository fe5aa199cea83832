"""Names where an address is asked for: each verb looks them up as the system does."""

import os
import re
import subprocess
import tempfile
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, Server, read_all, run


@unittest.skipUnless(os.geteuid() == 0, "other names than the machine's take root")
class Names(CommandTest):
    def setUp(self):
        hosts = tempfile.NamedTemporaryFile("w")
        self.addCleanup(hosts.close)
        hosts.write("127.0.0.1 web.test\n192.0.2.1 elsewhere.test\n")
        hosts.flush()
        self.namespace = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"',
                          hosts.name, SOCKEYE]

    def ask(self, *arguments):
        """Runs the command with these names alone."""
        done = subprocess.run([*self.namespace, *arguments], capture_output=True, timeout=SECONDS)
        done.words = done.stderr.decode()
        return done

    def test_check_asks_the_host_of_that_name(self):
        with Server(read_all) as server:
            port = server.address.rpartition(":")[2]
            done = self.ask("check", "web.test", port)
            self.assertEqual(done.returncode, 0, done.words)
            self.assertIn(b"tcp://127.0.0.1:%s  open" % port.encode(), done.stdout)
            run("connect", server.address)  # the one client that it waits for

    def test_listen_listens_where_the_name_leads_to(self):
        server = subprocess.Popen([*self.namespace, "listen", "web.test:0", "--upper", "--once"],
                                  stderr=subprocess.PIPE)
        with server:
            port = re.match(rb"listening on tcp://127\.0\.0\.1:(\d+)", server.stderr.readline())[1].decode()
            self.assertEqual(self.ask("connect", "web.test:" + port).returncode, 0)
            self.assertEqual(server.wait(SECONDS), 0)

    def test_a_name_of_another_machine_is_no_place_to_listen(self):
        self.assert_fails(self.ask("listen", "elsewhere.test:0", "--echo"), 1, "address not available")

    def test_a_name_that_nobody_has_is_6(self):
        for arguments in (("check", "nobody.invalid", "80"), ("listen", "nobody.invalid:80", "--echo"),
                          ("recv", "nobody.invalid:80", "--listen")):
            self.assert_fails(self.ask(*arguments), 6, "nobody.invalid")


if __name__ == "__main__":
    unittest.main()
