#include "app/dhcp/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockeye::app::dhcp {
namespace {

using testing::ElementsAre;
using wire::DhcpMessage;
using wire::DhcpMessageType;
using wire::DhcpOption;

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

constexpr wire::MacAddress mac{{2, 0, 0, 0, 0, 0x65}};

struct DhcpClientTest : testing::Test {
    Instant now;
    std::optional<Client> client;
    DhcpMessage latest;  ///< that it has sent
    std::optional<IpAddress> latest_to;
    std::optional<Prefix> probed;

    Client& start(ClientConfig config = {}) {
        config.mac = mac;
        client.emplace(std::move(config), Random{1}, now);
        return *client;
    }
    /// What it does now: "DISCOVER", "probe 10.0.0.9/24", "use 10.0.0.9/24", "drop 10.0.0.9/24".
    std::vector<std::string> acts() {
        std::vector<std::string> done;
        while (const auto action = client->next(now)) {
            if (const auto* send = std::get_if<Client::Send>(&*action)) {
                latest = send->message;
                latest_to = send->to;
                done.emplace_back(to_string(latest.type().value()));
            }
            if (const auto* probe = std::get_if<Client::Probe>(&*action)) {
                probed = probe->address;
                done.push_back("probe " + probe->address.to_string());
            }
            if (const auto* use = std::get_if<Client::Use>(&*action))
                done.push_back("use " + use->lease.address.to_string());
            if (const auto* drop = std::get_if<Client::Drop>(&*action))
                done.push_back("drop " + drop->lease.address.to_string());
        }
        return done;
    }
    /// The next time that it does something, and what.
    std::vector<std::string> wait() {
        EXPECT_GT(client->next_wakeup(), now);
        now = client->next_wakeup();
        return acts();
    }
    static DhcpMessage reply_to(const DhcpMessage& question, DhcpMessageType type, std::string_view address) {
        DhcpMessage reply{.operation = wire::DhcpOperation::boot_reply,
                          .transaction = question.transaction,
                          .your = ip(address),
                          .mac = question.mac};
        reply.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(type));
        reply.options.set_address(DhcpOption::server_identifier, ip("10.0.0.1"));
        reply.options.set_address(DhcpOption::subnet_mask, ip("255.255.255.0"));
        reply.options.set_u32(DhcpOption::lease_time, 3600);
        return reply;
    }
    void answer(DhcpMessageType type, std::string_view address = "10.0.0.9") {
        client->receive(reply_to(latest, type, address), now);
    }
    void get_lease(ClientConfig config = {}) {
        config.probe = false;
        start(std::move(config));
        acts();
        answer(DhcpMessageType::offer);
        acts();
        answer(DhcpMessageType::ack);
        ASSERT_THAT(acts(), ElementsAre("use 10.0.0.9/24"));
        ASSERT_EQ(client->state(), ClientState::bound);
    }
};

TEST_F(DhcpClientTest, AsksTakesAnOfferChecksTheAddressAndUsesIt_Rfc2131_Figure5) {
    start({.host_name = "alice"});
    EXPECT_EQ(client->state(), ClientState::init);
    EXPECT_THAT(acts(), ElementsAre("DISCOVER"));
    EXPECT_EQ(client->state(), ClientState::selecting);
    EXPECT_FALSE(latest_to) << "to all";
    EXPECT_EQ(latest.options.text(DhcpOption::host_name), "alice");
    EXPECT_FALSE(latest.options.find(DhcpOption::server_identifier));

    answer(DhcpMessageType::offer);
    EXPECT_THAT(acts(), ElementsAre("REQUEST"));
    EXPECT_EQ(client->state(), ClientState::requesting);
    EXPECT_FALSE(latest_to) << "other servers are to hear whose offer it takes";
    EXPECT_EQ(latest.options.address(DhcpOption::server_identifier), ip("10.0.0.1"));
    EXPECT_EQ(latest.options.address(DhcpOption::requested_address), ip("10.0.0.9"));
    EXPECT_TRUE(latest.client.is_unspecified());

    answer(DhcpMessageType::ack);
    EXPECT_THAT(acts(), ElementsAre("probe 10.0.0.9/24"));
    EXPECT_EQ(client->state(), ClientState::checking);
    now = now + 5s;
    client->checked(Client::Verdict::free, now);
    EXPECT_THAT(acts(), ElementsAre("use 10.0.0.9/24"));
    EXPECT_EQ(client->state(), ClientState::bound);
    EXPECT_EQ(client->lease()->end, Instant{3600s}) << "counted from the request, not from the answer";
}

TEST_F(DhcpClientTest, AsksAgainAfter4_8_16_32And64SecondsEachWithASecondMoreOrLess_Rfc2131_4_1) {
    start();
    acts();
    for (const Duration usual : {4s, 8s, 16s, 32s, 64s, 64s}) {
        const Instant before = now;
        EXPECT_THAT(wait(), ElementsAre("DISCOVER"));
        EXPECT_GE(now - before, usual - 1s);
        EXPECT_LE(now - before, usual + 1s);
        EXPECT_EQ(latest.seconds, std::chrono::floor<std::chrono::seconds>(now.since_zero()).count());
    }
}

TEST_F(DhcpClientTest, TheRequestHasTheNumberAndTheSecondsOfTheDiscover_Rfc2131_4_4_1) {
    start();
    acts();
    wait();
    const DhcpMessage discover = latest;
    now = now + 2s;
    answer(DhcpMessageType::offer);
    acts();
    EXPECT_EQ(latest.transaction, discover.transaction);
    EXPECT_EQ(latest.seconds, discover.seconds);
}

TEST_F(DhcpClientTest, ARequestThatNobodyAnswersIsSentFourTimesThenAllBeginsAgain_Rfc2131_3_1) {
    start();
    acts();
    answer(DhcpMessageType::offer);
    EXPECT_THAT(acts(), ElementsAre("REQUEST"));
    const std::uint32_t first = latest.transaction;
    for (int again = 0; again < 3; ++again) EXPECT_THAT(wait(), ElementsAre("REQUEST"));
    EXPECT_THAT(wait(), ElementsAre("DISCOVER"));
    EXPECT_NE(latest.transaction, first);
}

TEST_F(DhcpClientTest, PassesOverWhatIsNotForItOrMakesNoSense) {
    start();
    acts();
    const auto offer = [&] { return reply_to(latest, DhcpMessageType::offer, "10.0.0.9"); };
    DhcpMessage wrong = offer();
    wrong.transaction ^= 1;
    client->receive(wrong, now);
    wrong = offer();
    wrong.mac = {};
    client->receive(wrong, now);
    wrong = offer();
    wrong.operation = wire::DhcpOperation::boot_request;
    client->receive(wrong, now);
    wrong = offer();
    wrong.your = ip("0.0.0.0");
    client->receive(wrong, now);
    wrong = offer();
    wrong.options.set_address(DhcpOption::subnet_mask, ip("255.0.255.0"));
    client->receive(wrong, now);
    wrong = offer();
    wrong.options.set_u32(DhcpOption::lease_time, 0);
    client->receive(wrong, now);
    answer(DhcpMessageType::ack);
    answer(DhcpMessageType::nak);
    EXPECT_THAT(acts(), ElementsAre());
    EXPECT_EQ(client->state(), ClientState::selecting);

    answer(DhcpMessageType::offer);
    acts();
    answer(DhcpMessageType::ack, "10.0.0.10");
    EXPECT_EQ(client->state(), ClientState::requesting) << "that was not the offer";
}

TEST_F(DhcpClientTest, AnAddressThatSomebodyHasIsDeclinedAndAllBeginsAgainAfterTenSeconds_Rfc2131_3_1) {
    start();
    acts();
    answer(DhcpMessageType::offer);
    acts();
    answer(DhcpMessageType::ack);
    acts();
    client->checked(Client::Verdict::taken, now);
    EXPECT_THAT(acts(), ElementsAre("DECLINE"));
    EXPECT_FALSE(latest_to);
    EXPECT_EQ(latest.options.address(DhcpOption::requested_address), ip("10.0.0.9"));
    EXPECT_EQ(latest.options.address(DhcpOption::server_identifier), ip("10.0.0.1"));
    EXPECT_TRUE(latest.client.is_unspecified());
    EXPECT_FALSE(latest.options.find(DhcpOption::parameter_request_list)) << "table 5: must not";
    EXPECT_FALSE(client->lease());

    const Instant declined = now;
    EXPECT_THAT(wait(), ElementsAre("DISCOVER"));
    EXPECT_EQ(now - declined, 10s);
    EXPECT_FALSE(latest.options.find(DhcpOption::requested_address));
}

TEST_F(DhcpClientTest, RenewsAtHalfTheLeaseWithTheServerThatGaveIt_Rfc2131_4_4_5) {
    get_lease();
    EXPECT_THAT(wait(), ElementsAre("REQUEST"));
    EXPECT_EQ(now, Instant{1800s});
    EXPECT_EQ(client->state(), ClientState::renewing);
    EXPECT_EQ(latest_to, ip("10.0.0.1"));
    EXPECT_EQ(latest.client, ip("10.0.0.9"));
    EXPECT_FALSE(latest.options.find(DhcpOption::server_identifier));
    EXPECT_FALSE(latest.options.find(DhcpOption::requested_address));

    answer(DhcpMessageType::ack);
    EXPECT_THAT(acts(), ElementsAre("use 10.0.0.9/24")) << "without a probe: it is the host's already";
    EXPECT_EQ(client->state(), ClientState::bound);
    EXPECT_EQ(client->lease()->end, Instant{5400s});
}

TEST_F(DhcpClientTest, AsksAgainAfterHalfOfWhatIsLeftThenAllServersAtSevenEighthsThenGivesUp) {
    get_lease();
    std::vector<std::string> story;
    for (std::string what; what.empty() || !what.starts_with("drop");) {
        const std::vector<std::string> done = wait();
        what = done.front();
        story.push_back(sockeye::to_string(now.since_zero()) + " " + what +
                        (latest_to ? " to one" : " to all"));
    }
    EXPECT_THAT(story, ElementsAre("1800s REQUEST to one",      // T1; T2 is at 3150 s
                                   "2475s REQUEST to one",      // half of 1350 s later
                                   "2812.5s REQUEST to one",    // of 675 s
                                   "2981.25s REQUEST to one",   // of 337.5 s
                                   "3065.625s REQUEST to one",  // of 168.75 s
                                   "3125.625s REQUEST to one",  // not sooner than 60 s
                                   "3150s REQUEST to all",      // T2
                                   "3375s REQUEST to all",      // half of 450 s later
                                   "3487.5s REQUEST to all",    //
                                   "3547.5s REQUEST to all",    // not sooner than 60 s
                                   "3600s drop 10.0.0.9/24 to all"));
    EXPECT_EQ(client->state(), ClientState::selecting) << "and begins again at once";
}

TEST_F(DhcpClientTest, AnyServerMayExtendTheLeaseOnceAllAreAsked) {
    get_lease();
    while (client->state() != ClientState::rebinding) wait();
    DhcpMessage ack = reply_to(latest, DhcpMessageType::ack, "10.0.0.9");
    ack.options.set_address(DhcpOption::server_identifier, ip("10.0.0.2"));
    client->receive(ack, now);
    EXPECT_THAT(acts(), ElementsAre("use 10.0.0.9/24"));
    EXPECT_EQ(client->lease()->server, ip("10.0.0.2"));
}

TEST_F(DhcpClientTest, AnAddressThatIsRefusedIsDroppedAtOnce) {
    get_lease();
    wait();
    answer(DhcpMessageType::nak);
    EXPECT_THAT(acts(), ElementsAre("drop 10.0.0.9/24", "DISCOVER"));
    EXPECT_FALSE(latest.options.find(DhcpOption::requested_address))
        << "it was told that it cannot have that";
}

TEST_F(DhcpClientTest, AnOfferThatIsTakenBackIsNoReasonToHurry) {
    start();
    acts();
    answer(DhcpMessageType::offer);
    acts();
    answer(DhcpMessageType::nak);
    EXPECT_THAT(acts(), ElementsAre());
    EXPECT_THAT(wait(), ElementsAre("DISCOVER"));
    EXPECT_EQ(now, Instant{10s});
}

TEST_F(DhcpClientTest, AHostThatWasHereBeforeAsksForItsAddress_InitReboot) {
    start({.previous = ip("10.0.0.9"), .probe = false});
    EXPECT_EQ(client->state(), ClientState::init_reboot);
    EXPECT_THAT(acts(), ElementsAre("REQUEST"));
    EXPECT_EQ(client->state(), ClientState::rebooting);
    EXPECT_FALSE(latest_to);
    EXPECT_EQ(latest.options.address(DhcpOption::requested_address), ip("10.0.0.9"));
    EXPECT_FALSE(latest.options.find(DhcpOption::server_identifier));
    EXPECT_TRUE(latest.client.is_unspecified());
    answer(DhcpMessageType::ack);
    EXPECT_THAT(acts(), ElementsAre("use 10.0.0.9/24"));
}

TEST_F(DhcpClientTest, ARefusedRebootBeginsFromTheStartAtOnce) {
    start({.previous = ip("10.0.0.9")});
    acts();
    answer(DhcpMessageType::nak);
    EXPECT_THAT(acts(), ElementsAre("DISCOVER"));
}

TEST_F(DhcpClientTest, ARebootThatNobodyKnowsOfBeginsFromTheStartAndStillWantsTheAddress) {
    start({.previous = ip("10.0.0.9")});
    EXPECT_THAT(acts(), ElementsAre("REQUEST"));
    for (int again = 0; again < 3; ++again) EXPECT_THAT(wait(), ElementsAre("REQUEST"));
    EXPECT_THAT(wait(), ElementsAre("DISCOVER"));
    EXPECT_EQ(latest.options.address(DhcpOption::requested_address), ip("10.0.0.9"));
}

TEST_F(DhcpClientTest, GivesItsLeaseBack_Rfc2131_4_4_6) {
    get_lease();
    client->release(now);
    EXPECT_THAT(acts(), ElementsAre("RELEASE", "drop 10.0.0.9/24"));
    EXPECT_EQ(latest_to, ip("10.0.0.1"));
    EXPECT_EQ(latest.client, ip("10.0.0.9"));
    EXPECT_EQ(latest.options.address(DhcpOption::server_identifier), ip("10.0.0.1"));
    EXPECT_EQ(client->next_wakeup(), Instant::never());
}

TEST_F(DhcpClientTest, HasNothingToGiveBackBeforeItHasAnything) {
    start();
    acts();
    client->release(now);
    EXPECT_THAT(acts(), ElementsAre());
    EXPECT_EQ(client->next_wakeup(), Instant::never());
}

TEST_F(DhcpClientTest, ALeaseWithoutAnEndIsNotRenewed_Rfc2131_3_3) {
    start({.probe = false});
    acts();
    answer(DhcpMessageType::offer);
    acts();
    DhcpMessage ack = reply_to(latest, DhcpMessageType::ack, "10.0.0.9");
    ack.options.set_u32(DhcpOption::lease_time, 0xffff'ffff);
    client->receive(ack, now);
    acts();
    EXPECT_EQ(client->next_wakeup(), Instant::never());
}

TEST_F(DhcpClientTest, TimesThatTheServerTellsCount_UnlessTheyMakeNoSense) {
    DhcpMessage ack = reply_to({.mac = mac}, DhcpMessageType::ack, "10.0.0.9");
    ack.options.set_u32(DhcpOption::renewal_time, 100);
    ack.options.set_u32(DhcpOption::rebinding_time, 200);
    EXPECT_EQ(read_lease(ack, Instant{1s})->renew, Instant{101s});
    EXPECT_EQ(read_lease(ack, Instant{1s})->rebind, Instant{201s});
    ack.options.set_u32(DhcpOption::renewal_time, 201);
    EXPECT_EQ(read_lease(ack, Instant{0s})->renew, Instant{1800s});
    EXPECT_EQ(read_lease(ack, Instant{0s})->rebind, Instant{3150s});
}

TEST_F(DhcpClientTest, WithoutAMaskItsClassDecides_Rfc950_2_1) {
    for (const auto& [address, bits] : {std::pair{"10.0.0.9", 8}, {"172.16.0.9", 16}, {"192.168.0.9", 24}}) {
        DhcpMessage ack = reply_to({.mac = mac}, DhcpMessageType::ack, address);
        ack.options.set(DhcpOption::subnet_mask, {});
        EXPECT_EQ(read_lease(ack, Instant{})->address.bits, bits) << address;
    }
}

TEST_F(DhcpClientTest, ManyHostsMayWaitALittleBeforeTheyAsk_Rfc2131_4_4_1) {
    start({.start_delay = 10s});
    EXPECT_THAT(acts(), ElementsAre());
    EXPECT_THAT(wait(), ElementsAre("DISCOVER"));
    EXPECT_LE(now, Instant{10s});
    EXPECT_EQ(latest.seconds, 0);
}

TEST_F(DhcpClientTest, AsksForALeaseOfTheLengthItIsTold) {
    start({.lease = 90s, .broadcast = true});
    acts();
    EXPECT_EQ(latest.options.u32(DhcpOption::lease_time), 90U);
    EXPECT_TRUE(latest.broadcast);
}

TEST(ClientStates, HaveTheNamesOfFigure5) {
    EXPECT_EQ(to_string(ClientState::init), "INIT");
    EXPECT_EQ(to_string(ClientState::init_reboot), "INIT-REBOOT");
    EXPECT_EQ(to_string(ClientState::rebooting), "REBOOTING");
}

}  // namespace
}  // namespace sockeye::app::dhcp
