#include "lab/file/expectation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/file/topology_file.hpp"

namespace sockeye::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Expectation::Kind;
using When = Expectation::When;

Expectation read(std::string_view sentence) {
    return parse_expectation(sentence).value();
}

std::string mistake_in(std::string_view sentence) {
    const auto parsed = parse_expectation(sentence);
    return parsed ? "" : std::to_string(parsed.error().offset) + ": " + parsed.error().words;
}

TEST(Expectation, SaysWhoDoesWhatAndByWhen) {
    const Expectation gets = read("alice gets http://web.example/ within 2s");
    EXPECT_EQ(gets.host, "alice");
    EXPECT_EQ(gets.kind, Kind::gets);
    EXPECT_EQ(gets.when, When::once);
    EXPECT_EQ(gets.target, "http://web.example/");
    EXPECT_EQ(gets.lasts, 2s);
    EXPECT_EQ(gets.at, std::nullopt);

    const Expectation resolves = read("alice resolves web.example to 192.0.2.10 at 1m");
    EXPECT_EQ(resolves.kind, Kind::resolves);
    EXPECT_EQ(resolves.target, "web.example");
    EXPECT_EQ(resolves.address->to_string(), "192.0.2.10");
    EXPECT_EQ(resolves.at, 60s);
    EXPECT_EQ(resolves.lasts, 5s) << "unless said";

    const Expectation connects = read("alice  connects to web:7");
    EXPECT_EQ(connects.kind, Kind::connects);
    EXPECT_EQ(connects.target, "web");
    EXPECT_EQ(connects.port, 7);
    EXPECT_EQ(connects.sentence, "alice connects to web:7");
    EXPECT_EQ(read("carol is refused by [2001:db8::1]:81").target, "2001:db8::1");
}

TEST(Expectation, OfAddressesSaysHowTheyCame) {
    EXPECT_TRUE(read("alice has an address by DHCP within 5s").by_dhcp);
    EXPECT_FALSE(read("alice has an address").by_dhcp);
    EXPECT_EQ(read("alice has no address by DHCP for 40s").when, When::never);
    EXPECT_EQ(read("alice has the address 10.0.0.2").address->to_string(), "10.0.0.2");
}

TEST(Expectation, WithinIsOnceForIsEachTimeAndNotIsNever) {
    EXPECT_EQ(read("a reaches b within 2s").when, When::once);
    EXPECT_EQ(read("a reaches b for 2s").when, When::always);
    EXPECT_EQ(read("a does not reach b for 2s").when, When::never);
    EXPECT_EQ(read("a does not reach b").when, When::never);
    EXPECT_EQ(read("a is not refused by b:7 at 3s for 2s").when, When::never);
}

TEST(Expectation, CanBeOfEveryHostAndOfTheRun) {
    const Expectation all = read("every host reaches every other");
    EXPECT_TRUE(all.host.empty());
    EXPECT_TRUE(all.target.empty());
    EXPECT_TRUE(read("nothing is dropped").is_of_the_run());
    EXPECT_EQ(read("nothing is lost").kind, Kind::no_loss);
    EXPECT_EQ(read("a storm ends the run").kind, Kind::storm);
}

TEST(Expectation, AMistakeHasItsPlaceAndSaysWhatWasMeant) {
    EXPECT_EQ(mistake_in("alice reachs web"), "6: 'reachs web' begins with no verb: did you mean reaches?");
    EXPECT_EQ(mistake_in("alice dos not reach web"),
              "6: 'dos not reach web' begins with no verb: did you mean does not reach?");
    EXPECT_THAT(mistake_in("alice loves bob"),
                HasSubstr("there are: reaches, connects to, is refused by, gets"));
    EXPECT_EQ(mistake_in("alice"), "5: what is alice to do? Such as: reaches web");
    EXPECT_THAT(mistake_in(""), HasSubstr("such as alice reaches web within 2s"));
    EXPECT_EQ(mistake_in("alice reaches"), "13: write reaches TARGET");
    EXPECT_EQ(mistake_in("alice reaches web soon"),
              "18: what is 'soon'? Behind it may stand: at, within, for");
    EXPECT_EQ(mistake_in("alice reaches web within"), "18: write a time behind within, such as 2s");
    EXPECT_THAT(mistake_in("alice reaches web within soon"), HasSubstr("25: "));
    EXPECT_EQ(mistake_in("alice reaches web within 0s"), "25: write a time that passes, such as 2s");
    EXPECT_EQ(mistake_in("alice reaches web within 1s for 2s"), "28: 'for' is one too many");
    EXPECT_EQ(mistake_in("alice does not reach web within 1s"),
              "25: what is not to happen is not to happen for a time: write for instead of within");
    EXPECT_THAT(mistake_in("alice connects to web"), HasSubstr("18: "));
    EXPECT_THAT(mistake_in("alice connects to udp://web:7"), HasSubstr("is no host and port of TCP"));
    EXPECT_EQ(mistake_in("alice gets https://web/"),
              "11: 'https://web/' is no URL: http://web.example/ is one");
    EXPECT_EQ(mistake_in("alice resolves 10.0.0.1"), "15: 10.0.0.1 is an address already: write a name");
    EXPECT_EQ(mistake_in("alice resolves web to"), "21: write the address behind to");
    EXPECT_EQ(mistake_in("nothing is broken"), "0: write nothing is dropped, or nothing is lost");
    EXPECT_EQ(mistake_in("every one reaches web"), "0: write every host");
    EXPECT_EQ(mistake_in("every host reaches every one"), "19: write every other");
}

std::vector<std::string> remarks_on(const std::string& sentence) {
    const TopologyFile file = read_topology(R"(name: pair
topology:
  nodes:
    alice: {}
    web: {}
    sw: {kind: bridge}
  links:
    - {endpoints: ["alice:eth0", "sw:1"], ipv4: [10.0.0.1/24]}
    - {endpoints: ["web:eth0", "sw:2"], ipv4: [10.0.0.2/24]}
expect:
  - )" + sentence + "\n",
                                            [](std::string_view) { return std::nullopt; });
    std::vector<std::string> texts;
    for (const Remark& remark : file.remarks) texts.push_back(remark.to_string("f"));
    return texts;
}

TEST(Expectation, OfAFileIsHeldAgainstItsNodes) {
    EXPECT_THAT(remarks_on("alice reaches web within 2s"), IsEmpty());
    EXPECT_THAT(remarks_on("'alice reaches www.example'"), IsEmpty());
    EXPECT_THAT(remarks_on("every host reaches 2001:db8::1"), IsEmpty());
    EXPECT_THAT(remarks_on("alise reaches web"),
                ElementsAre("f:11:5: expect: there is no node 'alise': did you mean alice?"));
    EXPECT_THAT(remarks_on("\"alice reaches wep\""),
                ElementsAre("f:11:20: expect: there is no node 'wep': did you mean web?"));
    EXPECT_THAT(remarks_on("alice is refused by sw:7"),
                ElementsAre("f:11:25: expect: sw is a bridge, which has no address"));
    EXPECT_THAT(remarks_on("sw reaches alice"),
                ElementsAre("f:11:5: expect: sw is a bridge, which has no programs and no address"));
    EXPECT_THAT(remarks_on("alice reaches web within 1x"), ElementsAre(HasSubstr("f:11:30: expect: ")));
    EXPECT_THAT(remarks_on("{a: b}"), ElementsAre("f:11:5: expect: a sentence is to be a text, not a map"));
}

}  // namespace
}  // namespace sockeye::lab
