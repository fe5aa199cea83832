#include "cli/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "app/printable.hpp"

namespace sockeye::cli {
namespace {

std::string escaped(std::string_view line) {
    std::string text;
    for (const char c : line) {
        switch (c) {
            case '&': text += "&amp;"; break;
            case '<': text += "&lt;"; break;
            case '>': text += "&gt;"; break;
            case '"': text += "&quot;"; break;
            case '\'': text += "&apos;"; break;
            case '\t': text += "&#9;"; break;
            default: text += c;
        }
    }
    return text;
}

/// U+FFFE and U+FFFF are UTF-8, but no characters of XML.
std::string without_noncharacters(std::string text) {
    for (const std::string_view nothing : {"\xef\xbf\xbe", "\xef\xbf\xbf"})
        for (std::size_t at = text.find(nothing); at != std::string::npos; at = text.find(nothing, at))
            text.replace(at, nothing.size(), "\xef\xbf\xbd");
    return text;
}

std::string attribute(std::string_view name, std::string_view value) {
    return fmt::format(" {}=\"{}\"", name, xml_text(value));
}

std::string seconds(Duration duration) {
    return fmt::format("{}.{:06}", duration.count() / 1'000'000'000, duration.count() / 1000 % 1'000'000);
}

std::string counts(std::size_t tests, std::size_t failures, Duration time) {
    return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" time=\"{}\"", tests,
                       failures, seconds(time));
}

std::string case_of(const TestedLab& lab, const view::Verdict& verdict) {
    const lab::Place place = verdict.expectation.place;
    std::string text =
        "    <testcase" + attribute("name", verdict.expectation.sentence) + attribute("classname", lab.name) +
        attribute("file", lab.path) +
        fmt::format(" line=\"{}\" time=\"{}\"", place.line, seconds(verdict.decided - verdict.began));
    if (verdict.held) return text + "/>\n";
    const std::string message =
        fmt::format("{}{} at {} s: {}", verdict.host, verdict.about.empty() ? "" : " to " + verdict.about,
                    to_string(verdict.decided), verdict.why);
    const bool is_first = lab.run.first_failure() == &verdict;
    return text + ">\n      <failure type=\"expectation\"" + attribute("message", message) + ">" +
           xml_text(is_first ? lab.report : message) + "</failure>\n    </testcase>\n";
}

std::string suite_of(const TestedLab& lab) {
    std::string text = "  <testsuite" + attribute("name", lab.name) + attribute("file", lab.path) +
                       counts(lab.run.verdicts.size(), lab.run.failures(), lab.run.ended.since_zero()) +
                       ">\n";
    text += fmt::format(
        "    <properties>\n      <property name=\"seed\" value=\"{}\"/>\n"
        "      <property name=\"hash\" value=\"{}\"/>\n    </properties>\n",
        lab.run.seed, lab.run.hash);
    for (const view::Verdict& verdict : lab.run.verdicts) text += case_of(lab, verdict);
    return text + "  </testsuite>\n";
}

}  // namespace

std::string xml_text(std::string_view text) {
    std::string all;
    while (true) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        all += escaped(without_noncharacters(app::printable(text.substr(0, end))));
        if (end == text.size()) return all;
        all += "&#10;";
        text.remove_prefix(end + 1);
    }
}

std::string to_junit(const std::vector<TestedLab>& labs) {
    std::size_t tests = 0;
    std::size_t failures = 0;
    Duration time{};
    std::string suites;
    for (const TestedLab& lab : labs) {
        tests += lab.run.verdicts.size();
        failures += lab.run.failures();
        time += lab.run.ended.since_zero();
        suites += suite_of(lab);
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sockeye lab test\"" +
           counts(tests, failures, time) + ">\n" + suites + "</testsuites>\n";
}

}  // namespace sockeye::cli
