// Ip's part that speaks ICMP: answers echoes, reports what is wrong, hears what others report.
#include <algorithm>
#include <utility>

#include "network/ip.hpp"
#include "network/neighbour_message.hpp"
#include "network/router_message.hpp"
#include "network/scope.hpp"
#include "wire/icmpv6.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

using Kind = IcmpNotice::Kind;

constexpr std::size_t queue_limit = 256;
/// RFC 792: enough of a transport header to know whose packet it was.
constexpr std::size_t least_quoted = 8;

/// The packet from its IP header on: as it came, or with a header like the one it came with.
Packet with_header(const IpPacket& packet) {
    Packet whole = packet.payload;
    if (packet.header_octets > 0)
        whole.untrim_front(packet.header_octets);
    else
        write_ip(whole, packet.header);
    return whole;
}

/// RFC 4443 §2.4(e.3): the two errors that may answer a packet to a group.
bool may_answer_group(const IpHeader& header, const IcmpError& error) {
    if (header.target.family() == Family::inet) return false;
    return error.kind == Kind::too_big ||
           (error.kind == Kind::parameter_problem && error.code == wire::icmpv6_parameter_problem::option);
}

}  // namespace

void Ip::receive_icmp(Interface& interface, const IpPacket& packet, Instant now) {
    const auto message = read_icmp(packet);
    if (!message) return static_cast<void>(drop("malformed ICMP"));
    const IpHeader& header = packet.header;
    switch (message->kind) {
        case IcmpMessage::Kind::echo_request: {
            if (!is_unicast(header.source)) return static_cast<void>(drop("martian source"));
            // Over IPv6 a ping to a group is answered from an own address (RFC 4443 §4.2).
            const auto source = header.target.is_multicast() ? source_for(header.source, packet.interface)
                                                             : Result<IpAddress>{header.target};
            if (!source) return;
            IcmpMessage reply = *message;
            reply.kind = IcmpMessage::Kind::echo_reply;
            (void)send({.header = {.source = *source,
                                   .target = header.source,
                                   .protocol = header.protocol,
                                   .traffic_class = header.traffic_class},
                        .payload = write_echo(reply, *source, header.source),
                        .interface = packet.interface},
                       now);
            return;
        }
        case IcmpMessage::Kind::error: receive_icmp_error(packet, *message, now); [[fallthrough]];
        case IcmpMessage::Kind::echo_reply:
            if (icmp_.size() < queue_limit) icmp_.push_back(packet);
            return;
        case IcmpMessage::Kind::other:
            if (header.target.family() == Family::inet) return;
            return receive_discovery(interface, packet, now);
    }
}

/// What it does not know of ICMPv6 is nothing wrong (RFC 4443 §2.4(b)); a message of RFC 4861 that §6.1 or
/// §7.1 has it ignore is.
void Ip::receive_discovery(Interface& interface, const IpPacket& packet, Instant now) {
    if (const auto neighbour = read_neighbour_discovery(packet)) return interface.receive(*neighbour, now);
    if (const auto router = read_router_advertisement(packet)) return interface.receive(*router, now);
    if (const auto host = read_router_solicitation(packet)) return interface.receive(*host, now);
    if (is_discovery(packet)) drop("a discovery message that is not valid");
}

void Ip::receive_icmp_error(const IpPacket& packet, const IcmpMessage& message, Instant now) {
    auto about = read_quoted_ip(message.payload);
    if (!about || !(is_own(about->header.source) || about->header.source.is_loopback()))
        return static_cast<void>(drop("an error about what it has not sent"));
    IcmpNotice notice{.kind = message.error.kind,
                      .about = about->header,
                      .quoted = std::move(about->payload),
                      .reporter = packet.header.source};
    if (notice.kind == Kind::too_big) {
        // What was quoted is shorter than what was sent; its length field says how long that was.
        path_mtus_.learn(notice.about.target, message.error.value, total_length(message.payload), now);
        notice.mtu = path_mtu(notice.about.target, now).value_or(minimum_mtu(notice.about.target.family()));
    }
    if (notice.quoted.size() >= least_quoted) notify(std::move(notice));
}

/// RFC 1122 §3.2.2, RFC 1812 §4.3.2.7, RFC 4443 §2.4(e).
bool Ip::may_report(const IpPacket& about, const IcmpError& error) const {
    const IpHeader& header = about.header;
    if (!is_unicast(header.source) || is_broadcast(header.source)) return false;
    if (header.target.is_multicast() && !may_answer_group(header, error)) return false;
    if (is_broadcast(header.target)) return false;
    if (!is_icmp(header)) return true;
    const auto message = read_icmp(about);
    return message && (message->kind == IcmpMessage::Kind::echo_request ||
                       message->kind == IcmpMessage::Kind::echo_reply);
}

void Ip::report(const IpPacket& about, const IcmpError& error, Instant now) {
    if (!may_report(about, error) || !icmp_errors_.allows(now)) return;
    const IpHeader& header = about.header;
    const auto source = is_local(header.target) ? Result<IpAddress>{header.target}
                                                : source_for(header.source, about.interface);
    if (!source) return;
    (void)send({.header = {.source = *source,
                           .target = header.source,
                           .protocol = icmp_protocol(header.target.family())},
                .payload = write_icmp_error(error, with_header(about), *source, header.source),
                .interface = about.interface},
               now);
}

/// No neighbour answered: one's own packet becomes a notice, another's an ICMP error (RFC 1812 §5.2.7.1).
void Ip::give_up_on(Packet undeliverable, Instant now) {
    const Packet whole = undeliverable;
    auto arrival = read_ip(std::move(undeliverable));
    if (!arrival) return;
    Opened opened = open_ip(*std::move(arrival));
    if (opened.drop || (opened.fragment && opened.fragment->offset != 0)) return;
    if (!is_own(opened.packet.header.source)) {
        note_given_up(whole, "its next hop does not answer");
        return report(opened.packet, {.kind = Kind::host_unreachable}, now);
    }
    notify({.kind = Kind::host_unreachable,
            .about = opened.packet.header,
            .quoted = std::move(opened.packet.payload),
            .reporter = {}});
}

void Ip::note_given_up(const Packet& forwarded, std::string_view why) {
    if (given_up_.size() < queue_limit) given_up_.push_back({.packet = forwarded, .why = why});
}

std::vector<GivenUp> Ip::take_given_up() {
    std::vector<GivenUp> all = std::exchange(given_up_, {});
    for (Packet& fragment : reassembler_.take_given_up())
        all.push_back({.packet = std::move(fragment), .why = "its other fragments never came"});
    return all;
}

void Ip::notify(IcmpNotice notice) {
    if (notices_.size() < queue_limit) notices_.push_back(std::move(notice));
}

std::optional<IcmpNotice> Ip::take_notice() {
    if (notices_.empty()) return std::nullopt;
    IcmpNotice notice = std::move(notices_.front());
    notices_.pop_front();
    return notice;
}

std::optional<IpPacket> Ip::take_icmp() {
    if (icmp_.empty()) return std::nullopt;
    IpPacket packet = std::move(icmp_.front());
    icmp_.pop_front();
    return packet;
}

}  // namespace sockeye::network
