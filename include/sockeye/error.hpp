// What can go wrong in a way that a caller can act on: one list for every network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sockeye {

/// The kernel's network maps errno onto it; the stack of the lab produces it directly.
enum class Errc : std::uint8_t {
    would_block,            ///< nothing to do just now, and the call was not to wait
    timed_out,              ///< the deadline passed first
    cancelled,              ///< the task was stopped, or the network was
    stalled,                ///< in a lab: nothing is left that could ever end this wait
    refused,                ///< the peer answered SYN with RST (RFC 9293 §3.10.7.3)
    reset,                  ///< the peer sent RST on an open connection
    ended_early,            ///< the peer finished (FIN) before all that was asked for had come
    closed,                 ///< this side already closed the socket, or the direction used
    unreachable,            ///< no route, or ICMP destination unreachable (RFC 792; "soft" errors: RFC 5461)
    address_in_use,         ///< another socket holds this protocol, address and port
    address_not_available,  ///< the address is not one of this host's
    name_not_found,         ///< the name has no address
    not_connected,          ///< the call needs a connection
    already_connected,      ///< the socket has a connection, or is making one
    message_too_large,      ///< longer than one datagram can be
    not_found,              ///< no such file or directory
    exists,                 ///< there is a file of that name already
    busy,                   ///< somebody else is using the file
    no_space,               ///< the disk is full, or the user's part of it
    corrupted,              ///< what arrived is not what was sent
    permission_denied,      ///< the system does not let this user do that
    resources_exhausted,    ///< out of descriptors, ports, memory or buffers
    invalid_argument,       ///< the call makes no sense as it stands
    unsupported,            ///< this network cannot do that
    input_output,           ///< what else the system reports; the detail says what
};

/// The name as written above: "timed_out".
std::string_view to_string(Errc code);

/// The same for a person: "timed out".
std::string_view describe(Errc code);

/// An error, the call it happened in and, where there is more to say, a detail.
/// Copying is cheap (the detail is shared); compares equal by code alone.
class Error {
public:
    Error(Errc code) noexcept : word_{static_cast<std::uintptr_t>(code)} {}
    /// @param during  a string literal that names the call, such as "connect"
    Error(Errc code, const char* during, std::string detail = {});

    Error(const Error& other) noexcept : word_{other.word_} {
        if (has_more()) share();
    }
    Error(Error&& other) noexcept : word_{std::exchange(other.word_, 0)} {}
    Error& operator=(Error other) noexcept {
        std::swap(word_, other.word_);
        return *this;
    }
    ~Error() {
        if (has_more()) let_go();
    }

    Errc code() const { return has_more() ? code_of_more() : static_cast<Errc>(word_); }
    const char* during() const;

    /// Octets that went before the error; of interest after sendall.
    std::size_t transferred() const;
    /// What there is to say beyond the code, in words for a person; often empty.
    std::string_view detail() const;

    Error with_transferred(std::size_t octets) &&;
    Error with_detail(std::string detail) &&;
    Error with_during(const char* during) &&;

    /// One line: "connect: refused (10.0.0.1:9001 answered with RST)".
    std::string message() const;

    friend bool operator==(const Error& error, Errc code) { return error.code() == code; }
    friend bool operator==(const Error& a, const Error& b) { return a.code() == b.code(); }

private:
    struct More;

    bool has_more() const { return word_ > std::numeric_limits<std::underlying_type_t<Errc>>::max(); }
    const More* more() const;
    More& change();
    Errc code_of_more() const;
    void share() const noexcept;
    void let_go() noexcept;

    /// The code, or where there is more to say the address of all of it, which copies share. One word, as
    /// every call returns room for one, and most of those that fail have only a code to tell.
    std::uintptr_t word_;
};

template <class T>
using Result = std::expected<T, Error>;

}  // namespace sockeye

/// What `.value()` throws, so that an unchecked error says what failed and not only that it did.
template <>
class std::bad_expected_access<sockeye::Error> : public std::bad_expected_access<void> {
public:
    explicit bad_expected_access(sockeye::Error error)
        : error_{std::move(error)}, message_{error_.message()} {}

    const char* what() const noexcept override { return message_.c_str(); }
    const sockeye::Error& error() const& noexcept { return error_; }

private:
    sockeye::Error error_;
    std::string message_;
};
