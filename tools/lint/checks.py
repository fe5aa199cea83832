"""The checks that read one file after another: each takes a Source and yields Findings."""

import re
from fnmatch import fnmatchcase

from sources import Finding
from table import library_of

FUNCTION_LINES = 70
FILE_LINES = 500
PUBLIC_HEADER_LINES = 150


# --- who may include whom -------------------------------------------------------------------------


def check_includes(source, table):
    name = table.floor_of(source.path)
    if name is None:
        yield Finding(source.path, 1, "stands on no floor of ARCHITECTURE.md's include table; add a row or move it")
        return
    floor = table.floors[name]
    for include in source.includes:
        project = not include.angled or include.name.startswith("sockeye/")
        if project and (include.angled or library_of(include) is None):
            problem = _project_include(include.name, floor, table)
        else:
            problem = _library_include(include, floor)
        if problem:
            yield Finding(source.path, include.line, problem)


def _project_include(name, floor, table):
    if "/" not in name:
        return f'"{name}": write it from src/, as in "wire/tcp.hpp"'
    path = name if name.startswith(("cli/", "test/", "examples/", "fuzz/", "bench/")) else f"src/{name}"
    path = f"include/{name}" if name.startswith("sockeye/") else path
    target = table.floor_of(path)
    if target is None:
        return f'"{name}" is on no floor of the include table'
    if floor.everything or target == floor.name:
        return None
    forbidden = target in floor.never or any(fnmatchcase(name, p) for p in floor.never_files)
    allowed = target in floor.may or any(fnmatchcase(name, p) for p in floor.may_files)
    if allowed and not forbidden:
        return None
    return f'{floor.name} may not include "{name}" ({target}): see the table of ARCHITECTURE.md'


def _library_include(include, floor):
    library = library_of(include)
    if library is None or floor.everything or library in floor.libraries:
        return None
    return f"{floor.name} may not use {library} (<{include.name}>): see the table of ARCHITECTURE.md"


# --- sizes ----------------------------------------------------------------------------------------

_SCOPE = re.compile(r"^\s*(?:(?:template|inline|export|typedef|static|constexpr)\s+)*"
                    r"(?:namespace|class|struct|union|enum|extern)\b")
_ACCESS = re.compile(r"\s*(?:(?:public|protected|private)\s*:(?!:)\s*)*")
_NAME = re.compile(r"(operator\s*(?:\(\)|[^\s(]+)|~?[A-Za-z_]\w*)\s*\(")


def functions(source):
    """(name, first line, last line) of every function that is defined in the file."""
    code = source.code
    head, at = 0, 0
    while match := re.compile(r"[;{}]").search(code, at):
        at = match.end()
        if match[0] != "{":
            # `for (a; b; c)` cannot be out here, but `requires { a; }` is over by now.
            head = at
            continue
        before = code[head : match.start()]
        kind = _kind(before)
        if kind == "scope":
            head = at
            continue
        at = _matching(code, match.start())
        if kind == "function":
            first = source.line_at(head + _ACCESS.match(before).end())
            yield _function_name(before), first, source.line_at(at - 1)
            head = at
        # A value in braces: what comes before it is still the head of what follows it.


def _kind(before):
    text = re.sub(r"\[\[.*?\]\]|\balignas\([^()]*\)", " ", before[_ACCESS.match(before).end() :])
    while (stripped := re.sub(r"<[^<>]*>", " ", text)) != text:
        text = stripped
    if _SCOPE.match(text) and "(" not in text:
        return "scope"
    if "(" not in text or re.search(r"(?<![=!<>])=(?!=)", _outside_parentheses(text)):
        return "value"
    # `: member_{value}` of a constructor. Its body comes after a `)`, a `}` or a word of its own.
    if re.search(r"\)[^()]*(?<!:):(?!:)", text) and re.search(r"[\w>]\s*$", text):
        return "value"
    if re.search(r"\brequires\s*(?:\([^()]*\)\s*)?$", text):
        return "value"
    return "function"


def _outside_parentheses(text):
    """The text without what stands in parentheses, default arguments above all; `operator=` too."""
    text = re.sub(r"operator\s*[^\s\w(]+", "operator", text)
    while (stripped := re.sub(r"\([^()]*\)", "", text)) != text:
        text = stripped
    return text


def _matching(code, brace):
    """The offset after the brace that closes the one at `brace`; the end if there is none."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, brace):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return len(code)


def _function_name(before):
    test = re.search(r"\b(?:TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP)\s*\(\s*(\w+)\s*,\s*(\w+)", before)
    if test:
        return f"{test[1]}.{test[2]}"
    name = _NAME.search(re.sub(r"\[\[.*?\]\]|\b(?:decltype|alignas|noexcept|requires|explicit)\s*\([^()]*\)", "", before))
    return re.sub(r"\s+", "", name[1]) if name else "?"


def check_function_sizes(source, exceptions):
    for name, first, last in functions(source):
        lines = last - first + 1
        if lines > FUNCTION_LINES and not exceptions.allow(source.path, name):
            yield Finding(source.path, first, f"{name}() has {lines} lines, more than {FUNCTION_LINES}; take it apart, "
                                              f"or list `{source.path} {name}` in tools/lint/exceptions.txt and say why")


def check_file_size(source, exceptions):
    public = source.is_public and source.is_header
    limit = PUBLIC_HEADER_LINES if public else FILE_LINES
    lines = len(source.lines)
    if lines > limit and not exceptions.allow(source.path, "file"):
        what = "a public header" if public else "a file"
        yield Finding(source.path, 1, f"{lines} lines, more than the {limit} of {what}; take it apart, "
                                      f"or list `{source.path} file` in tools/lint/exceptions.txt and say why")


# --- co_await -------------------------------------------------------------------------------------

_AWAIT = re.compile(r"\bco_await\b")
_TASK = re.compile(r"\bTask<(?:void)?>\s+(?:\w+::)*(\w+)\s*\(|\b(\w+)\s*=\s*\[[^\]]*\][^;{]*->\s*Task<(?:void)?>")


def tasks_without_result(sources):
    """Names of the functions whose Task carries nothing that could be dropped."""
    return {m[1] or m[2] for source in sources for m in _TASK.finditer(source.code)}


def check_dropped_await(source, without_result):
    for match in _AWAIT.finditer(source.code):
        line = source.line_at(match.start())
        before = source.code[: match.start()].rstrip()
        if re.search(r"(?:\(\s*void\s*\)|static_cast<void>\()$", before):
            if not source.has_comment(line) and not source.has_comment(line - 1):
                yield Finding(source.path, line, "(void)co_await: say beside it why its Result does not matter")
        elif _begins_statement(before):
            called = re.match(r"co_await\s+(?:\w+::)*(\w+)\s*\(", source.code[match.start() :])
            if not (called and called[1] in without_result):
                yield Finding(source.path, line, "the Result of this co_await is dropped; handle it, "
                                                 "or write (void)co_await and beside it why it does not matter")


def _begins_statement(before):
    if not before or before[-1] in ";{}" or re.search(r"\b(?:else|do)$", before):
        return True
    if before[-1] == ":":
        # A label; not `?:`, nor the `:` of a range.
        return bool(re.search(r"(?:^|[;{}])\s*(?:case\b[^;{}?]*|\w+\s*):$", before)) and not before.endswith("::")
    return before[-1] == ")" and _closes_condition(before)


def _closes_condition(before):
    """Whether the text ends with `if (…)`, `while (…)` or `for (…)`."""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(before[at], 0)
        if depth == 0:
            return bool(re.search(r"\b(?:if(?:\s+constexpr)?|while|for)\s*$", before[:at]))
    return False


_COROUTINE = re.compile(r"(?:\bTask<[^{};]*>\s+[\w:]+\s*\([^{};]*\)\s*|->\s*Task<[^{};]*>\s*)\{")
_CONDITION = re.compile(r"\b(?:if|while|for|switch)\s*\(")
_NO_TYPE = r"(?!(?:return|co_return|co_await|co_yield|throw|delete|else|case|goto|new|using|default)\b)"
_LOCAL = re.compile(r"[;{}(]\s*(?:(?:const|static|constexpr)\s+)*" + _NO_TYPE +
                    r"[A-Za-z_][\w:]*(?:<[^;{}]*>)?\s*(?:[&*]+\s*|\s)(?:\w+|\[[\w, ]+\])\s*[={(;:\[]")


def check_await_in_condition(source):
    """g++ 12 miscompiles such a coroutine: docs/adr/0001-toolchain.md."""
    for match in _COROUTINE.finditer(source.code):
        body = source.code[match.end() - 1 : _matching(source.code, match.end() - 1)]
        if _LOCAL.search(body):
            continue
        for condition in _CONDITION.finditer(body):
            if "co_await" in _in_parentheses(body, condition.end() - 1):
                yield Finding(source.path, source.line_at(match.end() - 1 + condition.start()),
                              "g++ 12 miscompiles a coroutine that awaits in a condition and has no local variable; "
                              "name the result: `while (auto bytes = co_await …)`")


def _in_parentheses(text, opening):
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[opening : at + 1]
    return text[opening:]


# --- words ----------------------------------------------------------------------------------------

DETERMINISTIC = {"wire", "link", "network", "transport", "socket/stack", "lab"}
CLOCK = [(r"\b(?:system_clock|steady_clock|high_resolution_clock)\b", "the clock of the machine")]
CHANCE = [
    (r"\b(?:float|double)\b", "floating point (results differ between compilers)"),
    (r"\bstd::unordered_\w+", "an unordered container (its order could reach the wire)"),
    (r"\bstd::random_device\b", "a random device"),
    (r"(?<![\w.>])s?rand\s*\(", "rand()"),
]


def check_determinism(source, table, exceptions):
    name = table.floor_of(source.path)
    floor = table.floors.get(name)
    if floor is None:
        return
    bans = (CHANCE if name in DETERMINISTIC else []) + (CLOCK if name in DETERMINISTIC or floor.no_clock else [])
    for pattern, what in bans:
        for match in re.finditer(pattern, source.code):
            word = match[0].strip()
            if not exceptions.allow(source.path, word):
                yield Finding(source.path, source.line_at(match.start()), f"{word}: {name} must not use {what}")


def check_words(source):
    for match in re.finditer(r"\b(?:TODO|FIXME)\b", source.text):
        yield Finding(source.path, source.line_at(match.start()), f"{match[0]}: do it, or open an issue")


def check_first_line(source):
    if source.is_header and not (source.lines and source.lines[0].startswith("// ")):
        yield Finding(source.path, 1, "a header's first line says what it is: // …")
