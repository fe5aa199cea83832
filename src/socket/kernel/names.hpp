// Names: what this machine knows of names: its files, its name servers, its interfaces.
#pragma once

#include "socket/kernel/loop.hpp"
#include "socket/name_service.hpp"

namespace sockeye::kernel {

class Names final : public backend::NameService {
public:
    explicit Names(Loop& loop) : loop_{loop} {}

    std::unique_ptr<backend::HostLookup> by_name(sockeye::Network& asker, std::string_view name,
                                                 Family family) override;
    std::unique_ptr<backend::HostLookup> by_address(sockeye::Network& asker,
                                                    const IpAddress& address) override;
    std::optional<std::uint16_t> service_port(std::string_view name,
                                              std::string_view protocol) const override;
    std::optional<std::string> service_name(std::uint16_t port, std::string_view protocol) const override;
    std::string host_name() const override;
    std::vector<InterfaceName> interfaces() const override;

private:
    Loop& loop_;
};

}  // namespace sockeye::kernel
