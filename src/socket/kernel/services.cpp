#include "socket/kernel/services.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <array>
#include <cerrno>
#include <fstream>

namespace sockeye::kernel {
namespace {

constexpr std::array protocols{"tcp", "udp", "sctp", "dccp"};

/// An entry of the database is one line of text; longer than that it is none.
constexpr std::size_t longest_entry = 65'536;

Service to_service(const servent& entry) {
    Service service{.name = entry.s_name,
                    .aliases = {},
                    .port = ntohs(static_cast<std::uint16_t>(entry.s_port)),
                    .protocol = entry.s_proto};
    for (char** alias = entry.s_aliases; *alias != nullptr; ++alias) service.aliases.emplace_back(*alias);
    return service;
}

/// Calls one of the reentrant functions of getservent_r(3) with a buffer that grows as far as it has to.
/// @param query  (servent&, std::vector<char>& buffer, servent*& found) → errno
template <class Query>
std::optional<Service> look_up(Query query) {
    std::vector<char> buffer(1024);
    servent entry{};
    servent* found = nullptr;
    while (query(entry, buffer, found) == ERANGE && buffer.size() < longest_entry)
        buffer.resize(2 * buffer.size());
    if (found == nullptr) return std::nullopt;
    return to_service(*found);
}

/// What `query` finds for each protocol.
template <class Query>
std::vector<Service> look_up_each(Query query) {
    std::vector<Service> services;
    for (const char* protocol : protocols) {
        auto one = look_up([&](servent& entry, std::vector<char>& buffer, servent*& found) {
            return query(protocol, entry, buffer, found);
        });
        if (one) services.push_back(std::move(*one));
    }
    return services;
}

}  // namespace

std::vector<Service> services_at(std::uint16_t port) {
    return look_up_each(
        [&](const char* protocol, servent& entry, std::vector<char>& buffer, servent*& found) {
            return getservbyport_r(htons(port), protocol, &entry, buffer.data(), buffer.size(), &found);
        });
}

std::vector<Service> services_named(const std::string& name) {
    return look_up_each(
        [&](const char* protocol, servent& entry, std::vector<char>& buffer, servent*& found) {
            return getservbyname_r(name.c_str(), protocol, &entry, buffer.data(), buffer.size(), &found);
        });
}

std::vector<std::string> service_names() {
    std::vector<std::string> names;
    const auto next = [](servent& entry, std::vector<char>& buffer, servent*& found) {
        return getservent_r(&entry, buffer.data(), buffer.size(), &found);
    };
    setservent(0);
    while (auto service = look_up(next)) {
        names.push_back(std::move(service->name));
        for (std::string& alias : service->aliases) names.push_back(std::move(alias));
    }
    endservent();
    return names;
}

std::optional<PortRange> ephemeral_ports() {
    std::ifstream file{"/proc/sys/net/ipv4/ip_local_port_range"};
    PortRange range{};
    if (!(file >> range.first >> range.last)) return std::nullopt;
    return range;
}

}  // namespace sockeye::kernel
