#include "socket/kernel/control.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <ctime>

namespace sockeye::kernel {
namespace {

/// A cmsghdr without its flexible array.
struct Header {
    std::size_t length;  ///< octets, the header included
    int level;
    int type;
};
static_assert(sizeof(Header) == sizeof(cmsghdr) && offsetof(Header, length) == offsetof(cmsghdr, cmsg_len) &&
              offsetof(Header, level) == offsetof(cmsghdr, cmsg_level) &&
              offsetof(Header, type) == offsetof(cmsghdr, cmsg_type));

// --- to the system

void append(std::vector<std::byte>& control, int level, int type, std::span<const std::byte> bytes) {
    const Header header{CMSG_LEN(bytes.size()), level, type};
    const std::size_t at = control.size();
    control.resize(at + CMSG_SPACE(bytes.size()));
    std::memcpy(&control[at], &header, sizeof header);
    std::ranges::copy(bytes, control.begin() + static_cast<std::ptrdiff_t>(at + CMSG_LEN(0)));
}

template <class Value>
void append(std::vector<std::byte>& control, int level, int type, const Value& value) {
    append(control, level, type, std::as_bytes(std::span{&value, 1}));
}

void append_packet_info(std::vector<std::byte>& control, const PacketInfo& from) {
    const std::span<const std::uint8_t> octets = from.address.octets();
    if (from.address.family() == Family::inet) {
        in_pktinfo v4{};
        v4.ipi_ifindex = static_cast<int>(from.interface);
        std::memcpy(&v4.ipi_spec_dst, octets.data(), sizeof v4.ipi_spec_dst);
        append(control, IPPROTO_IP, IP_PKTINFO, v4);
        return;
    }
    in6_pktinfo v6{};
    v6.ipi6_ifindex = from.interface;
    std::memcpy(&v6.ipi6_addr, octets.data(), sizeof v6.ipi6_addr);
    append(control, IPPROTO_IPV6, IPV6_PKTINFO, v6);
}

// --- from the system

/// The octets as a value of `Value`; nullopt: there are too few.
template <class Value>
std::optional<Value> as(std::span<const std::byte> bytes) {
    if (bytes.size() < sizeof(Value)) return std::nullopt;
    Value value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// An int, or the one octet that IP_TOS is.
std::optional<int> as_number(std::span<const std::byte> bytes) {
    if (bytes.size() == 1) return std::to_integer<int>(bytes.front());
    return as<int>(bytes);
}

void take_descriptors(Ancillary& ancillary, std::span<const std::byte> bytes) {
    for (; bytes.size() >= sizeof(int); bytes = bytes.subspan(sizeof(int)))
        ancillary.descriptors.emplace_back(*as<int>(bytes));
}

void take_credentials(Ancillary& ancillary, std::span<const std::byte> bytes) {
    if (const auto who = as<ucred>(bytes)) ancillary.credentials = Credentials{who->pid, who->uid, who->gid};
}

void take_packet_info(Ancillary& ancillary, std::span<const std::byte> bytes) {
    const auto v4 = as<in_pktinfo>(bytes);
    if (!v4) return;
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), &v4->ipi_addr, octets.size());
    ancillary.packet_info = PacketInfo{IpAddress{octets}, static_cast<std::uint32_t>(v4->ipi_ifindex)};
}

void take_packet_info_6(Ancillary& ancillary, std::span<const std::byte> bytes) {
    const auto v6 = as<in6_pktinfo>(bytes);
    if (!v6) return;
    ancillary.packet_info = PacketInfo{IpAddress{std::to_array(v6->ipi6_addr.s6_addr)}, v6->ipi6_ifindex};
}

void take_hop_limit(Ancillary& ancillary, std::span<const std::byte> bytes) {
    ancillary.hop_limit = as_number(bytes);
}

void take_traffic_class(Ancillary& ancillary, std::span<const std::byte> bytes) {
    ancillary.traffic_class = as_number(bytes);
}

void take_timestamp(Ancillary& ancillary, std::span<const std::byte> bytes) {
    if (const auto at = as<timespec>(bytes))
        ancillary.timestamp =
            WallTime{std::chrono::seconds{at->tv_sec} + std::chrono::nanoseconds{at->tv_nsec}};
}

struct Row {
    int level;
    int type;
    void (*take)(Ancillary&, std::span<const std::byte>);
};

constexpr std::array rows{
    Row{SOL_SOCKET, SCM_RIGHTS, &take_descriptors},
    Row{SOL_SOCKET, SCM_CREDENTIALS, &take_credentials},
    Row{SOL_SOCKET, SCM_TIMESTAMPNS, &take_timestamp},
    Row{IPPROTO_IP, IP_PKTINFO, &take_packet_info},
    Row{IPPROTO_IP, IP_TTL, &take_hop_limit},
    Row{IPPROTO_IP, IP_TOS, &take_traffic_class},
    Row{IPPROTO_IPV6, IPV6_PKTINFO, &take_packet_info_6},
    Row{IPPROTO_IPV6, IPV6_HOPLIMIT, &take_hop_limit},
    Row{IPPROTO_IPV6, IPV6_TCLASS, &take_traffic_class},
};

void take(Ancillary& ancillary, const Header& header, std::span<const std::byte> bytes) {
    const auto* row = std::ranges::find_if(
        rows, [&](const Row& each) { return each.level == header.level && each.type == header.type; });
    if (row != rows.end()) return row->take(ancillary, bytes);
    ancillary.others.push_back(
        {header.level, header.type, std::vector<std::byte>{bytes.begin(), bytes.end()}});
}

}  // namespace

std::vector<std::byte> to_control(const OutgoingMessage& message, Family family) {
    std::vector<std::byte> control;
    const bool v6 = family == Family::inet6;
    if (!message.descriptors.empty())
        append(control, SOL_SOCKET, SCM_RIGHTS, std::as_bytes(std::span{message.descriptors}));
    if (const auto& who = message.credentials)
        append(control, SOL_SOCKET, SCM_CREDENTIALS,
               ucred{.pid = who->process, .uid = who->user, .gid = who->group});
    if (message.packet_info) append_packet_info(control, *message.packet_info);
    if (message.hop_limit)
        append(control, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_HOPLIMIT : IP_TTL, *message.hop_limit);
    if (message.traffic_class)
        append(control, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, *message.traffic_class);
    for (const ControlMessage& other : message.others)
        append(control, other.level, other.type, std::span<const std::byte>{other.bytes});
    return control;
}

Ancillary from_control(std::span<const std::byte> control) {
    Ancillary ancillary;
    while (const auto header = as<Header>(control)) {
        if (header->length < CMSG_LEN(0) || header->length > control.size()) break;
        take(ancillary, *header, control.first(header->length).subspan(CMSG_LEN(0)));
        control = control.subspan(std::min<std::size_t>(CMSG_ALIGN(header->length), control.size()));
    }
    return ancillary;
}

}  // namespace sockeye::kernel
