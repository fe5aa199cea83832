// Names on the kernel's network: c-ares on the loop, against a name server of our own on loopback.
// What holds on both networks is in test/conformance/name_bodies.cpp.
#include "sockeye/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stop_token>

#include "sockeye/kernel.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/name_server.hpp"
#include "test/support/posix.hpp"
#include "test/support/python.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;
using test::NameServer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const Address loopback{IpAddress::loopback(Family::inet), 0};

class KernelNames : public test::OnEachBackend {
protected:
    KernelNames() { set_name_servers(network, {&server.address(), 1}); }

    Result<std::vector<AddressInfo>> look_up(std::string_view host, AddressHints hints = {},
                                             Deadline deadline = 10s) {
        hints.type = hints.type.value_or(SocketType::stream);
        return getaddrinfo(network, host, 80, hints, deadline).wait();
    }
    static std::vector<std::string> texts(const Result<std::vector<AddressInfo>>& infos) {
        std::vector<std::string> all;
        if (!infos) return {infos.error().message()};
        for (const AddressInfo& info : *infos) all.push_back(info.address.to_string());
        return all;
    }

    KernelNetwork network{options()};
    NameServer server{network, loopback};
};

TEST_P(KernelNames, BothFamiliesAreAskedAtOnce) {
    server.add("web.example", "192.0.2.1");
    server.add("web.example", "2001:db8::1");
    EXPECT_THAT(texts(look_up("web.example")), UnorderedElementsAre("192.0.2.1:80", "[2001:db8::1]:80"));
    EXPECT_THAT(server.questions, UnorderedElementsAre("web.example A", "web.example AAAA"));
}

TEST_P(KernelNames, AHintAsksForOneFamilyAlone) {
    server.add("web.example", "192.0.2.1");
    server.add("web.example", "2001:db8::1");
    EXPECT_THAT(texts(look_up("web.example", {.family = Family::inet})), ElementsAre("192.0.2.1:80"));
    EXPECT_THAT(server.questions, ElementsAre("web.example A"));
}

TEST_P(KernelNames, ATruncatedAnswerIsAskedForOverTcp) {
    server.add("big.example", "192.0.2.1");
    server.truncate();
    EXPECT_THAT(texts(look_up("big.example", {.family = Family::inet})), ElementsAre("192.0.2.1:80"));
    EXPECT_THAT(server.questions, ElementsAre("big.example A", "big.example A over TCP"));
}

TEST_P(KernelNames, ANameThatNobodyKnowsIsNotFound) {
    const auto found = look_up("nobody.example");
    EXPECT_EQ(found.error(), Errc::name_not_found);
    EXPECT_EQ(found.error().message(), "getaddrinfo: name not found (nobody.example: no such name)");
}

TEST_P(KernelNames, AServerThatFailsIsNotTakenForANameThatDoesNotExist) {
    server.fail("broken.example", wire::DnsCode::server_failure);
    const auto found = look_up("broken.example");
    EXPECT_EQ(found.error(), Errc::name_not_found);
    EXPECT_THAT(found.error().message(), HasSubstr("no name server could answer"));
}

TEST_P(KernelNames, AServerThatIsNotThereIsSaid) {
    const Address nobody = posix::name_of(posix::bound(loopback, SOCK_DGRAM));
    set_name_servers(network, {&nobody, 1});
    const auto found = look_up("web.example");
    EXPECT_EQ(found.error(), Errc::name_not_found);
    EXPECT_THAT(found.error().message(), HasSubstr("no name server could answer"));
}

TEST_P(KernelNames, ADeadlineEndsALookUpAndClosesItsSockets) {
    server.ignore(100);
    const auto before = posix::open_descriptors();
    EXPECT_EQ(look_up("slow.example", {}, 30ms).error(), Errc::timed_out);
    EXPECT_EQ(posix::open_descriptors(), before);
    EXPECT_FALSE(server.questions.empty()) << "it was under way";
}

TEST_P(KernelNames, ALookUpLeavesNoDescriptorOpen) {
    server.add("web.example", "192.0.2.1");
    const auto before = posix::open_descriptors();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(look_up("web.example"));
    EXPECT_EQ(posix::open_descriptors(), before);
}

Task<> note_how_it_ends(Network& network, Errc& seen) {
    auto found = co_await getaddrinfo(network, "slow.example", 80);
    seen = found ? Errc{} : found.error().code();
}

TEST_P(KernelNames, AStoppedTaskStopsALookUp) {
    server.ignore(100);
    const auto before = posix::open_descriptors();
    std::stop_source source;
    Errc seen{};
    network.spawn(note_how_it_ends(network, seen), source.get_token());
    ASSERT_TRUE(network.sleep(20ms).wait());
    EXPECT_GT(posix::open_descriptors(), before);
    source.request_stop();
    ASSERT_TRUE(network.sleep(1ms).wait());
    EXPECT_EQ(seen, Errc::cancelled);
    EXPECT_EQ(posix::open_descriptors(), before);
}

TEST_P(KernelNames, ALookUpThatIsDestroyedWhileItWaitsIsWithdrawn) {
    server.ignore(100);
    const auto before = posix::open_descriptors();
    {
        KernelNetwork other{options()};
        set_name_servers(other, {&server.address(), 1});
        Errc seen{};
        other.spawn(note_how_it_ends(other, seen));
        ASSERT_TRUE(other.sleep(5ms).wait());
    }
    EXPECT_EQ(posix::open_descriptors(), before);
}

TEST_P(KernelNames, TheHostsFileComesFirst) {
    const std::vector<std::string> line = test::python(
        "import socket\n"
        "for line in open(\"/etc/hosts\"):\n"
        "    words = line.split(\"#\")[0].split()\n"
        "    if len(words) > 1 and \".\" in words[0] and words[1] != \"localhost\":\n"
        "        print(words[0], words[1], sep=\"\\n\")\n"
        "        break\n");
    if (line.empty()) GTEST_SKIP() << "/etc/hosts names nobody but localhost";
    EXPECT_THAT(texts(look_up(line[1], {.family = Family::inet})), Contains(line[0] + ":80"));
    EXPECT_TRUE(server.questions.empty());
}

TEST_P(KernelNames, ManyLookUpsGoOnAtOnce) {
    constexpr int many = 50;
    for (int i = 0; i < many; ++i) server.add("h" + std::to_string(i) + ".example", "192.0.2.1");
    server.delay(wire::DnsType::a, 20ms);
    int found = 0;
    int left = many;
    for (int i = 0; i < many; ++i)
        network.spawn([](Network& on, int number, int& count, int& still) -> Task<> {
            const std::string name = "h" + std::to_string(number) + ".example";
            auto infos = co_await getaddrinfo(on, name, 80, {.family = Family::inet});
            count += infos ? 1 : 0;
            --still;
        }(network, i, found, left));
    while (left > 0) ASSERT_TRUE(network.sleep(1ms).wait());
    EXPECT_EQ(found, many);
}

TEST_P(KernelNames, ServicesInterfacesAndTheHostsNameAreThoseOfPythonsSocket) {
    EXPECT_EQ(getservbyname(network, "http", "tcp").value(), 80);
    EXPECT_EQ(getservbyport(network, 53, "udp").value(), "domain");
    EXPECT_EQ(getservbyname(network, "no such service").error(), Errc::name_not_found);
    const std::vector<std::string> python = test::python(
        "import socket\n"
        "print(socket.gethostname())\n"
        "for index, name in socket.if_nameindex(): print(index, name)\n");
    EXPECT_EQ(gethostname(network), python[0]);
    std::vector<std::string> interfaces;
    for (const auto& [index, name] : if_nameindex(network)) {
        interfaces.push_back(std::to_string(index) + " " + name);
        EXPECT_EQ(if_nametoindex(network, name).value(), index);
        EXPECT_EQ(if_indextoname(network, index).value(), name);
    }
    EXPECT_EQ(interfaces, std::vector(python.begin() + 1, python.end()));
    EXPECT_EQ(if_nametoindex(network, "no such card").error(), Errc::name_not_found);
}

INSTANTIATE_TEST_SUITE_P(Backends, KernelNames, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

TEST(Protocols, HaveTheNumbersOfPythonsSocket) {
    for (const char* name : {"icmp", "tcp", "udp", "ipv6-icmp"})
        EXPECT_EQ(
            std::to_string(getprotobyname(name).value()),
            test::python(std::string{"import socket; print(socket.getprotobyname(\""} + name + "\"))")[0]);
    EXPECT_EQ(getprotobyname("carrier pigeon").error(), Errc::name_not_found);
}

}  // namespace
}  // namespace sockeye
