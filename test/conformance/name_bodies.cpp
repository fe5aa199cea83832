// Names: what a program may rely on when it asks for hosts, and connects to them by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sockeye/names.hpp"
#include "test/conformance/bodies.hpp"
#include "test/support/name_server.hpp"

namespace sockeye::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A name server on the server's network, which the client asks.
struct Named {
    explicit Named(Place& place)
        : names{place.server(), place.any_port()}, ip{place.server_ip().to_string()} {
        set_name_servers(place.client(), {&names.address(), 1});
    }
    test::NameServer names;
    std::string ip;
};

Target at(std::string_view host, const Socket& server) {
    return {std::string{host}, server.getsockname().value().port()};
}

void connects_by_name(Place& place) {
    Named named{place};
    named.names.add("web.example", named.ip);
    Socket server = create_server(place.server(), place.any_port()).value();
    Socket near = create_connection(place.client(), at("web.example", server)).wait().value();
    EXPECT_EQ(near.getpeername(), server.getsockname());
}

void a_udp_target_by_name_is_a_connected_socket(Place& place) {
    Named named{place};
    named.names.add("echo.example", named.ip);
    Socket server = create_datagram_server(place.server(), place.any_port()).value();
    Target target = at("echo.example", server);
    target.transport = Transport::udp;
    Socket near = create_connection(place.client(), target).wait().value();
    ASSERT_TRUE(near.send("hello").wait());
    EXPECT_EQ(server.recv(100).wait().value().text(), "hello");
}

/// Row 121.
void localhost_is_loopback_though_the_server_has_ipv4_alone(Place& place) {
    Named named{place};
    Socket server = create_server(place.server(), Address{IpAddress::loopback(Family::inet), 0}).value();
    for (const char* name : {"localhost", "LocalHost.", "any.localhost"})
        EXPECT_TRUE(create_connection(place.server(), at(name, server)).wait()) << name;
    EXPECT_THAT(named.names.questions, IsEmpty());
}

void a_refusal_by_name_says_whose(Place& place) {
    Named named{place};
    named.names.add("web.example", named.ip);
    Socket server = create_server(place.server(), place.any_port()).value();
    const Target target = at("web.example", server);
    const std::string address = server.getsockname().value().to_string();
    server.close();
    const Error error = create_connection(place.client(), target).wait().error();
    EXPECT_EQ(error.message(), "connect: refused (" + target.to_string() + ": " + address + " refused)");
}

void a_name_that_does_not_exist_is_not_found(Place& place) {
    Named named{place};
    const Error error = getaddrinfo(place.client(), "nobody.example", 80).wait().error();
    EXPECT_EQ(error.message(), "getaddrinfo: name not found (nobody.example: no such name)");
    const Error connecting = create_connection(place.client(), Target{"nobody.example", 80}).wait().error();
    EXPECT_EQ(connecting.message(), "connect: name not found (nobody.example: no such name)");
}

void a_name_without_such_an_address_is_not_found(Place& place) {
    Named named{place};
    named.names.add("six.example", "2001:db8::1");
    const Error error = gethostbyname(place.client(), "six.example").wait().error();
    EXPECT_EQ(error.message(), "gethostbyname: name not found (six.example: the name has no such address)");
}

void a_server_that_fails_is_told_from_a_name_that_does_not_exist(Place& place) {
    Named named{place};
    named.names.fail("broken.example", wire::DnsCode::server_failure);
    const Error error = gethostbyname(place.client(), "broken.example").wait().error();
    EXPECT_EQ(error.message(), "gethostbyname: name not found (broken.example: no name server could answer)");
}

/// Row 8: TC, then TCP.
void an_answer_too_long_for_a_datagram_comes_over_tcp(Place& place) {
    Named named{place};
    named.names.add("big.example", named.ip);
    named.names.truncate();
    EXPECT_EQ(gethostbyname(place.client(), "big.example").wait().value().to_string(), named.ip);
    EXPECT_THAT(named.names.questions, ElementsAre("big.example A", "big.example A over TCP"));
}

void aliases_lead_to_the_name_that_has_the_addresses(Place& place) {
    Named named{place};
    named.names.add_alias("www.example", "web.example");
    named.names.add_alias("web.example", "host.example");
    named.names.add("host.example", "192.0.2.1");
    named.names.add("host.example", "192.0.2.2");
    const HostEntry entry = gethostbyname_ex(place.client(), "www.example").wait().value();
    EXPECT_EQ(entry.name, "host.example");
    EXPECT_THAT(entry.aliases, ElementsAre("www.example", "web.example"));
    EXPECT_EQ(entry.addresses.size(), 2U);
    EXPECT_EQ(getaddrinfo(place.client(), "www.example", "", {.family = Family::inet, .canonical_name = true})
                  .wait()
                  .value()
                  .front()
                  .canonical_name,
              "host.example");
}

void an_address_has_a_name(Place& place) {
    Named named{place};
    named.names.add_pointer("192.0.2.7", "host.example");
    const Address known{IpAddress::parse("192.0.2.7").value(), 80};
    const Address unknown{IpAddress::parse("192.0.2.8").value(), 80};
    Network& client = place.client();

    EXPECT_EQ(getnameinfo(client, known).wait().value(), (NameInfo{"host.example", "http"}));
    EXPECT_EQ(gethostbyaddr(client, "192.0.2.7").wait().value().name, "host.example");
    EXPECT_EQ(getfqdn(client, "192.0.2.7").wait().value(), "host.example");
    EXPECT_EQ(getnameinfo(client, known, {.numeric_host = true, .numeric_service = true}).wait().value(),
              (NameInfo{"192.0.2.7", "80"}));
    EXPECT_EQ(getnameinfo(client, unknown).wait().value().host, "192.0.2.8") << "as text, where it has none";
    EXPECT_EQ(getnameinfo(client, unknown, {.name_required = true}).wait().error(), Errc::name_not_found);
    EXPECT_EQ(getfqdn(client, "192.0.2.8").wait().value(), "192.0.2.8");
}

void numeric_hosts_ask_nobody(Place& place) {
    Named named{place};
    Network& client = place.client();
    const auto texts = [](const Result<std::vector<AddressInfo>>& infos) {
        std::vector<std::string> all;
        for (const AddressInfo& info : infos.value())
            all.push_back((info.type == SocketType::stream ? "tcp " : "udp ") + info.address.to_string());
        return all;
    };
    EXPECT_THAT(texts(getaddrinfo(client, "192.0.2.1", "domain").wait()),
                ElementsAre("tcp 192.0.2.1:53", "udp 192.0.2.1:53"));
    EXPECT_THAT(texts(getaddrinfo(client, "192.0.2.1", "http").wait()), ElementsAre("tcp 192.0.2.1:80"))
        << "what has no such port is left out";
    const AddressHints stream{.type = SocketType::stream};
    EXPECT_THAT(texts(getaddrinfo(client, "fe80::1%2", 80, stream).wait()),
                ElementsAre("tcp [fe80::1%2]:80"));
    EXPECT_THAT(texts(getaddrinfo(client, "", 80,
                                  {.family = Family::inet, .type = SocketType::stream, .passive = true})
                          .wait()),
                ElementsAre("tcp 0.0.0.0:80"));
    EXPECT_THAT(
        texts(getaddrinfo(client, "", 80, {.family = Family::inet, .type = SocketType::stream}).wait()),
        ElementsAre("tcp 127.0.0.1:80"));
    EXPECT_THAT(texts(getaddrinfo(client, "192.0.2.1", 80,
                                  {.family = Family::inet6, .type = SocketType::stream, .v4_mapped = true})
                          .wait()),
                ElementsAre("tcp [::ffff:192.0.2.1]:80"));
    EXPECT_EQ(getaddrinfo(client, "web.example", 80, {.numeric_host = true}).wait().error(),
              Errc::name_not_found);
    EXPECT_EQ(getaddrinfo(client, "192.0.2.1", "no such service").wait().error(), Errc::name_not_found);
    EXPECT_EQ(getaddrinfo(client, "192.0.2.256", 80).wait().error(), Errc::invalid_argument);
    EXPECT_THAT(named.names.questions, IsEmpty());
}

void a_deadline_covers_the_look_up(Place& place) {
    Named named{place};
    named.names.ignore(100);
    const Instant began = place.client().now();
    EXPECT_EQ(getaddrinfo(place.client(), "slow.example", 80, {}, 50ms).wait().error(), Errc::timed_out);
    EXPECT_GE(place.client().now() - began, 50ms);
    const Error error = create_connection(place.client(), Target{"slow.example", 80}, 50ms).wait().error();
    EXPECT_EQ(error, Errc::timed_out);
    EXPECT_THAT(error.message(), HasSubstr("not known yet"));
}

/// Each awaitable call with its arguments as temporaries: g++ 12 destroys some of them twice.
Task<int> await_every_call(Network& network, std::string ip) {
    int done = 0;
    done += (co_await getaddrinfo(network, std::string{"web.example"}, 80, {.family = Family::inet}, 1s))
                .has_value();
    done +=
        (co_await getaddrinfo(network, std::string{"web.example"}, std::string{"http"}, {}, 1s)).has_value();
    done += (co_await getnameinfo(network, Address{ip, 80}, {.numeric_service = true}, 1s)).has_value();
    done += (co_await gethostbyname(network, std::string{"web.example"}, 1s)).has_value();
    done += (co_await gethostbyname_ex(network, std::string{"web.example"}, 1s)).has_value();
    done += (co_await gethostbyaddr(network, std::string{ip}, 1s)).has_value();
    done += (co_await getfqdn(network, std::string{ip}, 1s)).has_value();
    done += (co_await create_connection(network, Target{std::string{"web.example"}, 1}, 1s,
                                        {.family = Family::inet}))
                .error() == Error{Errc::refused};
    co_return done;
}

void every_call_about_names_can_be_awaited_with_temporaries(Place& place) {
    Named named{place};
    named.names.add("web.example", named.ip);
    named.names.add_pointer(named.ip, "web.example");
    EXPECT_EQ(place.client().run(await_every_call(place.client(), named.ip)).value(), 8);
}

constexpr Body bodies[] = {
    {"ConnectsByName", connects_by_name},
    {"AUdpTargetByNameIsAConnectedSocket", a_udp_target_by_name_is_a_connected_socket},
    {"LocalhostIsLoopbackThoughTheServerHasIpv4Alone",
     localhost_is_loopback_though_the_server_has_ipv4_alone},
    {"ARefusalByNameSaysWhose", a_refusal_by_name_says_whose},
    {"ANameThatDoesNotExistIsNotFound", a_name_that_does_not_exist_is_not_found},
    {"ANameWithoutSuchAnAddressIsNotFound", a_name_without_such_an_address_is_not_found},
    {"AServerThatFailsIsToldFromANameThatDoesNotExist",
     a_server_that_fails_is_told_from_a_name_that_does_not_exist},
    {"AnAnswerTooLongForADatagramComesOverTcp", an_answer_too_long_for_a_datagram_comes_over_tcp},
    {"AliasesLeadToTheNameThatHasTheAddresses", aliases_lead_to_the_name_that_has_the_addresses},
    {"AnAddressHasAName", an_address_has_a_name},
    {"NumericHostsAskNobody", numeric_hosts_ask_nobody},
    {"ADeadlineCoversTheLookUp", a_deadline_covers_the_look_up},
    {"EveryCallAboutNamesCanBeAwaitedWithTemporaries",
     every_call_about_names_can_be_awaited_with_temporaries},
};

}  // namespace

std::span<const Body> name_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
