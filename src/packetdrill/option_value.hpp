// An option's value between the caller's memory and ours.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>

#include "packetdrill/outcome.hpp"
#include "sockeye/time.hpp"

namespace sockeye::packetdrill {

/// nullopt: the caller handed over less than that.
template <class T>
std::optional<T> read_value(std::span<const std::byte> bytes) {
    if (bytes.size() < sizeof(T)) return std::nullopt;
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// As much of it as there is room for, which is how Linux lets its structures grow.
template <class T>
Outcome write_value(const T& value, void* out, socklen_t& room) {
    room = std::min<socklen_t>(room, sizeof value);
    std::memcpy(out, &value, room);
    return 0;
}

inline std::optional<Duration> read_timeout(const timeval& value) {
    const Duration timeout = std::chrono::seconds{value.tv_sec} + std::chrono::microseconds{value.tv_usec};
    return timeout > Duration::zero() ? std::optional{timeout} : std::nullopt;  // socket(7): 0 is never
}

inline timeval write_timeout(std::optional<Duration> timeout) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(timeout.value_or(Duration::zero()));
    return {.tv_sec = us.count() / 1'000'000, .tv_usec = us.count() % 1'000'000};
}

}  // namespace sockeye::packetdrill
