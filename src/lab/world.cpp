#include "lab/world.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <span>
#include <stdexcept>
#include <utility>

#include "lab/pcapng.hpp"
#include "lab/routing.hpp"
#include "network/ip_header.hpp"
#include "socket/backend.hpp"
#include "socket/waiting.hpp"

namespace sockeye::lab {
namespace {

bool came_in(std::span<const std::byte> packet, std::span<const std::byte> frame) {
    const std::byte* const first = packet.data();
    if (std::less_equal{}(frame.data(), first) && std::less{}(first, frame.data() + frame.size()))
        return true;
    constexpr std::size_t header = wire::EthernetHeader::size;
    return frame.size() > header && network::is_passed_on(frame.subspan(header), packet);
}

}  // namespace

World::World(std::uint64_t seed) : seed_{seed}, random_{seed}, spin_limit_{LabOptions{}.spin_limit} {}

World::~World() {
    capture_to(nullptr);
    for (const auto& node : topology_.nodes()) node->power_off();
    // A program may hold sockets of another host, so no host goes before every program has gone.
    for (const auto& node : topology_.nodes()) node->destroy_programs();
}

void World::capture_to(std::ostream* out) {
    if (capture_) capture_->close(describe_recording(*this));
    capture_ = out == nullptr ? nullptr : std::make_unique<Capture>(*out, topology_);
}

void World::has_work(Node& node) {
    if (std::exchange(node.is_due, true)) return;
    have_work_.push_back(&node);
}

void World::at(Instant at, Action action) {
    assert(at >= now_);
    plan(at, {.run = std::move(action)});
}

void World::every(Duration period, Instant until, Action action) {
    assert(period > Duration::zero());
    if (const Instant first = now_ + period; first <= until)
        plan(first, {.run = std::move(action), .period = period, .until = until});
}

void World::plan(Instant at, Planned planned) {
    actions_.emplace(next_action_, std::move(planned));
    events_.push(at, {.kind = Event::Kind::action, .number = next_action_++});
}

void World::cut(std::uint32_t cable) {
    Connection& connection = topology_.cable(cable);
    if (connection.cable.is_cut()) return;
    recorder_.note(now_, "cable cut: " + connection.name());
    for (const link::Cable::Lost& lost : connection.cable.cut()) {
        const Loss loss{
            .number = lost.frame.number, .cable = cable, .from = lost.from, .fate = link::Fate::cable_cut};
        recorder_.lose(loss, now_);
        if (capture_) capture_->lose(loss, lost.frame.packet.size(), now_);
        passages_.leave(lost.frame.passage);
    }
    for (const Connection::Socket& end : connection.ends) {
        end.node->carrier_lost(end.port, now_);
        has_work(*end.node);
    }
    routes_changed();
}

void World::heal(std::uint32_t cable) {
    Connection& connection = topology_.cable(cable);
    if (!connection.cable.is_cut()) return;
    recorder_.note(now_, "cable healed: " + connection.name());
    connection.cable.heal();
    for (const Connection::Socket& end : connection.ends) {
        end.node->carrier_back(end.port, now_);
        has_work(*end.node);
    }
    routes_changed();
}

void World::impair(std::uint32_t cable, link::End from, const Impairments& impairments) {
    Connection& connection = topology_.cable(cable);
    if (connection.cable.impairments(from) == impairments) return;
    const std::string direction = connection.name(from);
    const std::string words = to_string(impairments);
    recorder_.note(now_,
                   words.empty() ? "cable as new: " + direction : "impaired: " + direction + " " + words);
    connection.cable.impair(from, impairments,
                            random_.fork("cable " + std::to_string(cable) + " " + direction));
}

void World::hold(std::uint32_t cable) {
    Connection& connection = topology_.cable(cable);
    if (connection.cable.is_held()) return;
    recorder_.note(now_, "cable held: " + connection.name());
    connection.cable.hold();
}

/// An arrival that came while the cable was held has been dropped from the queue, and so may one that
/// was still to come: each gets an event again, of which the second finds nothing.
void World::release(std::uint32_t cable) {
    Connection& connection = topology_.cable(cable);
    if (!connection.cable.is_held()) return;
    std::size_t late = 0;
    for (const link::Cable::OnItsWay& flight : connection.cable.on_their_way()) {
        if (flight.arrives <= now_) ++late;
        events_.push(std::max(flight.arrives, now_), {.kind = Event::Kind::arrival,
                                                      .from = flight.from,
                                                      .index = cable,
                                                      .number = flight.frame->number});
    }
    connection.cable.release(now_);
    recorder_.note(now_, "cable released: " + connection.name() + ", " + std::to_string(late) +
                             (late == 1 ? " frame" : " frames") + " held back");
}

void World::partition(std::span<const std::string> one, std::span<const std::string> other) {
    recorder_.note(now_, "partition: " + partitions_.begin(topology_, one, other));
}

void World::heal_partition(std::span<const std::string> one, std::span<const std::string> other) {
    recorder_.note(now_, "partition healed: " + partitions_.end(one, other));
}

void World::crash(Node& node) {
    if (!std::exchange(node.is_on, false)) return;
    recorder_.note(now_, "crashed: " + node.name());
    routes_changed();
    node.power_off();
    if (is_driving())
        at(now_, [&node] { node.destroy_programs(); });  // the program that asks may be one of them
    else
        node.destroy_programs();
}

void World::restart(Node& node) {
    crash(node);
    node.is_on = true;
    recorder_.note(now_, "restarted: " + node.name());
    if (is_driving())
        at(now_, [&node] { node.power_on(); });  // after its programs have been destroyed
    else
        node.power_on();
}

Result<void> World::run_until(Instant at) {
    static constexpr backend::Call<void> run_for{"run_for", backend::Interest::read, &backend::try_to_wait};
    return backend::wait_until(*this, at, run_for).wait();
}

void World::settle_routes() {
    if (!std::exchange(has_settled_routes_, true)) compute_routes(topology_);
}

Result<void> World::advance(Instant until) {
    settle_routes();
    if (Result<void> fine = check_for_spin(); !fine) return fine;
    if (Result<void> fine = check_for_storm(); !fine) return fine;
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
    const Instant next = events_.next_at();
    if (Result<void> moved = move_clock(next); !moved || now_ < next) return moved;
    happen(events_.pop());

    // A deadline passes after all that happens at its instant.
    while (now_ == until) {
        poll_nodes();
        drop_stale_events();
        if (events_.next_at() != now_) break;
        happen(events_.pop());
    }
    return {};
}

Result<void> World::check_for_spin() {
    looks_at_clock_ = 0;
    if (most_turns() <= spin_limit_) return {};
    begin_instant();  // whoever tries again may spin as long again
    return std::unexpected{Error{Errc::stalled, "run",
                                 "a spin: a task of \"" + std::string{latest_host()} + "\" has had " +
                                     std::to_string(spin_limit_) + " turns at " + to_string(now_) +
                                     " s, which does not pass before every task waits"}};
}

void World::refuse_to_spin() const {
    looks_at_clock_ = 0;  // what is destroyed on the way out may look again
    throw std::runtime_error{"a spin: \"" + std::string{latest_host()} + "\" has asked for the time " +
                             std::to_string(looks_a_turn * spin_limit_) + " times at " + to_string(now_) +
                             " s, which does not pass before every task waits"};
}

std::string_view World::latest_host() const {
    return latest_to_run() == nullptr ? std::string_view{} : latest_to_run()->name();
}

/// Where switches are cabled in a tree a frame crosses each cable once.
void World::count_copy(std::uint32_t passage) {
    constexpr std::size_t suspicious = 50'000;
    std::uint32_t& copies = passages_[passage].copies;
    if (++copies < suspicious || topology_.cables().size() >= suspicious / 2) return;
    storm_ = passages_[passage].sender;
    copies = 0;
}

Result<void> World::check_for_storm() {
    if (!storm_) return {};
    const std::string sender = topology_.cables()[storm_->cable].at(storm_->end).name();
    storm_.reset();
    return std::unexpected{Error{Errc::resources_exhausted, "run",
                                 "a storm: switches have sent on one frame of " + sender +
                                     " 50000 times and more, so they are cabled in a loop; a spanning tree "
                                     "or storm control in their options ends it"}};
}

Duration World::patience() const {
    const bool keeps_alive =
        std::ranges::any_of(topology_.nodes(), [](const auto& node) { return node->keeps_alive(); });
    return keeps_alive ? horizon_with_keepalive : horizon;
}

Result<void> World::move_clock(Instant to) {
    if (pacer_ && to > now_ && pacer_->hold(now_, to) == Pacer::Held::interrupted) return {};
    if (to > now_) begin_instant();
    if (driving_wait_ends() != Instant::never()) {
        quiet_since_ = now_ = to;
        return {};
    }
    if (to <= quiet_since_ + horizon || to <= quiet_since_ + patience()) {
        now_ = to;
        return {};
    }
    now_ = std::max(now_, quiet_since_ + patience());
    quiet_since_ = now_;  // whoever tries again has as long again
    return std::unexpected{Errc::timed_out};
}

void World::poll_nodes() {
    for (std::size_t i = 0; i < have_work_.size(); ++i) {
        Node& node = *have_work_[i];
        node.is_due = false;
        for (Watcher* watcher : watchers_) watcher->about_to_poll(node, now_);
        node.poll(now_);
        for (Watcher* watcher : watchers_) watcher->polled(node, now_);
        for (const network::GivenUp& each : node.given_up()) drop_late(node, each);
        flush(node, std::nullopt);
    }
    have_work_.clear();
}

bool World::is_stale(const Event& event) const {
    switch (event.kind) {
        case Event::Kind::arrival:
            return topology_.cables()[event.index].cable.is_held() ||
                   !topology_.cables()[event.index].cable.carries(event.number, event.from);
        case Event::Kind::alarm: return wish_of(event) > events_.next_at();
        case Event::Kind::action: return false;
    }
    return false;
}

/// When whoever set the alarm wants to be polled; never(): it has set another since, for earlier.
Instant World::wish_of(const Event& alarm) const {
    const Node& node = *topology_.nodes()[alarm.index];
    return node.alarms == alarm.number ? node.alarm : Instant::never();
}

/// Frames that were lost and alarms that were changed must not move the clock.
void World::drop_stale_events() {
    while (!events_.empty() && is_stale(events_.next())) {
        const Event event = events_.pop();
        if (event.kind != Event::Kind::alarm) continue;
        Node& node = *topology_.nodes()[event.index];
        if (node.alarms != event.number) continue;
        node.rings_at = node.alarm;
        if (node.alarm != Instant::never()) events_.push(node.alarm, event);
    }
}

void World::happen(const Event& event) {
    switch (event.kind) {
        case Event::Kind::arrival: return deliver(event);
        case Event::Kind::alarm: {
            Node& node = *topology_.nodes()[event.index];
            node.alarm = node.rings_at = Instant::never();
            return has_work(node);
        }
        case Event::Kind::action: return run_action(event.number);
    }
}

void World::run_action(std::uint64_t number) {
    const auto found = actions_.find(number);
    Planned& planned = found->second;
    const Instant next = now_ + planned.period;
    if (planned.period > Duration::zero() && next <= planned.until) {
        events_.push(next, {.kind = Event::Kind::action, .number = number});
        return planned.run();
    }
    const Action action = std::move(planned.run);
    actions_.erase(found);
    action();
}

void World::deliver(const Event& arrival) {
    Connection& connection = topology_.cable(arrival.index);
    link::Cable::Frame frame = connection.cable.arrive(arrival.number, arrival.from);
    const Connection::Socket& target = connection.at(link::opposite(arrival.from));
    const Packet seen = watchers_.empty() ? Packet{} : frame.packet;
    for (Watcher* watcher : watchers_)
        watcher->frame_arrives({arrival.index, link::opposite(arrival.from)}, seen, now_);
    target.node->receive(target.port, std::move(frame.packet), now_);
    if (const std::string_view why = target.node->why_dropped(); !why.empty())
        recorder_.drop({.number = arrival.number, .at = now_, .node = target.node->index, .why = why});

    if (target.node->kind() == Node::Kind::switch_)
        flush(*target.node, frame.passage);
    else
        heard(*target.node);
    for (Watcher* watcher : watchers_) watcher->heard(*target.node, seen, now_);
    passages_.leave(frame.passage);
}

bool World::is_known_drop(const Node& node, std::uint64_t number) const {
    return std::ranges::any_of(recorder_.drops(), [&](const Drop& drop) {
        return drop.number == number && drop.node == node.index;
    });
}

/// The frame is the one whose octets the packet still looks at; or, where a router has counted a hop in a
/// copy, one with the same.
void World::drop_late(const Node& node, const network::GivenUp& given_up) {
    const std::vector<Record>& records = recorder_.records();
    for (std::size_t index = records.size(); index-- > 0;) {
        const Record& record = records[index];
        const std::span<const std::byte> frame = record.frame.bytes();
        const std::uint64_t number = recorder_.first_number() + index;
        const Connection& connection = topology_.cables()[record.cable];
        if (connection.at(link::opposite(record.from)).node != &node) continue;
        if (!came_in(given_up.packet.bytes(), frame) || is_known_drop(node, number)) continue;
        recorder_.drop({.number = number, .at = now_, .node = node.index, .why = given_up.why});
        return;
    }
}

/// Most of what is flooded leaves nothing to do; then a host is not polled.
void World::heard(Node& host) {
    const Instant wish = host.idle_until();
    if (host.is_due || wish <= now_ || wish < host.rings_at) return has_work(host);
    host.alarm = wish;
}

void World::flush(Node& node, Part part) {
    while (std::optional<Outgoing> outgoing = node.take())
        send(node.plugs[outgoing->port], std::move(outgoing->frame),
             outgoing->whose == Outgoing::Whose::forwarded ? part : std::nullopt);
    set_alarm(node);
}

void World::send(const Plug& plug, Packet frame, Part part) {
    if (is_partitioned(plug, frame, part))
        return carry(plug, std::move(frame), {.fate = link::Fate::partitioned}, part);
    link::Cable& cable = topology_.cable(plug.cable).cable;
    if (cable.is_plain(plug.end)) return carry(plug, std::move(frame), {}, part);
    const link::Treatments treatments = cable.treat(frame, plug.end, now_);
    for (const link::Treatment& treatment : treatments) {
        // A copy that the cable made is not its sender's: with it a passage begins.
        const bool is_copy = &treatment != treatments.begin();
        carry(plug, treated(frame, treatment), treatment, is_copy ? std::nullopt : part);
    }
}

bool World::is_partitioned(const Plug& plug, const Packet& frame, Part part) const {
    if (!partitions_.any()) return false;
    const Connection& connection = topology_.cables()[plug.cable];
    const Plug& sender = part ? passages_[*part].sender : plug;
    return partitions_.separate(*topology_.cables()[sender.cable].at(sender.end).node,
                                *connection.at(plug.end).node, *connection.at(link::opposite(plug.end)).node,
                                frame);
}

void World::carry(const Plug& plug, Packet frame, const link::Treatment& treatment, Part part) {
    const std::uint64_t number = recorder_.next_number();
    const std::uint32_t passage = part ? *part : passages_.begin(number, plug);
    if (part) count_copy(passage);
    passages_.enter(passage);
    const link::Transit transit =
        topology_.cable(plug.cable).cable.offer({number, frame, passage}, plug.end, now_, treatment);
    Record record{.departs = transit.departs,
                  .cable = plug.cable,
                  .from = plug.end,
                  .fate = transit.fate,
                  .origin = passages_[passage].origin,
                  .frame = std::move(frame)};
    if (capture_) capture_->frame(record);
    for (Watcher* watcher : watchers_) watcher->frame_leaves(record, now_);
    recorder_.add(std::move(record));
    if (is_lost(transit.fate)) return passages_.leave(passage);
    events_.push(transit.arrives,
                 {.kind = Event::Kind::arrival, .from = plug.end, .index = plug.cable, .number = number});
}

/// Nothing has to be done where the event that is there comes early enough: see above.
void World::set_alarm(Node& node) {
    node.alarm = std::max(node.next_wakeup(), now_);
    if (node.alarm >= node.rings_at) return;
    node.rings_at = node.alarm;
    events_.push(node.alarm, {.kind = Event::Kind::alarm, .index = node.index, .number = ++node.alarms});
}

}  // namespace sockeye::lab
