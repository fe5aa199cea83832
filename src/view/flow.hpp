// What a reader of frames knows of each flow between two addresses: who began it, where its
// sequence numbers start, and what each segment means for its sender (RFC 9293 §3.3.2).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/sequence.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/text.hpp"

namespace sockeye::view {

/// One line's worth of a segment.
struct Reading {
    std::string on_the_wire;  ///< "SYN ACK seq 0 ack 1"; numbers relative to the flow's first
    std::string meaning;      ///< "SYN-RECEIVED", "13 B, seq 1..13"
    std::string repetition;   ///< "again, 1.000 s later"; empty: the first time
};

/// One TCP connection, from its segments in the order in which they were sent. What a segment
/// means is what its sender knew: a lost one never reached the other side.
class TcpFlow {
public:
    /// @param from  0: the side that spoke first
    Reading read(std::size_t from, const wire::TcpHeader& header, std::size_t payload_octets, Instant at);

    /// Whether this SYN begins another connection between the same addresses.
    bool is_new_connection(std::size_t from, const wire::TcpHeader& header) const;

private:
    struct Side {
        std::optional<Sequence> isn;
        Sequence next;                    ///< behind everything it has sent
        std::optional<Sequence> acked;    ///< the highest acknowledgement it has sent
        std::optional<Sequence> fin_end;  ///< behind its FIN
        std::uint16_t window = 0;
        std::map<std::uint32_t, Instant> sent;  ///< when it last sent the segment that starts there
    };

    std::string meaning(const Side& sender, const Side& peer, const wire::TcpHeader& header,
                        std::size_t payload_octets) const;
    static std::string meaning_of_ack(const Side& sender, const Side& peer, const wire::TcpHeader& header);
    static std::string note_repetition(Side& sender, const wire::TcpHeader& header, Sequence end, Instant at);

    std::array<Side, 2> sides_;
};

/// What of a connection's segments got lost, for whoever asks why one is sent again.
class Losses {
public:
    /// @param from  0: the side that spoke first
    void add(std::size_t from, const wire::Summary& summary, Instant at, std::string_view why);
    /// "the one at 2.000000 was lost: cable cut"; empty: nothing explains it.
    std::string why_again(std::size_t from, Sequence seq) const;

private:
    struct Lost {
        Instant at;
        std::string why;
    };
    std::map<std::pair<std::size_t, std::uint32_t>, Lost> segments_;  ///< the last one that began there
    std::array<std::optional<Lost>, 2> acks_;                         ///< the last that was nothing else
};

/// All flows of a recording, by protocol and addresses.
class Flows {
public:
    struct Flow {
        Address first_speaker;
        TcpFlow tcp;
        Losses losses{};
    };

    /// @pre summary is of TCP or UDP
    Flow& find(const wire::Summary& summary);

private:
    std::map<std::tuple<wire::Summary::Protocol, std::string, std::string>, Flow> flows_;
};

}  // namespace sockeye::view
