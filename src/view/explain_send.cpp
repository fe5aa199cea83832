#include "view/explain_send.hpp"

#include <fmt/format.h>

namespace sockeye::view {
namespace {

using lab::SendDecision;
using Way = SendDecision::Way;

std::string line(std::string_view title, std::string_view text) {
    return fmt::format("{:<16}{}\n", title, text);
}

/// IPv4's as people write it; IPv6's would not fit the line.
std::string mask_of(const Prefix& own) {
    return own.address.family() == Family::inet ? own.netmask().to_string() : fmt::format("/{}", own.bits);
}

std::string_view protocol_of(const IpAddress& ip) {
    return ip.family() == Family::inet ? "ARP" : "neighbour discovery";
}

std::string three_steps(const SendDecision& decision) {
    if (!decision.own)
        return fmt::format("{} has no IPv{} address yet, so it has no network to compare with.\n",
                           decision.host, decision.target.family() == Family::inet ? 4 : 6);
    const std::string mask = mask_of(*decision.own);
    const auto masked = [&](const IpAddress& ip, const IpAddress& network) {
        return fmt::format("{} AND {} = {}", ip.to_string(), mask, network.to_string());
    };
    const std::string own = decision.own_network().to_string();
    return line("1. own network", masked(decision.own->address, decision.own_network())) +
           line("2. its network", masked(decision.target, decision.target_network())) +
           line("3. compare", decision.is_one_network()
                                  ? fmt::format("{} twice: the same network, so it is on this link", own)
                                  : fmt::format("{} is not {}: another network, so by a gateway", own,
                                                decision.target_network().to_string()));
}

std::string route_of(const SendDecision& decision) {
    if (!decision.route) return "none leads there";
    const lab::RouteRow& route = *decision.route;
    return fmt::format("{} {} {}, {}", route.target.to_string(),
                       route.gateway ? "by " + route.gateway->to_string() + " on" : "on the link of",
                       route.card, route.from);
}

std::string mac_of(const SendDecision& decision) {
    if (decision.way == Way::broadcast) return decision.mac->to_string() + ", which is everybody";
    if (decision.way == Way::group) return decision.mac->to_string() + ", which follows from the group";
    if (decision.mac) return fmt::format("{}, known: {}", decision.mac->to_string(), decision.mac_state);
    return fmt::format("not known: {} asks who has {}", protocol_of(*decision.next_hop),
                       decision.next_hop->to_string());
}

std::string next_hop_of(const SendDecision& decision) {
    const std::string node = decision.next_hop_node.empty() ? ", whom this lab does not have"
                                                            : " (" + decision.next_hop_node + ")";
    return decision.next_hop->to_string() + node +
           (decision.way == Way::gateway ? ", the gateway" : ", the target itself");
}

std::string outcome(const SendDecision& decision) {
    switch (decision.way) {
        case Way::itself: return line("it is", "an address of its own: nothing leaves the host");
        case Way::nowhere:
            return line("route", route_of(decision)) + line("so", "nothing is sent: \"unreachable\"");
        default: break;
    }
    std::string text;
    if (decision.way == Way::on_link || decision.way == Way::gateway)
        text = line("route", route_of(decision)) + line("next hop", next_hop_of(decision));
    text += line("its MAC", mac_of(decision));
    const std::string inside = fmt::format("in it the packet is for {}", decision.target.to_string());
    return text + line("the frame", fmt::format("leaves by {} for that MAC; {}", decision.card, inside));
}

std::string_view name_of(Way way) {
    switch (way) {
        case Way::on_link: return "on link";
        case Way::gateway: return "gateway";
        case Way::broadcast: return "broadcast";
        case Way::group: return "group";
        case Way::itself: return "itself";
        case Way::nowhere: return "nowhere";
    }
    return "";
}

}  // namespace

std::string explain_send(const SendDecision& decision) {
    return fmt::format("{} sends to {}\n{}{}", decision.host, decision.target.to_string(),
                       three_steps(decision), outcome(decision));
}

Json explain_send_json(const SendDecision& decision) {
    Json object{{"kind", "send"},
                {"host", decision.host},
                {"target", decision.target.to_string()},
                {"way", name_of(decision.way)},
                {"own", decision.own ? Json(decision.own->address.to_string()) : Json{}}};
    object["netmask"] = decision.own ? Json(decision.own->netmask().to_string()) : Json{};
    object["own_network"] = decision.own ? Json(decision.own_network().to_string()) : Json{};
    object["target_network"] = decision.own ? Json(decision.target_network().to_string()) : Json{};
    object["same_network"] = decision.own ? Json(decision.is_one_network()) : Json{};
    object["route"] = decision.route ? Json(decision.route->target.to_string()) : Json{};
    object["card"] = text_or_null(decision.card);
    object["next_hop"] = decision.next_hop ? Json(decision.next_hop->to_string()) : Json{};
    object["next_hop_node"] = text_or_null(decision.next_hop_node);
    object["mac"] = decision.mac ? Json(decision.mac->to_string()) : Json{};
    object["mac_state"] = text_or_null(decision.mac_state);
    return object;
}

}  // namespace sockeye::view
