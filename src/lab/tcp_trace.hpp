// TCP connections of a lab that runs, as their states change (RFC 9293 §3.3.2), and by what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/host_node.hpp"
#include "lab/watcher.hpp"
#include "sockeye/address.hpp"
#include "sockeye/tcp_state.hpp"

namespace sockeye::lab {

/// The stack of each host is looked at behind whatever may have changed it: a frame that it got, its
/// programs' turn, a timer. Two changes by one cause are one: FIN-WAIT-1 becomes TIME-WAIT where one segment
/// is both the ACK of its FIN and the peer's FIN.
class TcpTrace final : public Watcher {
public:
    static constexpr std::size_t most_waiting = 10'000;

    enum class Cause : std::uint8_t { segment, program, timer, restart };

    struct Change {
        Instant at;
        std::string host;
        Address local;
        Address peer;
        TcpState before{};
        TcpState after{};
        Cause cause{};
        std::string what{};  ///< "got SYN ACK", "connect()", "2 MSL are over"
    };

    /// Begins now, and ends with it. `world` outlives it.
    /// @param host  whose connections; "": everybody's. Mistakes throw std::invalid_argument.
    TcpTrace(World& world, std::string_view host);
    TcpTrace(const TcpTrace&) = delete;
    TcpTrace& operator=(const TcpTrace&) = delete;
    ~TcpTrace() override { world_.remove_watcher(*this); }

    /// The next one, in the order of time; nothing: nothing more has changed.
    std::optional<Change> take();
    /// How many there was no room for, since somebody takes too slowly.
    std::uint64_t left_out() const { return left_out_; }

    void heard(const Node& host, const Packet& frame, Instant now) override;
    void about_to_poll(const Node& node, Instant now) override;
    void polled(const Node& node, Instant now) override;

private:
    struct Known {
        const transport::tcp::Connection* connection;
        Address local;
        Address peer;
        TcpState state;
    };
    struct Watched {
        const HostNode* host;
        const stack::StackNetwork* life;   ///< a restart begins another
        std::vector<Known> connections{};  ///< in the order in which they came to be
    };

    Watched* find(const Node& node);
    void look(Watched& watched, Cause cause, const Packet* frame, Instant now);
    void add(const Watched& watched, const Known& known, TcpState after, Cause cause, const Packet* frame,
             Instant now);

    World& world_;
    std::vector<Watched> hosts_;
    std::deque<Change> waiting_;
    std::uint64_t left_out_ = 0;
};

/// "segment", "program", "timer", "restart".
std::string_view to_string(TcpTrace::Cause cause);

}  // namespace sockeye::lab
