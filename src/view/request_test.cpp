// What goes over a control socket, and what is told to who sends rubbish.
#include "view/request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockeye::view {
namespace {

using ::testing::HasSubstr;

std::string refusal(std::string_view line) {
    const Result<Request> request = parse_request(line);
    if (request) return "it was taken";
    EXPECT_EQ(request.error(), Errc::invalid_argument);
    return std::string{request.error().detail()};
}

TEST(ARequest, IsAJsonObjectOnALine) {
    const Request request = parse_request(R"({"verb":"arp","host":"alice"})").value();
    EXPECT_EQ(request, (Request{.verb = "arp", .host = "alice"}));
    EXPECT_EQ(write_request(request), "{\"verb\":\"arp\",\"host\":\"alice\"}\n");
}

TEST(ARequest, ThatIsWrittenIsReadAsTheSame) {
    const Request request{.verb = "fault",
                          .host = "一",
                          .target = "10.0.0.1",
                          .words = {"add", "a \"b\"\n", "lan", "cut"},
                          .last = 7,
                          .count = 3,
                          .timeout = "10s"};
    std::string line = write_request(request);
    line.pop_back();
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(parse_request(line).value(), request);
}

TEST(ARequest, ThatIsRubbishIsRefusedWithWhatToWrite) {
    for (const char* line : {"", "arp alice", "{", "[]", "7", "null", "{\"verb\":\"\xff\"}"})
        EXPECT_THAT(refusal(line), HasSubstr("a JSON object on one line, such as {\"verb\":\"ps\"}")) << line;
    EXPECT_THAT(refusal("{}"), HasSubstr("needs a 'verb'"));
    EXPECT_THAT(refusal(R"({"verb":7})"), HasSubstr("'verb' is a text"));
    EXPECT_THAT(refusal(R"({"verb":"arp","hots":"alice"})"), HasSubstr("did you mean host?"));
    EXPECT_THAT(refusal(R"({"verb":"ladder","last":-1})"), HasSubstr("'last' is a number"));
    EXPECT_THAT(refusal(R"({"verb":"ladder","last":1e99})"), HasSubstr("'last' is a number"));
    EXPECT_THAT(refusal(R"({"verb":"fault","words":["add",7]})"), HasSubstr("'words' is a list of texts"));
    EXPECT_THAT(refusal(std::string(longest_request + 1, ' ')), HasSubstr("at most 8192 octets"));
}

TEST(ARequest, NestedDeepIsRefusedAndNothingWorse) {
    EXPECT_THAT(refusal("{\"verb\":" + std::string(4000, '[')), HasSubstr("a JSON object"));
    EXPECT_THAT(refusal("{\"verb\":" + std::string(4000, '[') + std::string(4000, ']') + "}"),
                HasSubstr("'verb' is a text"));
}

TEST(AnAnswer, ThatIsWrittenIsReadAsTheSame) {
    const Answer answer{.exit = exit::timed_out, .text = "nobody\nanswers", .data = {{{"kind", "pong"}}}};
    std::string line = write_answer(answer);
    line.pop_back();
    const Answer read = parse_answer(line).value();
    EXPECT_EQ(read.exit, answer.exit);
    EXPECT_EQ(read.text, answer.text);
    EXPECT_EQ(read.data, answer.data);
}

TEST(AnAnswer, WithoutItsPartsIsNone) {
    for (const char* line :
         {"", "{}", "[]", R"({"exit":"0","text":"","data":[]})", R"({"exit":0,"text":""})"})
        EXPECT_EQ(parse_answer(line).error(), Errc::input_output) << line;
}

TEST(AnAnswer, IsNeverLongerThanAnybodyReads) {
    const std::string line = write_answer({.text = std::string(5 << 20, 'x')});
    EXPECT_LT(line.size(), 1000u);
    EXPECT_THAT(line, HasSubstr("--last"));
}

}  // namespace
}  // namespace sockeye::view
