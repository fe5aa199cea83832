// A piece of a TCP connection's life as it happened: the segments on the cable, and the states of both ends.
// Values alone; tcp_story.hpp tells them, tcp_stage.hpp lets them happen.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sequence.hpp"
#include "sockeye/address.hpp"
#include "sockeye/tcp_state.hpp"
#include "sockeye/time.hpp"
#include "wire/tcp.hpp"

namespace sockeye::view {

struct TcpEnd {
    std::string name;  ///< "client"
    Address address;
    TcpState before{};              ///< when the scene begins
    std::optional<Sequence> isn{};  ///< where its numbers begin; nullopt: it never said SYN
};

/// A segment as its sender offered it to the cable.
struct SegmentSeen {
    Instant departs;     ///< its first bit
    Instant arrives{};   ///< its last bit; meaningless of one that was lost
    std::size_t from{};  ///< which end
    wire::TcpHeader header{};
    std::size_t payload_octets = 0;
    std::string line{};       ///< "10.0.0.2.49152 > 10.0.0.1.9001: SYN seq 1234 win 65535 mss 1460"
    std::string_view lost{};  ///< why; empty: it arrived
};

/// What the stack of one end said of its connection, from then on.
struct StateChange {
    Instant at;
    std::size_t end{};
    TcpState before{};
    TcpState after{};
};

struct TcpScene {
    std::string title;
    std::uint64_t seed = 0;
    std::array<TcpEnd, 2> ends{};  ///< the client, the server
    std::vector<SegmentSeen> segments{};
    std::vector<StateChange> changes{};
    std::string hash{};  ///< of the lab it happened in
};

}  // namespace sockeye::view
