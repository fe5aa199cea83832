// Which of the system's options each of ours is.
#pragma once

#include <chrono>
#include <cstdint>

#include "sockeye/option.hpp"

namespace sockeye::kernel {

/// Any option, of whichever type its value is.
struct OptionKey {
    enum class Kind : std::uint8_t { flag, number, time, text };

    constexpr OptionKey(option::Flag flag) : OptionKey{Kind::flag, static_cast<std::uint8_t>(flag)} {}
    constexpr OptionKey(option::Number number) : OptionKey{Kind::number, static_cast<std::uint8_t>(number)} {}
    constexpr OptionKey(option::Time time) : OptionKey{Kind::time, static_cast<std::uint8_t>(time)} {}
    constexpr OptionKey(option::Text text) : OptionKey{Kind::text, static_cast<std::uint8_t>(text)} {}
    constexpr OptionKey(Kind kind_, std::uint8_t index_) : kind{kind_}, index{index_} {}

    Kind kind;
    std::uint8_t index;

    friend constexpr bool operator==(const OptionKey&, const OptionKey&) = default;
};

struct SystemOption {
    OptionKey key;
    int level;
    int number;
    std::chrono::nanoseconds unit{};  ///< what the system counts a time in
};

const SystemOption& system_option(OptionKey key);

}  // namespace sockeye::kernel
