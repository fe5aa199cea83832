#include "lab/file/link_reader.hpp"

#include <array>
#include <utility>

#include "base/address_text.hpp"
#include "lab/file/bridge_words.hpp"
#include "lab/file/cable_words.hpp"

namespace sockeye::lab {
namespace {

using address_text::shown;
using Member = YamlReader::Member;

class LinkReader {
public:
    LinkReader(YamlReader& yaml, const YAML::Node& link) : yaml_{yaml}, link_{link} {
        spec_.place = YamlReader::place(link);
    }

    std::optional<LinkSpec> read() {
        static constexpr std::array<std::string_view, 1> unused{"labels"};
        const std::array<Member, 6> known{
            Member{"type", [&](const YAML::Node& value) { read_type(value); }},
            Member{"endpoints", [&](const YAML::Node& value) { read_endpoints(value); }},
            Member{"mtu", [&](const YAML::Node& value) { read_mtu(value); }},
            Member{"ipv4", [&](const YAML::Node& value) { read_addresses(value, "ipv4", Family::inet); }},
            Member{"ipv6", [&](const YAML::Node& value) { read_addresses(value, "ipv6", Family::inet6); }},
            Member{"vars", [&](const YAML::Node& value) { read_vars(value); }}};
        yaml_.members(link_, "link", known, unused);
        if (is_left_out_) return std::nullopt;
        if (ends_ != 2) {
            if (ends_ == 0) yaml_.mistake(link_, "link: write endpoints: [\"a:eth1\", \"b:eth1\"]");
            return std::nullopt;
        }
        spread_to_ends();
        return std::move(spec_);
    }

private:
    void read_type(const YAML::Node& value) {
        const auto type = yaml_.text(value, "link: type");
        if (!type || *type == "veth") return;
        is_left_out_ = true;
        yaml_.warn(value, "link: one of type " + shown(*type) + " leads out of the lab: it is left out");
    }

    void read_endpoints(const YAML::Node& list) {
        yaml_.items(list, "link: endpoints", [&](const YAML::Node& item) {
            if (ends_ == 2)
                return yaml_.mistake(item, "link: it has two ends: join more than two nodes with a bridge");
            if (item.IsMap() ? read_extended(item) : read_brief(item)) ++ends_;
        });
        if (ends_ == 1) yaml_.mistake(list, "link: the other end is missing");
    }

    /// "alice:eth1"
    bool read_brief(const YAML::Node& item) {
        const auto text = yaml_.text(item, "link: an endpoint");
        if (!text) return false;
        const std::size_t colon = text->find(':');
        if (colon == 0 || colon == std::string::npos || colon + 1 == text->size()) {
            yaml_.mistake(item, "link: '" + shown(*text) +
                                    "' is no endpoint: write node:interface, such as alice:eth1");
            return false;
        }
        end().node = text->substr(0, colon);
        end().card = text->substr(colon + 1);
        return true;
    }

    bool read_extended(const YAML::Node& item) {
        EndpointSpec& spec = end();
        const auto keep = [&](std::string& text, const char* what) {
            return
                [this, &text, what](const YAML::Node& value) { text = yaml_.text(value, what).value_or(""); };
        };
        const std::array<Member, 6> known{
            Member{"node", keep(spec.node, "endpoint: node")},
            Member{"interface", keep(spec.card, "endpoint: interface")},
            Member{"mac", [&](const YAML::Node& value) { read_mac(value, spec); }},
            Member{"ipv4", [&](const YAML::Node& value) { add_address(value, spec, Family::inet); }},
            Member{"ipv6", [&](const YAML::Node& value) { add_address(value, spec, Family::inet6); }},
            Member{"vars", [&](const YAML::Node& value) { read_end_vars(value, spec); }}};
        yaml_.members(item, "endpoint", known);
        if (!spec.node.empty() && !spec.card.empty()) return true;
        yaml_.mistake(item, "endpoint: write its node and its interface");
        return false;
    }

    void read_mac(const YAML::Node& value, EndpointSpec& spec) {
        const auto text = yaml_.text(value, "endpoint: mac");
        if (!text) return;
        const Result<wire::MacAddress> mac = wire::MacAddress::parse(*text);
        if (!mac) return yaml_.mistake(value, "endpoint: " + std::string{mac.error().detail()});
        spec.mac = *mac;
    }

    void add_address(const YAML::Node& value, EndpointSpec& spec, Family family) {
        const auto text = yaml_.text(value, "an address");
        if (!text || text->empty()) return;
        const Result<Prefix> prefix = Prefix::parse(*text);
        if (!prefix) return yaml_.mistake(value, std::string{prefix.error().detail()});
        if (prefix->address.family() != family)
            return yaml_.mistake(
                value, prefix->to_string() + " stands where an address of the other family belongs");
        spec.addresses.push_back(*prefix);
    }

    /// One for each end.
    void read_addresses(const YAML::Node& list, const std::string& key, Family family) {
        std::size_t at = 0;
        yaml_.items(list, "link: " + key, [&](const YAML::Node& item) {
            if (at == 2) return yaml_.mistake(item, "link: " + key + ": there are two ends");
            if (!item.IsNull()) add_address(item, spec_.ends[at], family);
            ++at;
        });
    }

    void read_mtu(const YAML::Node& value) {
        const auto text = yaml_.text(value, "link: mtu");
        if (!text) return;
        const auto mtu = address_text::parse_number(*text, 65535);
        if (!mtu || *mtu < 68)
            return yaml_.mistake(value, "link: '" + shown(*text) + "' is no MTU: write 68 to 65535");
        spec_.mtu = *mtu;
    }

    void read_vars(const YAML::Node& vars) {
        each_var(vars, "link: vars", [&](const std::string& word, const std::string& value) {
            return is_vlan_word(word) ? set_vlan_word(vlans_, word, value)
                                      : set_cable_word(spec_.cable, word, value);
        });
    }

    /// Of what leaves this end.
    void read_end_vars(const YAML::Node& vars, EndpointSpec& spec) {
        each_var(vars, "endpoint: vars", [&](const std::string& word, const std::string& value) {
            return is_vlan_word(word) ? set_vlan_word(spec.vlans, word, value)
                                      : set_impairment_word(spec.impairments, word, value);
        });
    }

    template <class Set>
    void each_var(const YAML::Node& vars, std::string_view what, Set set) {
        yaml_.named(vars, what, [&](const std::string& word, const YAML::Node& key, const YAML::Node& value) {
            const auto text = yaml_.text(value, std::string{what} + ": " + word);
            if (!text) return;
            if (const Result<void> done = set(word, *text); !done)
                yaml_.mistake(key, std::string{what} + ": " + std::string{done.error().detail()});
        });
    }

    /// What was said of the link holds for each end that says nothing of its own. Jitter and disorder need a
    /// delay to work on, as in netem: there the link's is not the cable's length but what they vary.
    void spread_to_ends() {
        Impairments& common = spec_.cable.impairments;
        if (common.jitter > Duration::zero() || common.reorder.chance.probability != Probability{})
            common.delay = std::exchange(spec_.cable.delay, CableOptions{}.delay);
        for (EndpointSpec& each : spec_.ends) {
            if (!each.vlans) each.vlans = vlans_;
            if (each.impairments == Impairments{}) each.impairments = common;
            if (const std::string wrong = mistake_in(each.impairments); !wrong.empty())
                yaml_.mistake(link_, "link: " + wrong);
        }
        common = Impairments{};
    }

    EndpointSpec& end() { return spec_.ends[ends_]; }

    YamlReader& yaml_;
    const YAML::Node& link_;
    LinkSpec spec_;
    std::optional<VlanPort> vlans_;  ///< of both ends
    std::size_t ends_ = 0;
    bool is_left_out_ = false;
};

}  // namespace

std::optional<LinkSpec> read_link(YamlReader& yaml, const YAML::Node& link) {
    return LinkReader{yaml, link}.read();
}

}  // namespace sockeye::lab
