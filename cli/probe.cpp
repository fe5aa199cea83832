#include "cli/probe.hpp"

#include <algorithm>

#include "wire/dns.hpp"

namespace sockeye::cli {
namespace {

/// "Who serves the root?": every server knows, or refuses, and both are answers.
std::string dns_query() {
    wire::DnsMessage query{.id = 0x50c4, .recursion_desired = true};
    query.questions.push_back({.name = {}, .type = wire::DnsType::ns});
    const std::vector<std::byte> octets = wire::write_dns(query);
    std::string text(octets.size(), '\0');
    std::ranges::transform(octets, text.begin(), [](std::byte octet) { return static_cast<char>(octet); });
    return text;
}

/// Version 4, mode 3 (client); a server answers whatever stands in the other fields.
std::string ntp_query() {
    constexpr std::size_t header = 48;  // octets
    std::string text(header, '\0');
    text[0] = 0x23;
    return text;
}

}  // namespace

std::string udp_question(std::uint16_t port) {
    constexpr std::uint16_t dns = 53;
    constexpr std::uint16_t ntp = 123;
    if (port == dns) return dns_query();
    return port == ntp ? ntp_query() : std::string{};
}

}  // namespace sockeye::cli
