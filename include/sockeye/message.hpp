// Messages with everything that can go with them: Socket's sendmsg, recvmsg and recvmsg_into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sockeye/credentials.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {

/// A descriptor of this process; closes itself.
class OwnedDescriptor {
public:
    OwnedDescriptor() = default;
    explicit OwnedDescriptor(int number) : number_{number} {}
    OwnedDescriptor(OwnedDescriptor&& other) noexcept : number_{other.release()} {}
    OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept {
        OwnedDescriptor taken{std::move(other)};
        std::swap(number_, taken.number_);
        return *this;
    }
    ~OwnedDescriptor();

    int get() const { return number_; }
    /// Closing it is the caller's business from now on.
    int release() { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

/// Which of a host's addresses, and which interface by number (ip(7), RFC 3542 §6).
struct PacketInfo {
    IpAddress address;
    std::uint32_t interface = 0;
};

/// Ancillary data that has no type of its own here: its octets, as the system has them.
struct ControlMessage {
    int level = 0;
    int type = 0;
    std::vector<std::byte> bytes;
};

/// What came beside a message's octets, where an option asked for it.
struct Ancillary {
    std::vector<OwnedDescriptor> descriptors;  ///< SCM_RIGHTS
    std::optional<Credentials> credentials;    ///< option::so_passcred
    std::optional<PacketInfo> packet_info;     ///< option::ip_pktinfo: what it was sent to
    std::optional<int> hop_limit;              ///< option::ip_recvttl, ipv6_recvhoplimit
    std::optional<int> traffic_class;          ///< option::ip_recvtos, ipv6_recvtclass
    std::optional<WallTime> timestamp;         ///< option::so_timestampns
    std::vector<ControlMessage> others;
};

/// What recvmsg_into returns.
struct MessageInfo {
    std::size_t octets = 0;
    Address sender;
    Ancillary ancillary;
    bool truncated = false;            ///< the datagram was longer than was asked for
    bool ancillary_truncated = false;  ///< there was more ancillary data than room for it
    bool end_of_record = false;        ///< of a seqpacket socket
    bool out_of_band = false;          ///< urgent data
};

/// What recvmsg returns.
struct Message : MessageInfo {
    Bytes bytes;
};

/// What sendmsg takes. It views the octets, which must live until they are sent.
class OutgoingMessage {
public:
    OutgoingMessage(BytesView whole) : whole_{whole} {}
    /// One after the other, as one message. The array must live as long as the octets.
    OutgoingMessage(std::span<const BytesView> parts) : several_{parts} {}

    std::span<const BytesView> parts() const {
        return several_.empty() ? std::span<const BytesView>{&whole_, 1} : several_;
    }

    std::optional<Address> to;               ///< nullopt: the peer that the socket is connected to
    std::vector<int> descriptors;            ///< SCM_RIGHTS: the receiver gets copies
    std::optional<Credentials> credentials;  ///< other than one's own only for root
    std::optional<PacketInfo> packet_info;   ///< to be sent from
    std::optional<int> hop_limit;            ///< for this message alone
    std::optional<int> traffic_class;        ///< for this message alone
    std::vector<ControlMessage> others;

private:
    BytesView whole_;
    std::span<const BytesView> several_;
};

/// Ancillary space that data of so many octets take (CMSG_SPACE); a descriptor has 4.
std::size_t cmsg_space(std::size_t octets);

/// Sends descriptors along with `bytes`, of which there must be at least one.
Op<std::size_t> send_fds(Socket& socket, BytesView bytes, std::span<const int> descriptors,
                         Deadline deadline = {});
/// Up to `most` octets and as many descriptors as `most_descriptors`.
Op<Message> recv_fds(Socket& socket, std::size_t most, std::size_t most_descriptors, Deadline deadline = {});

struct SocketPair {
    Socket first;
    Socket second;
};

/// Two unix sockets that are connected to each other. @returns unsupported: this network has none
Result<SocketPair> socketpair(Network& network, SocketType type = SocketType::stream);

/// A socket for a descriptor that is open already, which from now on is the socket's.
/// @returns invalid_argument: it is no socket
Result<Socket> adopt(Network& network, OwnedDescriptor descriptor);
/// The same for a copy: the original stays the caller's (Python's fromfd).
Result<Socket> fromfd(Network& network, int descriptor);

}  // namespace sockeye
