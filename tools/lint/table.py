"""The include table of ARCHITECTURE.md: which floor may include which, and which libraries.

How a cell reads: items with commas between them, a remark in parentheses ignored. An item is a
floor, `include` (values and facade), `src` (every floor under src/), `std`, `everything`, a path
or pattern of headers (`wire/text*.hpp`), a library, or for "and never" a range of the table's own
order (`wire to transport`, `network and up`) or `clock`. Anything else is an error, so that a
word that is misspelt never permits or forbids silently.

A floor may always include itself and the standard library, bar the headers of LIBRARIES.
"""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

# A library, and the headers that belong to it. What is written <x> and is none of these and no
# header of C++ alone (which has neither a dot nor a slash) is the OS's.
LIBRARIES = {
    "fmt": ["fmt/*"],
    "CLI11": ["CLI/*"],
    "nlohmann-json": ["nlohmann/*"],
    "xxhash": ["xxhash.h", "xxh3.h"],
    "yaml-cpp": ["yaml-cpp/*"],
    "liburing": ["liburing.h"],
    "Boost": ["boost/*"],
    "c-ares": ["ares.h"],
    "GoogleTest": ["gtest/*", "gmock/*"],
    "RapidCheck": ["rapidcheck.h", "rapidcheck/*"],
    "threads": ["thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "latch", "barrier"],
    "OS": ["csignal", "ctime"],
}
# Whoever may call the OS may start a thread.
IMPLIED = {"OS": ["threads"]}
VALUES = ["address", "bytes", "error", "impairments", "inet", "tcp_state", "time"]

WORDS = {"a", "an", "the", "–", "-", ""}


class TableError(Exception):
    pass


@dataclass
class Floor:
    name: str
    may: set = field(default_factory=set)  # floors
    may_files: list = field(default_factory=list)  # patterns
    libraries: set = field(default_factory=set)
    never: set = field(default_factory=set)
    never_files: list = field(default_factory=list)
    no_clock: bool = False
    everything: bool = False


def _items(cell):
    """A cell's items, without remarks, backticks and articles."""
    cell = re.sub(r"\([^)]*\)", "", cell).replace("`", "")
    for item in cell.split(","):
        words = [w for w in item.split() if w not in WORDS]
        if words:
            yield " ".join(words)


def _rows(markdown):
    in_table = False
    for line in markdown.splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split("|")] if line.lstrip().startswith("|") else []
        if cells[:2] == ["floor", "may include"]:
            in_table = True
        elif in_table and not cells:
            return
        elif in_table and not set(cells[0]) <= set("-: "):
            if len(cells) != 4:
                raise TableError(f"the row of `{cells[0]}` has {len(cells)} cells instead of 4")
            yield cells


class Table:
    def __init__(self, markdown):
        rows = [(list(_items(cells[0])), cells[1:]) for cells in _rows(markdown)]
        if not rows:
            raise TableError("no table that begins with: | floor | may include | libraries | and never |")
        self.order = [name for names, _ in rows for name in names]
        self.floors = {}
        for names, cells in rows:
            for name in names:
                self.floors[name] = self._floor(name, *cells)

    def _floor(self, name, may, libraries, never):
        floor = Floor(name)
        for item in _items(may):
            if item == "everything":
                floor.everything = True
            elif item.endswith(".hpp"):
                floor.may_files.append(item)
            elif item != "std":
                floor.may |= self._names(item, name)
        for item in _items(libraries):
            floor.libraries |= self._library(item, name)
        for item in _items(never):
            if item == "clock":
                floor.no_clock = True
            elif item.endswith(".hpp"):
                floor.never_files.append(item)
            else:
                floor.never |= self._library(item, name) if item in LIBRARIES else self._range(item, name)
        if both := sorted((floor.may | floor.libraries) & floor.never):
            raise TableError(f"`{name}` may and may never include {', '.join(both)}")
        return floor

    def _library(self, item, row):
        if item not in LIBRARIES:
            raise TableError(f"the row of `{row}` names a library `{item}`, unknown to tools/lint/table.py")
        return {item, *IMPLIED.get(item, [])}

    def _range(self, item, row):
        if match := re.fullmatch(r"(\S+) to (\S+)", item):
            first, last = (self._index(name, row) for name in match.groups())
            return set(self.order[first : last + 1])
        if match := re.fullmatch(r"(\S+) and up", item):
            upward = self.order[self._index(match[1], row) :]
            return {name for name in upward if name not in ("test", "examples")}
        return self._names(item, row)

    def _index(self, name, row):
        if name not in self.order:
            raise TableError(f"the row of `{row}` says `{name}`, which is no floor")
        return self.order.index(name)

    def _names(self, item, row):
        values, facade = "include: values", "include: facade"
        short = {"values": {values}, "facade": {facade}, "include": {values, facade}}
        if item in short:
            return short[item]
        if item == "src":
            outside = {values, facade, "cli", "test", "fuzz", "bench", "examples"}
            return set(self.order) - outside
        self._index(item, row)
        return {item}

    def floor_of(self, path):
        """The name of the floor that a file of the tree stands on, or None."""
        if path.startswith("include/sockeye/"):
            stem = path.removeprefix("include/sockeye/").removesuffix(".hpp")
            return "include: values" if stem in VALUES else "include: facade"
        if path.startswith("test/") or path.endswith("_test.cpp"):
            return "test" if "test" in self.floors else None
        folder = path.removeprefix("src/").rpartition("/")[0]
        while folder and folder not in self.floors:
            folder = folder.rpartition("/")[0]
        return folder or None


def library_of(include):
    """The library an <include> belongs to, or None for the standard library."""
    for library, patterns in LIBRARIES.items():
        if any(fnmatchcase(include.name, pattern) for pattern in patterns):
            return library
    return "OS" if include.angled and re.search(r"[./]", include.name) else None
