// Names: what a host of a stack knows of names, by its stub resolver.
#pragma once

#include <string>

#include "socket/name_service.hpp"
#include "socket/stack/resolver.hpp"

namespace sockeye::stack {

class Names final : public backend::NameService {
public:
    Names(std::string host, std::string card, Random random)
        : host_{std::move(host)}, card_{std::move(card)}, resolver_{random} {}

    std::unique_ptr<backend::HostLookup> by_name(sockeye::Network& asker, std::string_view name,
                                                 Family family) override;
    std::unique_ptr<backend::HostLookup> by_address(sockeye::Network& asker,
                                                    const IpAddress& address) override;
    std::string host_name() const override { return host_; }
    std::vector<InterfaceName> interfaces() const override { return {{1, card_}}; }

private:
    std::string host_;
    std::string card_;
    Resolver resolver_;
};

}  // namespace sockeye::stack
