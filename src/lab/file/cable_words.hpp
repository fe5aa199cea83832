// What can be said of a cable by name and value: "delay=10ms", "loss=1%", as files and commands write it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sockeye/lab.hpp"

namespace sockeye::lab {

/// The words of both directions: rate, delay, queue, mark. Those of tc-netem(8) for one direction: jitter,
/// loss, duplicate, corrupt, reorder, distribution, order; delay too, where `impairments` alone is to be
/// changed.
///
/// @returns invalid_argument with a detail that names the mistake and what to write
Result<void> set_cable_word(CableOptions& cable, std::string_view word, std::string_view value);
Result<void> set_impairment_word(Impairments& impairments, std::string_view word, std::string_view value);

/// The words that set_impairment_word() takes.
std::span<const std::string_view> impairment_words();

/// Words and their values, from which set_impairment_word() makes the same again: {"loss", "20%"}.
std::vector<std::pair<std::string_view, std::string>> words_of(const Impairments& impairments);

}  // namespace sockeye::lab
