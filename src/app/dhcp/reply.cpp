#include "app/dhcp/reply.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::app::dhcp {
namespace {

using wire::DhcpMessage;
using wire::DhcpMessageType;
using wire::DhcpOption;

constexpr std::uint32_t least_lease = 60;  // seconds

DhcpMessage reply_to(const DhcpMessage& question, const IpAddress& own, DhcpMessageType type) {
    DhcpMessage reply{.operation = wire::DhcpOperation::boot_reply,
                      .transaction = question.transaction,
                      .broadcast = question.broadcast,
                      .relay = question.relay,
                      .mac = question.mac};
    reply.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(type));
    reply.options.set_address(DhcpOption::server_identifier, own);
    if (const auto* identifier = question.options.find(DhcpOption::client_identifier))
        reply.options.set(DhcpOption::client_identifier, *identifier);  // RFC 6842 §3
    return reply;
}

/// Whether the client wants to be told; one without a list, everything.
bool wants(const DhcpMessage& question, DhcpOption option) {
    const auto* list = question.options.find(DhcpOption::parameter_request_list);
    return list == nullptr || std::ranges::find(*list, static_cast<std::byte>(option)) != list->end();
}

void tell_of_network(const DhcpMessage& question, const Subnet& subnet, wire::DhcpOptions& options) {
    if (wants(question, DhcpOption::subnet_mask))
        options.set_address(DhcpOption::subnet_mask, subnet.network.netmask());
    if (wants(question, DhcpOption::broadcast_address))
        options.set_address(DhcpOption::broadcast_address, subnet.network.broadcast());
    if (!subnet.routers.empty() && wants(question, DhcpOption::routers))
        options.set_addresses(DhcpOption::routers, subnet.routers);
    if (!subnet.name_servers.empty() && wants(question, DhcpOption::dns_servers))
        options.set_addresses(DhcpOption::dns_servers, subnet.name_servers);
    if (!subnet.domain.empty() && wants(question, DhcpOption::domain_name))
        options.set_text(DhcpOption::domain_name, subnet.domain);
}

/// RFC 2131 §4.1: by the relay; to the address that the client has; to the card of one that has none yet,
/// or to all.
Departure send_off(DhcpMessage reply, const IpAddress& client) {
    using enum Departure::Way;
    if (!reply.relay.is_unspecified()) {
        const Address relay{reply.relay, DhcpMessage::server_port};
        return {std::move(reply), routed, relay};
    }
    const Address everybody{"<broadcast>", DhcpMessage::client_port};
    if (!client.is_unspecified()) return {std::move(reply), routed, {client, DhcpMessage::client_port}};
    if (reply.broadcast || reply.your.is_unspecified()) return {std::move(reply), broadcast, everybody};
    const Address card{reply.your, DhcpMessage::client_port};
    return {std::move(reply), to_card, card};
}

std::uint32_t lease_of(const DhcpMessage& question, const Subnet& subnet) {
    const auto most = static_cast<std::uint32_t>(
        std::min<std::int64_t>(std::chrono::floor<std::chrono::seconds>(subnet.lease).count(), 0xffff'fffe));
    const std::uint32_t wanted = question.options.u32(DhcpOption::lease_time).value_or(most);
    return std::clamp(wanted, least_lease, most);
}

}  // namespace

Departure answer(const DhcpMessage& question, const IpAddress& own, const Subnet& subnet,
                 DhcpMessageType type, const IpAddress& ip) {
    DhcpMessage reply = reply_to(question, own, type);
    reply.your = ip;
    if (type == DhcpMessageType::ack) reply.client = question.client;
    const std::uint32_t lease = lease_of(question, subnet);
    reply.options.set_u32(DhcpOption::lease_time, lease);
    reply.options.set_u32(DhcpOption::renewal_time, lease / 2);            // RFC 2131 §4.4.5
    reply.options.set_u32(DhcpOption::rebinding_time, lease - lease / 8);  // 0.875 of it
    tell_of_network(question, subnet, reply.options);
    return send_off(std::move(reply), question.client);
}

Departure information(const DhcpMessage& question, const IpAddress& own, const Subnet& subnet) {
    DhcpMessage reply = reply_to(question, own, DhcpMessageType::ack);
    reply.client = question.client;
    tell_of_network(question, subnet, reply.options);
    return send_off(std::move(reply), question.client);
}

/// To all, since what the client calls its address is not to be used; a relay is told to do so too.
Departure refusal(const DhcpMessage& question, const IpAddress& own, std::string_view why) {
    DhcpMessage reply = reply_to(question, own, DhcpMessageType::nak);
    reply.options.set_text(DhcpOption::message, why);
    reply.broadcast = true;
    return send_off(std::move(reply), {});
}

}  // namespace sockeye::app::dhcp
