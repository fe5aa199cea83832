#include "view/tcp_stage.hpp"

#include <map>
#include <memory>
#include <utility>

#include "lab/host_node.hpp"
#include "lab/pacer.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/option.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "wire/text.hpp"

namespace sockeye::view {

namespace {

constexpr std::size_t client_end = 0;
constexpr std::size_t server_end = 1;

/// Each time the clock is about to move, all that happens at an instant has happened.
class StateWatch final : public lab::Pacer {
public:
    StateWatch(std::array<lab::HostNode*, 2> hosts, const std::array<Address, 2>& addresses)
        : hosts_{hosts}, addresses_{addresses}, states_{state(0), state(1)} {}

    Held hold(Instant now, Instant) override {
        for (std::size_t end = 0; end < states_.size(); ++end) {
            const TcpState before = std::exchange(states_[end], state(end));
            if (states_[end] != before)
                changes_.push_back({.at = now, .end = end, .before = before, .after = states_[end]});
        }
        return Held::long_enough;
    }
    void interrupt() noexcept override {}

    TcpState state(std::size_t end) const {
        return hosts_[end]->tcp_state(addresses_[end], addresses_[1 - end]);
    }
    const std::vector<StateChange>& changes() const { return changes_; }

private:
    std::array<lab::HostNode*, 2> hosts_;
    std::array<Address, 2> addresses_;
    std::array<TcpState, 2> states_;
    std::vector<StateChange> changes_;
};

Task<> dial(Socket& socket, Address peer) {
    (void)co_await socket.connect(peer);  // what comes of it is what the watch sees
}

/// 10 ms from end to end, so that one thing happens after another.
class Stage {
public:
    static constexpr Duration half_way = 5ms;
    static inline const Address at{"10.0.0.1", 9001};

    explicit Stage(std::uint64_t seed) : lab{{.seed = seed}} {
        client_socket = Socket{client};
        client_socket.bind({"10.0.0.2", 0}).value();
        // Who has which address is another story.
        (void)client.run(ping(client, Address{"10.0.0.1", 0}));
        pass_until(Instant{1s});
    }

    void pass(Duration time) { lab.run_for(time).value(); }
    void pass_until(Instant when) { pass(when - lab.now()); }
    void cut_at(std::string_view host, Duration in, Duration how_long) {
        const Duration now = lab.now().since_zero();
        lab.at(now + in, [this, host] { lab.cut(host, "lan"); });
        lab.at(now + in + how_long, [this, host] { lab.heal(host, "lan"); });
    }
    void listen() { listener = create_server(server, at).value(); }
    void dial_from_client() { client.spawn(dial(client_socket, at)); }
    void open() {
        listen();
        client_socket.connect(at).wait().value();
        server_socket = listener.accept().wait().value().socket;
        listener.close();  // or, once closed, the server's end would be in LISTEN
        pass_until(Instant{2s});
    }

    /// From here on it is watched.
    void begin_watching() {
        const std::array hosts{&node(client), &node(server)};
        const std::array addresses{client_socket.getsockname().value(), at};
        auto watch = std::make_unique<StateWatch>(hosts, addresses);
        watch_ = watch.get();
        for (std::size_t end = 0; end < 2; ++end)
            scene_.ends[end] = {.name = end == client_end ? "client" : "server",
                                .address = addresses[end],
                                .before = watch->state(end)};
        begins_ = lab.now();
        lab.world().set_pacer(std::move(watch));
    }
    TcpScene finish(std::string title) {
        pass(1ms);  // the last instant is watched when it is over
        scene_.title = std::move(title);
        scene_.seed = lab.seed();
        scene_.hash = lab.hash();
        scene_.changes = watch_->changes();
        read_segments();
        return std::move(scene_);
    }

    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24", {.delay = half_way});
    Host& client = lab.add_host("client", lan, "10.0.0.2/24", {.delay = half_way});
    Socket listener;
    Socket client_socket;
    Socket server_socket;

private:
    static lab::HostNode& node(Host& host) { return static_cast<lab::HostNode&>(host.node()); }

    /// A segment's record at its sender's cable, and the switch's behind it.
    void read_segments() {
        std::map<std::uint64_t, SegmentSeen> by_origin;
        for (const lab::Record& record : lab.world().recorder().records()) {
            const wire::Summary summary = wire::summarise(record.frame.bytes());
            if (!summary.tcp) continue;
            const link::Cable& cable = lab.world().topology().cables()[record.cable].cable;
            SegmentSeen& seen = by_origin[record.origin];
            if (seen.line.empty()) {
                seen = {.departs = record.departs,
                        .from = summary.target == at ? client_end : server_end,
                        .header = *summary.tcp,
                        .payload_octets = summary.payload_octets,
                        .line = wire::to_line(summary)};
                if (seen.header.flags.syn && !scene_.ends[seen.from].isn)
                    scene_.ends[seen.from].isn = seen.header.seq;
            }
            seen.arrives = record.departs + cable.serialisation(record.frame.size()) + cable.options().delay;
            if (link::is_lost(record.fate)) seen.lost = why_lost(record.fate);
        }
        for (auto& [origin, seen] : by_origin)
            if (seen.departs >= begins_) scene_.segments.push_back(std::move(seen));
    }

    StateWatch* watch_ = nullptr;  // the world's
    TcpScene scene_;
    Instant begins_;
};

}  // namespace

TcpScene play(Handshake how, std::uint64_t seed) {
    Stage stage{seed};
    if (how == Handshake::together) {
        stage.server_socket = Socket{stage.server};
        stage.server_socket.bind(Stage::at).value();
    } else if (how != Handshake::refused) {
        stage.listen();
    }
    stage.begin_watching();
    if (how == Handshake::syn_lost) stage.cut_at("client", 0ms, 500ms);
    stage.pass(0ms);
    stage.dial_from_client();
    if (how == Handshake::together)
        stage.server.spawn(dial(stage.server_socket, stage.client_socket.getsockname().value()));
    stage.pass(10s);
    switch (how) {
        case Handshake::usual: return stage.finish("TCP's handshake: three segments open a connection.");
        case Handshake::syn_lost: return stage.finish("TCP's handshake, whose first SYN is lost.");
        case Handshake::refused: return stage.finish("TCP's handshake with a port that nobody listens on.");
        case Handshake::together:
            return stage.finish("TCP's handshake where both ends call at once: a simultaneous open.");
    }
    return {};
}

TcpScene play(Closing how, std::uint64_t seed) {
    Stage stage{seed};
    stage.open();
    stage.begin_watching();
    // The server's cable, while the ACK of its FIN is on the client's.
    if (how == Closing::last_ack_lost) stage.cut_at("server", 117ms, 50ms);
    if (how == Closing::reset) stage.client_socket.setsockopt(option::so_linger, Duration{0}).value();
    stage.client_socket.close();
    if (how == Closing::together) stage.server_socket.close();
    if (how == Closing::usual || how == Closing::at_once || how == Closing::last_ack_lost) {
        (void)stage.server_socket.recv(1).wait();  // the FIN
        if (how != Closing::at_once) stage.pass(100ms);
        stage.server_socket.close();
    }
    stage.pass(3min);
    switch (how) {
        case Closing::usual: return stage.finish("How TCP closes: four segments, two for each direction.");
        case Closing::at_once:
            return stage.finish("How TCP closes where the server does so at once: three segments.");
        case Closing::last_ack_lost: return stage.finish("How TCP closes, and its last ACK is lost.");
        case Closing::together:
            return stage.finish("How TCP closes where both ends do at once: a simultaneous close.");
        case Closing::reset: return stage.finish("How TCP closes where one end aborts: a reset.");
    }
    return {};
}

}  // namespace sockeye::view
