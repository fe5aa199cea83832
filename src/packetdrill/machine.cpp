#include "packetdrill/machine.hpp"

#include <algorithm>
#include <utility>

#include "packetdrill/departing.hpp"

namespace sockeye::packetdrill {
namespace {

constexpr Duration horizon = 600s;            // of one wait for a packet
constexpr std::size_t ipv6_least_mtu = 1280;  // RFC 8200 §5: with less, there is no IPv6

stack::Options options_of(const Flags& flags) {
    return {.name = "sockeye", .random = Random{1}, .tcp = flags.tcp};
}

}  // namespace

// ---- who is inside

Machine::Visit::Visit(Machine& machine) : machine_{machine}, lock_{machine.mutex_} {
    ++machine_.visitors_;
}

Machine::Visit::~Visit() {
    machine_.settle();
    if (--machine_.visitors_ == 0) machine_.left_.notify_all();
}

Machine::Machine(const Flags& flags)
    : network_{clock_, *this, options_of(flags)},
      device_{
          &network_.add_card({.mac = {}, .addresses = {}, .mtu = flags.mtu, .framing = link::Framing::none})},
      tcp_{flags.tcp},
      offload_{flags.offload},
      layout_{flags.layout} {}

std::optional<std::string> Machine::settle_in(const Flags& flags) {
    network::Ip& ip = network_.ip();
    for (const Place& place : flags.places) {
        const bool is_ipv6 = place.local.family() == Family::inet6;
        if (is_ipv6 && flags.mtu < ipv6_least_mtu) {
            if (place.remote || place.gateway) return "IPv6 needs a larger MTU: write mtu=1280";
            continue;
        }
        const bool is_direct = !place.gateway || *place.gateway == place.local;
        const std::uint8_t bits = is_direct ? 0 : is_ipv6 ? 48 : 16;  // as drivers' own networks
        ip.add_address(ip.interfaces().front(), Prefix{place.local, bits});
        const Prefix everywhere{IpAddress::any(place.local.family()), 0};
        if (!is_direct && !ip.add_route(everywhere, *place.gateway))
            return "gateway " + place.gateway->to_string() + " is not in the network of local " +
                   place.local.to_string() + "/" + std::to_string(bits) + ": give one that is";
        if (place.remote && ip.is_local(*place.remote))
            return "remote " + place.remote->to_string() + " is this host's own: give another's address";
    }
    return std::nullopt;
}

Machine::~Machine() {
    std::unique_lock lock{mutex_};
    closing_ = true;
    for (Waiting* waiting : waiting_) {
        waiting->outcome = -EINTR;
        waiting->woken.notify_all();
    }
    waiting_.clear();
    left_.wait(lock, [&] { return visitors_ == 0; });
}

// ---- what happens at one moment

void Machine::settle() {
    do {
        network_.poll(clock_.now());
        collect();
    } while (try_again());
}

void Machine::collect() {
    while (auto packet = device_->take()) {
        if (layout_ == OptionLayout::textbook) order_options(*packet);
        const bool may_join =
            offload_ == Offload::on && !departures_.empty() && departures_.back().at == clock_.now();
        if (may_join && join(departures_.back().packet, *packet, departures_.back().segment)) continue;
        const std::size_t segment = payload_octets(*packet);
        departures_.push_back({std::move(*packet), clock_.now(), segment});
    }
}

/// @returns whether a call that waited has come further, which may have given rise to segments
bool Machine::try_again() {
    bool any = false;
    for (auto each = waiting_.begin(); each != waiting_.end();) {
        Waiting& waiting = **each;
        Outcome outcome = waiting.attempt();
        const bool is_late = outcome == would_wait && clock_.now() >= waiting.until;
        if (outcome == would_wait && !is_late) {
            ++each;
            continue;
        }
        if (is_late) outcome = waiting.late();
        waiting.outcome = outcome;
        waiting.ended = clock_.now();
        waiting.woken.notify_all();
        each = waiting_.erase(each);
        any = true;
    }
    return any;
}

Outcome Machine::wait(const Attempt& attempt, std::optional<Duration> patience, const Attempt& late) {
    if (closing_) return -EINTR;
    const Outcome outcome = attempt();
    settle();
    if (outcome != would_wait) return outcome;
    if (patience == Duration::zero()) return late();
    Waiting waiting{
        .attempt = attempt, .until = patience ? clock_.now() + *patience : Instant::never(), .late = late};
    waiting_.push_back(&waiting);
    settle();
    const bool moves_time = std::this_thread::get_id() == mover_;
    if (moves_time) drive_until_ended(waiting);
    std::unique_lock lock{mutex_, std::adopt_lock};
    waiting.woken.wait(lock, [&] { return waiting.outcome.has_value(); });
    lock.release();  // it is the visit's
    if (!moves_time) returned_[std::this_thread::get_id()] = waiting.ended;
    return *waiting.outcome;
}

/// Nobody else would: time moves on until the call has ended, or nothing is left that could end it within
/// the horizon.
void Machine::drive_until_ended(const Waiting& waiting) {
    const Instant limit = waiting.until == Instant::never() ? clock_.now() + horizon : waiting.until;
    while (!waiting.outcome && advance(limit)) continue;
    if (waiting.outcome) return;
    Waiting& stuck = **std::ranges::find(waiting_, &waiting);
    waiting_.remove(&stuck);
    stuck.outcome = -EDEADLK;
}

// ---- time

Instant Machine::next_event() const {
    Instant next = network_.next_wakeup();
    for (const Waiting* waiting : waiting_) next = std::min(next, waiting->until);
    return next;
}

/// @returns whether something happened, at `limit` at the latest
bool Machine::advance(Instant limit) {
    const Instant next = next_event();
    if (next > limit || next == Instant::never()) return false;
    clock_.move_to(next);
    settle();
    return true;
}

void Machine::sleep(Duration duration) {
    const Instant until = clock_.now() + duration;
    while (advance(until)) continue;
    clock_.move_to(until);
}

WallTime Machine::read_clock() {
    if (auto returned = returned_.extract(std::this_thread::get_id())) return wall_at(returned.mapped());
    const Instant until = clock_.now() + 1us;  // a driver spins for the last of a wait
    while (advance(until)) continue;
    clock_.move_to(until);
    return network_.wall_now();
}

// ---- packets

void Machine::arrive(std::span<const std::byte> packet) {
    network_.receive(*device_, Packet{packet}, clock_.now());
    settle();
}

std::optional<Machine::Departure> Machine::depart() {
    const Instant limit = clock_.now() + horizon;
    while (departures_.empty())
        if (!advance(limit)) return std::nullopt;
    Departure departure = std::move(departures_.front());
    departures_.pop_front();
    return departure;
}

}  // namespace sockeye::packetdrill
