"""docs/rfc.md names files, functions and tests: each of them has to be there.

What it reads are tables. Between backticks stand, in any cell, files (`tcp/output.cpp`, with the part of the path that
tells it from others) and, in parentheses behind a file, what is to be found in it; in the last cell, tests
(`Suite.Name`, `.Name` of the suite before it, `Name` alone, with … or * for what is left out,
which a _ and what follows it may be without a sign) and packet scripts
(`test/scripts/FOLDER/NAME`, `NAME` of the folder before it). A row that names none has to say why not.
"""

import re
from pathlib import Path

from sources import Finding

CITED_IN = "docs/rfc.md"
_TEST = re.compile(r"^[ \t]*(?:TEST(?:_F|_P)?|RC_GTEST_PROP)\(\s*(\w+)\s*,\s*(\w+)", re.MULTILINE)
_TICKED = re.compile(r"`([^`]+)`")
_FUNCTION_OF = re.compile(r"`([\w/.]+\.[ch]pp)` \(`(\w+)`")
_FILE = re.compile(r"[\w/.-]+\.[ch]pp")
_NAME = r"[\w…*]+"
_TEST_NAME = re.compile(rf"(?:([A-Z]\w*)?\.)?({_NAME})")
_WHY_NOT = re.compile(r"\b(?:not|declined|exception|above|below)\b", re.IGNORECASE)
_SCRIPT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _matches(pattern, name):
    parts = [re.escape(part) for part in re.split(r"[…*]", pattern)]
    return re.fullmatch(".*".join(parts) + "(?:_.*)?", name) is not None


class Cited:
    def __init__(self, root, sources):
        self.root = Path(root)
        self.files = {source.path: source for source in sources}
        self.tests = [match for source in sources if source.is_test for match in _TEST.findall(source.text)]
        self.suite = ""
        self.folder = ""

    def _named(self, path):
        """The files that a path, or the end of one, names."""
        return [file for name, file in self.files.items() if name == path or name.endswith("/" + path)]

    def _has_test(self, suite, name):
        return any((not suite or its_suite == suite) and _matches(name, its_name) for its_suite, its_name in self.tests)

    def _missing_file(self, word):
        return None if self._named(word) else f"there is no file `{word}`"

    def _missing_test(self, word):
        """Of the last cell. None: it is there, or no name of a test."""
        if "/" in word:
            self.folder = word.rpartition("/")[0]
            there = (self.root / word).exists() or (self.root / f"{word}.script").exists()
            return None if there else f"there is no `{word}`"
        if _SCRIPT.fullmatch(word):
            there = (self.root / self.folder / f"{word}.script").exists()
            return None if there else f"there is no script `{word}` in {self.folder or 'test/scripts'}"
        match = _TEST_NAME.fullmatch(word)
        if not match or "_" in word and word == word.lower():
            return None
        suite, name = match.groups()
        if "." in word:
            self.suite = suite or self.suite
            return None if self._has_test(self.suite, name) else f"there is no test {self.suite}.{name}"
        return None if self._has_test("", name) else f"there is no test {name}"

    def findings(self):
        page = self.root / CITED_IN
        if not page.exists():
            return
        lines = page.read_text(encoding="utf-8").splitlines()
        for number, (line, following) in enumerate(zip(lines, [*lines[1:], ""]), 1):
            if line.startswith("#"):
                self.suite = self.folder = ""
            is_row = line.startswith("|") and not line.startswith("|--") and not following.startswith("|--")
            if not is_row:
                continue
            cells = [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split(" | ")]
            if "`" not in cells[-1] and not any(_WHY_NOT.search(cell) for cell in cells[1:]):
                yield Finding(CITED_IN, number, "names no test, and does not say why not")
            for path, function in _FUNCTION_OF.findall(line):
                if not any(re.search(rf"\b{function}\b", file.text) for file in self._named(path)):
                    yield Finding(CITED_IN, number, f"`{function}` is not in `{path}`")
            for column, cell in enumerate(cells):
                for word in _TICKED.findall(cell):
                    if _FILE.fullmatch(word):
                        missing = self._missing_file(word)
                    else:
                        missing = self._missing_test(word) if column == len(cells) - 1 else None
                    if missing:
                        yield Finding(CITED_IN, number, missing)
