#include "view/line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "view/columns.hpp"
#include "view/message.hpp"

namespace sockeye::view {
namespace {

using lab::Journey;
using wire::Summary;

constexpr std::size_t least_width = 60;
constexpr std::size_t longest_name = 16;       // columns
constexpr std::size_t least_on_the_wire = 19;  // "SYN ACK seq 0 ack 1"
constexpr std::size_t least_tells = 20;        // "again, 1.000 s later"

void append(std::string& text, std::string_view more) {
    if (!text.empty() && !more.empty()) text += ", ";
    text += more;
}

/// "02:..:00:01": the octets that tell the cards of a lab apart.
std::string short_mac(const wire::MacAddress& mac) {
    const auto& octets = mac.octets();
    return fmt::format("{:02x}:..:{:02x}:{:02x}", octets[0], octets[4], octets[5]);
}

void read_arp(const wire::ArpMessage& arp, const Summary& summary, const Journey& journey, Line& line) {
    const bool asks = arp.operation == wire::ArpOperation::request && arp.sender_ip != arp.target_ip;
    line.on_the_wire = asks ? "ARP who has " + arp.target_ip.to_string() + "?"
                            : "ARP " + arp.sender_ip.to_string() + " is me";
    if (!summary.ethernet.target.is_multicast())
        line.tells = short_mac(arp.sender_mac) + ", unicast";
    else if (journey.copies > 0)
        line.tells = fmt::format("flooded to {} port{}", journey.copies, journey.copies == 1 ? "" : "s");
}

/// Who sends it to whom stands in columns of its own.
std::string without_addresses(const Summary& summary) {
    std::string text = wire::to_line(summary);
    const std::size_t end = summary.family && summary.protocol != Summary::Protocol::malformed
                                ? text.find(": ")
                                : std::string::npos;
    return end == std::string::npos ? text : text.substr(end + 2);
}

}  // namespace

Line LineReader::read(const Journey& journey) {
    const std::span<const std::byte> frame = journey.first->frame.bytes();
    const Summary summary = wire::summarise(frame);
    Line line{.at = journey.first->departs,
              .order = 2 * journey.number + 1,
              .from = journey.sender->name(),
              .arrow = summary.ethernet.target.is_multicast() ? "⇒" : "→"};
    line.to = name_of(summary);
    const std::string to = line.to;
    std::string repetition;
    switch (summary.protocol) {
        case Summary::Protocol::arp: read_arp(*summary.arp, summary, journey, line); break;
        case Summary::Protocol::tcp: repetition = read_tcp(summary, journey, line); break;
        case Summary::Protocol::udp: read_udp(summary, line); break;
        default: line.on_the_wire = without_addresses(summary);
    }
    tell_fate(journey, repetition, line);
    const FrameSight sight{line.from, to, summary, journey, !repetition.empty()};
    line.is_wanted = filter_.wants(sight, nodes_);
    return line;
}

std::string LineReader::name_of(const Summary& summary) const {
    if (summary.ethernet.target.is_multicast()) return "all";
    const bool has_ip = summary.source != Address{} || summary.target != Address{};
    const lab::Node* station = nullptr;
    for (const auto& node : nodes_) {
        for (const lab::Identity& who : node->identities()) {
            if (has_ip && who.has_address() && who.address.address == summary.target.ip())
                return node->name();
            if (who.mac == summary.ethernet.target) station = node.get();
        }
    }
    // A router's card is only where a packet is sent on its way.
    if (station != nullptr && !(has_ip && station->is_router())) return station->name();
    return has_ip ? summary.target.ip().to_string() : short_mac(summary.ethernet.target);
}

std::string LineReader::read_tcp(const Summary& summary, const Journey& journey, Line& line) {
    Flows::Flow& flow = flows_.find(summary);
    const std::size_t from = flow.first_speaker == summary.source ? 0 : 1;
    if (from == 0) line.to += ":" + std::to_string(summary.target.port());
    Reading reading = flow.tcp.read(from, *summary.tcp, summary.payload_octets, journey.first->departs);
    line.on_the_wire = std::move(reading.on_the_wire);
    if (summary.payload_octets > 0)
        if (std::string text = in_words(summary.payload); !text.empty()) line.on_the_wire = std::move(text);
    line.tells = std::move(reading.meaning);
    if (!reading.repetition.empty()) line.because = flow.losses.why_again(from, summary.tcp->seq);
    if (journey.is_lost()) flow.losses.add(from, summary, line.at, why_lost(journey.loss->fate));
    if (journey.is_dropped()) flow.losses.add(from, summary, line.at, journey.drop->why);
    return reading.repetition;
}

void LineReader::read_udp(const Summary& summary, Line& line) {
    const bool is_first_speaker = flows_.find(summary).first_speaker == summary.source;
    if (std::optional<Message> message = read_message(summary)) {
        line.on_the_wire = std::move(message->on_the_wire);
        line.tells = std::move(message->tells);
        return;
    }
    if (is_first_speaker && line.to != "all") line.to += ":" + std::to_string(summary.target.port());
    const std::string text = in_words(summary.payload);
    line.on_the_wire = text.empty() ? "UDP" : "UDP " + text;
    line.tells = fmt::format("{} B", summary.payload_octets);
}

/// What became of it says more than what it would have meant.
void LineReader::tell_fate(const Journey& journey, std::string_view repetition, Line& line) const {
    if (journey.is_lost()) {
        line.tells =
            fmt::format("x lost{}: {}", repetition.empty() ? "" : " again", why_lost(journey.loss->fate));
    } else if (journey.is_dropped()) {
        line.drop = fmt::format("x dropped by {}: {}", nodes_[journey.drop->node]->name(), journey.drop->why);
    } else if (journey.change != nullptr) {
        line.tells = to_string(journey.change->fate);
    } else if (!repetition.empty()) {
        line.tells = repetition;
    } else if (journey.lost > 0) {
        append(line.tells, fmt::format("{} lost", journey.lost));
    }
}

Layout::Layout(std::span<const Line> lines, std::size_t wanted)
    : width{std::max(wanted, least_width)}, time{8}, from{4}, to{2}, on_the_wire{least_on_the_wire} {
    for (const Line& line : lines) {
        time = std::max(time, to_string(line.at).size());
        from = std::max(from, std::min(columns(line.from), longest_name));
        to = std::max(to, std::min(columns(line.to), longest_name));
        on_the_wire = std::max(on_the_wire, columns(line.on_the_wire));
    }
    const std::size_t taken = 2 + time + 2 + from + 3 + to + 1 + 2;
    const std::size_t left =
        width > taken + least_on_the_wire + least_tells ? width - taken : least_on_the_wire + least_tells;
    on_the_wire = std::min(on_the_wire, left - least_tells);
    tells = left - on_the_wire;
}

namespace {

std::string row(const Layout& layout, std::string_view time, const Line& line) {
    std::string text = "  " + fit(time, layout.time) + "  ";
    if (!line.note.empty())
        text += line.note;
    else
        text += fit(line.from, layout.from) + " " + std::string{line.arrow} + " " + fit(line.to, layout.to) +
                " " + fit(line.on_the_wire, layout.on_the_wire) + "  " + fit(line.tells, layout.tells);
    text = fit(text, layout.width);
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

}  // namespace

std::string in_columns(const Layout& layout, std::string_view time, Line line) {
    if (line.drop.empty()) return row(layout, time, line);
    // Its reason is not cut off: where it has no room beside the frame it stands below.
    if (columns(line.drop) <= layout.tells) {
        line.tells = line.drop;
        return row(layout, time, line);
    }
    return row(layout, time, line) + row(layout, "", {.note = line.drop});
}

std::string title_of(const Layout& layout) {
    const Line title{
        .from = "from", .arrow = " ", .to = "to", .on_the_wire = "on the wire", .tells = "what it tells"};
    return in_columns(layout, "time", title);
}

std::string to_text(const Layout& layout, const Line& line) {
    return in_columns(layout, fmt::format("{:>{}}", to_string(line.at), layout.time), line);
}

}  // namespace sockeye::view
