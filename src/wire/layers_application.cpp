#include "wire/layers_application.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "wire/dhcp.hpp"
#include "wire/dns.hpp"
#include "wire/text_application.hpp"

namespace sockeye::wire {
namespace {

using Octets = std::span<const std::byte>;

constexpr std::uint16_t dns_port = 53;
constexpr std::uint16_t http_port = 80;
constexpr std::size_t most_lines = 24;
constexpr std::size_t longest_line = 160;  // octets

/// One line that a terminal shows and does not obey: control characters are escaped, those of UTF-8's C1 too.
std::string printable_text(std::string_view text) {
    constexpr unsigned char c1_lead = 0xc2;
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const auto after = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : ' ');
        const bool is_c1 = c == c1_lead && after >= 0x80 && after < 0xa0;
        if (c == '\n') {
            shown += "\\n";
        } else if (c == '\r') {
            shown += "\\r";
        } else if (c < 0x20 || c == 0x7f || is_c1) {
            shown += "\\x";
            shown += "0123456789abcdef"[c >> 4];
            shown += "0123456789abcdef"[c & 0x0f];
        } else {
            shown += text[i];
        }
    }
    return shown;
}

void add(Layer& layer, std::string_view name, std::string value, std::string_view defined_in = {}) {
    layer.fields.push_back({.name = name, .value = std::move(value), .defined_in = defined_in});
}

void add_records(Layer& layer, std::string_view section, const std::vector<DnsRecord>& records) {
    for (const DnsRecord& record : records) add(layer, section, dns_record_text(record));
}

Layer dns_layer(Octets payload) {
    Layer layer{.number = OsiLayer::application, .protocol = "DNS", .defined_in = "RFC 1035"};
    layer.fields = read_fields(payload, dns_fields());
    const auto message = parse_dns(payload);
    if (!message) {
        layer.malformed = message.error();
        return layer;
    }
    for (const DnsQuestion& question : message->questions)
        add(layer, "Question", question.name.to_string() + ' ' + dns_type_text(question.type));
    add_records(layer, "Answer", message->answers);
    add_records(layer, "Authority", message->authorities);
    add_records(layer, "Additional", message->additionals);
    if (message->edns) add(layer, "UDP payload size", std::to_string(message->edns->udp_payload), "RFC 6891");
    return layer;
}

std::string joined(const std::vector<IpAddress>& addresses) {
    std::string text;
    for (const IpAddress& address : addresses) text += (text.empty() ? "" : ", ") + address.to_string();
    return text;
}

void add_dhcp_options(Layer& layer, const DhcpOptions& options) {
    using enum DhcpOption;
    struct Named {
        DhcpOption code;
        std::string_view name;
    };
    constexpr std::string_view rfc = "RFC 2132";
    for (const auto& [code, name] :
         {Named{subnet_mask, "Subnet Mask"}, Named{routers, "Router"},
          Named{dns_servers, "Domain Name Server"}, Named{requested_address, "Requested IP Address"},
          Named{server_identifier, "Server Identifier"}})
        if (const auto addresses = options.addresses(code); !addresses.empty())
            add(layer, name, joined(addresses), rfc);
    for (const auto& [code, name] :
         {Named{lease_time, "IP Address Lease Time"}, Named{renewal_time, "Renewal Time (T1)"},
          Named{rebinding_time, "Rebinding Time (T2)"}})
        if (const auto seconds = options.u32(code)) add(layer, name, std::to_string(*seconds) + " s", rfc);
    for (const auto& [code, name] : {Named{host_name, "Host Name"}, Named{domain_name, "Domain Name"}})
        if (const auto text = options.text(code)) add(layer, name, printable_text(*text), rfc);
}

Layer dhcp_layer(Octets payload) {
    Layer layer{.number = OsiLayer::application, .protocol = "DHCP", .defined_in = "RFC 2131"};
    layer.fields = read_fields(payload, dhcp_fields());
    const auto message = parse_dhcp(payload);
    if (!message) {
        layer.malformed = message.error();
        return layer;
    }
    if (const auto type = message->type())
        add(layer, "DHCP Message Type", std::string{to_string(*type)}, "RFC 2132");
    add_dhcp_options(layer, message->options);
    return layer;
}

Layer text_layer(Octets payload, std::uint16_t port) {
    const bool is_http = port == http_port;
    Layer layer{.number = OsiLayer::application,
                .protocol = is_http ? "HTTP" : "application data",
                .defined_in = is_http ? "RFC 9112" : ""};
    std::string_view rest{reinterpret_cast<const char*>(payload.data()), payload.size()};
    for (std::size_t lines = 0; !rest.empty() && lines < most_lines; ++lines) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
        add(layer, "Text", printable_text(rest.substr(0, std::min(end, longest_line))));
        rest.remove_prefix(end);
    }
    if (!rest.empty()) add(layer, "Text", "and " + std::to_string(rest.size()) + " octets more");
    return layer;
}

bool is_text(Octets payload) {
    const auto looked_at = payload.first(std::min(payload.size(), longest_line));
    return std::ranges::all_of(looked_at, [](std::byte octet) {
        const auto c = std::to_integer<unsigned char>(octet);
        return c >= 0x20 ? c != 0x7f : c == '\n' || c == '\r' || c == '\t';
    });
}

}  // namespace

Layer application_layer(Octets payload, std::uint16_t port, Carrier carrier) {
    if (carrier == Carrier::datagrams && port == dns_port) return dns_layer(payload);
    if (carrier == Carrier::datagrams && port == DhcpMessage::server_port) return dhcp_layer(payload);
    if (is_text(payload)) return text_layer(payload, port);
    Layer layer{.number = OsiLayer::application, .protocol = "application data"};
    add(layer, "Data", std::to_string(payload.size()) + " octets");
    return layer;
}

}  // namespace sockeye::wire
