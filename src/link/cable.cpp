#include "link/cable.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace sockeye::link {

Cable::Cable(Options options) : options_{options} {
    assert(options.bits_per_second > 0 && options.delay >= Duration::zero());
}

Duration Cable::serialisation(std::size_t octets) const {
    const std::uint64_t rate = options_.bits_per_second;
    const std::uint64_t bit_nanoseconds = std::uint64_t{octets} * 8 * 1'000'000'000;
    return Duration{static_cast<Duration::rep>(bit_nanoseconds / rate + (bit_nanoseconds % rate != 0))};
}

/// Frames leave in order, so those whose first bit has not left yet stand at the end.
std::size_t Cable::waiting(const Lane& lane, Instant now) const {
    if (is_held_) return lane.flights.size();
    if (lane.flights.empty() || lane.flights.back().departs <= now) return 0;
    const auto first = std::ranges::partition_point(
        lane.flights, [&](const Flight& flight) { return flight.departs <= now; });
    return static_cast<std::size_t>(lane.flights.end() - first);
}

void Cable::impair(End from, const Impairments& impairments, const Random& random) {
    std::unique_ptr<Impairer>& impairer = lane(from).impairer;
    if (impairer)
        impairer->change(impairments);
    else if (impairments != Impairments{})
        impairer = std::make_unique<Impairer>(impairments, random);
}

const Impairments& Cable::impairments(End from) const {
    static constexpr Impairments none;
    const std::unique_ptr<Impairer>& impairer = lane(from).impairer;
    return impairer ? impairer->impairments() : none;
}

Treatments Cable::treat(const Packet& frame, End from, Instant now) {
    Lane& sender = lane(from);
    Treatments treatments;
    if (sender.impairer && !is_cut_)
        treatments = sender.impairer->treat(frame);
    else
        treatments.add({});
    if (options_.mark_from && waiting(sender, now) >= *options_.mark_from) treatments.mark(frame);
    return treatments;
}

Transit Cable::offer(Frame frame, End from, Instant now, const Treatment& treatment) {
    Lane& sender = lane(from);
    if (is_cut_) return {now, now, Fate::cable_cut};
    if (is_lost(treatment.fate)) return {now, now, treatment.fate};
    if (waiting(sender, now) >= options_.queue_limit) return {now, now, Fate::queue_full};

    const Instant departs = std::max(now, sender.busy_until);
    sender.busy_until = departs + serialisation(frame.packet.size());
    Instant arrives = sender.busy_until + options_.delay + treatment.delay;
    if (sender.impairer && sender.impairer->impairments().order == Order::kept)
        arrives = std::max(arrives, sender.last_arrival);
    sender.last_arrival = std::max(arrives, sender.last_arrival);
    sender.flights.push_back({std::move(frame), departs, arrives});
    return {departs, arrives, treatment.fate};
}

/// Where the frame stands; the number of flights if it is not there.
std::size_t Cable::find(const Lane& lane, std::uint64_t number) {
    const Queue<Flight>& flights = lane.flights;
    if (!flights.empty() && flights.front().frame.number == number) return 0;
    const auto found = std::ranges::lower_bound(flights, number, {},
                                                [](const Flight& flight) { return flight.frame.number; });
    const bool is_there = found != flights.end() && found->frame.number == number && !found->has_arrived;
    return static_cast<std::size_t>((is_there ? found : flights.end()) - flights.begin());
}

bool Cable::carries(std::uint64_t number, End from) const {
    return find(lane(from), number) < lane(from).flights.size();
}

Cable::Frame Cable::arrive(std::uint64_t number, End from) {
    assert(carries(number, from));
    Queue<Flight>& flights = lane(from).flights;
    Flight& flight = flights[find(lane(from), number)];
    flight.has_arrived = true;
    Frame frame = std::move(flight.frame);
    while (!flights.empty() && flights.front().has_arrived) flights.pop_front();
    return frame;
}

std::vector<Cable::OnItsWay> Cable::on_their_way() const {
    std::vector<OnItsWay> all;
    for (End from : {End::a, End::b})
        for (const Flight& flight : lane(from).flights)
            if (!flight.has_arrived) all.push_back({from, &flight.frame, flight.departs, flight.arrives});
    std::ranges::sort(all, {}, [](const OnItsWay& one) { return std::pair{one.arrives, one.frame->number}; });
    return all;
}

void Cable::release(Instant now) {
    is_held_ = false;
    for (Lane& lane : lanes_)
        for (Flight& flight : lane.flights) flight.arrives = std::max(flight.arrives, now);
}

std::vector<Cable::Lost> Cable::cut() {
    is_cut_ = true;
    std::vector<Lost> lost;
    for (End from : {End::a, End::b}) {
        Lane& cut = lane(from);
        for (Flight& flight : cut.flights)
            if (!flight.has_arrived) lost.push_back({std::move(flight.frame), from});
        cut.flights.clear();
        cut.busy_until = cut.last_arrival = {};  // a transmitter without a cable has nothing to wait for
    }
    std::ranges::sort(lost, {}, [](const Lost& one) { return one.frame.number; });
    return lost;
}

}  // namespace sockeye::link
