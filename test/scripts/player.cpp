#include "test/scripts/player.hpp"

#include <array>
#include <deque>
#include <iterator>
#include <map>
#include <memory>

#include "test/scripts/segment_text.hpp"

namespace sockeye::transport::tcp::test {
namespace {

using Words = std::istringstream;

/// Something is not as the script says.
struct Otherwise : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void expect(std::string_view what, const std::string& expected, const std::string& actual) {
    if (expected != actual) throw Otherwise{std::string{what} + " is " + actual};
}

Duration seconds(double value) {
    return std::chrono::round<Duration>(std::chrono::duration<double>{value});
}

template <class T>
T next_word(Words& words) {
    T value{};
    if (!(words >> value)) throw std::invalid_argument{"something is missing"};
    return value;
}

std::uint8_t next_octet(Words& words) {
    return static_cast<std::uint8_t>(next_word<unsigned>(words));
}

template <class Named, std::size_t count>
const Named& find_named(const std::array<Named, count>& all, std::string_view name, const char* otherwise) {
    const auto* found = std::ranges::find(all, name, &Named::name);
    if (found == all.end()) throw std::invalid_argument{otherwise};
    return *found;
}

// ---- what is set before

/// What a script may set of a host's TCP.
struct Setting {
    std::string_view name;
    void (*apply)(Config&, const std::string& value);
};

bool is_on(const std::string& value) {
    if (value != "on" && value != "off") throw std::invalid_argument{"on or off?"};
    return value == "on";
}
Duration time_of(const std::string& value) {
    return seconds(std::stod(value));
}

struct NamedEcnUse {
    std::string_view name;
    EcnUse use;
};

constexpr std::array uses_of_ecn{
    NamedEcnUse{"never", EcnUse::never},
    NamedEcnUse{"when_asked", EcnUse::when_asked},
    NamedEcnUse{"asked_for", EcnUse::asked_for},
};

constexpr std::array settings_before{
    Setting{"timestamps", [](Config& c, const std::string& v) { c.options.timestamps = is_on(v); }},
    Setting{"sack", [](Config& c, const std::string& v) { c.options.sack = is_on(v); }},
    Setting{"wscale", [](Config& c, const std::string& v) { c.options.window_scaling = is_on(v); }},
    Setting{"uto", [](Config& c, const std::string& v) { c.options.user_timeout = is_on(v); }},
    Setting{"longest_user_timeout",
            [](Config& c, const std::string& v) { c.longest_user_timeout = time_of(v); }},
    Setting{"send_buffer", [](Config& c, const std::string& v) { c.send_buffer = std::stoul(v); }},
    Setting{"receive_buffer", [](Config& c, const std::string& v) { c.receive_buffer = std::stoul(v); }},
    Setting{"new_reno",
            [](Config& c, const std::string& v) {
                c.congestion = is_on(v) ? CongestionControl::new_reno : CongestionControl::cubic;
            }},
    Setting{"repair",
            [](Config& c, const std::string& v) { c.repair = is_on(v) ? Repair::on : Repair::off; }},
    Setting{"ecn", [](Config& c, const std::string& v) { c.ecn = find_named(uses_of_ecn, v, "?").use; }},
    Setting{"initial_rto", [](Config& c, const std::string& v) { c.initial_rto = time_of(v); }},
    Setting{"minimum_rto", [](Config& c, const std::string& v) { c.minimum_rto = time_of(v); }},
    Setting{"maximum_rto", [](Config& c, const std::string& v) { c.maximum_rto = time_of(v); }},
    Setting{"time_wait", [](Config& c, const std::string& v) { c.time_wait = time_of(v); }},
    Setting{"orphan_timeout", [](Config& c, const std::string& v) { c.orphan_timeout = time_of(v); }},
    Setting{"syn_retries", [](Config& c, const std::string& v) { c.syn_retries = std::stoi(v); }},
    Setting{"data_retries", [](Config& c, const std::string& v) { c.data_retries = std::stoi(v); }},
    Setting{"syn_backlog", [](Config& c, const std::string& v) { c.syn_backlog = std::stoul(v); }},
    Setting{"syn_cookies",
            [](Config& c, const std::string& v) {
                c.syn_cookies = is_on(v) ? SynCookieUse::when_crowded : SynCookieUse::never;
            }},
    Setting{"maximum_orphans", [](Config& c, const std::string& v) { c.maximum_orphans = std::stoul(v); }},
    Setting{"maximum_connections",
            [](Config& c, const std::string& v) { c.maximum_connections = std::stoul(v); }},
};

// ---- what ICMP says

struct IcmpKind {
    std::string_view name;
    network::IcmpNotice::Kind kind;
};

constexpr std::array unreachable_kinds{
    IcmpKind{"network_unreachable", network::IcmpNotice::Kind::network_unreachable},
    IcmpKind{"host_unreachable", network::IcmpNotice::Kind::host_unreachable},
    IcmpKind{"protocol_unreachable", network::IcmpNotice::Kind::protocol_unreachable},
    IcmpKind{"port_unreachable", network::IcmpNotice::Kind::port_unreachable},
};

class Player {
public:
    void run(const std::string& line) {
        Words words{line};
        std::string first;
        if (!(words >> first) || first.starts_with("//")) return;
        if (first == "set") return set(words);
        if (!script_) start();
        move_to(first);
        std::string action = next_word<std::string>(words);
        std::string rest;
        std::getline(words >> std::ws, rest);
        if (action == ">") return must_leave(rest);
        must_be_quiet();
        // What a batch leads to is looked at with its last line.
        if (action == "<<") return script_->arrives(of_the_peer(rest));
        if (action == "<") {
            script_->arrives(of_the_peer(rest));
        } else if (action == "<x") {
            script_->arrives_damaged(of_the_peer(rest));
        } else {
            call(action, rest);
        }
        collect();
    }

    void must_be_quiet() const {
        if (!left_.empty()) throw Otherwise{"this left, too: " + left_.front().text};
    }

private:
    /// Where the numbers of a connection to one peer start.
    struct Own {
        Sequence iss;
        std::uint32_t clock = 0;
    };
    struct Left {
        Instant at;
        std::string ip;
        std::string text;
        std::uint16_t peer;
    };

    Tcp& tcp() { return script_->tcp; }
    Connection& connection() {
        if (connection_ == nullptr) throw std::invalid_argument{"there is no connection"};
        return *connection_;
    }

    // ---- before the first event

    void set(Words& words) {
        const auto name = next_word<std::string>(words);
        const auto value = next_word<std::string>(words);
        if (name == "family") {
            if (value != "inet6") throw std::invalid_argument{"which family?"};
            here_ = Address{"2001:db8::1", alice.port()};
            there_ = Address{"2001:db8::2", bob.port()};
        } else if (name == "mtu") {
            mtu_ = std::stoul(value);
        } else if (name == "iss") {
            iss_ = Sequence{static_cast<std::uint32_t>(std::stoul(value))};
        } else {
            find_named(settings_before, name, "set what?").apply(config_, value);
        }
    }

    void start() {
        Instant zero;
        if (iss_) zero = Instant{4us * static_cast<std::uint32_t>(*iss_ - iss_at_zero())};
        script_ = std::make_unique<Script>(config_);
        script_->here = here_;
        script_->there = there_;
        script_->now = at_ = zero_ = zero;
    }

    /// The generator moves every 4 us (RFC 9293 3.4.1), so a script that wants a number has to wait for it.
    Sequence iss_at_zero() const {
        Script other{config_};
        other.tcp.connect(here_, there_, Instant{}, mtu_).value();
        return wire::parse_tcp(other.tcp.poll(Instant{})->payload.bytes())->header.seq;
    }

    // ---- time

    void move_to(const std::string& time) {
        const double value = std::stod(time.starts_with('+') ? time.substr(1) : time);
        const Instant next = time.starts_with('+') ? at_ + seconds(value) : zero_ + seconds(value);
        if (next == at_) return;
        at_ = next;
        collect();
        while (tcp().next_wakeup() <= at_) {
            script_->now = std::max(script_->now, tcp().next_wakeup());
            collect();
        }
        script_->now = at_;
    }

    // ---- the wire

    /// What it acknowledges counts from where the numbers of its own connection start.
    Segment of_the_peer(const std::string& text) {
        const Own& own = own_[script_->there.port()];
        script_->own_iss = own.iss;
        script_->own_clock = own.clock;
        return read_segment(text);
    }

    void collect() {
        while (auto packet = tcp().poll(script_->now)) {
            const auto segment = wire::parse_tcp(packet->payload.bytes()).value();
            Own& own = own_[segment.header.target_port];
            if (segment.header.flags.syn) {
                own.iss = segment.header.seq;
                if (segment.header.timestamps) own.clock = segment.header.timestamps->value;
            }
            left_.push_back({.at = script_->now,
                             .ip = "[ttl " + std::to_string(packet->header.hop_limit) + " tos " +
                                   std::to_string(packet->header.traffic_class) + "] ",
                             .text = segment_text(segment, {own.iss, script_->peer_iss, own.clock}),
                             .peer = segment.header.target_port});
        }
    }

    void must_leave(const std::string& expected) {
        collect();
        if (left_.empty()) throw Otherwise{"nothing left"};
        const Left actual = left_.front();
        left_.pop_front();
        const bool to_peer = actual.peer == script_->there.port();
        const std::string text = (expected.starts_with('[') ? actual.ip : "") + actual.text;
        if (actual.at != at_ || !to_peer || !fits(text, expected))
            throw Otherwise{"at " + to_string(Instant{actual.at - zero_}) + " this left: " + text +
                            (to_peer ? "" : " to port " + std::to_string(actual.peer))};
    }

    // ---- calls

    void call(const std::string& name, const std::string& rest) {
        struct Call {
            std::string_view name;
            void (Player::*run)(Words&);
        };
        static constexpr std::array calls{
            Call{"listen", &Player::listen},
            Call{"connect", &Player::connect},
            Call{"accept", &Player::accept},
            Call{"send", &Player::send},
            Call{"recv", &Player::receive},
            Call{"eof", &Player::eof},
            Call{"shutdown", &Player::shutdown},
            Call{"close", &Player::close},
            Call{"abort", &Player::abort},
            Call{"state", &Player::state},
            Call{"error", &Player::error},
            Call{"readable", &Player::readable},
            Call{"nodelay", &Player::nodelay},
            Call{"cork", &Player::cork},
            Call{"uncork", &Player::uncork},
            Call{"keepalive", &Player::keepalive},
            Call{"linger", &Player::linger},
            Call{"user_timeout", &Player::user_timeout},
            Call{"connections", &Player::connections},
            Call{"unlisten", &Player::unlisten},
            Call{"quickack", &Player::quickack},
            Call{"keepalive_off", &Player::keepalive_off},
            Call{"maxseg", &Player::maxseg},
            Call{"rcvbuf", &Player::rcvbuf},
            Call{"sndbuf", &Player::sndbuf},
            Call{"syncnt", &Player::syncnt},
            Call{"ttl", &Player::ttl},
            Call{"tos", &Player::tos},
            Call{"icmp", &Player::icmp},
            Call{"peer", &Player::peer},
            Call{"soft_error", &Player::soft_error},
            Call{"send_fails", &Player::send_fails},
            Call{"connect_fails", &Player::connect_fails},
            Call{"unacknowledged", &Player::unacknowledged},
            Call{"room", &Player::room},
            Call{"cwnd", &Player::cwnd},
            Call{"waiting", &Player::waiting},
        };
        Words words{rest};
        (this->*find_named(calls, name, "no such call").run)(words);
    }

    void listen(Words& words) { listener_ = tcp().listen(here_, next_word<int>(words)).value(); }
    void unlisten(Words&) { tcp().release(*std::exchange(listener_, nullptr)); }
    Result<Connection*> try_connect() { return tcp().connect(here_, script_->there, script_->now, mtu_); }
    void connect(Words&) { connection_ = try_connect().value(); }
    void connect_fails(Words& words) {
        const auto made = try_connect();
        expect("connect", next_word<std::string>(words),
               made ? "made" : std::string{to_string(made.error().code())});
    }
    void accept(Words&) {
        connection_ = listener_ == nullptr ? nullptr : tcp().accept(*listener_);
        if (connection_ == nullptr) throw Otherwise{"nobody waits to be accepted"};
    }
    void send(Words& words) {
        const auto octets = next_word<std::size_t>(words);
        const auto taken = connection().send(bytes(std::string(octets, 'x')));
        expect("taken", std::to_string(octets),
               taken ? std::to_string(*taken) : std::string{to_string(taken.error().code())});
    }
    void receive(Words& words) {
        const auto octets = next_word<std::size_t>(words);
        std::string text(octets, '\0');
        const std::size_t read = connection().receive(std::as_writable_bytes(std::span{text}));
        expect("read", std::to_string(octets), std::to_string(read));
    }
    void eof(Words&) {
        if (!connection().is_eof()) throw Otherwise{"this is not the end"};
    }
    void shutdown(Words&) { connection().shutdown_write().value(); }
    void close(Words&) { tcp().release(*std::exchange(connection_, nullptr), script_->now); }
    void abort(Words&) { tcp().abort(*std::exchange(connection_, nullptr)); }
    void state(Words& words) {
        expect("state", next_word<std::string>(words), std::string{to_string(connection().state())});
    }
    void error(Words& words) {
        const auto why = connection().take_error();
        expect("error", next_word<std::string>(words), why ? std::string{to_string(*why)} : "none");
    }
    void readable(Words& words) {
        expect("readable", next_word<std::string>(words), std::to_string(connection().readable()));
    }
    void connections(Words& words) {
        expect("connections", next_word<std::string>(words), std::to_string(tcp().connections()));
    }

    void soft_error(Words& words) {
        const auto why = connection().soft_error();
        expect("soft error", next_word<std::string>(words), why ? std::string{to_string(*why)} : "none");
    }
    void send_fails(Words& words) {
        const auto taken = connection().send(bytes("x"));
        expect("send", next_word<std::string>(words),
               taken ? "done" : std::string{to_string(taken.error().code())});
    }
    void unacknowledged(Words& words) {
        expect("unacknowledged", next_word<std::string>(words),
               std::to_string(connection().unacknowledged()));
    }
    void room(Words& words) {
        expect("room", next_word<std::string>(words), std::to_string(connection().send_space()));
    }
    void cwnd(Words& words) {
        expect("cwnd", next_word<std::string>(words),
               std::to_string(connection().status().congestion.window()));
    }
    void waiting(Words& words) {
        expect("waiting", next_word<std::string>(words), std::to_string(listener_->waiting()));
    }

    // ---- the peer, and the network between

    void peer(Words& words) { script_->there = Address{there_.ip(), next_word<std::uint16_t>(words)}; }
    /// What a router quotes: 8 octets of the segment (RFC 792).
    network::IpPacket quoted(std::uint32_t number) {
        const Address& there = script_->there;
        const wire::TcpHeader header{
            .source_port = here_.port(), .target_port = there.port(), .seq = own_[there.port()].iss + number};
        Packet segment{0};
        wire::prepend_tcp(segment, header, here_.ip(), there.ip());
        return {.header = {.source = here_.ip(), .target = there.ip(), .protocol = wire::protocol::tcp},
                .payload = Packet{segment.bytes().first(8)}};
    }
    void icmp(Words& words) {
        const auto kind = next_word<std::string>(words);
        const auto packet = quoted(next_word<std::uint32_t>(words));
        if (kind == "too_big") return tcp().too_big(packet, next_word<std::size_t>(words));
        tcp().unreachable(packet, find_named(unreachable_kinds, kind, "which ICMP?").kind);
    }

    // ---- options of the socket

    /// Of the connection; before there is one, of those that the listener will accept.
    void apply(void (*change)(Settings&, Words&), Words& words) {
        const bool to_listener = connection_ == nullptr && listener_ != nullptr;
        Settings settings = to_listener ? listener_->settings() : connection().settings();
        change(settings, words);
        if (to_listener) return listener_->apply(settings);
        connection().apply(settings, script_->now);
    }
    void nodelay(Words& words) {
        apply([](Settings& s, Words&) { s.nagle = Nagle::off; }, words);
    }
    void cork(Words& words) {
        apply([](Settings& s, Words&) { s.cork = Cork::in; }, words);
    }
    void uncork(Words& words) {
        apply([](Settings& s, Words&) { s.cork = Cork::out; }, words);
    }
    void keepalive(Words& words) {
        apply(
            [](Settings& s, Words& w) {
                const Duration idle = seconds(next_word<double>(w));
                const Duration interval = seconds(next_word<double>(w));
                s.keepalive = Keepalive{.idle = idle, .interval = interval, .count = next_word<int>(w)};
            },
            words);
    }
    void user_timeout(Words& words) {
        apply([](Settings& s, Words& w) { s.user_timeout = seconds(next_word<double>(w)); }, words);
    }
    void linger(Words& words) {
        apply([](Settings& s, Words& w) { s.linger = seconds(next_word<double>(w)); }, words);
    }

    void keepalive_off(Words& words) {
        apply([](Settings& s, Words&) { s.keepalive.reset(); }, words);
    }
    void quickack(Words& words) {
        apply([](Settings& s, Words&) { s.delayed_ack = DelayedAck::off; }, words);
    }
    void maxseg(Words& words) {
        apply([](Settings& s, Words& w) { s.maximum_segment = next_word<std::uint16_t>(w); }, words);
    }
    void rcvbuf(Words& words) {
        apply([](Settings& s, Words& w) { s.receive_buffer = next_word<std::size_t>(w); }, words);
    }
    void sndbuf(Words& words) {
        apply([](Settings& s, Words& w) { s.send_buffer = next_word<std::size_t>(w); }, words);
    }
    void syncnt(Words& words) {
        apply([](Settings& s, Words& w) { s.syn_retries = next_word<int>(w); }, words);
    }
    void ttl(Words& words) {
        apply([](Settings& s, Words& w) { s.hop_limit = next_octet(w); }, words);
    }
    void tos(Words& words) {
        apply([](Settings& s, Words& w) { s.traffic_class = next_octet(w); }, words);
    }

    // A textbook stack, where a script sets nothing.
    Config config_{.receive_buffer = 65535,
                   .options = {.window_scaling = false, .timestamps = false, .sack = false}};
    Address here_ = alice;
    Address there_ = bob;
    std::size_t mtu_ = mtu;
    std::optional<Sequence> iss_;
    std::unique_ptr<Script> script_;
    Instant zero_;
    Instant at_;
    std::map<std::uint16_t, Own> own_;  // by the peer's port
    std::deque<Left> left_;
    Listener* listener_ = nullptr;
    Connection* connection_ = nullptr;
};

}  // namespace

std::string play(std::string_view script) {
    Player player;
    std::istringstream lines{std::string{script}};
    std::string line;
    int number = 0;
    try {
        while (std::getline(lines, line)) {
            ++number;
            player.run(line);
        }
        line = "the end";
        player.must_be_quiet();
    } catch (const std::exception& otherwise) {
        return "line " + std::to_string(number) + ": " + line + "\n  " + otherwise.what();
    }
    return {};
}

}  // namespace sockeye::transport::tcp::test
