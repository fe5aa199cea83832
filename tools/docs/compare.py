"""What a page expects of a command, held against what the command said."""

import re

ANY = "…"  # a line of it stands for any lines, also none; within a line, for any text


def line_matches(expected, line):
    return re.fullmatch(".*".join(map(re.escape, expected.split(ANY))), line) is not None


def reaches(expected, output):
    """How many lines of `output` all of `expected` may stand for: a set of numbers, empty if it does not fit."""
    ends = {0}
    for wanted in expected:
        if wanted == ANY:
            ends = {n for end in ends for n in range(end, len(output) + 1)}
        else:
            ends = {n + 1 for n in ends if n < len(output) and line_matches(wanted, output[n])}
    return ends


def matches(expected, output):
    return len(output) in reaches(expected, output)


def anew(expected, output):
    """`output` as the page should show it: `expected` where it fits, with its `…`, and else what was said."""
    if matches(expected, output):
        return expected
    shown, old, new = [], 0, 0
    for i, j in [*common(expected, output), (len(expected), len(output))]:
        shown += shortened(expected[old:i], output[new:j]) + expected[i:i + 1]
        old, new = i + 1, j + 1
    return shown


def shortened(old, new):
    """The lines `new` in the place of `old`, with a `…` where that had one."""
    if ANY not in old:
        return new
    before, after = old.index(ANY), old[::-1].index(ANY)
    if before + after >= len(new):
        return new
    return new[:before] + [ANY] + new[len(new) - after:]


def common(expected, output):
    """The longest row of (i, j), both rising, in which expected[i] is a line that matches output[j]."""
    longest = [[0] * (len(output) + 1) for _ in range(len(expected) + 1)]
    pairs = {(i, j) for i, wanted in enumerate(expected) if wanted != ANY
             for j, line in enumerate(output) if line_matches(wanted, line)}
    for i in reversed(range(len(expected))):
        for j in reversed(range(len(output))):
            longest[i][j] = max(longest[i + 1][j], longest[i][j + 1],
                                longest[i + 1][j + 1] + 1 if (i, j) in pairs else 0)
    i = j = 0
    while longest[i][j]:
        if (i, j) in pairs and longest[i][j] == longest[i + 1][j + 1] + 1:
            yield i, j
            i, j = i + 1, j + 1
        elif longest[i][j] == longest[i + 1][j]:
            i += 1
        else:
            j += 1
