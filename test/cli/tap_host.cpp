// What no verb is yet: a name server and a DHCP client of ours on a TAP device, for tap_test.py to set
// others' at.
//   tap_host TAP dns ZONE    TAP as in `sockeye --on tap:TAP`; answers for example, as the file ZONE has it
//   tap_host TAP dhcp        keeps the device's host configured, and says so
// Both until SIGTERM, which gives a lease back.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "app/dhcp/programs.hpp"
#include "app/dns/server.hpp"
#include "app/dns/zone_file.hpp"
#include "cli/interrupts.hpp"
#include "sockeye/tap.hpp"

namespace {

using namespace sockeye;

void say(const std::string& text) {
    std::puts(text.c_str());
    std::fflush(stdout);
}

struct Told final : app::dhcp::ClientObserver {
    void configured(const app::dhcp::Lease& lease) override {
        std::string text = lease.address.to_string();
        for (const IpAddress& router : lease.routers) text += " router " + router.to_string();
        for (const IpAddress& server : lease.name_servers) text += " dns " + server.to_string();
        say(text);
    }
    void conflict(const IpAddress& ip) override { say("conflict " + ip.to_string()); }
    void failed(const Error& why) override { say(why.message()); }
};

Result<void> serve_names(Network& network, const char* file) {
    std::ifstream in{file};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    Result<app::dns::Zone> zone = app::dns::parse_zone(text, *wire::DnsName::parse("example"));
    if (!zone) return std::unexpected{zone.error()};
    std::vector<app::dns::Zone> zones;
    zones.push_back(*std::move(zone));
    const auto names = std::make_shared<const app::dns::Authority>(std::move(zones));
    network.spawn(app::dns::serve_datagrams(network, {"::", 53}, names));
    network.spawn(app::dns::serve_streams(network, {"::", 53}, names));
    say("ready");
    return {};
}

Result<void> run(std::string_view device, std::string_view program, const char* zone) {
    const Result<TapOptions> options = TapOptions::parse(device);
    if (!options) return std::unexpected{options.error()};
    auto network = TapNetwork::open(*options);
    if (!network) return std::unexpected{network.error()};
    const cli::Interrupts interrupts{**network};
    std::stop_source keeping;
    Told told;
    if (program == "dns") {
        if (Result<void> served = serve_names(**network, zone); !served) return served;
    } else {
        (*network)->spawn(app::dhcp::keep_configured(**network, {}, &told), keeping.get_token());
    }
    static_cast<void>((*network)->run());  // until SIGTERM
    keeping.request_stop();
    return program == "dhcp" ? (*network)->run() : Result<void>{};
}

}  // namespace

int main(int count, char** words) {
    if (count < 3) return 2;
    if (const Result<void> done = run(words[1], words[2], count > 3 ? words[3] : ""); !done) {
        std::fprintf(stderr, "%s\n", done.error().message().c_str());
        return 1;
    }
    return 0;
}
