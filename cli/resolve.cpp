#include "cli/resolve.hpp"

#include <utility>

#include "sockeye/names.hpp"

namespace sockeye::cli {

Result<Address> resolve(Network& network, const Target& target) {
    Result<Address> numeric = target.numeric();
    if (numeric || numeric.error() != Errc::name_not_found) return numeric;
    Result<std::vector<AddressInfo>> found = getaddrinfo(network, target.host, target.port).wait();
    if (!found) return std::unexpected{std::move(found.error())};
    return std::move(found->front().address);
}

}  // namespace sockeye::cli
