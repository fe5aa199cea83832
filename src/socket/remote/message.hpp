// What a program outside a lab and the host whose sockets it uses say to each other, as values.
//
//   program             host
//   Request             Answer           a call of the seam, tried once; `close` has no answer
//                       Ready            what answered would_block is worth another try
//                       Ended            and then nothing more
//
// Each is a frame: the length of the rest (4 octets), and the rest; integers are big-endian. There is one
// request under way at a time. Ready comes once for each would_block, after the answer that said so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/credentials.hpp"
#include "sockeye/error.hpp"
#include "sockeye/message.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op_base.hpp"

namespace sockeye::remote {

/// Of the protocol: both ends are of one, or do not talk.
inline constexpr std::uint32_t version = 1;

/// Octets of payload in one request or answer: any datagram fits.
inline constexpr std::size_t most_octets = 65536;
/// A frame without the 4 octets of its length.
inline constexpr std::size_t longest_frame = most_octets + 2048;
/// A frame's first octets: the length of the rest.
inline constexpr std::size_t head_size = 4;

/// In brackets: which fields of a Request mean something; after the arrow: which of the Answer's.
enum class Call : std::uint8_t {
    // At the host itself.
    open,        ///< [first: Family, second: SocketType, value: protocol] → value: the socket's number
    source_for,  ///< [address] → address
    random,      ///< → value
    wall_now,    ///< → value: nanoseconds
    interfaces,  ///< → octets: write_interfaces()
    by_name,     ///< [first: Family, octets: write_question()] → value: the look-up's number
    by_address,  ///< [address, octets: write_question()] → value: the look-up's number
    // At a look-up.
    finish_lookup,  ///< → octets: write_host_entry()
    // At either: nothing is answered.
    close,
    // At a socket.
    prepare_server,     ///< [address, first: with servers, second: with IPv4]
    bind,               ///< [address]
    listen,             ///< [first: backlog]
    accept,             ///< → value: the socket's number, address
    connect,            ///< [address]
    finish_connect,     ///<
    receive,            ///< [value: octets] → octets
    receive_from,       ///< [value: octets] → octets, address, marks
    receive_message,    ///< [value: octets, first: MsgFlag, second: ancillary space] → … and beside
    send,               ///< [octets] → value
    send_to,            ///< [octets, address] → value
    send_message,       ///< [octets, first: MsgFlag, second: has an address, address, beside] → value
    shutdown,           ///< [first: Shutdown]
    local_address,      ///< → address
    peer_address,       ///< → address
    available,          ///< → value
    unsent,             ///< → value
    duplicate,          ///< → value: the socket's number
    set_flag,           ///< [first: option, value]
    set_number,         ///< [first: option, value]
    set_time,           ///< [first: option, value: nanoseconds]
    set_text,           ///< [first: option, octets]
    set_linger,         ///< [second: whether, value: nanoseconds]
    set_interface,      ///< [address]
    set_raw,            ///< [first: level, second: number, octets]
    change_membership,  ///< [first: Change, second: interface, address, octets: the source, or none]
    get_flag,           ///< [first: option] → value
    get_number,         ///< [first: option] → value
    get_time,           ///< [first: option] → value: nanoseconds
    get_text,           ///< [first: option] → octets
    get_linger,         ///< → marks: present, value: nanoseconds
    get_interface,      ///< → address
    get_pending,        ///< → marks: present, value: Errc
    get_raw,            ///< [first: level, second: number, value: octets] → octets
    tcp_info,           ///< → octets: write_tcp_info()
    peer_credentials,   ///< → beside
};
inline constexpr std::size_t calls = static_cast<std::size_t>(Call::peer_credentials) + 1;

/// What goes beside a message's octets; descriptors stay where they are.
struct Beside {
    std::optional<Credentials> credentials{};
    std::optional<PacketInfo> packet_info{};
    std::optional<int> hop_limit{};
    std::optional<int> traffic_class{};
    std::optional<WallTime> timestamp{};
};

/// What means nothing to a call is zero, or empty.
struct Request {
    Call call = Call::random;
    std::uint32_t at = 0;  ///< the number of a socket or look-up; 0: the host itself
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    std::uint64_t value = 0;
    Address address{};
    Beside beside{};
    std::span<const std::byte> octets{};  ///< views the frame
};

namespace mark {
constexpr std::uint8_t truncated = 1;
constexpr std::uint8_t ancillary_truncated = 2;
constexpr std::uint8_t end_of_record = 4;
constexpr std::uint8_t out_of_band = 8;
constexpr std::uint8_t present = 16;  ///< `value` is one
}  // namespace mark

struct Failure {
    Errc code = Errc::input_output;
    std::string detail{};
};

struct Answer {
    std::optional<Failure> failure{};  ///< then the rest means nothing
    std::uint8_t marks = 0;
    std::uint64_t value = 0;
    Address address{};
    Beside beside{};
    std::span<const std::byte> octets{};  ///< views the frame
};

/// Whoever waits at a socket or look-up tries again.
struct Ready {
    std::uint32_t at = 0;
    backend::Interest interest = backend::Interest::read;
};

/// The program has come to its end, in words for a person.
struct Ended {
    std::string why{};
};

/// What the host says.
using Message = std::variant<Answer, Ready, Ended>;

/// Appends the frame. @pre no more octets than most_octets
void write(std::vector<std::byte>& out, const Request& request);
/// What of a detail is longer than anybody reads is left out.
void write(std::vector<std::byte>& out, const Message& message);

/// @param frame  without its length; what is returned views it
/// @returns nothing where it is none
std::optional<Request> parse_request(std::span<const std::byte> frame);
std::optional<Message> parse_message(std::span<const std::byte> frame);

/// How long the rest of a frame is. @returns nothing where it is longer than one may be, or empty
std::optional<std::size_t> parse_head(std::span<const std::byte, head_size> octets);

}  // namespace sockeye::remote
