#include "socket/hosts.hpp"

#include <algorithm>
#include <deque>

#include "base/host_name.hpp"
#include "socket/backend.hpp"
#include "socket/part.hpp"

namespace sockeye::backend {
namespace {

class AllFamilies final : public HostLookup {
public:
    AllFamilies(sockeye::Network& network, std::string_view name, const std::vector<Family>& families)
        : HostLookup{network.backend().driver()}, network_{network}, name_{name}, families_{families} {}

    Result<HostEntry> finish() override {
        if (parts_.empty())
            for (Family family : families_) ask(family);
        for (const Part<HostEntry>& part : parts_)
            if (!part.has_ended()) return std::unexpected{Errc::would_block};
        return combined();
    }

    std::string describe() const override { return name_; }

private:
    void ask(Family family) {
        NameService& names = network_.backend().names();
        parts_.emplace_back(*this, asking(names.by_name(network_, name_, family)));
    }

    Result<HostEntry> combined() {
        Result<HostEntry> all = parts_.front().take();
        for (std::size_t i = 1; i < parts_.size(); ++i) {
            Result<HostEntry> more = parts_[i].take();
            if (!all && !more)
                all.error() = better_reason(std::move(all.error()), std::move(more.error()));
            else if (!all)
                all = std::move(more);
            else if (more)
                std::ranges::move(more->addresses, std::back_inserter(all->addresses));
        }
        return all;
    }

    sockeye::Network& network_;
    std::string name_;
    std::vector<Family> families_;
    std::deque<Part<HostEntry>> parts_;  // which stay where they are
};

std::vector<IpAddress> addresses_without_a_name(std::string_view host, Purpose purpose) {
    const bool any = host.empty() && purpose == Purpose::bind;
    std::vector<IpAddress> addresses;
    for (Family family : {Family::inet6, Family::inet})
        addresses.push_back(any ? IpAddress::any(family) : IpAddress::loopback(family));
    return addresses;
}

}  // namespace

std::optional<Result<std::vector<Address>>> known_addresses(std::string_view host, std::uint16_t port,
                                                            Purpose purpose, std::optional<Family> family) {
    std::vector<Address> known;
    if (host.empty() || host_name::is_localhost(host)) {
        for (const IpAddress& ip : addresses_without_a_name(host, purpose)) known.emplace_back(ip, port);
    } else {
        const auto numeric = host_name::numeric(host, port);
        if (!numeric) return Result<std::vector<Address>>{std::unexpect, numeric.error()};
        if (!*numeric) {
            if (Result<void> fit = host_name::check(host); !fit) return std::unexpected{fit.error()};
            return std::nullopt;
        }
        known.push_back(**numeric);
    }
    if (family) std::erase_if(known, [&](const Address& one) { return one.family() != *family; });
    if (known.empty())
        return std::unexpected{
            Error{Errc::name_not_found, "", std::string{host} + " is an address of another family"}};
    return known;
}

std::vector<Family> families_of(sockeye::Network& network, std::optional<Family> wanted) {
    if (wanted) return {*wanted};
    if (has_ipv6(network)) return {Family::inet6, Family::inet};
    return {Family::inet};
}

std::unique_ptr<HostLookup> look_up(sockeye::Network& network, std::string_view name,
                                    const std::vector<Family>& families) {
    return std::make_unique<AllFamilies>(network, name, families);
}

Error better_reason(Error a, Error b) {
    return a == Errc::name_not_found ? b : a;
}

}  // namespace sockeye::backend
