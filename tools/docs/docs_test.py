"""The runner's own test: what a page promises in vain has to be found, and what is right must not be."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from compare import anew, matches
from page import Page
from shell import Shell

ROOT = Path(__file__).resolve().parents[2]


class Comparison(unittest.TestCase):
    def test_lines_are_the_same(self):
        self.assertTrue(matches(["a", "", "b"], ["a", "", "b"]))
        self.assertFalse(matches(["a", "b"], ["a", "", "b"]))
        self.assertFalse(matches(["a"], []))
        self.assertFalse(matches([], ["a"]))

    def test_an_ellipsis_within_a_line_stands_for_any_text(self):
        self.assertTrue(matches(["pid …, since … s"], ["pid 17, since 3.5 s"]))
        self.assertFalse(matches(["pid … s"], ["pid 17", "s"]))
        self.assertFalse(matches(["a.c…"], ["abcd"]))

    def test_a_line_of_it_stands_for_any_lines_also_none(self):
        for output in (["a", "z"], ["a", "b", "z"], ["a", "z", "z"]):
            self.assertTrue(matches(["a", "…", "z"], output), output)
        self.assertFalse(matches(["a", "…", "z"], ["a", "b"]))
        self.assertTrue(matches(["…", "b", "…", "b"], ["a", "b", "c", "b", "b"]))


class Acceptance(unittest.TestCase):
    def test_what_fits_stays_as_it_stands(self):
        self.assertEqual(anew(["a", "…", "z…"], ["a", "b", "zoo"]), ["a", "…", "z…"])

    def test_what_does_not_is_put_anew_and_the_rest_keeps_its_ellipses(self):
        self.assertEqual(anew(["a", "…", "x…", "old", "z"], ["a", "b", "c", "xyz", "new", "z"]),
                         ["a", "…", "x…", "new", "z"])
        self.assertEqual(anew(["a", "…", "old"], ["a", "b", "c", "new"]), ["a", "…", "new"])
        self.assertEqual(anew(["old", "…"], ["new", "b", "c"]), ["new", "…"])

    def test_what_is_put_anew_fits(self):
        for expected in (["b"], ["…", "b", "…", "q"], ["a", "…", "…", "c"], ["c", "b", "a"], []):
            output = ["a", "b", "b", "c"]
            self.assertTrue(matches(anew(expected, output), output), expected)


PAGE = """# A page
```console
$ echo one; \\
> echo two
one
two
$ sleep 100 &
```
Words, and a [link](../there.md#part).
```cpp
// src/code.cpp
int quoted;
```
"""


class Reading(unittest.TestCase):
    def faults(self, text):
        with tempfile.TemporaryDirectory() as root:
            for name, content in (("there.md", ""), ("src/code.cpp", "// A file.\nint quoted;\n"), ("docs/page.md", text)):
                (Path(root) / name).parent.mkdir(exist_ok=True)
                (Path(root) / name).write_text(content)
            return list(Page("docs/page.md", text).faults_beside(root))

    def test_a_command_has_its_output_beneath_it(self):
        first, second = Page("page.md", PAGE).commands()
        self.assertEqual((first.line, first.text, first.expected), (3, "echo one; \\\necho two", ["one", "two"]))
        self.assertEqual((second.line, second.expected), (7, []))
        self.assertTrue(second.in_background and not first.in_background)

    def test_what_is_written_anew_is_the_page(self):
        self.assertEqual(Page("page.md", PAGE).anew(), PAGE)

    def test_what_is_right_has_no_faults(self):
        self.assertEqual(self.faults(PAGE), [])

    def test_a_command_that_nobody_would_run_is_one(self):
        self.assertEqual([line for line, _ in self.faults("words\n```\n$ echo\n```\n")], [3])
        self.assertEqual([line for line, _ in self.faults("```console\necho\n```\n")], [2])

    def test_so_is_a_link_to_nothing_and_code_that_stands_nowhere(self):
        self.assertEqual(len(self.faults(PAGE.replace("there.md", "nowhere.md"))), 1)
        self.assertEqual(len(self.faults(PAGE.replace("int quoted", "int invented"))), 1)


class Running(unittest.TestCase):
    def outputs(self, *lines):
        """What commands would be given as outputs, those of one block."""
        page = Page("page.md", "\n".join(["```console", *lines, "```"]))
        with Shell(ROOT, "/bin/true") as shell:
            for block in page.blocks:
                shell.run_block(block)
        return [command.output for command in page.commands()]

    def test_output_and_errors_are_read_in_their_order(self):
        self.assertEqual(self.outputs("$ echo one; echo two >&2; printf three"), [["one", "two", "three"]])

    def test_the_command_and_the_examples_are_there(self):
        self.assertEqual(self.outputs("$ sockeye && ls examples/labs/office.clab.yml"), [["examples/labs/office.clab.yml"]])

    def test_files_stay_for_the_next_command(self):
        self.assertEqual(self.outputs("$ echo text >file", "$ cat file"), [[], ["text"]])

    def test_what_a_server_says_is_waited_for(self):
        self.assertEqual(self.outputs("$ sleep 0.1; echo ready; echo later; sleep 100 &", "ready")[0], ["ready"])

    def test_a_server_that_ends_has_said_what_it_says(self):
        self.assertEqual(self.outputs("$ echo broken &", "ready"), [["broken"]])

    def test_a_server_ends_with_its_block(self):
        (_, (process,)) = self.outputs("$ echo $$ >pid; sleep 100; true &", "$ while ! cat pid 2>/dev/null; do :; done")
        alive = subprocess.run(["kill", "-0", process], stderr=subprocess.DEVNULL).returncode == 0
        self.assertFalse(alive)


if __name__ == "__main__":
    unittest.main()
