// The client of the benchmark of memory: opens CONNECTIONS, asks once on each, and then lets them be.
//   bench_hold PID PORT CONNECTIONS OCTETS
// Prints: octets that PID has taken for a connection meanwhile, and those that the kernel has (its slabs,
// which hold both ends), each as a fraction.
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "bench/loading.hpp"

namespace {

using bench::give_up;

/// One of /proc's lines "Name: N kB", in octets.
std::int64_t octets_in(const std::string& file, const std::string& name) {
    std::ifstream lines{file};
    for (std::string word; lines >> word;) {
        std::int64_t kibibytes = 0;
        if (word == name + ":" && lines >> kibibytes) return kibibytes * 1024;
    }
    give_up(file.c_str());
}

/// The server may answer in upper case.
void ask(int connection, std::size_t octets) {
    const std::string request(octets, 'x');
    if (::send(connection, request.data(), octets, MSG_NOSIGNAL) != static_cast<ssize_t>(octets))
        give_up("send");
    std::vector<char> answer(octets);
    for (std::size_t received = 0; received < octets;) {
        const ssize_t count = ::recv(connection, answer.data(), octets - received, 0);
        if (count <= 0 || std::tolower(answer[0]) != 'x') give_up("recv");
        received += static_cast<std::size_t>(count);
    }
}

struct Memory {
    std::int64_t user;
    std::int64_t kernel;
};

Memory memory_of(const std::string& process) {
    ::usleep(200'000);  // it waits again, and what is freed later has been freed
    return {octets_in("/proc/" + process + "/smaps_rollup", "Rss"), octets_in("/proc/meminfo", "Slab")};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return std::fputs("usage: bench_hold PID PORT CONNECTIONS OCTETS\n", stderr), 2;
    const auto number = [&](int which) { return std::strtoul(argv[which], nullptr, 10); };
    const auto port = static_cast<std::uint16_t>(number(2));
    const std::size_t connections = number(3);
    // Whatever a server has once, however many connections there are, is there after that: a ring's buffers
    // too.
    const int first = bench::connect_to(port);
    for (int i = 0; i < 4096; ++i) ask(first, 1024);
    const Memory before = memory_of(argv[1]);
    std::vector<int> held;
    for (std::size_t i = 0; i < connections; ++i) {
        held.push_back(bench::connect_to(port));
        ask(held.back(), number(4));
    }
    const Memory after = memory_of(argv[1]);
    for (const int connection : held) ask(connection, number(4));  // all of them are alive
    const auto each = [&](std::int64_t octets) {
        return static_cast<double>(octets) / static_cast<double>(connections);
    };
    std::printf("%.1f %.1f\n", each(after.user - before.user), each(after.kernel - before.kernel));
}
