#include "lab/file/cable_words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/address_text.hpp"
#include "base/nearest.hpp"
#include "base/quantity.hpp"
#include "lab/file/words.hpp"

namespace sockeye::lab {
namespace {

using address_text::mistake;
using address_text::shown;

using Words = std::vector<std::string_view>;

Result<void> set_duration(Duration& target, std::string_view value) {
    const Result<Duration> parsed = parse_duration(value);
    if (!parsed) return std::unexpected{parsed.error()};
    target = *parsed;
    return {};
}

Result<void> set_count(std::size_t& target, std::string_view value) {
    constexpr std::uint32_t most = 1'000'000;
    const auto parsed = address_text::parse_number(value, most);
    if (!parsed) return mistake("'" + shown(value) + "' is no number of frames: write 0 to 1000000");
    target = *parsed;
    return {};
}

/// "5%", "5% 25%": the second is netem's correlation.
Result<Chance> parse_chance(const Words& words) {
    if (words.empty() || words.size() > 2)
        return mistake("a probability is written as 1%, or 1% 25% with a correlation");
    const Result<Probability> probability = parse_probability(words[0]);
    if (!probability) return std::unexpected{probability.error()};
    const Result<Probability> correlation = words.size() == 2 ? parse_probability(words[1]) : Probability{};
    if (!correlation) return std::unexpected{correlation.error()};
    return Chance{*probability, *correlation};
}

/// netem: "gemodel p [r [1-h [1-k]]]".
Result<GilbertElliott> parse_bursts(const Words& words) {
    std::vector<Probability> parsed;
    for (const std::string_view word : words) {
        const Result<Probability> probability = parse_probability(word);
        if (!probability) return std::unexpected{probability.error()};
        parsed.push_back(*probability);
    }
    if (parsed.empty() || parsed.size() > 4)
        return mistake("bursts are written as gemodel P R 1-H 1-K, such as gemodel 1% 10%");
    GilbertElliott bursts{.to_bad = parsed[0]};
    bursts.to_good = parsed.size() > 1
                         ? parsed[1]
                         : Probability{Probability::always().parts_per_billion - parsed[0].parts_per_billion};
    if (parsed.size() > 2) bursts.lost_when_bad = parsed[2];
    if (parsed.size() > 3) bursts.lost_when_good = parsed[3];
    return bursts;
}

Result<void> set_loss(Impairments& impairments, std::string_view value) {
    Words words = split(value);
    const bool marks = !words.empty() && words.back() == "ecn";
    if (marks) words.pop_back();
    if (!words.empty() && words.front() == "random") words.erase(words.begin());
    if (!words.empty() && words.front() == "gemodel") {
        words.erase(words.begin());
        const Result<GilbertElliott> bursts = parse_bursts(words);
        if (!bursts) return std::unexpected{bursts.error()};
        impairments.loss = *bursts;
    } else {
        const Result<Chance> chance = parse_chance(words);
        if (!chance) return std::unexpected{chance.error()};
        impairments.loss = *chance;
    }
    impairments.on_loss = marks ? OnLoss::mark : OnLoss::drop;
    return {};
}

Result<void> set_chance(Chance& target, std::string_view value) {
    const Result<Chance> chance = parse_chance(split(value));
    if (!chance) return std::unexpected{chance.error()};
    target = *chance;
    return {};
}

/// "25%", "25% 50%", "25% gap 5".
Result<void> set_reorder(Reorder& target, std::string_view value) {
    Words words = split(value);
    std::uint32_t gap = 1;
    if (words.size() > 2 && words[words.size() - 2] == "gap") {
        const auto parsed = address_text::parse_number(words.back(), 1'000'000);
        if (!parsed || *parsed == 0)
            return mistake("'" + shown(words.back()) + "' is no gap: write a number of frames");
        gap = *parsed;
        words.resize(words.size() - 2);
    }
    const Result<Chance> chance = parse_chance(words);
    if (!chance) return std::unexpected{chance.error()};
    target = Reorder{*chance, gap};
    return {};
}

struct NamedDistribution {
    std::string_view name;
    Distribution value;
};
constexpr std::array distributions{NamedDistribution{"uniform", Distribution::uniform},
                                   NamedDistribution{"normal", Distribution::normal},
                                   NamedDistribution{"pareto", Distribution::pareto},
                                   NamedDistribution{"paretonormal", Distribution::paretonormal}};

Result<void> set_distribution(Distribution& target, std::string_view value) {
    const auto* found = std::ranges::find(distributions, value, &NamedDistribution::name);
    if (found == distributions.end())
        return mistake("'" + shown(value) +
                       "' is no distribution: write uniform, normal, pareto or paretonormal");
    target = found->value;
    return {};
}

Result<void> set_order(Order& target, std::string_view value) {
    if (value != "kept" && value != "by_arrival")
        return mistake("'" + shown(value) + "' is no order: write kept or by_arrival");
    target = value == "kept" ? Order::kept : Order::by_arrival;
    return {};
}

constexpr std::array<std::string_view, 4> cable_words{"rate", "delay", "queue", "mark"};
constexpr std::array<std::string_view, 8> words_of_impairments{
    "delay", "jitter", "loss", "duplicate", "corrupt", "reorder", "distribution", "order"};

std::unexpected<Error> unknown(std::string_view word) {
    std::vector<std::string_view> known(cable_words.begin(), cable_words.end());
    known.insert(known.end(), words_of_impairments.begin() + 1, words_of_impairments.end());
    std::string there_are;
    for (const std::string_view each : known) there_are.append(there_are.empty() ? "" : ", ").append(each);
    const std::string_view meant = nearest(word, known);
    return mistake("a cable has no '" + shown(word) + "'" +
                   (meant.empty() ? "; it has " + there_are : ": did you mean " + std::string{meant} + "?"));
}

}  // namespace

Result<void> set_cable_word(CableOptions& cable, std::string_view word, std::string_view value) {
    if (word == "delay") return set_duration(cable.delay, value);
    if (word == "queue") return set_count(cable.queue_limit, value);
    if (word == "mark") return set_count(cable.mark_from, value);
    if (word != "rate") return set_impairment_word(cable.impairments, word, value);
    const Result<std::uint64_t> rate = parse_rate(value);
    if (!rate) return std::unexpected{rate.error()};
    cable.bits_per_second = *rate;
    return {};
}

Result<void> set_impairment_word(Impairments& impairments, std::string_view word, std::string_view value) {
    if (word == "delay") return set_duration(impairments.delay, value);
    if (word == "jitter") return set_duration(impairments.jitter, value);
    if (word == "loss") return set_loss(impairments, value);
    if (word == "duplicate") return set_chance(impairments.duplicate, value);
    if (word == "corrupt") return set_chance(impairments.corrupt, value);
    if (word == "reorder") return set_reorder(impairments.reorder, value);
    if (word == "distribution") return set_distribution(impairments.distribution, value);
    if (word == "order") return set_order(impairments.order, value);
    if (std::ranges::find(cable_words, word) != cable_words.end())
        return mistake("'" + std::string{word} +
                       "' is the same in both directions: write it in the link's vars");
    return unknown(word);
}

std::span<const std::string_view> impairment_words() {
    return words_of_impairments;
}

/// Each alone as netem's line says it, whose first word is its name.
std::vector<std::pair<std::string_view, std::string>> words_of(const Impairments& impairments) {
    std::vector<std::pair<std::string_view, std::string>> words;
    const auto add = [&words](std::string_view word, const Impairments& alone) {
        const std::string line = sockeye::to_string(alone);
        if (!line.empty()) words.emplace_back(word, line.substr(word.size() + 1));
    };
    add("loss", {.loss = impairments.loss, .on_loss = impairments.on_loss});
    add("duplicate", {.duplicate = impairments.duplicate});
    add("corrupt", {.corrupt = impairments.corrupt});
    add("delay", {.delay = impairments.delay});
    add("reorder", {.reorder = impairments.reorder});
    if (impairments.jitter != Duration::zero())
        words.emplace_back("jitter", sockeye::to_string(impairments.jitter));
    const auto* distribution =
        std::ranges::find(distributions, impairments.distribution, &NamedDistribution::value);
    if (distribution->value != Distribution::uniform)
        words.emplace_back("distribution", std::string{distribution->name});
    if (impairments.order == Order::kept) words.emplace_back("order", "kept");
    return words;
}

}  // namespace sockeye::lab
