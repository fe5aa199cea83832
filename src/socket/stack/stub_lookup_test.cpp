// The stub resolver of a lab's host, to the second: what holds on both networks is in
// test/conformance/name_bodies.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "sockeye/lab.hpp"
#include "sockeye/names.hpp"
#include "test/support/name_server.hpp"

namespace sockeye {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StubResolver : public ::testing::Test {
protected:
    StubResolver() { set_name_servers(client, {&names.address(), 1}); }

    Result<IpAddress> ask(std::string_view name) { return gethostbyname(client, name).wait(); }
    std::int64_t seconds() const {
        return std::chrono::duration_cast<std::chrono::seconds>(lab.now().since_zero()).count();
    }

    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");
    test::NameServer names{server, {"10.0.0.1", 53}};
};

TEST_F(StubResolver, KeepsAnAnswerForItsTtl) {
    names.add("web.example", "10.0.0.1", 60);
    ASSERT_TRUE(ask("web.example"));
    ASSERT_TRUE(lab.run_for(59s));
    ASSERT_TRUE(ask("WEB.example"));
    EXPECT_EQ(names.questions.size(), 1U) << "names are the same whatever their case (RFC 4343)";
    ASSERT_TRUE(lab.run_for(1s));
    ASSERT_TRUE(ask("web.example"));
    EXPECT_EQ(names.questions.size(), 2U);
}

TEST_F(StubResolver, AsksAgainAfterFiveSeconds) {
    names.add("web.example", "10.0.0.1");
    names.ignore(1);
    ASSERT_TRUE(ask("web.example"));
    EXPECT_EQ(seconds(), 5);
    EXPECT_THAT(names.questions, ElementsAre("web.example A", "web.example A"));
}

TEST_F(StubResolver, AsksTheNextServerWhenOneIsSilentOrFails) {
    Host& broken = lab.add_host("broken", lan, "10.0.0.3/24");
    test::NameServer first{broken, {"10.0.0.3", 53}};
    first.fail("web.example", wire::DnsCode::server_failure);
    names.add("web.example", "10.0.0.1");
    const std::array servers{first.address(), names.address()};
    set_name_servers(client, servers);
    ASSERT_TRUE(ask("web.example"));
    EXPECT_EQ(seconds(), 0) << "a failure is an answer: nobody waits";
    EXPECT_EQ(first.questions.size(), 1U);
    first.ignore(1);
    names.add("mail.example", "10.0.0.1");
    ASSERT_TRUE(ask("mail.example"));
    EXPECT_EQ(seconds(), 5);
}

TEST_F(StubResolver, GivesUpAfterTwoAttempts) {
    names.ignore(100);
    const Error error = ask("web.example").error();
    EXPECT_EQ(error.message(), "gethostbyname: timed out (web.example: no name server answers)");
    EXPECT_EQ(seconds(), 10);
}

TEST_F(StubResolver, SaysThatItKnowsNoServer) {
    const Error error = gethostbyname(server, "web.example").wait().error();
    EXPECT_EQ(error, Errc::name_not_found);
    EXPECT_THAT(error.message(), HasSubstr("server knows no name server"));
}

}  // namespace
}  // namespace sockeye
