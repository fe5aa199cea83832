#include "link/spanning_tree.hpp"

#include <algorithm>
#include <cassert>

namespace sockeye::link {

namespace {

constexpr Duration hold_time = 1s;          // 802.1D-1998 table 8-3
constexpr Duration age_of_one_hop = 1s;     // §8.10.1: what a message ages at each bridge, at the least
constexpr std::uint8_t change_flag = 0x01;  // §9.3.1
constexpr std::uint8_t acknowledgement_flag = 0x80;
constexpr std::uint16_t port_priority = 0x8000;  // the upper four bits of its identifier

/// In 1/256 s, as messages have it.
std::uint16_t to_wire(Duration duration) {
    return static_cast<std::uint16_t>(duration * 256 / 1s);
}

Duration from_wire(std::uint16_t time) {
    return Duration{1s} * time / 256;
}

}  // namespace

SpanningTree::SpanningTree(const Options& options)
    : options_{options},
      times_{options.hello, options.max_age, options.forward_delay},
      root_{.root = options.id, .cost = 0, .bridge = options.id, .port = 0} {}

std::uint32_t SpanningTree::path_cost(std::uint64_t bits_per_second) {
    constexpr std::uint64_t cost_times_rate = 20'000'000'000'000;
    constexpr std::uint64_t highest = 200'000'000;
    return static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(cost_times_rate / bits_per_second, 1, highest));
}

void SpanningTree::add_port(std::uint32_t cost, Instant now) {
    const auto id = static_cast<std::uint16_t>(port_priority | (ports_.size() + 1));
    ports_.push_back({.id = id, .cost = cost, .state = State::disabled});
    enable(static_cast<Port>(ports_.size() - 1), now);
}

/// §8.8.2
void SpanningTree::enable(Port which, Instant now) {
    BridgePort& port = ports_[which];
    if (port.state != State::disabled) return;
    become_designated(port);
    port.state = State::blocking;
    set_states(now);
    if (is_root() && next_hello_ == Instant::never()) next_hello_ = now;
}

/// §8.8.3
void SpanningTree::disable(Port which, Instant now) {
    BridgePort& port = ports_[which];
    if (port.state == State::disabled) return;
    const bool was_root = is_root();
    become_designated(port);
    port = {.id = port.id, .cost = port.cost, .state = State::disabled, .designated = port.designated};
    configure(now);
    after_change_of_root(was_root, now);
}

// ---- who is nearest to the root

/// §8.6.2.2: whether it is better than what the LAN at this port is told, or a newer word of who told it.
bool SpanningTree::supersedes(const BridgePort& port, const Path& path) const {
    const Path& known = port.designated;
    if (path.root != known.root) return path.root < known.root;
    if (path.cost != known.cost) return path.cost < known.cost;
    if (path.bridge != known.bridge) return path.bridge < known.bridge;
    return path.bridge != options_.id || path.port <= known.port;
}

/// §8.6.11
void SpanningTree::become_designated(BridgePort& port) {
    port.designated = {.root = root_.root, .cost = root_.cost, .bridge = options_.id, .port = port.id};
}

/// §8.6.7 and §8.6.10
void SpanningTree::configure(Instant now) {
    choose_root();
    choose_designated_ports();
    set_states(now);
}

/// §8.6.8
void SpanningTree::choose_root() {
    const BridgePort* best = nullptr;
    const auto through = [](const BridgePort& port) {
        Path path = port.designated;
        path.cost += port.cost;
        return path;
    };
    for (const BridgePort& port : ports_) {
        if (port.state == State::disabled || is_designated(port)) continue;
        if (!(port.designated.root < options_.id)) continue;
        if (best == nullptr || through(port) < through(*best)) best = &port;
    }
    root_ = {.root = options_.id, .cost = 0, .bridge = options_.id, .port = 0};
    root_port_.reset();
    if (best == nullptr) return;
    root_.root = best->designated.root;
    root_.cost = through(*best).cost;
    root_port_ = number(*best);
}

/// §8.6.9
void SpanningTree::choose_designated_ports() {
    for (BridgePort& port : ports_) {
        const Path ours{.root = root_.root, .cost = root_.cost, .bridge = options_.id, .port = port.id};
        if (is_designated(port) || port.designated.root != root_.root || ours <= port.designated)
            become_designated(port);
    }
}

/// §8.6.11
void SpanningTree::set_states(Instant now) {
    for (BridgePort& port : ports_) {
        if (port.state == State::disabled) continue;
        if (root_port_ == number(port)) {
            port.has_pending_message = port.must_acknowledge_change = false;
            go_towards_forwarding(port, now);
        } else if (is_designated(port)) {
            port.message_expires = Instant::never();
            go_towards_forwarding(port, now);
        } else {
            port.has_pending_message = port.must_acknowledge_change = false;
            block(port, now);
        }
    }
}

void SpanningTree::go_towards_forwarding(BridgePort& port, Instant now) {
    if (port.state != State::blocking) return;
    port.state = State::listening;
    port.moves_on = now + times_.forward_delay;
}

void SpanningTree::block(BridgePort& port, Instant now) {
    if (port.state == State::blocking) return;
    if (port.state == State::learning || port.state == State::forwarding) detect_change(now);
    port.state = State::blocking;
    port.moves_on = Instant::never();
}

// ---- what is heard

void SpanningTree::receive(Port which, const wire::Bpdu& message, Instant now) {
    assert(which < ports_.size());
    BridgePort& port = ports_[which];
    if (port.state == State::disabled) return;
    if (message.type != wire::BpduType::topology_change) return receive_configuration(port, message, now);
    if (!is_designated(port)) return;
    detect_change(now);  // §8.7.2
    port.must_acknowledge_change = true;
    tell(port, now);
}

/// §8.7.1
void SpanningTree::receive_configuration(BridgePort& port, const wire::Bpdu& message, Instant now) {
    const Path path{message.root, message.root_path_cost, message.bridge, message.port};
    if (!supersedes(port, path)) {
        if (is_designated(port)) tell(port, now);  // who told that does not know of us
        return;
    }
    const bool was_root = is_root();
    record(port, message, now);
    configure(now);
    if (was_root && !is_root()) {
        next_hello_ = Instant::never();
        if (change_detected_) {
            change_over_ = Instant::never();
            notify_root(now);
        }
    }
    if (root_port_ == number(port)) follow_root(message, now);
}

void SpanningTree::record(BridgePort& port, const wire::Bpdu& message, Instant now) {
    port.designated = {message.root, message.root_path_cost, message.bridge, message.port};
    const Duration age = from_wire(message.message_age);
    port.heard_at = Instant{now - Instant{age}};
    port.message_expires = now + std::max(from_wire(message.max_age) - age, Duration::zero());
}

/// The root's word: its times and whether the topology changes are everybody's, and it is passed on.
void SpanningTree::follow_root(const wire::Bpdu& message, Instant now) {
    // What table 8-3 allows: a root that says less would have everybody move on without waiting.
    times_ = {.hello = std::clamp<Duration>(from_wire(message.hello_time), 1s, 10s),
              .max_age = std::clamp<Duration>(from_wire(message.max_age), 6s, 40s),
              .forward_delay = std::clamp<Duration>(from_wire(message.forward_delay), 4s, 30s)};
    topology_change_ = (message.flags & change_flag) != 0;
    tell_all(now);
    if ((message.flags & acknowledgement_flag) == 0) return;
    change_detected_ = false;
    next_notification_ = Instant::never();
}

/// §8.7.5: who was nearest to the root has been silent for too long.
void SpanningTree::lose(BridgePort& port, Instant now) {
    const bool was_root = is_root();
    become_designated(port);
    configure(now);
    after_change_of_root(was_root, now);
}

void SpanningTree::after_change_of_root(bool was_root, Instant now) {
    if (was_root || !is_root()) return;
    times_ = {options_.hello, options_.max_age, options_.forward_delay};
    detect_change(now);
    next_notification_ = Instant::never();
    tell_all(now);
    next_hello_ = now + times_.hello;
}

// ---- changes of the topology

/// §8.6.14
void SpanningTree::detect_change(Instant now) {
    if (is_root()) {
        topology_change_ = true;
        change_over_ = now + times_.max_age + times_.forward_delay;
    } else if (!change_detected_) {
        notify_root(now);
    }
    change_detected_ = true;
}

/// §8.7.6
void SpanningTree::move_on(BridgePort& port, Instant now) {
    if (port.state == State::listening) {
        port.state = State::learning;
        port.moves_on = now + times_.forward_delay;
        return;
    }
    port.state = State::forwarding;
    port.moves_on = Instant::never();
    if (std::ranges::any_of(ports_, [&](const BridgePort& one) { return is_designated(one); }))
        detect_change(now);
}

// ---- what is told

/// §8.6.4
void SpanningTree::tell_all(Instant now) {
    for (BridgePort& port : ports_)
        if (port.state != State::disabled && is_designated(port)) tell(port, now);
}

/// How old what this bridge says of the root is.
Duration SpanningTree::age_of_information(Instant now) const {
    return root_port_ ? now - ports_[*root_port_].heard_at + age_of_one_hop : Duration::zero();
}

/// §8.6.1
void SpanningTree::tell(BridgePort& port, Instant now) {
    if (now < port.may_send_at) {
        port.has_pending_message = true;
        return;
    }
    port.has_pending_message = false;
    const Duration age = age_of_information(now);
    if (age >= times_.max_age) return;
    const int flags =
        (topology_change_ ? change_flag : 0) | (port.must_acknowledge_change ? acknowledgement_flag : 0);
    outbox_.push_back({number(port),
                       {.type = wire::BpduType::configuration,
                        .flags = static_cast<std::uint8_t>(flags),
                        .root = root_.root,
                        .root_path_cost = root_.cost,
                        .bridge = options_.id,
                        .port = port.id,
                        .message_age = to_wire(age),
                        .max_age = to_wire(times_.max_age),
                        .hello_time = to_wire(times_.hello),
                        .forward_delay = to_wire(times_.forward_delay)}});
    port.must_acknowledge_change = false;
    port.may_send_at = now + hold_time;
}

/// §8.6.6: again every hello time until it is acknowledged.
void SpanningTree::notify_root(Instant now) {
    next_notification_ = Instant::never();
    if (!root_port_) return;
    outbox_.push_back({*root_port_, {.type = wire::BpduType::topology_change}});
    next_notification_ = now + options_.hello;
}

// ---- time

void SpanningTree::poll(Instant now) {
    if (now >= next_hello_) {
        next_hello_ = now + times_.hello;
        tell_all(now);
    }
    if (now >= next_notification_) notify_root(now);
    if (now >= change_over_) {
        change_detected_ = topology_change_ = false;
        change_over_ = Instant::never();
    }
    for (BridgePort& port : ports_) {
        if (now >= port.message_expires) lose(port, now);
        if (now >= port.moves_on) move_on(port, now);
        if (port.has_pending_message && now >= port.may_send_at) tell(port, now);
    }
}

Instant SpanningTree::next_wakeup() const {
    Instant next = std::min({next_hello_, next_notification_, change_over_});
    for (const BridgePort& port : ports_) {
        next = std::min({next, port.message_expires, port.moves_on});
        if (port.has_pending_message) next = std::min(next, port.may_send_at);
    }
    return next;
}

std::optional<SpanningTree::Outgoing> SpanningTree::take() {
    if (outbox_.empty()) return std::nullopt;
    Outgoing next = outbox_.front();
    outbox_.pop_front();
    return next;
}

}  // namespace sockeye::link
