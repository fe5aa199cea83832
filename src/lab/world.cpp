#include "lab/world.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "socket/waiting.hpp"

namespace sockeye::lab {

World::~World() {
    for (const auto& node : topology_.nodes()) node->power_off();
    // A program may hold sockets of another host, so no host goes before every program has gone.
    for (const auto& node : topology_.nodes()) node->destroy_programs();
}

void World::has_work(Node& node) {
    if (std::exchange(node.is_due, true)) return;
    have_work_.push_back(&node);
}

void World::at(Instant at, Action action) {
    assert(at >= now_);
    actions_.emplace(next_action_, std::move(action));
    events_.push(at, {.kind = Event::Kind::action, .number = next_action_++});
}

void World::cut(std::uint32_t cable) {
    Connection& connection = topology_.cable(cable);
    if (!connection.cable.is_cut()) recorder_.note(now_, "cable cut: " + connection.name());
    for (std::uint64_t number : connection.cable.cut()) recorder_.lose(number, link::Fate::cable_cut, now_);
}

void World::heal(std::uint32_t cable) {
    Connection& connection = topology_.cable(cable);
    if (connection.cable.is_cut()) recorder_.note(now_, "cable healed: " + connection.name());
    connection.cable.heal();
}

void World::impair(std::uint32_t cable, link::End from, const Impairments& impairments) {
    Connection& connection = topology_.cable(cable);
    const std::string direction = connection.name(from);
    if (connection.cable.impairments(from) == impairments) return;
    const std::string words = to_string(impairments);
    recorder_.note(now_,
                   words.empty() ? "cable as new: " + direction : "impaired: " + direction + " " + words);
    connection.cable.impair(from, impairments,
                            random_.fork("cable " + std::to_string(cable) + " " + direction));
}

void World::crash(Node& node) {
    recorder_.note(now_, "crashed: " + node.name());
    node.power_off();
    if (is_driving())
        at(now_, [&node] { node.destroy_programs(); });  // the program that asks may be one of them
    else
        node.destroy_programs();
}

Result<void> World::run_until(Instant at) {
    static constexpr backend::Call<void> run_for{"run_for", backend::Interest::read, &backend::try_to_wait};
    return backend::wait_until(*this, at, run_for).wait();
}

Result<void> World::advance(Instant until) {
    const bool had_work = !have_work_.empty();
    poll_nodes();
    // A host that talks to itself may have woken somebody, and nothing else be left to happen.
    if (had_work && until > now_) return {};
    drop_stale_events();
    const Instant limit = std::max(until, now_);
    if (events_.next_at() > limit || events_.empty()) {
        if (until == Instant::never()) return std::unexpected{Errc::stalled};
        return move_clock(limit);
    }
    if (Result<void> moved = move_clock(events_.next_at()); !moved) return moved;
    happen(events_.pop());

    // A deadline passes after all that happens at its instant.
    for (drop_stale_events(); now_ == until && events_.next_at() == now_; drop_stale_events())
        happen(events_.pop());
    return {};
}

Result<void> World::move_clock(Instant to) {
    if (driving_wait_ends() != Instant::never()) {
        quiet_since_ = now_ = to;
        return {};
    }
    const Instant end = quiet_since_ + horizon;
    now_ = std::min(to, end);
    if (to <= end) return {};
    quiet_since_ = now_;  // whoever tries again has another hour
    return std::unexpected{Errc::timed_out};
}

void World::poll_nodes() {
    for (std::size_t i = 0; i < have_work_.size(); ++i) {
        Node& node = *have_work_[i];
        node.is_due = false;
        node.poll(now_);
        flush(node, std::nullopt);
    }
    have_work_.clear();
}

bool World::is_stale(const Event& event) const {
    switch (event.kind) {
        case Event::Kind::arrival:
            return !topology_.cables()[event.index].cable.carries(event.number, event.from);
        case Event::Kind::alarm: return topology_.nodes()[event.index]->alarms != event.number;
        case Event::Kind::action: return false;
    }
    return false;
}

/// Frames that were lost and alarms that were changed must not move the clock.
void World::drop_stale_events() {
    while (!events_.empty() && is_stale(events_.next())) events_.pop();
}

void World::happen(const Event& event) {
    switch (event.kind) {
        case Event::Kind::arrival: return deliver(event);
        case Event::Kind::alarm: {
            Node& node = *topology_.nodes()[event.index];
            node.alarm = Instant::never();
            return has_work(node);
        }
        case Event::Kind::action: return run_action(event.number);
    }
}

void World::run_action(std::uint64_t number) {
    const auto found = actions_.find(number);
    const Action action = std::move(found->second);
    actions_.erase(found);
    action();
}

void World::deliver(const Event& arrival) {
    Connection& connection = topology_.cable(arrival.index);
    Packet frame = connection.cable.arrive(arrival.number, arrival.from);
    const Connection::Socket& target = connection.at(link::opposite(arrival.from));
    target.node->receive(target.port, std::move(frame), now_);

    if (target.node->kind() == Node::Kind::switch_)
        flush(*target.node, recorder_.records()[arrival.number].origin);
    else
        has_work(*target.node);
}

void World::flush(Node& node, std::optional<std::uint64_t> origin) {
    while (std::optional<Outgoing> outgoing = node.take())
        send(node.plugs[outgoing->port], outgoing->frame, origin);
    set_alarm(node);
}

void World::send(const Plug& plug, const Packet& frame, std::optional<std::uint64_t> origin) {
    const link::Treatments treatments = topology_.cable(plug.cable).cable.treat(frame, plug.end, now_);
    for (const link::Treatment& treatment : treatments) {
        // A copy that the cable made is not its sender's: with it a journey begins.
        const bool is_copy = &treatment != treatments.begin();
        carry(plug, treated(frame, treatment), treatment, is_copy ? std::nullopt : origin);
    }
}

void World::carry(const Plug& plug, Packet frame, const link::Treatment& treatment,
                  std::optional<std::uint64_t> origin) {
    const std::uint64_t number = recorder_.next_number();
    const link::Transit transit =
        topology_.cable(plug.cable).cable.offer({number, frame}, plug.end, now_, treatment);
    if (!is_lost(transit.fate))
        events_.push(transit.arrives,
                     {.kind = Event::Kind::arrival, .from = plug.end, .index = plug.cable, .number = number});
    recorder_.add({.departs = transit.departs,
                   .cable = plug.cable,
                   .from = plug.end,
                   .fate = transit.fate,
                   .origin = origin.value_or(number),
                   .frame = std::move(frame)});
}

void World::set_alarm(Node& node) {
    const Instant wakeup = node.next_wakeup();
    if (wakeup == node.alarm) return;
    node.alarm = wakeup;
    ++node.alarms;
    if (wakeup == Instant::never()) return;
    events_.push(std::max(wakeup, now_),
                 {.kind = Event::Kind::alarm, .index = node.index, .number = node.alarms});
}

}  // namespace sockeye::lab
