// What each echo server of the benchmark is told: the port, how large its receive buffer is, and words of its
// own.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

struct Arguments {
    std::uint16_t port;
    std::size_t buffer;  // octets
    std::vector<std::string_view> words;

    Arguments(int argc, char** argv)
        : port{static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0)},
          buffer{argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 16384},
          words{argv + std::min(argc, 3), argv + argc} {}

    bool has(std::string_view word) const { return std::ranges::find(words, word) != words.end(); }
};

inline constexpr int backlog = 4096;
inline constexpr std::chrono::microseconds spin{50};  // of those that are told to
