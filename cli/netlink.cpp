#include "cli/netlink.hpp"

#include <linux/netlink.h>

#include <algorithm>
#include <utility>

namespace sockeye::cli {
namespace {

constexpr std::size_t aligned(std::size_t octets) {
    return (octets + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1};
}
static_assert(NLMSG_ALIGNTO == NLA_ALIGNTO);

/// Takes a header and what belongs to it off the front; messages and attributes differ in the header alone.
/// @returns nothing, and leaves nothing, where the length it names is not there
template <class Header, auto length>
std::optional<std::pair<Header, std::span<const std::byte>>> take(std::span<const std::byte>& bytes) {
    const auto header = copied<Header>(bytes);
    const std::size_t octets = header.*length;
    if (bytes.size() < sizeof(Header) || octets < sizeof(Header) || octets > bytes.size()) {
        bytes = {};
        return std::nullopt;
    }
    const auto body = bytes.subspan(sizeof(Header), octets - sizeof(Header));
    bytes = bytes.subspan(std::min(aligned(octets), bytes.size()));
    return std::pair{header, body};
}

}  // namespace

std::optional<NetlinkMessage> take_message(std::span<const std::byte>& datagram) {
    const auto taken = take<nlmsghdr, &nlmsghdr::nlmsg_len>(datagram);
    if (!taken) return std::nullopt;
    return NetlinkMessage{taken->first.nlmsg_type, taken->first.nlmsg_flags, taken->second};
}

std::span<const std::byte> find_attribute(std::span<const std::byte> attributes, std::uint16_t type) {
    while (const auto taken = take<nlattr, &nlattr::nla_len>(attributes))
        if (taken->first.nla_type == type) return taken->second;
    return {};
}

}  // namespace sockeye::cli
