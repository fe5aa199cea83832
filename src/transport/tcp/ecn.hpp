// A connection's part in explicit congestion notification (RFC 3168 §6.1): a congested queue marks what it
// would have dropped, the receiver tells the sender of it, and the sender slows down as for a loss.
#pragma once

#include <cstdint>

#include "transport/tcp/config.hpp"
#include "wire/ecn.hpp"
#include "wire/tcp.hpp"

namespace sockeye::transport::tcp {

/// Whether a SYN says that its sender understands marks, or a SYN ACK (§6.1.1). The two differ, so that a
/// peer that merely reflects the flags it does not know says nothing.
constexpr bool is_ecn_setup(const wire::TcpFlags& flags) {
    return flags.ece && flags.cwr != flags.ack;
}

class Ecn {
public:
    /// The peer's SYN or SYN ACK, each time that one arrives.
    void heard(const wire::TcpFlags& flags) {
        if (is_ecn_setup(flags))
            heard_yes_ = true;
        else
            heard_no_ = true;
    }

    /// @param first  whether this SYN is the first: where that was lost, a router may be to blame that
    /// drops what it does not know, so the next one does not ask (§6.1.1.1)
    /// @returns whether our SYN is to say that we understand marks
    bool offers(EcnUse use, bool first) { return said(use == EcnUse::asked_for && first); }
    /// The same of a SYN ACK, which answers.
    bool answers(EcnUse use) { return said(use != EcnUse::never && heard_yes_ && !heard_no_ && !said_no_); }

    /// New text leaves as "ECN-capable transport": both ends have said that they understand marks, and
    /// neither ever that it does not.
    bool marks_text() const { return is_heeded() && !said_no_; }

    /// Text that was in the window arrived. @returns whether the peer should hear of it without delay: its
    /// window may be a single segment
    bool text_arrived(wire::Ecn codepoint, const wire::TcpFlags& flags) {
        const bool marked = codepoint == wire::Ecn::ce && is_heeded();
        const bool was_marked = echoes_;
        echoes_ = marked || (was_marked && !flags.cwr);
        return echoes_ != was_marked;
    }
    /// Every ACK says so from the mark on until the peer says that it has slowed down (§6.1.3).
    bool echoes() const { return echoes_; }

private:
    bool is_heeded() const { return said_yes_ && heard_yes_ && !heard_no_; }
    bool said(bool yes) {
        if (yes)
            said_yes_ = true;
        else
            said_no_ = true;
        return yes;
    }

    bool said_yes_ : 1 = false;
    bool said_no_ : 1 = false;
    bool heard_yes_ : 1 = false;
    bool heard_no_ : 1 = false;
    bool echoes_ : 1 = false;
};

}  // namespace sockeye::transport::tcp
