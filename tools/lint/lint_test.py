"""The lint's own test: what is planted has to be found, and what is right must not be."""

import runpy
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import checks
from cited import Cited
from exceptions import Exceptions
from sources import Source, read_sources
from table import Table, TableError

ARCHITECTURE = """
| floor | may include | libraries | and never |
|---|---|---|---|
| include: values | std | – | facade, src |
| include: facade | std, values | – | src, the OS |
| base | std, values | – | facade |
| wire | base, values | – | a clock, link |
| link | base, values, wire | – | network and up, the OS |
| network | base, values, wire, `link/device.hpp` | – | transport |
| transport | base, values, wire, `network/packet.hpp` (the IP header) | – | `wire/ipv4.hpp`, link |
| socket | include, base | – | wire to transport, the OS |
| socket/kernel | include, base, socket | OS | wire to transport |
| lab | include, base, wire, link, socket | xxhash | the OS, threads |
| cli | include, base, lab | CLI11, fmt, OS | – |
| test | everything | GoogleTest, RapidCheck | – |
| examples | include | – | src |
"""
TABLE = Table(ARCHITECTURE)


def messages(findings):
    return [finding.message for finding in findings]


class IncludeTable(unittest.TestCase):
    def findings(self, path, *includes):
        text = "// A file.\n" + "".join(f"#include {name}\n" for name in includes)
        return messages(checks.check_includes(Source(path, text), TABLE))

    def allowed(self, path, *includes):
        self.assertEqual(self.findings(path, *includes), [])

    def forbidden(self, path, *includes):
        self.assertEqual(len(self.findings(path, *includes)), len(includes), f"{path} {includes}")

    def test_a_floor_includes_itself_what_is_below_it_and_the_standard_library(self):
        self.allowed("src/wire/tcp.cpp", '"wire/tcp.hpp"', '"base/packet.hpp"', '"sockeye/bytes.hpp"', "<vector>")
        self.allowed("src/lab/world.cpp", '"sockeye/lab.hpp"', "<xxhash.h>", '"link/cable.hpp"')

    def test_a_floor_does_not_include_what_is_above_it(self):
        self.forbidden("src/wire/tcp.cpp", '"transport/udp.hpp"', '"sockeye/socket.hpp"', '"lab/world.hpp"')
        self.forbidden("include/sockeye/bytes.hpp", '"sockeye/op.hpp"')
        self.forbidden("include/sockeye/op.hpp", '"base/packet.hpp"', "<sys/socket.h>")

    def test_a_single_header_is_given_without_its_floor(self):
        self.allowed("src/network/ip.cpp", '"link/device.hpp"')
        self.forbidden("src/network/ip.cpp", '"link/cable.hpp"')

    def test_a_single_header_is_taken_back(self):
        self.allowed("src/transport/udp.cpp", '"wire/udp.hpp"', '"network/packet.hpp"')
        self.forbidden("src/transport/udp.cpp", '"wire/ipv4.hpp"', '"network/ip.hpp"')

    def test_a_folder_of_socket_is_a_floor_of_its_own(self):
        self.allowed("src/socket/kernel/loop.cpp", '"socket/backend.hpp"', "<sys/epoll.h>", "<mutex>")
        self.forbidden("src/socket/socket.cpp", '"socket/kernel/loop.hpp"', "<sys/epoll.h>", "<mutex>", "<ctime>")

    def test_libraries_belong_to_the_floors_that_name_them(self):
        self.allowed("cli/main.cpp", "<CLI/CLI.hpp>", "<fmt/core.h>", '"cli/verbs.hpp"', "<unistd.h>")
        self.forbidden("src/lab/world.cpp", "<fmt/core.h>", "<thread>", "<unistd.h>", "<string.h>")
        self.forbidden("src/base/time.cpp", '"xxhash.h"')

    def test_a_test_includes_everything_wherever_it_lies(self):
        self.allowed("src/wire/tcp_test.cpp", "<gtest/gtest.h>", '"lab/world.hpp"', "<thread>", '"test/support/hex.hpp"')
        self.allowed("test/lessons/arp.cpp", '"sockeye/lab.hpp"', "<fmt/core.h>")

    def test_no_floor_but_a_test_includes_tests(self):
        self.forbidden("src/lab/world.cpp", '"test/support/hex.hpp"')

    def test_examples_see_the_public_headers_alone(self):
        self.allowed("examples/echo.cpp", '"sockeye/lab.hpp"', "<sockeye/socket.hpp>")
        self.forbidden("examples/echo.cpp", '"base/packet.hpp"', "<unistd.h>")

    def test_a_folder_or_an_include_outside_the_table_is_found(self):
        self.assertEqual(len(self.findings("src/util/strings.cpp")), 1)
        self.forbidden("src/wire/tcp.cpp", '"util/strings.hpp"', '"tcp.hpp"')

    def test_a_commented_or_quoted_include_is_none(self):
        text = '// A.\n// #include "lab/a.hpp"\n/*\n#include "lab/b.hpp"\n*/\nauto t = R"(\n#include "lab/c.hpp"\n)";\n'
        self.assertEqual(Source("src/wire/a.cpp", text).includes, [])

    def test_a_table_that_cannot_be_understood_is_an_error(self):
        for wrong, right in [("| base, values |", "| bse, values |"), ("| xxhash |", "| xxhsh |"),
                             ("| a clock, link |", "| a clok, link |"), ("| a clock, link |", "| base |"),
                             ("| floor |", "| storey |"), ("| OS | wire to", "| OS | oops | wire to")]:
            self.assertIn(wrong, ARCHITECTURE)
            with self.assertRaises(TableError, msg=right):
                Table(ARCHITECTURE.replace(wrong, right, 1))


class Sizes(unittest.TestCase):
    def names(self, text):
        return [(name, last - first + 1) for name, first, last in checks.functions(Source("src/wire/a.cpp", text))]

    def test_what_is_a_function(self):
        text = """
namespace sockeye {
class [[nodiscard("(a) reason")]] Thing : public Base<int> {
public:
    Thing(int a, std::vector<int> b = {}) : a_{a}, b_{std::move(b)} {}
    Thing& operator=(const Thing&) { return *this; }
    template <class T>
        requires std::integral<T>
    T get() const noexcept
    {
        if (a_) { return 1; }
        return "}" == text && c == '{' ? 1'000 : 2;
    }
private:
    int a_{0};
};
constexpr std::array table{Row{1, f(2)}, Row{3, f(4)}};
constexpr auto lambda = [](int a) { return a; };
std::expected<int, Error> Thing::parse(std::span<const int> in) { return in[0]; }
TEST(Thing, DoesIt) {
    EXPECT_EQ(1, 1);
}
}  // namespace sockeye
"""
        self.assertEqual(self.names(text), [("Thing", 1), ("operator=", 1), ("get", 7), ("parse", 1), ("Thing.DoesIt", 3)])

    def findings(self, check, lines, path="src/wire/a.cpp", exceptions=""):
        text = "void f() {\n" + "    g();\n" * (lines - 2) + "}\n"
        return messages(check(Source(path, text), Exceptions(exceptions)))

    def test_a_function_of_70_lines_passes_and_one_of_71_does_not(self):
        self.assertEqual(self.findings(checks.check_function_sizes, 70), [])
        self.assertEqual(len(self.findings(checks.check_function_sizes, 71)), 1)

    def test_a_file_of_500_lines_passes_and_one_of_501_does_not(self):
        self.assertEqual(self.findings(checks.check_file_size, 500), [])
        self.assertEqual(len(self.findings(checks.check_file_size, 501)), 1)

    def test_a_public_header_of_150_lines_passes_and_one_of_151_does_not(self):
        path = "include/sockeye/op.hpp"
        self.assertEqual(self.findings(checks.check_file_size, 150, path), [])
        self.assertEqual(len(self.findings(checks.check_file_size, 151, path)), 1)

    def test_an_exception_is_by_name_and_says_why(self):
        listed = "src/wire/a.cpp f a table\nsrc/wire/a.cpp file the same table\n"
        self.assertEqual(self.findings(checks.check_function_sizes, 71, exceptions=listed), [])
        self.assertEqual(self.findings(checks.check_file_size, 501, exceptions=listed), [])
        self.assertEqual(len(self.findings(checks.check_function_sizes, 71, exceptions=listed.replace(" f ", " g "))), 1)
        self.assertEqual(len(list(Exceptions("src/wire/a.cpp f").findings())), 1)

    def test_an_exception_that_nothing_needs_is_found(self):
        self.assertEqual(len(list(Exceptions("src/wire/a.cpp f a table").findings())), 1)


class DroppedAwait(unittest.TestCase):
    def lines(self, *statements):
        text = "Task<> echo(Socket s) { co_return; }\n" + "".join(f"{s}\n" for s in statements)
        source = Source("src/app/a.cpp", text)
        return [f.line - 1 for f in checks.check_dropped_await(source, checks.tasks_without_result([source]))]

    def test_a_dropped_result_is_found_wherever_a_statement_begins(self):
        planted = ["{ co_await s.send(x); }", "if (f(a)) co_await s.send(x);", "else co_await s.send(x);",
                   "case 1: co_await s.send(x);", "for (;;) co_await s.send(x);", "co_await s.send(x);"]
        self.assertEqual(self.lines(*planted), [1, 2, 3, 4, 5, 6])

    def test_a_result_that_is_used_is_not(self):
        self.assertEqual(self.lines("auto a = co_await s.recv(1);", "if (!co_await s.send(x)) co_return;",
                                    "(co_await s.send(x)).value();", "int b = c ? d : co_await e;",
                                    "// co_await s.send(x);", "co_return co_await s.send(x);",
                                    "f(co_await a, co_await b);"), [])

    def test_a_task_without_a_result_has_none_to_drop(self):
        self.assertEqual(self.lines("{ co_await echo(std::move(s)); }", "co_await s.echo(x);"), [2])

    def test_a_result_dropped_on_purpose_says_why(self):
        self.assertEqual(self.lines("(void)co_await s.send(x);  // the peer may be gone",
                                    "// Nobody stops it.", "(void)co_await s.send(x);", "",
                                    "(void)co_await s.send(x);"), [5])


class AwaitInCondition(unittest.TestCase):
    def found(self, body, head="Task<> f(Socket s)"):
        return len(list(checks.check_await_in_condition(Source("src/app/a.cpp", f"{head} {{ {body} }}\n"))))

    def test_a_coroutine_without_a_local_variable_that_awaits_in_a_condition_is_found(self):
        for body in ["while (co_await s.recv(1)) {}", "if (!co_await s.send(x)) co_return;", "for (; co_await a();) b();",
                     "puts(x); if (g(co_await s.send(x))) co_return;", "switch ((co_await a()).code()) { default: f(); }"]:
            self.assertEqual(self.found(body), 1, body)
        self.assertEqual(self.found("while (co_await s.recv(1)) {}", "spawn([](Socket& s) -> Task<>"), 1)

    def test_one_local_variable_is_enough(self):
        for body in ["while (auto bytes = co_await s.recv(1)) {}", "int n = 0; if (co_await a(n)) co_return;",
                     "for (int i = 0; i < 2; ++i) if (co_await a()) b();", "auto [x, y] = p; if (co_await a(x)) co_return;",
                     "if (Result<void> r = co_await a(); !r) co_return;", "Socket t{n}; while (co_await t.recv(1)) {}"]:
            self.assertEqual(self.found(body), 0, body)

    def test_other_coroutines_are_left_alone(self):
        self.assertEqual(self.found("(void)co_await s.send(x); if (a) co_return;"), 0)


class Words(unittest.TestCase):
    def banned(self, path, line, exceptions=""):
        source = Source(path, f"// A file.\n{line}\n")
        return len(messages(checks.check_determinism(source, TABLE, Exceptions(exceptions))))

    def test_what_differs_from_run_to_run_is_found_below_the_sockets(self):
        for line in ["double a = 1;", "float b;", "std::unordered_map<int, int> c;", "std::random_device d;",
                     "auto e = std::chrono::steady_clock::now();", "system_clock::now();", "int f = rand();"]:
            for path in ["src/wire/a.cpp", "src/link/a.hpp", "src/transport/tcp/a.cpp", "src/lab/a.cpp"]:
                self.assertEqual(self.banned(path, line), 1, f"{path}: {line}")

    def test_it_is_not_elsewhere_nor_in_tests_comments_and_names(self):
        self.assertEqual(self.banned("src/socket/kernel/a.cpp", "double a = steady_clock::now();"), 0)
        self.assertEqual(self.banned("src/wire/a_test.cpp", "double a = 1;"), 0)
        for line in ["// a double is no integer", 'say("float");', "int double_size;", "draw.rand();", "operand(1);"]:
            self.assertEqual(self.banned("src/wire/a.cpp", line), 0, line)

    def test_a_word_is_excepted_for_one_file_with_a_reason(self):
        listed = "src/link/a.cpp std::unordered_map only looked up, never walked"
        self.assertEqual(self.banned("src/link/a.cpp", "std::unordered_map<int, int> c;", listed), 0)
        self.assertEqual(self.banned("src/link/a.cpp", "std::unordered_set<int> c;", listed), 1)
        self.assertEqual(self.banned("src/link/b.cpp", "std::unordered_map<int, int> c;", listed), 1)

    def test_what_is_left_to_do_is_found(self):
        self.assertEqual(len(list(checks.check_words(Source("src/wire/a.cpp", "// TO" + "DO: this\n// FIX" + "ME\n")))), 2)

    def test_a_header_says_first_what_it_is(self):
        self.assertEqual(len(list(checks.check_first_line(Source("src/wire/a.hpp", "#pragma once\n")))), 1)
        self.assertEqual(list(checks.check_first_line(Source("src/wire/a.hpp", "// The header.\n#pragma once\n"))), [])


class CitedNames(unittest.TestCase):
    SOURCES = [
        Source("src/wire/tcp.cpp", "void parse() {}\n"),
        Source("src/wire/tcp_test.cpp", "TEST(TcpText, IsRead_Rfc1_2) {}\nTEST_P(Both, Are) {}\n"),
    ]

    def missing(self, *cells):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "test/scripts/close").mkdir(parents=True)
            (root / "test/scripts/close/half-way.script").write_text("")
            (root / "docs").mkdir()
            (root / "docs/rfc.md").write_text("| what | where | test |\n|---|---|---|\n| " + " | ".join(cells) + " |\n")
            return messages(Cited(root, self.SOURCES).findings())

    def test_what_is_there_is_right(self):
        for test in ["`TcpText.IsRead_Rfc1_2`", "`TcpText.IsRead_…`", "`TcpText.*`, `.IsRead`", "`Are`", "`…Read`",
                     "`test/scripts/close/half-way`, `half-way`", "`tcp_test.cpp`", "`src/wire/tcp_test.cpp`", "`take_error`"]:
            self.assertEqual(self.missing("x", "`wire/tcp.cpp` (`parse`)", test), [], test)

    def test_what_is_not_is_found(self):
        for test in ["`TcpText.Is`", "`TcpTexts.IsRead`", "`Both.Are`, `.IsRead`", "`Area`", "`test/scripts/close/way`",
                     "`test/scripts/close/half-way`, `half`", "`udp_test.cpp`", "`test/nowhere`"]:
            self.assertEqual(len(self.missing("x", "–", test)), 1, test)
        self.assertEqual(len(self.missing("x", "`wire/udp.cpp`", "not tested")), 1)
        self.assertEqual(len(self.missing("x", "`wire/tcp.cpp` (`print`)", "not tested")), 1)

    def test_a_row_without_a_test_says_why(self):
        for cells in [("–", "declined: nobody needs it"), ("not: nobody needs it", ""), ("`wire/tcp.cpp`", "as above")]:
            self.assertEqual(self.missing("x", *cells), [], cells)
        for cells in [("`wire/tcp.cpp`", "–"), ("nothing", ""), ("–", "-")]:
            self.assertEqual(len(self.missing("x", *cells)), 1, cells)


class WholeTree(unittest.TestCase):
    def test_violations_planted_in_a_tree_are_found_with_file_and_line(self):
        read_findings = runpy.run_path(str(Path(__file__).with_name("__main__.py")))["read_findings"]
        planted = {
            "src/wire/a.cpp": '#include "lab/world.hpp"\nfloat f;\n',
            "src/app/b.hpp": "#pragma once\n",
            "src/socket/c.cpp": "void f() {\n    co_await g();\n}\n",
            "build/dev/d.cpp": "float f;  // not ours\n",
        }
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path, text in {**planted, "ARCHITECTURE.md": ARCHITECTURE, "tools/lint/exceptions.txt": ""}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            found = [(f.path, f.line) for f in read_findings(root)]
            self.assertEqual([s.path for s in read_sources(root)], ["src/app/b.hpp", "src/socket/c.cpp", "src/wire/a.cpp"])
        self.assertEqual(sorted(found), [("src/app/b.hpp", 1), ("src/app/b.hpp", 1), ("src/socket/c.cpp", 2),
                                         ("src/wire/a.cpp", 1), ("src/wire/a.cpp", 2)])


if __name__ == "__main__":
    unittest.main()
