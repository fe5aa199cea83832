"""`sockeye lab check` and `sockeye lab graph`: topology files as people write them."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, run

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "labs"


class Files(CommandTest):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = pathlib.Path(self.folder.name, name)
        path.write_text(text)
        return str(path)

    def here(self, *words):
        return subprocess.run([os.path.abspath(SOCKEYE), *words], cwd=self.folder.name, capture_output=True, timeout=SECONDS)


class Check(Files):
    def test_every_example_is_without_a_mistake(self):
        files = sorted(EXAMPLES.glob("*.clab.yml"))
        self.assertGreaterEqual(len(files), 5)
        for file in files:
            with self.subTest(file=file.name):
                done = run("lab", "check", str(file))
                self.assertEqual(done.returncode, 0, done.stdout)
                name = file.name.removesuffix(".clab.yml")
                self.assertIn(f"{name}: ", done.stdout.decode())

    def test_the_office_is_counted(self):
        done = run("lab", "check", str(EXAMPLES / "office.clab.yml"))
        self.assertEqual(done.stdout.decode(),
                         "office: 12 nodes (6 hosts, 3 bridges, 1 router, 1 nat, 1 dns), 11 cables\n")

    def test_a_mistake_has_its_place_and_exit_code_1(self):
        path = self.write("a.clab.yml", "name: a\ntopology:\n  nodes: {x: {kind: hots}}\n")
        done = run("lab", "check", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{path}:3:11: node x: there is no kind 'hots': did you mean host?\n", done.stdout.decode())
        self.assertTrue(done.stdout.decode().endswith("a: 1 node (1 host), 0 cables; 1 mistake; 1 warning\n"))

    def test_json_is_an_object_a_line(self):
        path = self.write("a.clab.yml", "name: a\ntopology:\n  nodes: {x: {image: y}}\n")
        done = run("lab", "check", path, "--json")
        *remarks, topology = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(topology, {"kind": "topology", "name": "a", "nodes": 1, "cables": 0, "mistakes": 0,
                                    "warnings": len(remarks)})
        self.assertIn({"kind": "warning", "file": path, "line": 3, "column": 15,
                       "words": "node x: 'image' means nothing in a lab"}, remarks)

    def test_the_one_file_of_the_folder_need_not_be_named(self):
        none = self.here("lab", "check")
        self.assertEqual(none.returncode, 1)
        self.assertIn(b"no *.clab.yml is in this folder: name a file", none.stderr)
        self.write("a.clab.yml", "name: a\ntopology: {nodes: {}}\n")
        self.assertEqual(self.here("lab", "check").stdout, b"a: 0 nodes, 0 cables\n")
        self.write("b.clab.yml", "name: b\ntopology: {nodes: {}}\n")
        two = self.here("lab", "check")
        self.assertEqual(two.returncode, 1)
        self.assertIn(b"2 files here end in .clab.yml: name one, such as a.clab.yml", two.stderr)

    def test_a_file_that_cannot_be_read_is_named(self):
        self.assert_fails(run("lab", "check", "/no/such.clab.yml"), 1, "/no/such.clab.yml: No such file or directory")
        self.assert_fails(run("lab", "check", self.folder.name), 1, "Is a directory")

    def test_the_environment_fills_in(self):
        path = self.write("a.clab.yml", "name: ${LAB_NAME:=plain}\ntopology: {nodes: {}}\n")
        self.assertEqual(run("lab", "check", path).stdout, b"plain: 0 nodes, 0 cables\n")
        named = run("lab", "check", path, env={**os.environ, "LAB_NAME": "fancy"})
        self.assertEqual(named.stdout, b"fancy: 0 nodes, 0 cables\n")

    def test_rubbish_is_no_yaml_and_no_crash(self):
        path = self.write("a.clab.yml", "{[}\x07")
        done = run("lab", "check", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("this is no YAML", done.stdout.decode())


class Graph(Files):
    def test_graphviz_reads_what_is_drawn(self):
        done = run("lab", "graph", str(EXAMPLES / "office.clab.yml"))
        self.assertEqual(done.returncode, 0)
        self.assertTrue(done.stdout.startswith(b'graph "office" {\n'))
        if shutil.which("dot"):
            drawn = subprocess.run(["dot", "-Tsvg"], input=done.stdout, capture_output=True, timeout=SECONDS)
            self.assertEqual(drawn.returncode, 0, drawn.stderr)

    def test_mermaid_is_asked_for(self):
        done = run("lab", "graph", str(EXAMPLES / "storm.clab.yml"), "--mermaid")
        self.assertTrue(done.stdout.startswith(b"graph TD\n"))
        self.assertIn(b'n2["left"]', done.stdout)

    def test_a_file_with_mistakes_is_not_drawn(self):
        path = self.write("a.clab.yml", "name: a\ntopology:\n  nodes: {x: {kind: hots}}\n")
        done = run("lab", "graph", path)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, b"")
        self.assertIn(b"there is no kind 'hots'", done.stderr)


if __name__ == "__main__":
    unittest.main()
