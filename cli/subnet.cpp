// sockeye subnet show|same|split: what a netmask says, and how a network is divided.
#include <fmt/format.h>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/address_text.hpp"
#include "base/subnet.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/part.hpp"
#include "cli/table.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr const char* group_examples = R"(Examples:
  sockeye subnet show 192.168.1.77/24                its network, its hosts
  sockeye subnet same 192.168.1.1/24 192.168.2.1     one network? exit 0: yes
  sockeye subnet split 192.168.1.0/24 --into 4       four equal subnets
  sockeye subnet split 10.0.0.0/24 --hosts 100,50    as large as they need be
  sockeye subnet split --help                        more on one of them)";

constexpr const char* show_examples = R"(Examples:
  sockeye subnet show 192.168.1.77/24
  sockeye subnet show 192.168.1.77/255.255.255.0     the same
  sockeye subnet show 10.0.0.0/31                    two hosts (RFC 3021)
  sockeye subnet show 2001:db8::/64 --json)";

constexpr const char* same_examples = R"(Examples:
  sockeye subnet same 192.168.1.1/24 192.168.1.200   yes: exit code 0
  sockeye subnet same 192.168.1.1/24 192.168.2.1/24  no: exit code 1
  sockeye subnet same 10.0.0.1/24 10.0.0.2/25        no: their masks disagree

A host computes this for each packet: its own address AND its mask, the peer's
address AND the same mask. Equal: it sends to the peer itself, which it finds by
ARP. Not equal: it sends to its gateway. Without a mask, PEER has OWN's.)";

constexpr const char* split_examples = R"(Examples:
  sockeye subnet split 192.168.1.0/24 --into 4
  sockeye subnet split 192.168.1.0/24 --hosts 100,50,10
  sockeye subnet split 2001:db8::/48 --into 65536 --json

--into borrows host bits, so the number becomes a power of two. --hosts takes
for each the smallest subnet that has as many hosts, the largest first (VLSM),
and shows what stays free.)";

struct Options {
    std::string network;
    std::string peer;
    std::string into;
    std::string hosts;
    bool json = false;
};

/// IPv6 counts do not fit a double, which is what many JSON readers make of a number: they are strings
/// (RFC 7493 §2.2).
Json to_json(AddressCount count, Family family) {
    if (family == Family::inet6) return to_string(count);
    return static_cast<std::uint64_t>(count);
}

Json to_json(std::string_view kind, const Prefix& prefix) {
    const HostRange hosts = hosts_of(prefix);
    return {{"kind", kind},
            {"network", network_of(prefix).to_string()},
            {"netmask", prefix.netmask().to_string()},
            {"broadcast", has_broadcast(prefix) ? Json(prefix.broadcast().to_string()) : Json{}},
            {"first", hosts.first.to_string()},
            {"last", hosts.last.to_string()},
            {"hosts", to_json(hosts.count, prefix.address.family())}};
}

// --- show -----------------------------------------------------------------------------------------

std::string why_no_broadcast(const Prefix& prefix) {
    if (prefix.address.family() == Family::inet6) return "none: IPv6 has multicast instead (RFC 4291)";
    return prefix.bits == 31 ? "none: a link between two hosts (RFC 3021)" : "none: a single address";
}

std::string show_text(const Prefix& prefix) {
    const HostRange hosts = hosts_of(prefix);
    const std::string broadcast =
        has_broadcast(prefix) ? prefix.broadcast().to_string() : why_no_broadcast(prefix);
    return table({{"address", prefix.address.to_string()},
                  {"netmask", fmt::format("{} (/{})", prefix.netmask().to_string(), prefix.bits)},
                  {"network", network_of(prefix).to_string()},
                  {"broadcast", broadcast},
                  {"hosts", to_string(hosts.count)},
                  {"first", hosts.first.to_string()},
                  {"last", hosts.last.to_string()}});
}

int show(const Options& options) {
    const Result<Prefix> prefix = Prefix::parse(options.network);
    if (!prefix) return fail_usage("subnet show", prefix.error().detail());
    Json object = to_json("subnet", *prefix);
    object["address"] = prefix->address.to_string();
    tell(options.json ? json_line(object) : show_text(*prefix));
    return static_cast<int>(Exit::ok);
}

// --- same -----------------------------------------------------------------------------------------

std::string verdict(const Prefix& own, const Prefix& peer) {
    if (is_same_network(own, peer)) return "equal: the peer is reached directly";
    if (own.address.family() != peer.address.family()) return "different: one is IPv4, the other IPv6";
    const bool own_says_near = own.contains(peer.address);
    const bool peer_says_near = peer.contains(own.address);
    if (!own_says_near && !peer_says_near) return "different: the peer is reached through a router";
    if (own_says_near && peer_says_near)
        return "different: the masks disagree, though each reaches the other directly";
    return fmt::format("different: the masks disagree, and only {} takes the other for near",
                       (own_says_near ? own : peer).address.to_string());
}

std::string same_text(const Prefix& own, const Prefix& peer) {
    const auto calculation = [](const Prefix& one) {
        return fmt::format("{} AND {} = {}", one.address.to_string(), one.netmask().to_string(),
                           one.network().to_string());
    };
    return table({{"own network", calculation(own)},
                  {"peer's network", calculation(peer)},
                  {"compare", verdict(own, peer)}});
}

/// @param text  a prefix, or an address alone, which has `own`'s mask: the one a host knows.
Result<Prefix> parse_peer(std::string_view text, const Prefix& own) {
    if (text.contains('/')) return Prefix::parse(text);
    const Result<IpAddress> address = IpAddress::parse(text);
    if (!address) return std::unexpected{address.error()};
    if (address->family() == own.address.family()) return Prefix{*address, own.bits};
    return Prefix::parse(text);  // which says what to write
}

int same(const Options& options) {
    const Result<Prefix> own = Prefix::parse(options.network);
    if (!own) return fail_usage("subnet same", own.error().detail());
    const Result<Prefix> peer = parse_peer(options.peer, *own);
    if (!peer) return fail_usage("subnet same", peer.error().detail());
    const bool equal = is_same_network(*own, *peer);
    tell(options.json ? json_line({{"kind", "comparison"},
                                   {"own", own->to_string()},
                                   {"peer", peer->to_string()},
                                   {"own_network", network_of(*own).to_string()},
                                   {"peer_network", network_of(*peer).to_string()},
                                   {"same", equal}})
                      : same_text(*own, *peer));
    return static_cast<int>(equal ? Exit::ok : Exit::other);
}

// --- split ----------------------------------------------------------------------------------------

constexpr std::string_view split_verb = "subnet split";

Row row(const Prefix& prefix) {
    const HostRange hosts = hosts_of(prefix);
    return {prefix.to_string(), to_string(hosts.count), hosts.first.to_string(), hosts.last.to_string()};
}

/// What is right by the numbers, but no ordinary IPv6 network.
void warn_of_small(const Prefix& subnet) {
    if (subnet.address.family() == Family::inet6 && subnet.bits > 64)
        say(
            fmt::format("sockeye {}: hosts configure themselves in a /64 alone (RFC 4862 section 5.5.3): "
                        "a /{} needs DHCPv6 or a hand",
                        split_verb, subnet.bits));
}

std::string into_text(const std::vector<Prefix>& subnets) {
    std::vector<Row> rows{{"network", "hosts", "first", "last"}};
    const bool broadcasts = has_broadcast(subnets.front());
    if (broadcasts) rows.front().emplace_back("broadcast");
    for (const Prefix& subnet : subnets) {
        rows.push_back(row(subnet));
        if (broadcasts) rows.back().push_back(subnet.broadcast().to_string());
    }
    return table(rows);
}

int split_into(const Prefix& network, const Options& options) {
    const auto count = address_text::parse_number(options.into, std::numeric_limits<std::uint32_t>::max());
    if (!count)
        return fail_usage(split_verb, fmt::format("--into {} is no number of subnets: write --into 4",
                                                  address_text::shown(options.into)));
    const Result<std::vector<Prefix>> subnets = sockeye::split(network, *count);
    if (!subnets) return fail_usage(split_verb, subnets.error().detail());
    if (options.json)
        for (const Prefix& subnet : *subnets) tell(json_line(to_json("subnet", subnet)));
    else
        tell(into_text(*subnets));
    if (subnets->size() > *count)
        say(fmt::format("sockeye {}: {} asked for; borrowed bits make a power of two", split_verb, *count));
    warn_of_small(subnets->front());
    return static_cast<int>(Exit::ok);
}

/// "100,50,10"
Result<std::vector<std::uint64_t>> parse_hosts(std::string_view text) {
    std::vector<std::uint64_t> hosts;
    for (std::size_t from = 0; from <= text.size();) {
        const std::string_view part = text.substr(from, text.find(',', from) - from);
        const auto number = address_text::parse_number(part, std::numeric_limits<std::uint32_t>::max());
        if (!number)
            return address_text::mistake(
                fmt::format("'{}' in --hosts {} is no number of hosts: "
                            "write --hosts 100,50,10",
                            address_text::shown(part), address_text::shown(text)));
        hosts.push_back(*number);
        from += part.size() + 1;
    }
    return hosts;
}

std::string division_text(const Division& division) {
    std::vector<Row> rows{{"network", "hosts", "first", "last", "for"}};
    for (const Allotment& one : division.subnets) {
        rows.push_back(row(one.subnet));
        rows.back().push_back(std::to_string(one.wanted));
    }
    for (const Prefix& one : division.free) {
        rows.push_back(row(one));
        rows.back().emplace_back("free");
    }
    return table(rows);
}

std::string division_json(const Division& division) {
    std::string lines;
    for (const Allotment& one : division.subnets) {
        Json object = to_json("subnet", one.subnet);
        object["wanted"] = one.wanted;
        lines += json_line(object);
    }
    for (const Prefix& one : division.free) lines += json_line(to_json("free", one));
    return lines;
}

int split_by_hosts(const Prefix& network, const Options& options) {
    const Result<std::vector<std::uint64_t>> hosts = parse_hosts(options.hosts);
    if (!hosts) return fail_usage(split_verb, hosts.error().detail());
    const Result<Division> division = divide(network, *hosts);
    if (!division) return fail_usage(split_verb, division.error().detail());
    tell(options.json ? division_json(*division) : division_text(*division));
    warn_of_small(division->subnets.back().subnet);
    return static_cast<int>(Exit::ok);
}

int split(const Options& options) {
    const Result<Prefix> network = Prefix::parse(options.network);
    if (!network) return fail_usage(split_verb, network.error().detail());
    if (options.into.empty() == options.hosts.empty())
        return fail_usage(split_verb, options.into.empty()
                                          ? "into how many? write --into 4, or --hosts 100,50,10"
                                          : "--into and --hosts are two ways to divide: write one of them");
    return options.into.empty() ? split_by_hosts(*network, options) : split_into(*network, options);
}

}  // namespace

void add_subnet(CLI::App& command, Action& chosen) {
    CLI::App* group = add_group(command, "subnet", "what a netmask says; divide a network", group_examples);
    const auto options = std::make_shared<Options>();
    const char* form = "192.168.1.1/24, 192.168.1.1/255.255.255.0\nor 2001:db8::1/64";

    CLI::App* one =
        add_part(*group, chosen, {"show", "one network: mask, ends, hosts", show_examples}, options, show);
    one->add_option("NET", options->network, form)->required()->type_name("");

    CLI::App* two =
        add_part(*group, chosen, {"same", "are two addresses in one network?", same_examples}, options, same);
    two->add_option("OWN", options->network, form)->required()->type_name("");
    two->add_option("PEER", options->peer, "likewise, or without a mask")->required()->type_name("");

    CLI::App* many =
        add_part(*group, chosen, {"split", "divide a network into subnets", split_examples}, options, split);
    many->add_option("NET", options->network, form)->required()->type_name("");
    many->add_option("--into", options->into, "so many equal subnets")->type_name("N");
    many->add_option("--hosts", options->hosts, "a subnet for each number of hosts")->type_name("N,N,...");
}

}  // namespace sockeye::cli
