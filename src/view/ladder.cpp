#include "view/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>
#include <vector>

#include "lab/journey.hpp"
#include "view/columns.hpp"
#include "view/flow.hpp"

namespace sockeye::view {

namespace {

using lab::Journey;
using wire::Summary;

constexpr std::size_t least_width = 60;
constexpr std::size_t longest_name = 16;       // columns
constexpr std::size_t longest_quote = 60;      // octets of payload
constexpr std::size_t least_on_the_wire = 19;  // "SYN ACK seq 0 ack 1"
constexpr std::size_t least_tells = 20;        // "again, 1.000 s later"

struct Line {
    Instant at{};
    std::uint64_t order = 0;  ///< among lines of one time
    std::uint64_t rank = 0;   ///< among notes of one order
    std::string from{};
    std::string_view arrow{};
    std::string to{};
    std::string on_the_wire{};
    std::string tells{};
    std::string note{};     ///< what somebody did, instead of a frame
    bool is_wanted = true;  ///< it is about the host that was asked for
};

void append(std::string& text, std::string_view more) {
    if (!text.empty() && !more.empty()) text += ", ";
    text += more;
}

/// In quotes and printable, or empty where it is not text.
std::string quote(std::span<const std::byte> payload) {
    std::string text = "\"";
    for (std::byte octet : payload) {
        const char c = static_cast<char>(octet);
        if (c == '\n')
            text += "\\n";
        else if (c == '\r')
            text += "\\r";
        else if (c == '\t')
            text += "\\t";
        else if (c >= ' ' && c <= '~')
            text += c;
        else
            return {};
        if (text.size() > longest_quote) return text + "…";
    }
    return text + "\"";
}

/// "02:..:00:01": the octets that tell the cards of a lab apart.
std::string short_mac(const wire::MacAddress& mac) {
    const auto& octets = mac.octets();
    return fmt::format("{:02x}:..:{:02x}:{:02x}", octets[0], octets[4], octets[5]);
}

/// Turns journeys into lines, in the order of their departure: it follows the flows in them.
class Reader {
public:
    /// @param host  the one that lines are wanted of; empty: all
    Reader(const lab::World& world, std::string_view host) : world_{world}, host_{host} {}

    Line read(const Journey& journey) {
        const std::span<const std::byte> frame = journey.first->frame.bytes();
        const Summary summary = wire::summarise(frame);
        Line line{.at = journey.first->departs,
                  .order = 2 * journey.number + 1,
                  .from = journey.sender->name(),
                  .arrow = summary.ethernet.target.is_multicast() ? "⇒" : "→"};
        line.to = name_of(summary);
        line.is_wanted = is_wanted(line, summary);
        std::string repetition;
        switch (summary.protocol) {
            case Summary::Protocol::arp: read_arp(*summary.arp, summary, journey, line); break;
            case Summary::Protocol::tcp: repetition = read_tcp(summary, journey, line); break;
            case Summary::Protocol::udp: read_udp(summary, line); break;
            default: line.on_the_wire = wire::to_line(summary);
        }
        tell_fate(journey, repetition, line);
        return line;
    }

private:
    /// A question to everybody counts where it is for the host's address.
    bool is_wanted(const Line& line, const Summary& summary) const {
        if (host_.empty() || line.from == host_ || line.to == host_) return true;
        return summary.protocol == Summary::Protocol::arp &&
               world_.topology().node(host_).has_address(summary.arp->target_ip);
    }

    /// Of the station or, over IP, of the host that the frame is for.
    std::string name_of(const Summary& summary) const {
        if (summary.ethernet.target.is_multicast()) return "all";
        const bool has_ip = summary.source != Address{} || summary.target != Address{};
        for (const auto& node : world_.topology().nodes()) {
            for (const lab::Identity& who : node->identities())
                if (has_ip ? who.address.address == summary.target.ip() : who.mac == summary.ethernet.target)
                    return node->name();
        }
        return has_ip ? summary.target.ip().to_string() : short_mac(summary.ethernet.target);
    }

    static void read_arp(const wire::ArpMessage& arp, const Summary& summary, const Journey& journey,
                         Line& line) {
        const bool asks = arp.operation == wire::ArpOperation::request && arp.sender_ip != arp.target_ip;
        line.on_the_wire = asks ? "ARP who has " + arp.target_ip.to_string() + "?"
                                : "ARP " + arp.sender_ip.to_string() + " is me";
        if (!summary.ethernet.target.is_multicast())
            line.tells = short_mac(arp.sender_mac) + ", unicast";
        else if (journey.copies > 0)
            line.tells = fmt::format("flooded to {} port{}", journey.copies, journey.copies == 1 ? "" : "s");
    }

    std::string read_tcp(const Summary& summary, const Journey& journey, Line& line) {
        Flows::Flow& flow = flows_.find(summary);
        const std::size_t from = flow.first_speaker == summary.source ? 0 : 1;
        if (from == 0) line.to += ":" + std::to_string(summary.target.port());
        Reading reading = flow.tcp.read(from, *summary.tcp, summary.payload_octets, journey.first->departs);
        line.on_the_wire = std::move(reading.on_the_wire);
        if (summary.payload_octets > 0)
            if (std::string text = quote(summary.payload); !text.empty()) line.on_the_wire = std::move(text);
        line.tells = std::move(reading.meaning);
        return reading.repetition;
    }

    void read_udp(const Summary& summary, Line& line) {
        if (flows_.find(summary).first_speaker == summary.source && line.to != "all")
            line.to += ":" + std::to_string(summary.target.port());
        const std::string text = quote(summary.payload);
        line.on_the_wire = text.empty() ? "UDP" : "UDP " + text;
        line.tells = fmt::format("{} B", summary.payload_octets);
    }

    /// What became of it says more than what it would have meant.
    void tell_fate(const Journey& journey, std::string_view repetition, Line& line) {
        if (journey.is_lost()) {
            line.tells =
                fmt::format("x lost{}: {}", repetition.empty() ? "" : " again", why_lost(journey.loss->fate));
        } else if (journey.is_dropped()) {
            line.tells =
                fmt::format("x dropped by {}: {}", world_.topology().nodes()[journey.drop->node]->name(),
                            journey.drop->why);
        } else if (journey.change != nullptr) {
            line.tells = to_string(journey.change->fate);
        } else if (!repetition.empty()) {
            line.tells = repetition;
        } else if (journey.lost > 0) {
            append(line.tells, fmt::format("{} lost", journey.lost));
        }
    }

    const lab::World& world_;
    std::string_view host_;
    Flows flows_;
};

std::vector<Line> read_all(const lab::World& world, std::string_view host) {
    std::vector<Line> lines;
    Reader reader{world, host};
    for (const Journey& journey : lab::journeys(world))
        if (Line line = reader.read(journey); line.is_wanted) lines.push_back(std::move(line));
    std::uint64_t rank = 0;
    for (const lab::Note& note : world.recorder().notes())
        if (note.text.contains(host))
            lines.push_back({.at = note.at, .order = 2 * note.before, .rank = rank++, .note = note.text});
    std::ranges::sort(lines, {}, [](const Line& line) { return std::tuple{line.at, line.order, line.rank}; });
    return lines;
}

/// How wide each column is.
struct Layout {
    std::size_t width;
    std::size_t time;
    std::size_t from = 4;
    std::size_t to = 2;
    std::size_t on_the_wire = least_on_the_wire;
    std::size_t tells = least_tells;

    Layout(std::span<const Line> lines, std::size_t wanted) : width{std::max(wanted, least_width)}, time{8} {
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
};

std::string in_columns(const Layout& layout, std::string_view time, const Line& line) {
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

std::string ladder(const lab::World& world, LadderOptions options) {
    const std::vector<Line> all = read_all(world, options.host);
    std::span<const Line> lines{all};
    if (options.last != 0 && options.last < lines.size()) lines = lines.last(options.last);

    const Layout layout{lines, options.width};
    const Line title{
        .from = "from", .arrow = " ", .to = "to", .on_the_wire = "on the wire", .tells = "what it tells"};
    std::string text = in_columns(layout, "time", title);
    for (const Line& line : lines)
        text += in_columns(layout, fmt::format("{:>{}}", to_string(line.at), layout.time), line);
    return text;
}

}  // namespace sockeye::view

std::string sockeye::ladder(const Lab& lab, LadderOptions options) {
    return view::ladder(lab.world(), options);
}
