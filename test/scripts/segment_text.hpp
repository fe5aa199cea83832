// A segment as a packet script writes it: "S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>".
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {

inline std::string flag_letters(const wire::TcpFlags& flags) {
    std::string text;
    if (flags.syn) text += 'S';
    if (flags.fin) text += 'F';
    if (flags.rst) text += 'R';
    if (flags.psh) text += 'P';
    if (flags.urg) text += 'U';
    if (flags.ece) text += 'E';
    if (flags.cwr) text += 'W';
    if (flags.ack) text += '.';
    return text;
}

/// "<mss 1460,sackOK,TS val 0 ecr 700,wscale 7,uto 30,sack 3:5>", in the order of the wire.
inline std::string option_text(const wire::TcpHeader& header, const Origins& origins) {
    std::string text;
    const auto add = [&](const std::string& option) { text += (text.empty() ? "" : ",") + option; };
    if (header.mss) add("mss " + std::to_string(*header.mss));
    if (header.sack_permitted) add("sackOK");
    if (header.timestamps)
        add("TS val " + std::to_string(header.timestamps->value - origins.clock) + " ecr " +
            std::to_string(header.timestamps->echo));
    if (header.window_scale) add("wscale " + std::to_string(*header.window_scale));
    if (header.user_timeout) add("uto " + std::to_string(*header.user_timeout));
    for (const wire::SackBlock& block : header.sack)
        add("sack " + std::to_string(block.left - origins.other) + ":" +
            std::to_string(block.right - origins.other));
    return text.empty() ? "" : " <" + text + ">";
}

inline std::string segment_text(const wire::TcpSegment& segment, const Origins& origins) {
    const wire::TcpHeader& header = segment.header;
    const std::int32_t first = header.seq - origins.own;
    const auto octets = static_cast<std::int32_t>(segment.payload.size());
    std::string text = flag_letters(header.flags) + " " + std::to_string(first) + ":" +
                       std::to_string(first + octets) + "(" + std::to_string(octets) + ")";
    if (header.flags.ack) text += " ack " + std::to_string(header.ack - origins.other);
    text += " win " + std::to_string(header.window);
    return text + option_text(header, origins);
}

/// `text` as a `>` line would have it where it names neither window nor options.
inline bool fits(std::string actual, std::string_view expected) {
    const auto drop = [&](std::size_t from, std::size_t upto) { actual.erase(from, upto - from); };
    if (expected.find(" win ") == std::string_view::npos) {
        const std::size_t window = actual.find(" win ");
        drop(window, std::min(actual.find(' ', window + 5), actual.size()));
    }
    if (expected.ends_with(" <...>")) {
        expected.remove_suffix(6);
        drop(std::min(actual.find(" <"), actual.size()), actual.size());
    }
    return actual == expected;
}

/// Reads what segment_text() writes, behind "[tos 3]" where the packet has a class of traffic; the payload's
/// octets are all 'x'.
inline Segment read_segment(std::string_view line) {
    Segment segment;
    if (line.starts_with("[tos ")) {
        segment.traffic_class = static_cast<std::uint8_t>(std::stoul(std::string{line.substr(5)}));
        line.remove_prefix(std::min(line.find("] "), line.size() - 2) + 2);
    }
    const std::size_t bracket = std::min(line.find(" <"), line.size());
    std::istringstream in{std::string{line.substr(0, bracket)}};
    std::string flags;
    char mark = 0;
    std::uint32_t last = 0;
    std::size_t octets = 0;
    in >> flags >> segment.seq >> mark >> last >> mark >> octets >> mark;
    if (!in) throw std::invalid_argument{"not a segment"};
    segment.text.assign(octets, 'x');
    const auto has = [&](char letter) { return flags.find(letter) != std::string::npos; };
    segment.flags = {.fin = has('F'),
                     .syn = has('S'),
                     .rst = has('R'),
                     .psh = has('P'),
                     .ack = has('.'),
                     .urg = has('U'),
                     .ece = has('E'),
                     .cwr = has('W')};
    for (std::string word; in >> word;) {
        if (word == "ack") in >> segment.ack;
        if (word == "win") in >> segment.window;
        if (word == "urg") in >> segment.urgent_pointer;
    }
    if (bracket == line.size()) return segment;

    std::istringstream options{std::string{line.substr(bracket + 2, line.find('>') - bracket - 2)}};
    for (std::string option; std::getline(options, option, ',');) {
        std::istringstream words{option};
        std::string name;
        std::string skipped;
        std::uint32_t value = 0;
        words >> name;
        if (name == "mss" && words >> value) segment.mss = static_cast<std::uint16_t>(value);
        if (name == "sackOK") segment.sack_permitted = true;
        if (name == "wscale" && words >> value) segment.window_scale = static_cast<std::uint8_t>(value);
        if (name == "uto" && words >> value) segment.user_timeout = value;
        if (name == "TS") {
            wire::TcpTimestamps stamps;
            words >> skipped >> stamps.value >> skipped >> stamps.echo;
            segment.timestamps = stamps;
        }
        if (name == "sack") {
            std::uint32_t right = 0;
            words >> value >> mark >> right;
            segment.sack.push_back({Sequence{value}, Sequence{right}});
        }
    }
    return segment;
}

}  // namespace sockeye::transport::tcp::test
