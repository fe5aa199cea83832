#include "test/support/determinism.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

#include "lab/world.hpp"
#include "wire/text.hpp"

namespace sockeye::test {

namespace {

bool same(const lab::Record& a, const lab::Record& b) {
    const auto key = [](const lab::Record& record) {
        return std::tuple{record.departs, record.cable, record.from, record.fate, record.origin};
    };
    return key(a) == key(b) && std::ranges::equal(a.frame.bytes(), b.frame.bytes());
}

bool same(const lab::Drop& a, const lab::Drop& b) {
    return std::tuple{a.number, a.at, a.node, a.why} == std::tuple{b.number, b.at, b.node, b.why};
}

/// Octets in hex where the texts of two frames are the same.
std::string hex(std::span<const std::byte> octets) {
    std::string text;
    for (std::byte octet : octets) text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
    return text;
}

std::string describe(const Lab& lab, const lab::Record& record) {
    return fmt::format("{} s, {}, {}: {} [{}]", to_string(record.departs, 9),
                       lab.world().topology().cables()[record.cable].name(record.from),
                       to_string(record.fate), wire::to_line(record.frame.bytes()),
                       hex(record.frame.bytes()));
}

std::string describe(const Lab& lab, const lab::Drop& drop) {
    return fmt::format("frame {} by {} at {} s: {}", drop.number,
                       lab.world().topology().nodes()[drop.node]->name(), to_string(drop.at, 9), drop.why);
}

template <class T>
std::string compare(std::string_view what, const Lab& first, const std::vector<T>& of_first,
                    const Lab& second, const std::vector<T>& of_second) {
    const auto text = [](const Lab& lab, const std::vector<T>& all, std::size_t number) {
        return number < all.size() ? describe(lab, all[number]) : std::string{"nothing"};
    };
    for (std::size_t i = 0; i < std::max(of_first.size(), of_second.size()); ++i) {
        if (i < of_first.size() && i < of_second.size() && same(of_first[i], of_second[i])) continue;
        return fmt::format("{} {} differs:\n  {} in the first,\n  {} in the second", what, i,
                           text(first, of_first, i), text(second, of_second, i));
    }
    return {};
}

}  // namespace

std::string first_difference(const Lab& first, const Lab& second) {
    const lab::Recorder& one = first.world().recorder();
    const lab::Recorder& other = second.world().recorder();
    const std::string frames = compare("frame", first, one.records(), second, other.records());
    return frames.empty() ? compare("drop", first, one.drops(), second, other.drops()) : frames;
}

void expect_same_twice(const Scenario& scenario, LabOptions options) {
    Lab first{options};
    scenario(first);
    Lab second{options};
    scenario(second);
    EXPECT_FALSE(first.world().recorder().records().empty()) << "nothing happened";
    EXPECT_EQ(first_difference(first, second), "");
    EXPECT_EQ(first.hash(), second.hash());
}

}  // namespace sockeye::test
