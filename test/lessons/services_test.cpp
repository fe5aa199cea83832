// The checklist's rows on services: how a host gets an address, a name and a page. Each test is the row it is
// named after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "app/conversation.hpp"
#include "app/dhcp/programs.hpp"
#include "app/dns/server.hpp"
#include "app/dns/zone_file.hpp"
#include "app/http/client.hpp"
#include "app/http/server.hpp"
#include "sockeye/event.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/names.hpp"
#include "sockeye/socket.hpp"
#include "test/support/tshark.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

namespace dhcp = app::dhcp;
namespace names = app::dns;
namespace http = app::http;

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

struct Booted : dhcp::ClientObserver {
    explicit Booted(Network& host) : has_address{host} {}
    void configured(const dhcp::Lease&) override { has_address.set(); }
    Event has_address;
};

/// What becomes of leases: "60 lease 192.168.1.101".
struct Leased : dhcp::ServerObserver {
    explicit Leased(Lab& lab_) : lab{lab_} {}
    void leased(const dhcp::Binding& binding) override { note("lease " + binding.ip.to_string()); }
    void exhausted(const Prefix& network, const wire::MacAddress&) override {
        note("exhausted " + network.to_string());
    }
    void note(const std::string& what) { lines.push_back(to_string(lab.now(), 0) + " " + what); }
    Lab& lab;
    std::vector<std::string> lines;
};

/// A laptop behind a gateway with NAT; a name server and a web server beyond it.
struct LessonsOnServices : testing::Test {
    Lab lab;
    Switch& home = lab.add_switch("home");
    Switch& internet = lab.add_switch("internet");
    Host& gw = lab.add_router("gw");
    Host& dns = lab.add_host("dns", internet, "198.51.100.53/24");
    Host& web = lab.add_host("web", internet, "198.51.100.80/24");
    Host& alice = lab.add_host("alice", home);
    Leased log{lab};
    dhcp::Subnet subnet{.network = Prefix::parse("192.168.1.0/24").value(),
                        .first = ip("192.168.1.101"),
                        .last = ip("192.168.1.101"),
                        .routers = {ip("192.168.1.1")},
                        .name_servers = {ip("198.51.100.53")}};

    LessonsOnServices() {
        lab.connect(gw, home, "192.168.1.1/24");
        lab.connect(gw, internet, "198.51.100.1/24");
        lab.enable_nat(gw, "eth1");
    }
    void serve_addresses() {
        const auto server = std::make_shared<dhcp::Server>(dhcp::ServerConfig{.subnets = {subnet}}, &log);
        gw.spawn(dhcp::serve(gw, {{1, ip("192.168.1.1")}}, server));
    }
    void serve_names(const std::string& zone) {
        const auto authority = std::make_shared<const names::Authority>(
            std::vector{names::parse_zone(zone, wire::DnsName::parse("example").value()).value()});
        dns.spawn(names::serve_datagrams(dns, {"198.51.100.53", 53}, authority));
        dns.spawn(names::serve_streams(dns, {"198.51.100.53", 53}, authority));
    }
    void boot(bool probe = true) {
        alice.spawn(dhcp::keep_configured(alice, {.probe = probe}, &booted_));
        booted_.has_address.wait(20s).wait().value();
    }
    Booted booted_{alice};
    std::string tshark(const std::string& filter, const std::string& field) const {
        return test::tshark(lab.pcapng(), "-Y '" + filter + "' -T fields -e " + field);
    }
};

TEST_F(LessonsOnServices,
       Lesson006_ANewHostGetsItsAddressByDhcp_RenewsItAtHalfOfItsLease_AndExhaustionIsReported) {
    subnet.lease = 120s;
    serve_addresses();
    boot(/*probe=*/false);
    Host& late = lab.add_host("late", home);
    Booted never{late};
    lab.at(10s, [&] { late.spawn(dhcp::keep_configured(late, {.lease = 60s}, &never)); });
    ASSERT_TRUE(lab.run_for(61s));
    EXPECT_THAT(log.lines.front(), "0 lease 192.168.1.101");
    EXPECT_THAT(log.lines, testing::Contains("10 exhausted 192.168.1.0/24"));
    EXPECT_EQ(log.lines.back(), "60 lease 192.168.1.101") << "T1 is half of 120 s";
    EXPECT_FALSE(never.has_address.is_set());
    // T2: nobody answers at T1 any more, so all are asked at seven eighths of the lease.
    lab.crash("late");
    lab.cut("gw", "home");
    ASSERT_TRUE(lab.run_for(110s));
    if (!test::has_tshark()) GTEST_SKIP() << "needs tshark";
    EXPECT_EQ(tshark("dhcp and eth.addr==02:00:00:00:00:03 and frame.time_relative<1", "dhcp.option.dhcp"),
              "1\n2\n3\n5\n")
        << "DISCOVER, OFFER, REQUEST, ACK";
    const std::string to_all = tshark(
        "dhcp.option.dhcp==3 and eth.src==02:00:00:00:00:03 and ip.dst==255.255.255.255 and "
        "frame.time_relative>1",
        "frame.time_relative");
    EXPECT_THAT(to_all, testing::StartsWith("165.0")) << "60 s and 105 s";
}

TEST_F(LessonsOnServices,
       Lesson008_AHostFindsANamesAddressesOfBothFamilies_OverTcpIfTheyAreMany_AndKeepsThemForTheirTtl) {
    serve_addresses();
    std::string zone = "$TTL 300\nweb A 198.51.100.80\nweb AAAA 2001:db8::80\n";
    for (int i = 1; i <= 150; ++i) zone += "many A 198.51.100." + std::to_string(i) + "\n";
    serve_names(zone);
    boot(/*probe=*/false);
    const auto addresses = getaddrinfo(alice, "web.example", 80, {.type = SocketType::stream}).wait().value();
    EXPECT_EQ(addresses.size(), 2U);
    EXPECT_EQ(gethostbyname_ex(alice, "many.example").wait().value().addresses.size(), 150U);
    const auto questions = [&] {
        return tshark("dns.flags.response==0 and ip.src==198.51.100.1", "dns.qry.name");
    };
    if (!test::has_tshark()) GTEST_SKIP() << "needs tshark";
    const std::string once = questions();
    EXPECT_THAT(tshark("dns.flags.truncated==1", "dns.qry.name"), HasSubstr("many.example"));
    EXPECT_THAT(tshark("tcp.dstport==53 and dns", "dns.qry.name"), HasSubstr("many.example"));
    ASSERT_TRUE(gethostbyname(alice, "web.example").wait());
    EXPECT_EQ(questions(), once) << "from the cache";
    ASSERT_TRUE(alice.sleep(301s).wait());
    ASSERT_TRUE(gethostbyname(alice, "web.example").wait());
    EXPECT_NE(questions(), once) << "its time is over";
}

/// Takes a page, and forgets it.
struct Page : http::Receiver {
    Result<void> header(const http::Response&) override { return {}; }
    Task<Result<void>> body(BytesView octets) override {
        text += octets.text();
        co_return Result<void>{};
    }
    std::string text;
};

TEST_F(LessonsOnServices, Lesson013_FromAnAddressToThePage_DhcpArpDnsHandshakeGet200Fins_InOrder) {
    serve_addresses();
    serve_names("web A 198.51.100.80\n");
    Directory files = memory_directory(web);
    files.open("index.html", Access::create).value().pwrite("<p>hello", 0).value();
    web.spawn(app::serve(web, create_server(web, {"198.51.100.80", 80}).value(),
                         app::conversing(http::site(web, files))));
    boot();
    Page page;
    const auto visit = [](Network& network, http::Receiver& receiver) -> Task<> {
        http::Fetch fetch;
        fetch.url = http::Url::parse("http://web.example/").value();
        Result<http::Response> response = co_await http::fetch(network, fetch, receiver);
        EXPECT_TRUE(response) << response.error().message();
    };
    ASSERT_TRUE(alice.run(visit(alice, page)));
    EXPECT_EQ(page.text, "<p>hello");
    ASSERT_TRUE(lab.run_for(5s));

    if (!test::has_tshark()) GTEST_SKIP() << "needs tshark";
    // What alice's cable carried, each kind once, in order.
    const std::string kinds = test::tshark(lab.pcapng(),
                                           "-Y 'frame.interface_name contains \"alice\" or "
                                           "eth.dst==02:00:00:00:00:03' -T fields -e _ws.col.Info");
    std::size_t at = 0;
    for (const std::string_view kind :
         {"DHCP Discover", "DHCP Offer", "DHCP Request", "DHCP ACK", "Who has 192.168.1.101",
          "Who has 192.168.1.1?", "Standard query ", "Standard query response", "[SYN]", "[SYN, ACK]",
          "GET / HTTP/1.1", "HTTP/1.1 200 OK"}) {
        const std::size_t found = kinds.find(kind, at);
        ASSERT_NE(found, std::string::npos) << kind << " after " << at << " in\n" << kinds;
        at = found + kind.size();
    }
    EXPECT_EQ(tshark("tcp.flags.fin==1 and ip.addr==192.168.1.101", "ip.src"),
              "192.168.1.101\n198.51.100.80\n")
        << "a FIN from each; the client's first, since it has the whole response";
    EXPECT_EQ(test::tshark(lab.pcapng(), "-Y _ws.malformed"), "");
}

}  // namespace
}  // namespace sockeye
