#include "link/cable.hpp"

#include <algorithm>
#include <cassert>

namespace sockeye::link {

std::string_view to_string(Fate fate) {
    switch (fate) {
        case Fate::arrives: return "arrives";
        case Fate::cable_cut: return "lost: cable cut";
        case Fate::queue_full: return "lost: queue full";
    }
    return "";
}

std::string_view why_lost(Fate fate) {
    constexpr std::string_view lost = "lost: ";
    const std::string_view text = to_string(fate);
    return text.starts_with(lost) ? text.substr(lost.size()) : std::string_view{};
}

Cable::Cable(Options options) : options_{options} {
    assert(options.bits_per_second > 0 && options.delay >= Duration::zero());
}

Duration Cable::serialisation(std::size_t octets) const {
    const std::uint64_t rate = options_.bits_per_second;
    const std::uint64_t bit_nanoseconds = std::uint64_t{octets} * 8 * 1'000'000'000;
    return Duration{static_cast<Duration::rep>(bit_nanoseconds / rate + (bit_nanoseconds % rate != 0))};
}

/// Frames leave in order, so those whose first bit has not left yet stand at the end.
std::size_t Cable::waiting(const Lane& lane, Instant now) {
    const auto first = std::ranges::partition_point(
        lane.flights, [&](const Flight& flight) { return flight.departs <= now; });
    return static_cast<std::size_t>(lane.flights.end() - first);
}

Transit Cable::offer(Frame frame, End from, Instant now) {
    Lane& sender = lane(from);
    if (is_cut_) return {now, now, Fate::cable_cut};
    if (waiting(sender, now) >= options_.queue_limit) return {now, now, Fate::queue_full};

    const Instant departs = std::max(now, sender.busy_until);
    sender.busy_until = departs + serialisation(frame.packet.size());
    sender.flights.push_back({std::move(frame), departs});
    return {departs, sender.busy_until + options_.delay, Fate::arrives};
}

bool Cable::carries(std::uint64_t number, End from) const {
    const std::deque<Flight>& flights = lane(from).flights;
    return !flights.empty() && flights.front().frame.number == number;
}

Packet Cable::arrive(std::uint64_t number, End from) {
    assert(carries(number, from));
    (void)number;
    std::deque<Flight>& flights = lane(from).flights;
    Packet packet = std::move(flights.front().frame.packet);
    flights.pop_front();
    return packet;
}

std::vector<std::uint64_t> Cable::cut() {
    is_cut_ = true;
    std::vector<std::uint64_t> lost;
    for (Lane& lane : lanes_) {
        for (const Flight& flight : lane.flights) lost.push_back(flight.frame.number);
        lane = {};  // a transmitter without a cable has nothing to wait for
    }
    std::ranges::sort(lost);
    return lost;
}

}  // namespace sockeye::link
