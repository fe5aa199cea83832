#include "wire/text_application.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/address_text.hpp"
#include "wire/dhcp.hpp"
#include "wire/dns.hpp"

namespace sockeye::wire {
namespace {

constexpr std::uint16_t dns_port = 53;
constexpr std::size_t most_answers = 4;  // those behind them are counted

struct TypeName {
    DnsType type;
    std::string_view name;
};

constexpr std::array type_names{
    TypeName{DnsType::a, "A"},     TypeName{DnsType::ns, "NS"},     TypeName{DnsType::cname, "CNAME"},
    TypeName{DnsType::soa, "SOA"}, TypeName{DnsType::ptr, "PTR"},   TypeName{DnsType{15}, "MX"},
    TypeName{DnsType::txt, "TXT"}, TypeName{DnsType::aaaa, "AAAA"}, TypeName{DnsType{33}, "SRV"},
    TypeName{DnsType::any, "ANY"},
};

constexpr std::array<std::string_view, 6> code_names{"NoError",  "FormErr", "ServFail",
                                                     "NXDomain", "NotImp",  "Refused"};

std::string data_text(const DnsData& data) {
    if (const auto* address = std::get_if<IpAddress>(&data)) return ' ' + address->to_string();
    if (const auto* name = std::get_if<DnsName>(&data)) return ' ' + name->to_string();
    if (const auto* soa = std::get_if<DnsSoa>(&data))
        return ' ' + soa->primary.to_string() + " serial " + std::to_string(soa->serial);
    return {};
}

std::string answers_text(const std::vector<DnsRecord>& answers) {
    std::string text;
    for (std::size_t i = 0; i < std::min(answers.size(), most_answers); ++i) {
        text += (i == 0 ? " " : ", ") + dns_record_text(answers[i]);
    }
    if (answers.size() > most_answers)
        text += " and " + std::to_string(answers.size() - most_answers) + " more";
    return text;
}

std::string dns_text(const DnsMessage& message) {
    std::string text = "DNS " + std::to_string(message.id);
    if (!message.is_response) {
        for (const DnsQuestion& question : message.questions)
            text += ' ' + dns_type_text(question.type) + "? " + question.name.to_string();
        return text;
    }
    const auto code = static_cast<std::size_t>(message.code);
    if (message.code != DnsCode::no_error)
        text += code < code_names.size() ? ' ' + std::string{code_names.at(code)}
                                         : " code " + std::to_string(code);
    if (message.truncated) text += " truncated";
    if (message.answers.empty() && message.code == DnsCode::no_error) text += " no answer";
    return text + answers_text(message.answers);
}

std::string dhcp_text(const DhcpMessage& message) {
    const auto type = message.type();
    std::string text = "DHCP " + (type ? std::string{to_string(*type)} : std::string{"BOOTP"});
    if (message.operation == DhcpOperation::boot_reply) {
        if (!message.your.is_unspecified()) text += ' ' + message.your.to_string();
        return text + " to " + message.mac.to_string();
    }
    if (const auto wanted = message.options.address(DhcpOption::requested_address))
        text += ' ' + wanted->to_string();
    else if (!message.client.is_unspecified())
        text += ' ' + message.client.to_string();
    return text + " from " + message.mac.to_string();
}

bool has_port(const Summary& summary, std::uint16_t port) {
    return summary.source.port() == port || summary.target.port() == port;
}

std::string bridge_text(const BridgeId& bridge) {
    std::string text;
    for (unsigned shift = 16; shift > 0; shift -= 4)
        text += "0123456789abcdef"[bridge.priority >> (shift - 4) & 0x0f];
    return text + '.' + bridge.mac.to_string();
}

}  // namespace

std::string dns_type_text(DnsType type) {
    const auto* known = std::ranges::find(type_names, type, &TypeName::type);
    if (known != type_names.end()) return std::string{known->name};
    return "TYPE" + std::to_string(static_cast<unsigned>(type));
}

std::optional<DnsType> dns_type_named(std::string_view name) {
    std::string upper{name};
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const auto* found = std::ranges::find(type_names, upper, &TypeName::name);
    if (found != type_names.end()) return found->type;
    constexpr std::string_view by_number = "TYPE";
    if (!upper.starts_with(by_number)) return std::nullopt;
    const auto number = address_text::parse_number(std::string_view{upper}.substr(by_number.size()), 65535);
    return number ? std::optional{static_cast<DnsType>(*number)} : std::nullopt;
}

std::string dns_record_text(const DnsRecord& record) {
    return record.name.to_string() + ' ' + dns_type_text(record.type) + data_text(record.data);
}

std::string application_text(const Summary& summary) {
    if (has_port(summary, dns_port)) {
        const auto message = parse_dns(summary.payload);
        return message ? dns_text(*message) : std::string{};
    }
    if (has_port(summary, DhcpMessage::server_port) && summary.family == Family::inet) {
        const auto message = parse_dhcp(summary.payload);
        return message ? dhcp_text(*message) : std::string{};
    }
    return {};
}

std::string bpdu_text(const Bpdu& bpdu) {
    if (bpdu.type == BpduType::topology_change) return "STP topology change";
    return std::string{bpdu.type == BpduType::rapid ? "RSTP" : "STP configuration"} + " root " +
           bridge_text(bpdu.root) + " cost " + std::to_string(bpdu.root_path_cost) + " bridge " +
           bridge_text(bpdu.bridge) + " port " + std::to_string(bpdu.port & 0x0fff);
}

}  // namespace sockeye::wire
