#include "lab/file/node_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/address_text.hpp"
#include "base/nearest.hpp"
#include "base/quantity.hpp"
#include "lab/file/bridge_words.hpp"
#include "lab/file/exec_line.hpp"

namespace sockeye::lab {
namespace {

using address_text::shown;
using Member = YamlReader::Member;

struct KindName {
    std::string_view name;
    NodeKind kind;
};

constexpr std::array our_kinds{KindName{"linux", NodeKind::host},
                               KindName{"host", NodeKind::host},
                               KindName{"bridge", NodeKind::bridge},
                               KindName{"switch", NodeKind::bridge},
                               KindName{"ovs-bridge", NodeKind::bridge},
                               KindName{"router", NodeKind::router},
                               KindName{"nat", NodeKind::nat},
                               KindName{"dhcp", NodeKind::dhcp},
                               KindName{"dns", NodeKind::dns}};

/// Systems that containerlab runs: in a lab, what passes packets on is a router without a program.
constexpr std::array<std::string_view, 24> other_systems{"srl",
                                                         "nokia_srlinux",
                                                         "nokia_sros",
                                                         "vr-sros",
                                                         "ceos",
                                                         "arista_ceos",
                                                         "vr-veos",
                                                         "crpd",
                                                         "juniper_crpd",
                                                         "juniper_vmx",
                                                         "juniper_vjunosrouter",
                                                         "xrd",
                                                         "cisco_xrd",
                                                         "cisco_xrv9k",
                                                         "cisco_csr1000v",
                                                         "cisco_c8000v",
                                                         "cisco_iol",
                                                         "cisco_n9kv",
                                                         "sonic-vs",
                                                         "sonic-vm",
                                                         "cvx",
                                                         "mikrotik_ros",
                                                         "openbsd",
                                                         "freebsd"};

/// What containerlab knows of a node that has no meaning here.
constexpr std::array<std::string_view, 36> unused{"image",
                                                  "image-pull-policy",
                                                  "restart-policy",
                                                  "license",
                                                  "startup-config",
                                                  "enforce-startup-config",
                                                  "suppress-startup-config",
                                                  "auto-remove",
                                                  "binds",
                                                  "volumes",
                                                  "tmpfs",
                                                  "ports",
                                                  "env-files",
                                                  "credentials",
                                                  "user",
                                                  "hostname",
                                                  "runtime",
                                                  "mgmt-ipv4",
                                                  "mgmt-ipv6",
                                                  "network-mode",
                                                  "link-apply-mode",
                                                  "cpu",
                                                  "memory",
                                                  "cpu-set",
                                                  "extras",
                                                  "config",
                                                  "certificate",
                                                  "healthcheck",
                                                  "components",
                                                  "aliases",
                                                  "shm-size",
                                                  "cap-add",
                                                  "privileged",
                                                  "sysctls",
                                                  "devices",
                                                  "sandbox"};

std::string member_text(const YAML::Node& map, const char* key) {
    if (!map.IsDefined() || !map.IsMap()) return {};
    const YAML::Node value = map[key];
    return value.IsDefined() && value.IsScalar() ? value.Scalar() : std::string{};
}

YAML::Node child(const YAML::Node& map, const std::string& key) {
    return map.IsDefined() && map.IsMap() ? YAML::Node(map[key]) : YAML::Node(YAML::NodeType::Undefined);
}

/// One node, part by part.
class NodeReader {
public:
    NodeReader(YamlReader& yaml, NodeSpec& spec) : yaml_{yaml}, spec_{spec} {}

    void apply(const YAML::Node& part, const std::string& what) {
        if (!part.IsDefined()) return;
        const auto known_elsewhere = [](const YAML::Node&) {};
        const std::array<Member, 11> known{
            Member{"kind", known_elsewhere},
            Member{"type", known_elsewhere},
            Member{"group", known_elsewhere},
            Member{"cmd",
                   [&](const YAML::Node& value) { cmd_ = yaml_.text(value, what + ": cmd").value_or(""); }},
            Member{"entrypoint",
                   [&](const YAML::Node& value) {
                       entrypoint_ = yaml_.text(value, what + ": entrypoint").value_or("");
                   }},
            Member{"exec", [&](const YAML::Node& value) { read_exec(value, what); }},
            Member{"env",
                   [&](const YAML::Node& value) {
                       merge(spec_.environment, yaml_.pairs(value, what + ": env"));
                   }},
            Member{"labels", [&](const YAML::Node& value) { read_labels(value, what); }},
            Member{"startup-delay", [&](const YAML::Node& value) { read_delay(value, what); }},
            Member{"dns", [&](const YAML::Node& value) { read_dns(value, what); }},
            Member{"stages", [&](const YAML::Node& value) { read_stages(value, what); }}};
        yaml_.members(part, what, known, unused);
    }

    void finish() {
        spec_.program = entrypoint_;
        if (!cmd_.empty()) spec_.program += (entrypoint_.empty() ? "" : " ") + cmd_;
    }

private:
    static void merge(std::map<std::string, std::string>& into, std::map<std::string, std::string> more) {
        more.merge(into);  // which keeps what `more` has
        into = std::move(more);
    }

    void read_labels(const YAML::Node& value, const std::string& what) {
        std::map<std::string, std::string> labels = yaml_.pairs(value, what + ": labels");
        if (spec_.kind == NodeKind::bridge)
            for (const auto& [label, text] : labels)
                if (const Result<void> set = set_bridge_label(spec_.bridge, label, text); !set)
                    yaml_.mistake(value, what + ": labels: " + std::string{set.error().detail()});
        merge(spec_.labels, std::move(labels));
    }

    void read_exec(const YAML::Node& lines, const std::string& what) {
        yaml_.items(lines, what + ": exec", [&](const YAML::Node& item) {
            const auto line = yaml_.text(item, what + ": exec");
            if (!line) return;
            Result<ExecLine> parsed = parse_exec_line(*line);
            if (!parsed) return yaml_.mistake(item, what + ": exec: " + std::string{parsed.error().detail()});
            std::visit([&](auto& done) { take(item, what, done); }, *parsed);
        });
    }

    void take(const YAML::Node&, const std::string&, CardPrefix& address) {
        spec_.addresses.push_back(std::move(address));
    }
    void take(const YAML::Node&, const std::string&, StaticRoute& route) { spec_.routes.push_back(route); }
    void take(const YAML::Node& item, const std::string& what, const LinkChange& change) {
        if (change.mtu || change.mac)
            yaml_.warn(item, what + ": exec: write a card's " + (change.mtu ? "mtu" : "mac") +
                                 " at its link, where both ends see it");
    }
    void take(const YAML::Node& item, const std::string& what, const OtherProgram& other) {
        yaml_.warn(item, what + ": exec: '" + shown(other.line) +
                             "' is not run in a lab; ip address, ip route and " + "ip link are understood");
    }

    /// containerlab's number is of seconds.
    void read_delay(const YAML::Node& value, const std::string& what) {
        const auto text = yaml_.text(value, what + ": startup-delay");
        if (!text) return;
        const Result<Duration> delay = parse_duration(*text);
        if (!delay)
            return yaml_.mistake(value, what + ": startup-delay: " + std::string{delay.error().detail()});
        spec_.startup_delay = *delay;
    }

    void read_dns(const YAML::Node& value, const std::string& what) {
        static constexpr std::array<std::string_view, 2> no_use{"search", "options"};
        const std::array<Member, 1> known{Member{
            "servers", [&](const YAML::Node& servers) {
                spec_.name_servers.clear();
                for (const std::string& text : yaml_.texts(servers, what + ": dns: servers")) {
                    const Result<IpAddress> server = IpAddress::parse(text);
                    if (server)
                        spec_.name_servers.push_back(*server);
                    else
                        yaml_.mistake(servers, what + ": dns: " + std::string{server.error().detail()});
                }
            }}};
        yaml_.members(value, what + ": dns", known, no_use);
    }

    void read_stages(const YAML::Node& value, const std::string& what) {
        yaml_.named(
            value, what + ": stages",
            [&](const std::string&, const YAML::Node&, const YAML::Node& stage) { read_stage(stage, what); });
    }

    void read_stage(const YAML::Node& stage, const std::string& what) {
        static constexpr std::array<std::string_view, 1> no_use{"exec"};
        const std::array<Member, 1> known{Member{
            "wait-for", [&](const YAML::Node& list) {
                yaml_.items(list, what + ": wait-for", [&](const YAML::Node& item) {
                    const std::array<Member, 2> parts{
                        Member{"node",
                               [&](const YAML::Node& node) {
                                   if (auto name = yaml_.text(node, what + ": wait-for: node"))
                                       spec_.waits_for.push_back(*std::move(name));
                               }},
                        Member{"stage", [](const YAML::Node&) {}}};  // a host in a lab has one: it runs
                    yaml_.members(item, what + ": wait-for", parts);
                });
            }}};
        yaml_.members(stage, what + ": stages", known, no_use);
    }

    YamlReader& yaml_;
    NodeSpec& spec_;
    std::string cmd_;
    std::string entrypoint_;
};

NodeKind kind_named(YamlReader& yaml, const YAML::Node& key, const std::string& node,
                    const std::string& kind) {
    const auto* ours = std::ranges::find(our_kinds, kind, &KindName::name);
    if (ours != our_kinds.end()) return ours->kind;
    if (std::ranges::find(other_systems, kind) != other_systems.end()) {
        yaml.warn(key,
                  "node " + node + ": a lab runs no " + kind + ": a router without a program stands for it");
        return NodeKind::router;
    }
    std::vector<std::string_view> names;
    names.reserve(our_kinds.size());
    for (const KindName& each : our_kinds) names.push_back(each.name);
    const std::string_view meant = nearest(kind, names);
    yaml.mistake(key, "node " + node + ": there is no kind '" + shown(kind) + "'" +
                          (meant.empty() ? ": write host, bridge, router, nat, dhcp or dns"
                                         : ": did you mean " + std::string{meant} + "?"));
    return NodeKind::host;
}

/// The first that is not empty.
std::string first_of(std::initializer_list<std::string> texts) {
    for (const std::string& text : texts)
        if (!text.empty()) return text;
    return {};
}

}  // namespace

NodeSpec read_node(YamlReader& yaml, const std::string& name, const YAML::Node& key, const YAML::Node& value,
                   const Templates& templates) {
    NodeSpec spec;
    spec.name = name;
    spec.place = YamlReader::place(key);
    const YAML::Node& defaults = templates.defaults;
    const std::string group_name = first_of({member_text(value, "group"), member_text(defaults, "group")});
    const YAML::Node group =
        group_name.empty() ? YAML::Node(YAML::NodeType::Undefined) : child(templates.groups, group_name);
    const std::string kind_name = first_of(
        {member_text(value, "kind"), member_text(group, "kind"), member_text(defaults, "kind"), "linux"});
    const YAML::Node kind = child(templates.kinds, kind_name);
    const std::string type = first_of({member_text(value, "type"), member_text(group, "type"),
                                       member_text(kind, "type"), member_text(defaults, "type")});
    // "kind: linux, type: router" is how a file stays one of containerlab's.
    spec.kind = kind_named(yaml, key, name, kind_name == "linux" && !type.empty() ? type : kind_name);
    if (!group_name.empty() && !group.IsDefined())
        yaml.mistake(key, "node " + name + ": there is no group '" + shown(group_name) + "'");

    NodeReader reader{yaml, spec};
    reader.apply(defaults, "defaults");
    reader.apply(kind, "kind " + kind_name);
    reader.apply(group, "group " + group_name);
    if (!value.IsNull()) reader.apply(value, "node " + name);
    reader.finish();
    return spec;
}

}  // namespace sockeye::lab
