// What a fuzz target is made of: one a file, which libFuzzer calls with octets of its own making.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/packet.hpp"
#include "sockeye/address.hpp"

/// The target of this file: a function of `bytes` that returns, or the fuzzer has found something.
#define FUZZ_TARGET(bytes)                                                              \
    static void fuzz_target(std::span<const std::byte> bytes);                          \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        fuzz_target(std::as_bytes(std::span{data, size}));                              \
        return 0;                                                                       \
    }                                                                                   \
    static void fuzz_target(std::span<const std::byte> bytes)

namespace sockeye::fuzz {

/// In every build, which assert() is not.
inline void require(bool holds) {
    if (!holds) std::abort();
}

inline const IpAddress four_1{std::array<std::uint8_t, 4>{10, 0, 0, 1}};
inline const IpAddress four_2{std::array<std::uint8_t, 4>{10, 0, 0, 2}};
inline const IpAddress six_1{
    std::array<std::uint8_t, 16>{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline const IpAddress six_2{
    std::array<std::uint8_t, 16>{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};

}  // namespace sockeye::fuzz
