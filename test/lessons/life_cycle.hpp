// A TCP connection between two hosts of a lab whose life the checklist's rows 42 to 57 follow: every
// segment as it is on the client's cable, and the states of both ends.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "lab/host_node.hpp"
#include "socket/stack/stack_network.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/tcp_info.hpp"
#include "test/support/tcp_harness.hpp"
#include "wire/text.hpp"

namespace sockeye::test {

/// The client is 10 ms away, so that there is time to look at a state between two segments.
struct LifeCycle : testing::Test {
    static constexpr Duration way = 10ms;
    static constexpr Duration twice_msl = 60s;  // as Linux; RFC 9293 §3.4.2 has 4 minutes
    static constexpr std::uint32_t servers_cable = 0;
    static constexpr std::uint32_t clients_cable = 1;
    static inline const Address at{"10.0.0.1", 9001};

    static CableOptions far_away() {
        CableOptions options;
        options.delay = way;
        return options;
    }

    Lab lab{{.seed = 42}};
    Switch& lan = lab.add_switch("lan");
    Host& server_host = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client_host = lab.add_host("client", lan, "10.0.0.2/24", far_away());
    Socket listener = create_server(server_host, at).value();
    Socket client;
    Socket server;

    /// Both ends of an established connection. @param port  the client's; 0: any
    void open(std::uint16_t port = 0) {
        ConnectOptions options;
        if (port != 0) options.source = IpAddress::parse("10.0.0.2").value();
        options.source_port = port;
        client = create_connection(client_host, at, {}, options).wait().value();
        server = listener.accept().wait().value().socket;
    }
    void pass(Duration time) { lab.run_for(time).value(); }
    /// Until what was sent is there, and a little more; shorter than the way back.
    void pass_one_way() { pass(way + way / 2); }

    static TcpState state(const Socket& socket) { return tcp_info(socket).value().state; }
    /// Control blocks that a host keeps, those included whose socket is closed.
    static std::size_t control_blocks(Host& host) {
        return static_cast<lab::HostNode&>(host.node()).stack().tcp().connections();
    }

    struct Seen {
        bool from_client = false;
        wire::TcpHeader header;
        std::size_t octets = 0;
        Instant arrives;  ///< its last bit
        std::string line;
    };
    /// "client SYN 0", "server SYN ACK 0 ack 1": each end's numbers count from its own SYN.
    std::vector<Seen> seen(std::uint32_t cable = clients_cable) const {
        std::vector<Seen> all;
        std::optional<Sequence> isn_of_client;
        std::optional<Sequence> isn_of_server;
        const link::Cable& carrier = lab.world().topology().cables()[cable].cable;
        for (const lab::Record& record : lab.world().recorder().records()) {
            if (record.cable != cable) continue;
            const wire::Summary summary = wire::summarise(record.frame.bytes());
            if (!summary.tcp) continue;
            const bool from_client = summary.target.port() == at.port();
            std::optional<Sequence>& isn = from_client ? isn_of_client : isn_of_server;
            if (summary.tcp->flags.syn) isn = summary.tcp->seq;
            transport::tcp::test::Origins origins{isn.value_or(Sequence{}), Sequence{}};
            origins.other = (from_client ? isn_of_server : isn_of_client).value_or(Sequence{});
            all.push_back({.from_client = from_client,
                           .header = *summary.tcp,
                           .octets = summary.payload_octets,
                           .arrives = record.departs + carrier.serialisation(record.frame.size()) +
                                      carrier.options().delay,
                           .line = std::string{from_client ? "client " : "server "} +
                                   transport::tcp::test::describe({*summary.tcp, summary.payload}, origins,
                                                                  transport::tcp::test::Show::no_window)});
        }
        return all;
    }
    /// The lines since so many.
    std::vector<std::string> lines(std::size_t since = 0) const {
        std::vector<std::string> all;
        for (const Seen& one : seen()) all.push_back(one.line);
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(since, all.size())));
        return all;
    }
    static constexpr std::size_t handshake = 3;  // lines
};

}  // namespace sockeye::test
