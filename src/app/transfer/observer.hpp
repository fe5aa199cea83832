// What a transfer tells whoever runs it: programs print nothing themselves.
#pragma once

#include <cstdint>
#include <string_view>

#include "sockeye/time.hpp"

namespace sockeye::app::transfer {

/// How much there is of something.
struct Amount {
    std::uint64_t files = 0;
    std::uint64_t octets = 0;

    friend bool operator==(const Amount&, const Amount&) = default;
};

/// What a transfer did.
struct Summary {
    Amount all;      ///< what was on offer
    Amount present;  ///< of that, files and octets that the receiver had already
};

/// Told while the network runs, so it must not wait. Must outlive the transfer.
class Observer {
public:
    /// Who is at the other end fits: it speaks this protocol, in the other role.
    virtual void met() {}
    /// Both ends know what there is to do. Streams count as nothing, since nobody knows their size.
    virtual void agreed(const Summary& /*summary*/) {}
    virtual void file_began(std::string_view /*path*/) {}
    /// So many octets more have been sent, or have arrived.
    virtual void advanced(std::uint64_t /*octets*/) {}
    virtual void file_ended(std::string_view /*path*/) {}
    /// Something that is neither a file nor a directory stays behind.
    virtual void left_out(std::string_view /*path*/) {}

protected:
    ~Observer() = default;
};

/// How patient either end is, and who looks on.
struct Options {
    /// How long the other end may neither say nor take anything.
    Duration patience = 60s;
    Observer* observer = nullptr;
};

}  // namespace sockeye::app::transfer
