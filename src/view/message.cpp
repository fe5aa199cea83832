#include "view/message.hpp"

#include <fmt/format.h>

#include <bit>
#include <string_view>

#include "wire/dhcp.hpp"
#include "wire/dns.hpp"
#include "wire/text_application.hpp"

namespace sockeye::view {
namespace {

using wire::DhcpMessage;
using wire::DhcpMessageType;
using wire::DhcpOption;
using wire::DnsMessage;
using wire::Summary;

constexpr std::size_t longest_quote = 60;  // octets of payload
constexpr std::uint16_t domain_port = 53;

bool has_port(const Summary& summary, std::uint16_t port) {
    return summary.source.port() == port || summary.target.port() == port;
}

int bits_of(const IpAddress& mask) {
    int bits = 0;
    for (const std::uint8_t octet : mask.octets()) bits += std::popcount(octet);
    return bits;
}

/// What the server offers: how large the network is, and for how long.
std::string tell_offer(const DhcpMessage& message) {
    std::string text;
    if (const auto mask = message.options.address(DhcpOption::subnet_mask))
        text = fmt::format("/{}", bits_of(*mask));
    if (const auto lease = message.options.u32(DhcpOption::lease_time))
        text += fmt::format("{}lease {} s", text.empty() ? "" : ", ", *lease);
    return text;
}

std::string tell_ack(const DhcpMessage& message) {
    const auto routers = message.options.addresses(DhcpOption::routers);
    return routers.empty() ? tell_offer(message) : "router " + routers.front().to_string();
}

Message read_dhcp(const DhcpMessage& message, const Summary& summary) {
    const auto type = message.type();
    Message read{.on_the_wire = "DHCP " + (type ? std::string{to_string(*type)} : "BOOTP"), .tells = {}};
    const auto wanted = message.options.address(DhcpOption::requested_address);
    if (message.operation == wire::DhcpOperation::boot_reply && !message.your.is_unspecified())
        read.on_the_wire += " " + message.your.to_string();
    else if (wanted && type != DhcpMessageType::discover)
        read.on_the_wire += " " + wanted->to_string();
    if (type == DhcpMessageType::discover) read.tells = "from " + summary.source.ip().to_string();
    if (type == DhcpMessageType::offer) read.tells = tell_offer(message);
    if (type == DhcpMessageType::request && summary.ethernet.target.is_multicast())
        read.tells = "others hear it too";
    if (type == DhcpMessageType::ack) read.tells = tell_ack(message);
    return read;
}

std::string answer_text(const wire::DnsRecord& record) {
    const std::string type = wire::dns_type_text(record.type);
    if (const auto* ip = std::get_if<IpAddress>(&record.data)) return type + " " + ip->to_string();
    if (const auto* name = std::get_if<wire::DnsName>(&record.data)) return type + " " + name->to_string();
    return type;
}

Message read_dns(const DnsMessage& message) {
    if (!message.is_response) {
        std::string text = "DNS";
        for (const wire::DnsQuestion& question : message.questions)
            text += " " + wire::dns_type_text(question.type) + "? " + question.name.to_string();
        return {std::move(text), {}};
    }
    const std::string name = message.questions.empty() ? "" : message.questions.front().name.to_string();
    if (message.code == wire::DnsCode::name_error) return {"DNS no such name", name};
    if (message.code != wire::DnsCode::no_error)
        return {fmt::format("DNS failure, code {}", static_cast<int>(message.code)), name};
    if (message.answers.empty())
        return {message.truncated ? "DNS too long for UDP" : "DNS no such record", name};
    std::string text = "DNS " + answer_text(message.answers.front());
    if (message.answers.size() > 1) text += fmt::format(", {} more", message.answers.size() - 1);
    return {std::move(text), fmt::format("ttl {}", message.answers.front().ttl)};
}

/// "GET / HTTP/1.1" (RFC 9112 §3), "HTTP/1.1 200 OK" (§4).
std::string http_line(std::string_view text) {
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos || end > longest_quote) return {};
    const std::string_view line = text.substr(0, end);
    const bool is_request = line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0");
    return is_request || line.starts_with("HTTP/1.") ? std::string{line} : std::string{};
}

}  // namespace

std::optional<Message> read_message(const Summary& summary) {
    if (has_port(summary, DhcpMessage::server_port))
        if (const auto message = wire::parse_dhcp(summary.payload)) return read_dhcp(*message, summary);
    if (has_port(summary, domain_port))
        if (const auto message = wire::parse_dns(summary.payload)) return read_dns(*message);
    return std::nullopt;
}

std::string in_words(std::span<const std::byte> payload) {
    const auto* octets = reinterpret_cast<const char*>(payload.data());
    if (std::string line = http_line({octets, payload.size()}); !line.empty()) return line;
    std::string text = "\"";
    for (const char c : std::string_view{octets, payload.size()}) {
        if (c == '\n')
            text += "\\n";
        else if (c == '\r')
            text += "\\r";
        else if (c == '\t')
            text += "\\t";
        else if (c >= ' ' && c <= '~')
            text += c;
        else
            return {};
        if (text.size() > longest_quote) break;
    }
    return text + (text.size() > longest_quote ? "…" : "\"");
}

}  // namespace sockeye::view
