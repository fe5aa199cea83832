"""The list of what the limits and bans do not hold for, by name."""

from sources import Finding


class Exceptions:
    def __init__(self, text, path="tools/lint/exceptions.txt"):
        self.path = path
        self.entries = {}  # (path, name) -> line
        self.used = set()
        self.malformed = []
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split(maxsplit=2)
            if not words or line.startswith("#"):
                continue
            if len(words) < 3:
                self.malformed.append(Finding(path, number, "expected: path, name (a function, `file` or a banned word), and why"))
            else:
                self.entries[words[0], words[1]] = number

    def allow(self, path, name):
        self.used.add((path, name))
        return (path, name) in self.entries

    def findings(self):
        """To be asked last: what is wrong with the list itself."""
        yield from self.malformed
        for (path, name), number in self.entries.items():
            if (path, name) not in self.used:
                yield Finding(self.path, number, f"{path} {name} needs no exception (any more); delete this line")
