// Filter: changes what passes through one direction of a pipe.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "sockeye/bytes.hpp"

namespace sockeye::app {

class Filter {
public:
    virtual ~Filter() = default;

    /// What goes on instead of `bytes`; what it keeps back comes with a later call.
    virtual std::string pass(BytesView bytes) = 0;
    /// The rest, once nothing more comes.
    virtual std::string end() { return {}; }
    /// Nothing more is to come, as if it had ended by itself.
    virtual bool has_enough() const { return false; }
    /// What the stream is to show beside what the peer says. Taken once, after each call above.
    virtual std::string aside() { return {}; }
};

/// One for each direction, or none. (A class, since g++ 12 destroys twice an aggregate that stands as
/// an argument inside a co_await expression: ADR 0001.)
class Filters {
public:
    Filters() {}
    Filters(std::shared_ptr<Filter> outgoing_, std::shared_ptr<Filter> incoming_)
        : outgoing{std::move(outgoing_)}, incoming{std::move(incoming_)} {}

    std::shared_ptr<Filter> outgoing;  ///< from the stream to the peer
    std::shared_ptr<Filter> incoming;
};

/// A line feed becomes carriage return and line feed, as SMTP, HTTP and Telnet want it; one that
/// has its carriage return stays.
class Crlf : public Filter {
public:
    std::string pass(BytesView bytes) override;

private:
    bool after_cr_ = false;
};

/// Both directions as octets for people, on the stream: offset, hexadecimal, ASCII.
Filters hex_dump(std::shared_ptr<Filter> before_sending = nullptr);

}  // namespace sockeye::app
