#include "app/dhcp/relay_agent.hpp"
#include "app/dhcp/server.hpp"
#include "fuzz/target.hpp"

using namespace sockeye;

namespace {

constexpr std::size_t message_octets = 300;
const IpAddress own = IpAddress::parse("10.0.0.1").value();

app::dhcp::Server small_server() {
    return app::dhcp::Server{{.subnets = {{.network = Prefix::parse("10.0.0.0/28").value(),
                                           .first = IpAddress::parse("10.0.0.2").value(),
                                           .last = IpAddress::parse("10.0.0.5").value(),
                                           .routers = {own}}}}};
}

}  // namespace

/// Messages of 300 octets, a minute apart: no two clients ever have one address, and what is given is of
/// the pool.
FUZZ_TARGET(bytes) {
    app::dhcp::Server server = small_server();
    Instant now;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), message_octets))) {
        now = now + 1min;
        const auto message = wire::parse_dhcp(bytes.first(std::min(bytes.size(), message_octets)));
        if (!message) continue;
        (void)app::dhcp::relayed_question(*message, own, own);
        (void)app::dhcp::relayed_reply(*message, own);
        const auto reply = server.receive(*message, own, now);
        if (!reply) continue;
        fuzz::require(wire::parse_dhcp(wire::write_dhcp(reply->message)) == reply->message);
        const IpAddress& given = reply->message.your;
        const auto leases = server.leases();
        for (const app::dhcp::Binding& each : leases.front())
            if (each.ip == given)
                fuzz::require(each.client == app::dhcp::key_of(*message) && each.is_held(now));
    }
}
