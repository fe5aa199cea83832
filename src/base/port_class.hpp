// What a port number is for (RFC 6335 §6).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sockeye {

struct PortRange {
    std::uint16_t first;
    std::uint16_t last;

    constexpr bool contains(std::uint16_t port) const { return first <= port && port <= last; }

    friend bool operator==(const PortRange&, const PortRange&) = default;
};

struct PortClass {
    std::string_view name;
    PortRange range;
};

constexpr std::array port_classes{
    PortClass{"system", {0, 1023}},          // "well known"; IANA assigns them, only root binds them
    PortClass{"registered", {1024, 49151}},  // "user ports"; IANA assigns them too
    PortClass{"dynamic", {49152, 65535}},    // "private", "ephemeral"; never assigned
};

constexpr const PortClass& port_class(std::uint16_t port) {
    std::size_t i = 0;
    while (!port_classes[i].range.contains(port)) ++i;  // the last class ends with the last port
    return port_classes[i];
}
static_assert(port_class(1023).name == "system" && port_class(1024).name == "registered");
static_assert(port_class(49151).name == "registered" && port_class(49152).name == "dynamic");
static_assert(port_class(0).name == "system" && port_class(65535).name == "dynamic");

}  // namespace sockeye
