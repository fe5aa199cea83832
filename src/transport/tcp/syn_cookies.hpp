// SYN cookies (RFC 4987 §3.6): a handshake of which this end keeps nothing until its last ACK.
#pragma once

#include <cstdint>
#include <optional>

#include "sockeye/time.hpp"
#include "transport/flow.hpp"
#include "wire/tcp.hpp"

namespace sockeye::transport::tcp {

/// The initial sequence number of a SYN,ACK says when it was made (5 bits), which MSS the SYN named
/// (3 bits) and that we made it (24 bits). What else the SYN offered stands in the low bits of the
/// timestamp, which comes back as an echo; without one there is no scaling, no SACK and no ECN.
class SynCookies {
public:
    explicit SynCookies(HashKey key) : key_{key} {}

    /// @param mss  what the SYN named, or what counts where it named none
    Sequence make(const Flow& flow, Sequence irs, std::uint16_t mss, Instant now) const;

    /// The SYN that `ack` completes the handshake of; nullopt: it has no cookie of the last two minutes.
    std::optional<wire::TcpHeader> read(const Flow& flow, const wire::TcpHeader& ack, Instant now) const;

    /// `clock`, or shortly before, with the options of `syn` in its low bits.
    static std::uint32_t stamp(std::uint32_t clock, const wire::TcpHeader& syn);

private:
    std::uint32_t hash(const Flow& flow, Sequence irs, std::uint64_t period, std::uint32_t mss_index) const;

    HashKey key_;
};

}  // namespace sockeye::transport::tcp
