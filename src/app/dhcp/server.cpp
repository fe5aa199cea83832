#include "app/dhcp/server.hpp"

#include <algorithm>
#include <utility>

#include "app/dhcp/reply.hpp"

namespace sockeye::app::dhcp {

using wire::DhcpMessage;
using wire::DhcpMessageType;
using wire::DhcpOption;

namespace {

std::optional<IpAddress> specified(const IpAddress& ip) {
    return ip.is_unspecified() ? std::nullopt : std::optional{ip};
}

}  // namespace

/// One message, and what is known of whoever sent it.
struct Server::Visit {
    const DhcpMessage& message;
    IpAddress own;
    Instant now;
    Served& served;
    Leases::Claim claim;

    bool names_us() const { return message.options.address(DhcpOption::server_identifier) == own; }
};

std::string mistake_in(const ServerConfig& config) {
    for (const Subnet& subnet : config.subnets) {
        const std::string network = subnet.network.to_string();
        const bool is_v4 = subnet.network.address.family() == Family::inet;
        if (!is_v4 || subnet.first.family() != Family::inet || subnet.last.family() != Family::inet)
            return network + ": DHCP is IPv4's";
        if (!subnet.network.contains(subnet.first) || !subnet.network.contains(subnet.last))
            return network + " does not contain its pool " + subnet.first.to_string() + " to " +
                   subnet.last.to_string();
        if (subnet.last < subnet.first)
            return network + ": the pool ends at " + subnet.last.to_string() + " before it begins";
        if (subnet.first == subnet.network.network() || subnet.last == subnet.network.broadcast())
            return network + ": the first and the last address are no host's";
        for (const IpAddress& router : subnet.routers)
            if (subnet.first <= router && router <= subnet.last)
                return network + ": the pool contains the router " + router.to_string();
        if (subnet.lease < 1min || subnet.lease % 1s != Duration::zero())
            return network + ": a lease lasts whole seconds, at least 60";
        for (const Leases::Reservation& each : subnet.reservations)
            if (!subnet.network.contains(each.ip))
                return network + " does not contain " + each.ip.to_string() + " of " + each.mac.to_string();
    }
    return {};
}

Server::Server(ServerConfig config, ServerObserver* observer)
    : config_{std::move(config)}, observer_{observer} {
    for (const Subnet& subnet : config_.subnets)
        served_.push_back({subnet, Leases{subnet.first, subnet.last, subnet.reservations}});
}

Server::Served* Server::served(const IpAddress& ip) {
    const auto found =
        std::ranges::find_if(served_, [&](const Served& each) { return each.subnet.network.contains(ip); });
    return found == served_.end() ? nullptr : &*found;
}

/// Where the client is: behind the relay; where its own address is; else behind the card (RFC 2131 §4.3.1).
Server::Served* Server::served(const DhcpMessage& message, const IpAddress& own) {
    if (const auto relay = specified(message.relay)) return served(*relay);
    if (const auto client = specified(message.client))
        if (Served* there = served(*client)) return there;
    return served(own);
}

Server::Reply Server::receive(const DhcpMessage& message, const IpAddress& own, Instant now) {
    const std::optional<DhcpMessageType> type = message.type();
    if (message.operation != wire::DhcpOperation::boot_request || !type) return std::nullopt;
    Served* there = served(message, own);
    if (there == nullptr) return std::nullopt;
    const Visit visit{.message = message,
                      .own = own,
                      .now = now,
                      .served = *there,
                      .claim = {.client = key_of(message),
                                .mac = message.mac,
                                .host_name = message.options.text(DhcpOption::host_name).value_or(""),
                                .wanted = message.options.address(DhcpOption::requested_address)}};
    switch (*type) {
        case DhcpMessageType::discover: return discover(visit);
        case DhcpMessageType::request: return request(visit);
        case DhcpMessageType::inform: return inform(visit);
        case DhcpMessageType::decline: decline(visit); return std::nullopt;
        case DhcpMessageType::release: release(visit); return std::nullopt;
        case DhcpMessageType::offer:
        case DhcpMessageType::ack:
        case DhcpMessageType::nak: return std::nullopt;  // a server's
    }
    return std::nullopt;
}

/// A client that has a lease already is offered that one, which stays what it is.
Server::Reply Server::discover(const Visit& visit) {
    Leases& leases = visit.served.leases;
    const std::optional<IpAddress> ip = leases.choose(visit.claim, visit.now);
    if (!ip) {
        if (observer_ != nullptr) observer_->exhausted(visit.served.subnet.network, visit.message.mac);
        return std::nullopt;
    }
    const Binding* binding = leases.find(*ip);
    const bool has_lease = binding != nullptr && binding->client == visit.claim.client &&
                           binding->state == Binding::State::bound && binding->is_held(visit.now);
    if (!has_lease) leases.set(visit.claim, *ip, Binding::State::offered, visit.now + config_.offer);
    if (observer_ != nullptr) observer_->offered(*leases.find(*ip));
    return answer(visit.message, visit.own, visit.served.subnet, DhcpMessageType::offer, *ip);
}

/// Which of the four kinds of request it is: RFC 2131 §4.3.2 and its table 4.
Server::Reply Server::request(const Visit& visit) {
    const bool has_address = !visit.message.client.is_unspecified();
    if (visit.message.options.find(DhcpOption::server_identifier) != nullptr) {
        if (!visit.claim.wanted) return std::nullopt;
        if (visit.names_us()) return select(visit, *visit.claim.wanted);
        visit.served.leases.withdraw(visit.claim.client);  // it takes another server's offer
        return std::nullopt;
    }
    if (has_address) return extend(visit);
    return visit.claim.wanted ? reboot(visit, *visit.claim.wanted) : std::nullopt;
}

Server::Reply Server::select(const Visit& visit, const IpAddress& wanted) {
    const Binding* binding = visit.served.leases.find(visit.claim.client);
    if (binding == nullptr || binding->ip != wanted) return refuse(visit, "the address was not offered");
    if (!visit.served.leases.is_free_for(visit.claim, wanted, visit.now))
        return refuse(visit, "the address is another client's by now");
    return grant(visit, wanted);
}

/// A client that was here before asks whether it may have its address again: who does not know it must
/// not say anything, unless the address can be nobody's here.
Server::Reply Server::reboot(const Visit& visit, const IpAddress& wanted) {
    if (!visit.served.subnet.network.contains(wanted))
        return refuse(visit, "the address is of another network");
    const Binding* binding = visit.served.leases.find(visit.claim.client);
    if (binding == nullptr) return std::nullopt;
    if (binding->ip != wanted) return refuse(visit, "the client has another address");
    if (!visit.served.leases.is_free_for(visit.claim, wanted, visit.now))
        return refuse(visit, "the address is another client's by now");
    return grant(visit, wanted);
}

/// RENEWING or REBINDING. Of addresses that others give nothing is said.
Server::Reply Server::extend(const Visit& visit) {
    const IpAddress& ip = visit.message.client;
    const Leases& leases = visit.served.leases;
    if (!visit.served.subnet.network.contains(ip)) return refuse(visit, "the address is of another network");
    const Binding* binding = leases.find(visit.claim.client);
    const bool is_its = binding != nullptr && binding->ip == ip;
    if (is_its && leases.is_free_for(visit.claim, ip, visit.now)) return grant(visit, ip);
    return leases.contains(ip) ? refuse(visit, "the client has no lease of that address") : std::nullopt;
}

Server::Reply Server::grant(const Visit& visit, const IpAddress& ip) {
    Departure ack = answer(visit.message, visit.own, visit.served.subnet, DhcpMessageType::ack, ip);
    const std::chrono::seconds time{ack.message.options.u32(DhcpOption::lease_time).value()};
    visit.served.leases.set(visit.claim, ip, Binding::State::bound, visit.now + time);
    if (observer_ != nullptr) observer_->leased(*visit.served.leases.find(ip));
    return ack;
}

Server::Reply Server::refuse(const Visit& visit, std::string_view why) {
    if (observer_ != nullptr) observer_->refused(visit.message.mac, why);
    return refusal(visit.message, visit.own, why);
}

Server::Reply Server::inform(const Visit& visit) {
    if (visit.message.client.is_unspecified()) return std::nullopt;
    return information(visit.message, visit.own, visit.served.subnet);
}

void Server::decline(const Visit& visit) {
    const Binding* binding = visit.served.leases.find(visit.claim.client);
    const bool is_its = binding != nullptr && binding->ip == visit.claim.wanted;
    if (!is_its || !visit.names_us()) return;
    if (observer_ != nullptr) observer_->declined(binding->ip, visit.message.mac);
    visit.served.leases.decline(binding->ip, visit.now + config_.quarantine);
}

void Server::release(const Visit& visit) {
    const Binding* binding = visit.served.leases.find(visit.claim.client);
    const bool is_its = binding != nullptr && binding->ip == visit.message.client;
    if (!is_its || !visit.names_us() || !binding->is_held(visit.now)) return;
    visit.served.leases.release(visit.claim.client, visit.now);
    if (observer_ != nullptr) observer_->released(*binding);
}

std::vector<std::vector<Binding>> Server::leases() const {
    std::vector<std::vector<Binding>> all;
    for (const Served& each : served_) all.push_back(each.leases.list());
    return all;
}

}  // namespace sockeye::app::dhcp
