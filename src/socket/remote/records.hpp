// What is too large for a message's fields, in its octets: what a look-up finds, and what TCP knows.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/names.hpp"
#include "sockeye/tcp_info.hpp"

namespace sockeye::remote {

/// What is asked about a name, and whom to ask; none: the servers that the host knows.
struct Question {
    std::string name;
    std::vector<Address> servers;

    friend bool operator==(const Question&, const Question&) = default;
};

// Each appends to `out`, as far as it fits into a message.

void write_question(std::vector<std::byte>& out, const Question& question);
void write_host_entry(std::vector<std::byte>& out, const HostEntry& entry);
void write_interfaces(std::vector<std::byte>& out, const std::vector<InterfaceName>& interfaces);
void write_tcp_info(std::vector<std::byte>& out, const TcpInfo& info);

// Each returns nothing where the octets are no such thing.

std::optional<Question> parse_question(std::span<const std::byte> octets);
std::optional<HostEntry> parse_host_entry(std::span<const std::byte> octets);
std::optional<std::vector<InterfaceName>> parse_interfaces(std::span<const std::byte> octets);
std::optional<TcpInfo> parse_tcp_info(std::span<const std::byte> octets);

}  // namespace sockeye::remote
