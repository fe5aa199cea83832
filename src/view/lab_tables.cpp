#include "view/lab_tables.hpp"

#include "lab/tables/nodes.hpp"
#include "lab/tables/sockets.hpp"

namespace sockeye::view {
namespace {

using app::dhcp::Binding;

Cell text_or_none(std::string_view text) {
    return text.empty() ? none() : Cell{text};
}

/// "10.0.0.1/24, 2001:db8::1/64", and an array.
Cell addresses_cell(const std::vector<Prefix>& addresses) {
    std::string text;
    Json all = Json::array();
    for (const Prefix& address : addresses) {
        text += (text.empty() ? "" : ", ") + address.to_string();
        all.push_back(address.to_string());
    }
    return {text.empty() ? "-" : text, std::move(all)};
}

std::string_view to_string(Binding::State state) {
    switch (state) {
        case Binding::State::offered: return "offered";
        case Binding::State::bound: return "bound";
        case Binding::State::released: return "released";
        case Binding::State::declined: return "declined";
    }
    return "";
}

/// A lease has run out where nobody has said so.
Cell lease_state(const Binding& binding, Instant now) {
    const bool is_over = binding.state == Binding::State::bound && !binding.is_held(now);
    return is_over ? "expired" : to_string(binding.state);
}

}  // namespace

Table nodes_table(const lab::World& world) {
    Table table{"node",
                "no nodes",
                {{"node", "name"},
                 {"kind", "node_kind"},
                 {"power", "on"},
                 {"addresses", "addresses"},
                 {"tasks", "tasks", Align::right}}};
    for (const lab::NodeRow& row : lab::node_rows(world))
        table.add({row.name, row.kind, Cell{row.is_on ? "on" : "off", row.is_on},
                   addresses_cell(row.addresses), row.kind == "switch" ? none() : Cell{row.tasks}});
    return table;
}

Table neighbours_table(const lab::World& world, std::string_view host) {
    Table table{"neighbour",
                std::string{host} + " knows no neighbour yet: it asks when it has something to send",
                {{"address", "address"},
                 {"MAC", "mac"},
                 {"state", "state"},
                 {"age", "age_ns", Align::right},
                 {"card", "card"},
                 {"who", "who"}}};
    for (const lab::NeighbourRow& row : lab::neighbour_rows(world, host))
        table.add({row.ip.to_string(), row.mac ? Cell{row.mac->to_string()} : none(), row.state,
                   cell(row.age), row.card, text_or_none(row.who)});
    return table;
}

Table routes_table(lab::World& world, std::string_view host) {
    Table table{"route",
                std::string{host} + " has no route: without an address it reaches nobody",
                {{"to", "target"}, {"by", "gateway"}, {"card", "card"}, {"from", "from"}}};
    for (const lab::RouteRow& row : lab::route_rows(world, host))
        table.add({row.target.to_string(), row.gateway ? Cell{row.gateway->to_string()} : none(), row.card,
                   row.from});
    return table;
}

Table stations_table(const lab::World& world, std::string_view lan) {
    Table table{"station",
                std::string{lan} + " has learned no station: it has not heard a frame lately",
                {{"MAC", "mac"},
                 {"port", "port"},
                 {"leads to", "behind"},
                 {"who", "who"},
                 {"VLAN", "vlan", Align::right},
                 {"age", "age_ns", Align::right}}};
    for (const lab::StationRow& row : lab::station_rows(world, lan))
        table.add({row.mac.to_string(), row.port, row.behind, text_or_none(row.who),
                   row.vlan == 0 ? none() : Cell{std::size_t{row.vlan}}, cell(row.age)});
    return table;
}

Table translations_table(const lab::World& world, std::string_view router) {
    Table table{"translation",
                std::string{router} + " translates nothing: nobody behind it has sent anything lately",
                {{"protocol", "protocol"},
                 {"inside", "inside"},
                 {"outside", "outside"},
                 {"idle", "idle_ns", Align::right},
                 {"forgotten after", "timeout_ns", Align::right}}};
    for (const lab::TranslationRow& row : lab::translation_rows(world, router))
        table.add({row.protocol, row.inside.to_string(), row.outside.to_string(), cell(row.idle),
                   row.timeout ? cell(*row.timeout) : Cell{"never", Json{}}});
    return table;
}

Table leases_table(const std::vector<DhcpService>& services, Instant now) {
    Table table{"lease",
                services.empty() ? "no DHCP server runs in this lab" : "no address has been given out",
                {{"server", "server"},
                 {"address", "address"},
                 {"state", "state"},
                 {"ends in", "left_ns", Align::right},
                 {"MAC", "mac"},
                 {"host name", "host_name"}}};
    for (const DhcpService& service : services)
        for (const std::vector<Binding>& subnet : service.server->leases())
            for (const Binding& binding : subnet) {
                const bool runs = binding.is_held(now);
                table.add({service.host, binding.ip.to_string(), lease_state(binding, now),
                           runs ? cell(binding.until - now) : none(), binding.mac.to_string(),
                           text_or_none(binding.host_name)});
            }
    return table;
}

Table sockets_table(const lab::World& world, std::string_view host) {
    Table table{"socket",
                "no program on " + std::string{host} + " has a socket",
                {{"", "protocol"},
                 {"state", "state"},
                 {"local", "local"},
                 {"remote", "peer"},
                 {"in", "receive_queue", Align::right},
                 {"out", "send_queue", Align::right}}};
    for (const lab::SocketRow& row : lab::socket_rows(world, host))
        table.add({row.protocol, row.state ? Cell{sockeye::to_string(*row.state)} : none(),
                   row.local.to_string(), row.peer ? Cell{row.peer->to_string()} : none(), row.receive_queue,
                   row.send_queue});
    return table;
}

Table backlog_table(const lab::World& world, std::string_view host) {
    Table table{"listener",
                "nobody listens on " + std::string{host},
                {{"listener", "listener"},
                 {"to accept", "waiting", Align::right},
                 {"backlog", "backlog", Align::right},
                 {"half-open", "half_open", Align::right},
                 {"at most", "syn_backlog", Align::right}}};
    for (const lab::BacklogRow& row : lab::backlog_rows(world, host))
        table.add({row.listener.to_string(), row.waiting, row.backlog, row.half_open, row.syn_backlog});
    return table;
}

}  // namespace sockeye::view
