// What each echo server of the benchmark is told: the port, and how large its receive buffer is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

struct Arguments {
    std::uint16_t port;
    std::size_t buffer;  // octets

    Arguments(int argc, char** argv)
        : port{static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0)},
          buffer{argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 16384} {}
};

inline constexpr int backlog = 4096;
