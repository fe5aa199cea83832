// Names: what a host of a stack knows of names, by its stub resolver.
#pragma once

#include <string>

#include "base/stable_vector.hpp"
#include "link/device.hpp"
#include "socket/name_service.hpp"
#include "socket/stack/resolver.hpp"

namespace sockeye::stack {

class Names final : public backend::NameService {
public:
    /// @param cards  outlive this
    Names(std::string host, const StableVector<link::Device>& cards, Random random)
        : host_{std::move(host)}, cards_{cards}, resolver_{random} {}

    std::unique_ptr<backend::HostLookup> by_name(sockeye::Network& asker, std::string_view name,
                                                 Family family) override;
    std::unique_ptr<backend::HostLookup> by_address(sockeye::Network& asker,
                                                    const IpAddress& address) override;
    std::string host_name() const override { return host_; }
    std::vector<InterfaceName> interfaces() const override;

private:
    std::string host_;
    const StableVector<link::Device>& cards_;
    Resolver resolver_;
};

}  // namespace sockeye::stack
