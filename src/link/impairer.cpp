#include "link/impairer.hpp"

#include <algorithm>

#include "link/delay_distribution.hpp"
#include "wire/ecn.hpp"

namespace sockeye::link {
namespace {

constexpr std::uint64_t whole = std::uint64_t{1} << 32;

/// In parts of 2^32, so that a draw below it is the event.
std::uint64_t threshold(Probability probability) {
    return probability.parts_per_billion * whole / Probability::always().parts_per_billion;
}

}  // namespace

Impairer::Impairer(const Impairments& impairments, Random random) : random_{random} {
    change(impairments);
}

void Impairer::change(const Impairments& impairments) {
    impairments_ = impairments;
    const auto* chance = std::get_if<Chance>(&impairments.loss.model);
    loss_ = start(chance != nullptr ? chance->correlation : Probability{});
    duplicate_ = start(impairments.duplicate.correlation);
    corrupt_ = start(impairments.corrupt.correlation);
    reorder_ = start(impairments.reorder.chance.correlation);
    delay_ = start(impairments.delay_correlation);
    is_bad_ = false;
    in_order_ = 0;
}

Impairer::Correlated Impairer::start(Probability correlation) {
    if (correlation == Probability{}) return {};
    const std::uint64_t first = draw();
    return {.share = std::min(threshold(correlation), whole - 1), .last = first};
}

std::uint32_t Impairer::draw(Correlated& state) {
    const std::uint64_t fresh = draw();
    if (state.share == 0) return static_cast<std::uint32_t>(fresh);
    const std::uint64_t rho = state.share + 1;
    state.last = (fresh * (whole - rho) + state.last * rho) >> 32;
    return static_cast<std::uint32_t>(state.last);
}

bool Impairer::happens(Probability probability) {
    const std::uint64_t limit = threshold(probability);
    return limit != 0 && draw() < limit;
}

/// What cannot happen takes no draw.
bool Impairer::happens(const Chance& chance, Correlated& state) {
    const std::uint64_t limit = threshold(chance.probability);
    return limit != 0 && draw(state) < limit;
}

bool Impairer::is_hit() {
    if (const auto* chance = std::get_if<Chance>(&impairments_.loss.model)) return happens(*chance, loss_);
    const auto& bursts = std::get<GilbertElliott>(impairments_.loss.model);
    const bool was_bad = is_bad_;
    if (happens(was_bad ? bursts.to_good : bursts.to_bad)) is_bad_ = !is_bad_;
    return happens(was_bad ? bursts.lost_when_bad : bursts.lost_when_good);
}

Duration Impairer::draw_delay() {
    const Impairments& wanted = impairments_;
    if (in_order_ + 1 >= wanted.reorder.gap && happens(wanted.reorder.chance, reorder_)) {
        in_order_ = 0;
        return Duration::zero();
    }
    in_order_ = std::min(in_order_ + 1, wanted.reorder.gap);
    if (wanted.jitter == Duration::zero()) return wanted.delay;
    const Duration drawn = spread_delay(wanted.delay, wanted.jitter, wanted.distribution, draw(delay_));
    return std::max(drawn, Duration::zero());
}

Treatment Impairer::treat_survivor(const Packet& frame, Fate otherwise) {
    Treatment treatment{.fate = otherwise};
    if (happens(impairments_.corrupt, corrupt_) && !frame.empty()) {
        treatment.fate = Fate::corrupted;
        treatment.flipped = random_.below(8 * frame.size());
    }
    treatment.delay = draw_delay();
    return treatment;
}

/// Whether a loss draw hits, and what that means.
Fate Impairer::draw_loss(const Packet& frame) {
    if (!is_hit()) return Fate::arrives;
    if (impairments_.on_loss == OnLoss::drop) return Fate::random_loss;
    Packet tried = frame;
    return wire::mark_congestion(tried) ? Fate::marked : Fate::random_loss;
}

Treatments Impairer::treat(const Packet& frame) {
    Treatments treatments;
    const bool is_copied = happens(impairments_.duplicate, duplicate_);
    const Fate fate = draw_loss(frame);
    if (is_lost(fate) && !is_copied) {
        treatments.add({.fate = fate});
        return treatments;
    }
    if (is_lost(fate)) {  // of the two, one is left
        treatments.add(treat_survivor(frame, Fate::arrives));
        return treatments;
    }
    treatments.add(treat_survivor(frame, fate));
    if (!is_copied) return treatments;

    const Fate of_copy = draw_loss(frame);
    if (is_lost(of_copy))
        treatments.add({.fate = of_copy});
    else
        treatments.add(treat_survivor(frame, of_copy == Fate::marked ? of_copy : Fate::duplicated));
    return treatments;
}

void Treatments::mark(const Packet& frame) {
    Packet tried = frame;
    if (!wire::mark_congestion(tried)) return;
    for (Treatment& treatment : all_)
        if (treatment.fate == Fate::arrives || treatment.fate == Fate::duplicated)
            treatment.fate = Fate::marked;
}

Packet treated(Packet frame, const Treatment& treatment) {
    if (treatment.fate == Fate::marked) wire::mark_congestion(frame);
    if (treatment.flipped)
        frame.writable()[*treatment.flipped / 8] ^= std::byte{1} << (*treatment.flipped % 8);
    return frame;
}

}  // namespace sockeye::link
