#include "sockeye/impairments.hpp"

namespace sockeye {
namespace {

/// "2%", "0.05%": exact, without zeros at the end.
std::string percent(Probability probability) {
    constexpr std::uint32_t unit = 10'000'000;  // of one percent
    std::string text = std::to_string(probability.parts_per_billion / unit);
    if (std::uint32_t fraction = probability.parts_per_billion % unit; fraction != 0) {
        std::string digits = std::to_string(unit + fraction).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        text += "." + digits;
    }
    return text + "%";
}

std::string words(const Chance& chance) {
    const bool correlated = chance.correlation != Probability{};
    return percent(chance.probability) + (correlated ? " " + percent(chance.correlation) : "");
}

std::string words(const Loss& loss) {
    if (const auto* chance = std::get_if<Chance>(&loss.model))
        return chance->probability == Probability{} ? "" : "loss " + words(*chance);
    const auto& bursts = std::get<GilbertElliott>(loss.model);
    return "loss gemodel " + percent(bursts.to_bad) + " " + percent(bursts.to_good) + " " +
           percent(bursts.lost_when_bad) + " " + percent(bursts.lost_when_good);
}

std::string words(Distribution distribution) {
    switch (distribution) {
        case Distribution::uniform: return "";
        case Distribution::normal: return " distribution normal";
        case Distribution::pareto: return " distribution pareto";
        case Distribution::paretonormal: return " distribution paretonormal";
    }
    return "";
}

std::string words_of_delay(const Impairments& impairments) {
    if (impairments.delay == Duration::zero() && impairments.jitter == Duration::zero()) return "";
    std::string text = "delay " + to_string(impairments.delay);
    if (impairments.jitter == Duration::zero()) return text;
    text += " " + to_string(impairments.jitter);
    if (impairments.delay_correlation != Probability{}) text += " " + percent(impairments.delay_correlation);
    return text + words(impairments.distribution) + (impairments.order == Order::kept ? " in order" : "");
}

std::string words(const Reorder& reorder) {
    if (reorder.chance.probability == Probability{}) return "";
    return "reorder " + words(reorder.chance) +
           (reorder.gap > 1 ? " gap " + std::to_string(reorder.gap) : "");
}

bool is_possible(Probability probability) {
    return probability.parts_per_billion <= Probability::always().parts_per_billion;
}

bool is_possible(const Chance& chance) {
    return is_possible(chance.probability) && is_possible(chance.correlation);
}

bool is_possible(const Loss& loss) {
    if (const auto* chance = std::get_if<Chance>(&loss.model)) return is_possible(*chance);
    const auto& bursts = std::get<GilbertElliott>(loss.model);
    return is_possible(bursts.to_bad) && is_possible(bursts.to_good) && is_possible(bursts.lost_when_bad) &&
           is_possible(bursts.lost_when_good);
}

}  // namespace

std::string to_string(const Impairments& impairments) {
    std::string text;
    const auto append = [&](const std::string& more) {
        if (!text.empty() && !more.empty()) text += " ";
        text += more;
    };
    append(words(impairments.loss));
    if (!text.empty() && impairments.on_loss == OnLoss::mark) append("ecn");
    if (impairments.duplicate.probability != Probability{})
        append("duplicate " + words(impairments.duplicate));
    if (impairments.corrupt.probability != Probability{}) append("corrupt " + words(impairments.corrupt));
    append(words_of_delay(impairments));
    append(words(impairments.reorder));
    return text;
}

std::string mistake_in(const Impairments& impairments) {
    const bool possible = is_possible(impairments.loss) && is_possible(impairments.duplicate) &&
                          is_possible(impairments.corrupt) && is_possible(impairments.reorder.chance) &&
                          is_possible(impairments.delay_correlation);
    if (!possible) return "a probability of more than 100%";
    if (impairments.delay < Duration::zero() || impairments.delay > 1h)
        return "a delay of " + to_string(impairments.delay) + " is not from 0s to 1h";
    if (impairments.jitter < Duration::zero() || impairments.jitter > 1h)
        return "a jitter of " + to_string(impairments.jitter) + " is not from 0s to 1h";
    if (impairments.reorder.gap == 0) return "a gap of 0: one of how many frames may skip the delay?";
    if (impairments.reorder.chance.probability != Probability{} && impairments.delay == Duration::zero())
        return "reordering needs a delay, which the frames that overtake skip";
    return "";
}

}  // namespace sockeye
