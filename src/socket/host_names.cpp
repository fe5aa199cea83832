// The names of an address, and the older functions that ask for hosts.
#include <algorithm>

#include "base/host_name.hpp"
#include "socket/backend.hpp"
#include "socket/hosts.hpp"
#include "socket/part.hpp"
#include "sockeye/names.hpp"

namespace sockeye {
namespace {

using backend::Call;
using backend::finish_lookup;
using backend::HostLookup;
using backend::Interest;
using backend::Request;
using backend::waiting_at;

/// "fe80::1%2": what Address::to_string() has between its brackets.
std::string numeric_host(const Address& address) {
    const std::string scope = address.scope() == 0 ? "" : '%' + std::to_string(address.scope());
    return address.ip().to_string() + scope;
}

/// The IPv4 addresses of a host, whether or not somebody has to be asked.
std::unique_ptr<HostLookup> v4_lookup(Network& network, std::string_view host) {
    const auto known = backend::known_addresses(host, 0, backend::Purpose::connect, Family::inet);
    if (!known) return backend::look_up(network, host, {Family::inet});
    backend::Driver& driver = network.backend().driver();
    if (!*known) return std::make_unique<backend::KnownHost>(driver, std::unexpected{known->error()});
    HostEntry entry{.name = std::string{host}, .aliases = {}, .addresses = {}};
    for (const Address& address : **known) entry.addresses.push_back(address.ip());
    return std::make_unique<backend::KnownHost>(driver, std::move(entry));
}

/// What an address is called; a name's first address, where it is given a name.
class NamesOf final : public HostLookup {
public:
    NamesOf(Network& network, std::string_view host)
        : HostLookup{network.backend().driver()}, network_{network}, host_{host} {}

    Result<HostEntry> finish() override {
        const auto numeric = host_name::numeric(host_, 0);
        if (!numeric) return std::unexpected{numeric.error()};
        if (*numeric) return names_of((*numeric)->ip());
        if (!address_) address_.emplace(*this, getaddrinfo(network_, host_, ""));
        if (!address_->has_ended()) return std::unexpected{Errc::would_block};
        if (!names_) {
            Result<std::vector<AddressInfo>> found = address_->take();
            if (!found) return std::unexpected{std::move(found.error())};
            ip_ = found->front().address.ip();
        }
        return names_of(ip_);
    }

    std::string describe() const override { return host_; }

private:
    Result<HostEntry> names_of(const IpAddress& ip) {
        backend::NameService& service = network_.backend().names();
        if (!names_) names_.emplace(*this, backend::asking(service.by_address(network_, ip)));
        if (!names_->has_ended()) return std::unexpected{Errc::would_block};
        return names_->take();
    }

    Network& network_;
    std::string host_;
    IpAddress ip_;
    std::optional<backend::Part<std::vector<AddressInfo>>> address_;
    std::optional<backend::Part<HostEntry>> names_;
};

class NameInfoLookup final : public backend::Waitable {
public:
    NameInfoLookup(Network& network, Address address, NameHints hints)
        : Waitable{network.backend().driver()},
          network_{network},
          address_{std::move(address)},
          hints_{hints} {}

    Result<NameInfo> finish() {
        if (hints_.numeric_host) return NameInfo{numeric_host(address_), service()};
        backend::NameService& names = network_.backend().names();
        if (!asked_) asked_.emplace(*this, backend::asking(names.by_address(network_, address_.ip())));
        if (!asked_->has_ended()) return std::unexpected{Errc::would_block};
        Result<HostEntry> entry = asked_->take();
        if (entry) return NameInfo{std::move(entry->name), service()};
        if (hints_.name_required || entry.error() != Error{Errc::name_not_found})
            return std::unexpected{std::move(entry.error())};
        return NameInfo{numeric_host(address_), service()};
    }

    std::string describe() const override { return address_.to_string(); }

private:
    std::string service() const {
        const char* protocol = hints_.type == SocketType::stream ? "tcp" : "udp";
        std::optional<std::string> name;
        if (!hints_.numeric_service)
            name = network_.backend().names().service_name(address_.port(), protocol);
        return name ? *std::move(name) : std::to_string(address_.port());
    }

    Network& network_;
    Address address_;
    NameHints hints_;
    std::optional<backend::Part<HostEntry>> asked_;
};

Result<NameInfo> try_getnameinfo(Request& request) {
    return static_cast<NameInfoLookup&>(*request.target).finish();
}

Result<IpAddress> first_address(Request& request) {
    Result<HostEntry> entry = finish_lookup(request);
    if (!entry) return std::unexpected{std::move(entry.error())};
    return entry->addresses.front();
}

/// As in Python: the first name with a dot in it, of all that the host goes by.
Result<std::string> full_name(Request& request) {
    Result<HostEntry> entry = finish_lookup(request);
    if (!entry && entry.error() == Errc::would_block) return std::unexpected{std::move(entry.error())};
    if (!entry) return request.target->describe();
    entry->aliases.insert(entry->aliases.begin(), entry->name);
    const auto full =
        std::ranges::find_if(entry->aliases, [](const std::string& name) { return name.contains('.'); });
    return full == entry->aliases.end() ? entry->name : *full;
}

constexpr Call<NameInfo> getnameinfo_call{"getnameinfo", Interest::read, &try_getnameinfo};
constexpr Call<IpAddress> gethostbyname_call{"gethostbyname", Interest::read, &first_address};
constexpr Call<HostEntry> gethostbyname_ex_call{"gethostbyname_ex", Interest::read, &finish_lookup};
constexpr Call<HostEntry> gethostbyaddr_call{"gethostbyaddr", Interest::read, &finish_lookup};
constexpr Call<std::string> getfqdn_call{"getfqdn", Interest::read, &full_name};

}  // namespace

Op<NameInfo> getnameinfo(Network& network, Address address, NameHints hints, Deadline deadline) {
    auto lookup = std::make_unique<NameInfoLookup>(network, std::move(address), hints);
    return {getnameinfo_call, waiting_at(std::move(lookup), deadline)};
}

Op<IpAddress> gethostbyname(Network& network, std::string_view host, Deadline deadline) {
    return {gethostbyname_call, waiting_at(v4_lookup(network, host), deadline)};
}

Op<HostEntry> gethostbyname_ex(Network& network, std::string_view host, Deadline deadline) {
    return {gethostbyname_ex_call, waiting_at(v4_lookup(network, host), deadline)};
}

Op<HostEntry> gethostbyaddr(Network& network, std::string_view address, Deadline deadline) {
    return {gethostbyaddr_call, waiting_at(std::make_unique<NamesOf>(network, address), deadline)};
}

Op<std::string> getfqdn(Network& network, std::string_view host, Deadline deadline) {
    const bool is_this_one = host.empty() || host == "0.0.0.0" || host == "::";
    const std::string name = is_this_one ? gethostname(network) : std::string{host};
    return {getfqdn_call, waiting_at(std::make_unique<NamesOf>(network, name), deadline)};
}

}  // namespace sockeye
