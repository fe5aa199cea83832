// Happy Eyeballs (RFC 8305), to the millisecond, on a network whose answers are scripted.
#include "socket/connecting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <stop_token>

#include "socket/name_service.hpp"
#include "sockeye/socket.hpp"
#include "test/support/manual_network.hpp"

namespace sockeye {
namespace {

using test::ManualDriver;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What happens, when, as lines: "250 ms: try 192.0.2.1:80".
class Story {
public:
    explicit Story(ManualDriver& driver) : driver_{driver} {}
    void note(const std::string& what) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(driver_.now().since_zero());
        lines.push_back(std::to_string(ms.count()) + " ms: " + what);
    }
    std::vector<std::string> lines;

private:
    ManualDriver& driver_;
};

struct Outcome {
    Duration after = Duration::max();  ///< for ever
    std::optional<Errc> error;
};

struct Script {
    std::map<std::string, Outcome> peers;  ///< by address and port
    std::map<Family, Duration> delays;     ///< of name servers
    std::map<Family, std::vector<IpAddress>> names;
    std::map<std::string, std::string> sources;  ///< by address and port; others have one of their family
};

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

class ScriptedSocket : public backend::Socket {
public:
    ScriptedSocket(ManualDriver& driver, Script& script, Story& story)
        : Socket{driver}, manual_{driver}, script_{script}, story_{story} {}
    ~ScriptedSocket() override {
        if (!peer_.empty()) story_.note("close " + peer_);
    }

    Result<void> bind(const Address& at) override {
        story_.note("bind " + at.to_string());
        return {};
    }
    Result<void> connect(const Address& peer) override {
        peer_ = peer.to_string();
        story_.note("try " + peer_);
        ends_ = manual_.now() + script_.peers[peer_].after;
        if (ends_ == manual_.now()) return finish_connect();
        if (ends_ != Instant::never())
            manual_.at(ends_, [this, alive = std::weak_ptr{alive_}] {
                if (!alive.expired()) wake(backend::Interest::write);
            });
        return std::unexpected{Errc::would_block};
    }
    Result<void> finish_connect() override {
        if (manual_.now() < ends_) return std::unexpected{Errc::would_block};
        if (script_.peers[peer_].error) return std::unexpected{*script_.peers[peer_].error};
        return {};
    }
    Result<Address> peer_address() const override { return Address::parse(peer_); }
    std::string describe() const override { return "scripted"; }

    Result<void> prepare_server(const Address&, const backend::Sharing&) override { return {}; }
    Result<void> listen(int) override { return std::unexpected{Errc::unsupported}; }
    Result<std::unique_ptr<Socket>> accept(Address&) override { return std::unexpected{Errc::unsupported}; }
    Result<std::size_t> receive_into(std::span<std::byte>) override {
        return std::unexpected{Errc::unsupported};
    }
    Result<DatagramInfo> receive_from(std::span<std::byte>) override {
        return std::unexpected{Errc::unsupported};
    }
    Result<std::size_t> send(std::span<const std::byte>) override {
        return std::unexpected{Errc::unsupported};
    }
    Result<std::size_t> send_to(std::span<const std::byte>, const Address&) override {
        return std::unexpected{Errc::unsupported};
    }
    Result<void> shutdown(Shutdown) override { return std::unexpected{Errc::unsupported}; }
    Result<Address> local_address() const override { return Address{}; }

private:
    ManualDriver& manual_;
    Script& script_;
    Story& story_;
    std::string peer_;
    Instant ends_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

class ScriptedLookup : public backend::HostLookup {
public:
    ScriptedLookup(ManualDriver& driver, Script& script, Family family)
        : HostLookup{driver}, manual_{driver}, script_{script}, family_{family} {}

    Result<HostEntry> finish() override {
        if (!ends_) {
            ends_ = manual_.now() + script_.delays[family_];
            if (*ends_ != Instant::never())
                manual_.at(*ends_, [this, alive = std::weak_ptr{alive_}] {
                    if (!alive.expired()) wake(backend::Interest::read);
                });
        }
        if (manual_.now() < *ends_) return std::unexpected{Errc::would_block};
        const std::vector<IpAddress>& found = script_.names[family_];
        if (found.empty())
            return std::unexpected{Error{Errc::name_not_found, "", "web.example: no such name"}};
        return HostEntry{.name = "web.example", .aliases = {}, .addresses = found};
    }
    std::string describe() const override { return "web.example"; }

private:
    ManualDriver& manual_;
    Script& script_;
    Family family_;
    std::optional<Instant> ends_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

class ScriptedNetwork : public sockeye::Network {
    class Backend : public test::ManualBackend, private test::NoNames {
    public:
        Backend(std::unique_ptr<ManualDriver> driver, Script& script, std::unique_ptr<Story>& story)
            : ManualBackend{std::move(driver)}, script_{script}, story_{story} {}
        Result<std::unique_ptr<backend::Socket>> open(backend::SocketKind) override {
            return std::make_unique<ScriptedSocket>(manual(), script_, *story_);
        }
        Result<IpAddress> source_for(const Address& peer) override {
            const auto found = script_.sources.find(peer.to_string());
            if (found != script_.sources.end()) return IpAddress::parse(found->second);
            if (peer.ip().is_loopback()) return peer.ip();
            return peer.family() == Family::inet ? ip("192.0.2.99") : ip("2001:db8::99");
        }
        backend::NameService& names() override { return *this; }
        ManualDriver& manual() { return static_cast<ManualDriver&>(driver()); }

    private:
        std::unique_ptr<backend::HostLookup> by_name(sockeye::Network&, std::string_view,
                                                     Family family) override {
            return std::make_unique<ScriptedLookup>(manual(), script_, family);
        }
        Script& script_;
        std::unique_ptr<Story>& story_;
    };

public:
    ScriptedNetwork() : Network{std::make_unique<Backend>(std::make_unique<ManualDriver>(), script, story_)} {
        story_ = std::make_unique<Story>(static_cast<Backend&>(backend()).manual());
    }
    std::vector<std::string>& story() { return story_->lines; }

    Script script;

private:
    std::unique_ptr<Story> story_;
};

class HappyEyeballs : public ::testing::Test {
protected:
    void know(std::initializer_list<std::string_view> v6, std::initializer_list<std::string_view> v4) {
        for (std::string_view one : v6) network.script.names[Family::inet6].push_back(ip(one));
        for (std::string_view one : v4) network.script.names[Family::inet].push_back(ip(one));
    }
    Result<Socket> connect(Deadline deadline = {}, ConnectOptions options = {}) {
        return create_connection(network, Target{"web.example", 80}, deadline, options).wait();
    }

    ScriptedNetwork network;
};

TEST_F(HappyEyeballs, IPv6IsTriedFirstAndIPv4AQuarterOfASecondLater) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.peers["192.0.2.1:80"] = {10ms, {}};

    Socket socket = connect().value();

    EXPECT_EQ(socket.getpeername().value().to_string(), "192.0.2.1:80");
    EXPECT_THAT(network.story(), ElementsAre("0 ms: try [2001:db8::1]:80", "250 ms: try 192.0.2.1:80",
                                             "260 ms: close [2001:db8::1]:80"))
        << "the loser is closed when there is a winner (RFC 8305 section 5)";
}

TEST_F(HappyEyeballs, TheFirstTriedMayStillWin) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.peers["[2001:db8::1]:80"] = {300ms, {}};
    Socket socket = connect().value();
    EXPECT_EQ(socket.getpeername().value().to_string(), "[2001:db8::1]:80");
    EXPECT_THAT(network.story(), ElementsAre("0 ms: try [2001:db8::1]:80", "250 ms: try 192.0.2.1:80",
                                             "300 ms: close 192.0.2.1:80"));
}

TEST_F(HappyEyeballs, AFailureMakesWayForTheNextAtOnce) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.peers["[2001:db8::1]:80"] = {7ms, Errc::refused};
    network.script.peers["192.0.2.1:80"] = {3ms, {}};
    ASSERT_TRUE(connect());
    EXPECT_THAT(network.story(), ElementsAre("0 ms: try [2001:db8::1]:80", "7 ms: close [2001:db8::1]:80",
                                             "7 ms: try 192.0.2.1:80", "10 ms: close 192.0.2.1:80"));
}

TEST_F(HappyEyeballs, TheFamiliesTakeTurns) {
    know({"2001:db8::1", "2001:db8::2", "2001:db8::3"}, {"192.0.2.1", "192.0.2.2"});
    EXPECT_EQ(connect(2s).error(), Errc::timed_out);
    network.story().resize(5);
    EXPECT_THAT(network.story(), ElementsAre("0 ms: try [2001:db8::1]:80", "250 ms: try 192.0.2.1:80",
                                             "500 ms: try [2001:db8::2]:80", "750 ms: try 192.0.2.2:80",
                                             "1000 ms: try [2001:db8::3]:80"));
}

TEST_F(HappyEyeballs, IPv4sAnswerWaitsFiftyMillisecondsForIPv6s) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.delays[Family::inet6] = 40ms;
    network.script.delays[Family::inet] = 10ms;
    network.script.peers["[2001:db8::1]:80"] = {1ms, {}};
    ASSERT_TRUE(connect());
    EXPECT_EQ(network.story().front(), "40 ms: try [2001:db8::1]:80") << "RFC 8305 section 3";
}

TEST_F(HappyEyeballs, ButNoLonger) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.delays[Family::inet6] = 5s;
    network.script.delays[Family::inet] = 10ms;
    network.script.peers["192.0.2.1:80"] = {1ms, {}};
    ASSERT_TRUE(connect());
    EXPECT_EQ(network.story().front(), "60 ms: try 192.0.2.1:80");
}

TEST_F(HappyEyeballs, AnIPv6AnswerThatComesLateIsStillTried) {
    know({"2001:db8::1"}, {"192.0.2.1", "192.0.2.2"});
    network.script.delays[Family::inet6] = 100ms;
    network.script.peers["[2001:db8::1]:80"] = {1ms, {}};
    ASSERT_TRUE(connect());
    EXPECT_THAT(network.story(), ElementsAre("50 ms: try 192.0.2.1:80", "300 ms: try [2001:db8::1]:80",
                                             "301 ms: close 192.0.2.1:80", "301 ms: close [2001:db8::1]:80"));
}

TEST_F(HappyEyeballs, IPv4GoesAheadAtOnceWhereThereIsNoIPv6) {
    know({}, {"192.0.2.1"});
    network.script.delays[Family::inet6] = 20ms;
    network.script.peers["192.0.2.1:80"] = {1ms, {}};
    ASSERT_TRUE(connect());
    EXPECT_EQ(network.story().front(), "20 ms: try 192.0.2.1:80");
}

TEST_F(HappyEyeballs, TheErrorListsEveryAttemptAndHasTheMostUsefulCode) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.peers["[2001:db8::1]:80"] = {0ms, Errc::unreachable};
    network.script.peers["192.0.2.1:80"] = {1ms, Errc::refused};
    const Error error = connect().error();
    EXPECT_EQ(error.message(),
              "connect: refused (web.example:80: [2001:db8::1]:80 unreachable, 192.0.2.1:80 refused)");
}

TEST_F(HappyEyeballs, TheDeadlineCoversTheLookUpAndEveryAttempt) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.delays[Family::inet6] = 100ms;
    network.script.peers["[2001:db8::1]:80"] = {5ms, Errc::refused};
    const Error error = connect(400ms).error();
    EXPECT_EQ(error.message(),
              "connect: timed out (web.example:80: [2001:db8::1]:80 refused, 192.0.2.1:80 does not answer)");
    EXPECT_EQ(network.now(), Instant{400ms});
    EXPECT_EQ(network.story().back(), "400 ms: close 192.0.2.1:80") << "nothing stays half-open";
}

TEST_F(HappyEyeballs, ADeadlineDuringTheLookUpSaysSo) {
    network.script.delays[Family::inet6] = 10s;
    network.script.delays[Family::inet] = 10s;
    EXPECT_EQ(
        connect(1s).error().message(),
        "connect: timed out (web.example:80: IPv6 addresses not known yet, IPv4 addresses not known yet)");
    EXPECT_THAT(network.story(), IsEmpty());
}

TEST_F(HappyEyeballs, ANameWithoutAddressesIsNotFound) {
    const Error error = connect().error();
    EXPECT_EQ(error.message(), "connect: name not found (web.example: no such name)");
}

TEST_F(HappyEyeballs, OneFamilyAloneIfThatIsAskedFor) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.peers["192.0.2.1:80"] = {1ms, {}};
    ASSERT_TRUE(connect({}, {.family = Family::inet}));
    EXPECT_EQ(network.story().front(), "0 ms: try 192.0.2.1:80");
}

TEST_F(HappyEyeballs, TheDelaysAreOptions) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.peers["192.0.2.1:80"] = {1ms, {}};
    ASSERT_TRUE(connect({}, {.attempt_delay = 100ms}));
    EXPECT_EQ(network.story()[1], "100 ms: try 192.0.2.1:80");
}

TEST_F(HappyEyeballs, ASourceAddressIsBoundBeforeEachAttemptOfItsFamily) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.peers["192.0.2.1:80"] = {1ms, {}};
    ASSERT_TRUE(connect({}, {.source = ip("192.0.2.7"), .source_port = 4000}));
    EXPECT_THAT(network.story(), ElementsAre("0 ms: bind 192.0.2.7:4000", "0 ms: try 192.0.2.1:80",
                                             "1 ms: close 192.0.2.1:80"));
}

TEST_F(HappyEyeballs, WhatCannotBeReachedIsTriedLast) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    network.script.sources["[2001:db8::1]:80"] = "no way there";
    network.script.peers["192.0.2.1:80"] = {1ms, {}};
    ASSERT_TRUE(connect());
    EXPECT_EQ(network.story().front(), "0 ms: try 192.0.2.1:80") << "RFC 6724 rule 1";
}

TEST_F(HappyEyeballs, AStoppedTaskLeavesNothingHalfOpen) {
    know({"2001:db8::1"}, {"192.0.2.1"});
    std::stop_source source;
    Errc seen{};
    network.spawn(
        [](Network& on, Errc& how) -> Task<> {
            auto op = create_connection(on, Target{"web.example", 80});
            auto socket = co_await op;
            how = socket.error().code();
            (void)co_await on.sleep(1s);  // the stop ends that too
        }(network, seen),
        source.get_token());
    ASSERT_TRUE(network.sleep(300ms).wait());
    source.request_stop();
    ASSERT_TRUE(network.run());
    EXPECT_EQ(seen, Errc::cancelled);
    EXPECT_THAT(network.story(), ElementsAre("0 ms: try [2001:db8::1]:80", "250 ms: try 192.0.2.1:80",
                                             "300 ms: close [2001:db8::1]:80", "300 ms: close 192.0.2.1:80"));
}

TEST_F(HappyEyeballs, LocalhostIsLoopbackOfBothFamiliesAndNobodyIsAsked) {
    network.script.delays[Family::inet6] = network.script.delays[Family::inet] = 1s;
    network.script.peers["[::1]:9001"] = {0ms, Errc::refused};
    network.script.peers["127.0.0.1:9001"] = {0ms, {}};
    Socket socket = create_connection(network, Target{"localhost", 9001}).wait().value();
    EXPECT_THAT(network.story(),
                ElementsAre("0 ms: try [::1]:9001", "0 ms: close [::1]:9001", "0 ms: try 127.0.0.1:9001"));
}

TEST_F(HappyEyeballs, ADatagramToLocalhostGoesWhereMostProgramsListen) {
    network.script.peers["127.0.0.1:9001"] = {0ms, {}};
    Socket socket = create_connection(network, Target::parse("udp://localhost:9001").value()).wait().value();
    EXPECT_EQ(network.story().front(), "0 ms: try 127.0.0.1:9001");
}

}  // namespace
}  // namespace sockeye
