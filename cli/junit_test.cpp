#include "cli/junit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockeye::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Junit, EscapesWhatXmlDoesNotTake) {
    EXPECT_EQ(xml_text("a<b>&\"'\t|\n"), "a&lt;b&gt;&amp;&quot;&apos;&#9;|&#10;");
    EXPECT_EQ(xml_text("\x1b[0m\xff"), "\xe2\x90\x9b[0m\xef\xbf\xbd");
    EXPECT_EQ(xml_text("\xef\xbf\xbf"), "\xef\xbf\xbd");
}

view::Verdict verdict(const std::string& sentence, bool held, Instant decided) {
    return {.expectation = lab::parse_expectation(sentence, {12, 5}).value(),
            .held = held,
            .host = "alice",
            .about = {},
            .why = held ? "answered" : "no <answer>",
            .began = Instant{1s},
            .decided = decided};
}

TEST(Junit, HasASuiteALabAndACaseAnExpectation) {
    TestedLab lab{.path = "a&b.clab.yml", .name = "office", .run = {}, .report = "seed 7\nladder"};
    lab.run.seed = 7;
    lab.run.ended = Instant{9s};
    lab.run.verdicts = {verdict("alice reaches web", true, Instant{1500ms}),
                        verdict("alice reaches bob", false, Instant{6s})};
    const std::string xml = to_junit({lab});
    EXPECT_THAT(xml,
                HasSubstr("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sockeye lab test\" "
                          "tests=\"2\" failures=\"1\""));
    EXPECT_THAT(xml,
                HasSubstr("<testsuite name=\"office\" file=\"a&amp;b.clab.yml\" tests=\"2\" failures=\"1\" "
                          "errors=\"0\" skipped=\"0\" time=\"9.000000\">"));
    EXPECT_THAT(xml, HasSubstr("<property name=\"seed\" value=\"7\"/>"));
    EXPECT_THAT(xml, HasSubstr("<testcase name=\"alice reaches web\" classname=\"office\" "
                               "file=\"a&amp;b.clab.yml\" line=\"12\" time=\"0.500000\"/>"));
    EXPECT_THAT(xml,
                HasSubstr("message=\"alice at 6.000000 s: no &lt;answer&gt;\">seed 7&#10;ladder</failure>"));
    EXPECT_THAT(xml, Not(HasSubstr("a&b")));
}

}  // namespace
}  // namespace sockeye::cli
