#include "view/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "view/trip.hpp"
#include "wire/dhcp.hpp"
#include "wire/text.hpp"

namespace sockeye::view {
namespace {

using lab::Journey;
using wire::Summary;

constexpr std::uint16_t domain_port = 53;

/// One line to be, and what it is made of.
struct Scene {
    const Trip* trip = nullptr;
    const Journey* seen = nullptr;  ///< the host's own network's: what it sent or got
    Summary summary{};
    bool is_own = false;  ///< the host sent it
};

bool is_dhcp(const Summary& summary) {
    return summary.protocol == Summary::Protocol::udp &&
           (summary.source.port() == wire::DhcpMessage::server_port ||
            summary.target.port() == wire::DhcpMessage::server_port);
}

/// RFC 5227 §2.1.1: asks whether anybody has the address that the asker wants.
bool is_probe(const Summary& summary) {
    return summary.arp && summary.arp->sender_ip.is_unspecified();
}

/// RFC 5227 §2.3.
bool is_announcement(const Summary& summary) {
    return summary.arp && summary.arp->sender_ip == summary.arp->target_ip;
}

bool is_http(const Summary& summary) {
    const auto* octets = reinterpret_cast<const char*>(summary.payload.data());
    const std::string_view text{octets, summary.payload.size()};
    const std::string_view line = text.substr(0, text.find("\r\n"));
    return line.contains(" HTTP/1.") || line.starts_with("HTTP/1.");
}

/// Which chapter a frame belongs to, given the one before.
ChapterKind chapter_of(const Summary& summary, std::optional<ChapterKind> before) {
    using enum ChapterKind;
    if (is_dhcp(summary) || is_probe(summary) || is_announcement(summary)) return address;
    if (summary.arp || (summary.icmpv6 && summary.ethernet.target.is_multicast())) return neighbour;
    if (summary.protocol == Summary::Protocol::udp)
        return summary.source.port() == domain_port || summary.target.port() == domain_port ? name : data;
    if (!summary.tcp) return control;
    const wire::TcpFlags& flags = summary.tcp->flags;
    if (flags.rst) return reset;
    if (flags.syn) return handshake;
    if (flags.fin || before == close) return close;
    if (summary.payload_octets > 0) return is_http(summary) || before == page ? page : data;
    return before.value_or(data) == page || before == data || before == handshake ? *before : data;
}

/// The first part of a story: which frames are told.
class Cast {
public:
    Cast(const lab::Past& past, std::string_view host) : trips_{trips(past)}, host_{past.node(host)} {
        if (host_ == nullptr)
            throw std::invalid_argument{fmt::format("there is no host \"{}\" in this lab", host)};
        for (const lab::Identity& who : host_->identities()) cards_.push_back(who.mac);
    }

    const lab::Node& host() const { return *host_; }

    std::vector<Scene> scenes() const {
        std::vector<Scene> all;
        for (const Trip& trip : trips_) {
            const bool is_own = trip.first().sender == host_;
            const Journey& seen = is_own ? trip.first() : trip.last();
            const Summary summary = wire::summarise(seen.first->frame.bytes());
            if (is_own || std::ranges::find(cards_, summary.ethernet.target) != cards_.end())
                all.push_back({.trip = &trip, .seen = &seen, .summary = summary, .is_own = is_own});
        }
        return all;
    }

private:
    std::vector<Trip> trips_;
    const lab::Node* host_;
    std::vector<wire::MacAddress> cards_;
};

/// Puts scenes into chapters, with the words that go above each.
class Teller {
public:
    Teller(const lab::Past& past, const Cast& cast) : past_{past}, cast_{cast}, reader_{past.nodes} {}

    std::vector<Chapter> tell() {
        scenes_ = cast_.scenes();
        for (std::size_t i = 0; i < scenes_.size(); ++i) add(i);
        for (Chapter& chapter : chapters_)
            if (chapter.kind == ChapterKind::close) chapter.meaning = meaning_of_close(chapter);
        return std::move(chapters_);
    }

private:
    void add(std::size_t index) {
        const Scene& scene = scenes_[index];
        // RFC 5227 §2.3 has it said twice, which tells nothing new.
        if (is_announcement(scene.summary) && scene.is_own &&
            std::exchange(announced_, scene.summary.arp->sender_ip) == scene.summary.arp->sender_ip)
            return;
        const std::optional<ChapterKind> before =
            chapters_.empty() ? std::nullopt : std::optional{chapters_.back().kind};
        const ChapterKind kind = chapter_of(scene.summary, before);
        Line line = read(scene);
        if (!before || *before != kind) {
            Chapter& chapter = chapters_.emplace_back();
            chapter.kind = kind;
            chapter.meaning = meaning_of(kind, index);
            chapter.began = line.at;
        } else if (is_probe(scene.summary) && is_probe(scenes_[index - 1].summary)) {
            ++probes_;
            return;  // one line stands for all of them
        }
        Chapter& chapter = chapters_.back();
        if (is_announcement(scene.summary)) tell_probes(chapter, line);
        if (is_probe(scene.summary)) {
            probes_ = 1;
            return;
        }
        chapter.ended = line.at;
        chapter.lines.push_back(std::move(line));
    }

    Line read(const Scene& scene) {
        Line line = reader_.read(*scene.seen);
        line.at = scene.trip->first().first->departs;
        line.from = scene.trip->first().sender->name();
        // What became of it behind a router says more than what it would have meant.
        for (const Journey* hop : scene.trip->hops)
            if (hop != scene.seen && hop->is_lost())
                line.tells = "x lost behind " + hop->sender->name();
            else if (hop != scene.seen && hop->is_dropped())
                line.drop =
                    fmt::format("x dropped by {}: {}", past_.nodes[hop->drop->node]->name(), hop->drop->why);
        return line;
    }

    /// The wait for objections, and that there were none.
    void tell_probes(Chapter& chapter, const Line& announcement) {
        if (probes_ == 0 || chapter.lines.empty()) return;
        const Duration waited = announcement.at - chapter.lines.back().at;
        Line line{.at = chapter.lines.back().at};
        line.note = fmt::format("⋮ {}.{:03} s: {} ARP probes, no answer: the address is {}'s alone",
                                waited.count() / 1'000'000'000, waited.count() / 1'000'000 % 1000, probes_,
                                cast_.host().name());
        chapter.lines.push_back(std::move(line));
        probes_ = 0;
    }

    std::string meaning_of(ChapterKind kind, std::size_t index) const {
        const Scene& scene = scenes_[index];
        switch (kind) {
            case ChapterKind::address:
                return index == 0 ? cast_.host().name() + " has no address and knows nobody" : "";
            case ChapterKind::neighbour: return meaning_of_asking(index);
            case ChapterKind::name: return meaning_of_nat(*scene.trip);
            case ChapterKind::handshake: return "seq and ack are relative to each side's first";
            case ChapterKind::reset: return "the connection is gone at once, with all that was on its way";
            default: return "";
        }
    }

    /// Whom the host asks for, and why: what it has to send shows in what it sends next.
    std::string meaning_of_asking(std::size_t index) const {
        const Scene& scene = scenes_[index];
        if (!scene.summary.arp) return "";
        const IpAddress& asked = scene.summary.arp->target_ip;
        if (!scene.is_own)
            return fmt::format("{} asks for {}", scene.trip->first().sender->name(), asked.to_string());
        for (std::size_t next = index + 1; next < scenes_.size(); ++next) {
            const Scene& later = scenes_[next];
            if (!later.is_own || !later.summary.family) continue;
            return why_asked(asked, later.summary.target.ip());
        }
        return "nobody has answered yet";
    }

    std::string why_asked(const IpAddress& asked, const IpAddress& target) const {
        for (const lab::Identity& own : cast_.host().identities()) {
            if (!own.has_address() || !own.address.contains(asked)) continue;
            const std::string network = Prefix{own.address.network(), own.address.bits}.to_string();
            const std::string name = name_of(target);
            const std::string whom = (name.empty() ? "" : name + " ") + target.to_string();
            return own.address.contains(target)
                       ? fmt::format("{} is in {}: ask for it", whom, network)
                       : fmt::format("{} is not in {}: ask for the gateway", whom, network);
        }
        return "";
    }

    std::string name_of(const IpAddress& ip) const {
        for (const auto& node : past_.nodes)
            if (node->has_address(ip)) return node->name();
        return "";
    }

    /// Where a router has put another address for the sender's.
    static std::string meaning_of_nat(const Trip& trip) {
        const Address inside = wire::summarise(trip.first().first->frame.bytes()).source;
        for (const Journey* hop : trip.hops) {
            const Address outside = wire::summarise(hop->first->frame.bytes()).source;
            if (outside != inside)
                return fmt::format("{}'s NAT: {} leaves as {}", hop->sender->name(), inside.to_string(),
                                   outside.to_string());
        }
        return "";
    }

    /// RFC 9293 §3.6: each side says FIN and each FIN is acknowledged, which takes four segments unless one
    /// says both.
    static std::string meaning_of_close(const Chapter& chapter) {
        std::vector<std::string> who;
        for (const Line& line : chapter.lines)
            if (line.on_the_wire.starts_with("FIN") && std::ranges::find(who, line.from) == who.end())
                who.push_back(line.from);
        if (who.size() < 2) return "one side has said that it is done";
        if (chapter.lines.size() == 3) return who.back() + " has nothing left to send: 3 segments, not 4";
        return fmt::format("each side by itself: {} segments", chapter.lines.size());
    }

    const lab::Past& past_;
    const Cast& cast_;
    LineReader reader_;
    std::vector<Scene> scenes_;
    std::vector<Chapter> chapters_;
    std::size_t probes_ = 0;
    std::optional<IpAddress> announced_;
};

std::string heading(std::string_view kind, bool colour) {
    const std::string text = fmt::format("{:<11}", kind);
    return colour ? "\033[1m" + text + "\033[0m" : text;
}

const Chapter* find(const std::vector<Chapter>& chapters, std::initializer_list<ChapterKind> kinds) {
    for (const Chapter& chapter : chapters)
        if (std::ranges::find(kinds, chapter.kind) != kinds.end()) return &chapter;
    return nullptr;
}

std::string milliseconds(Duration duration) {
    return fmt::format("{}.{}", duration.count() / 1'000'000, duration.count() / 100'000 % 10);
}

}  // namespace

std::string_view to_string(ChapterKind kind) {
    switch (kind) {
        case ChapterKind::address: return "ADDRESS";
        case ChapterKind::neighbour: return "NEIGHBOUR";
        case ChapterKind::name: return "NAME";
        case ChapterKind::handshake: return "HANDSHAKE";
        case ChapterKind::page: return "PAGE";
        case ChapterKind::data: return "DATA";
        case ChapterKind::close: return "CLOSE";
        case ChapterKind::reset: return "RESET";
        case ChapterKind::control: return "CONTROL";
    }
    return "";
}

std::vector<Chapter> story(const lab::Past& past, std::string_view host) {
    const Cast cast{past, host};
    return Teller{past, cast}.tell();
}

std::vector<Chapter> story(const lab::World& world, std::string_view host) {
    return story(lab::past_of(world), host);
}

std::vector<Piece> pieces_of(const std::vector<Chapter>& chapters, std::size_t width, bool colour) {
    std::vector<Line> lines;
    for (const Chapter& chapter : chapters)
        lines.insert(lines.end(), chapter.lines.begin(), chapter.lines.end());
    const Layout layout{lines, width};
    std::vector<Piece> pieces{{.at = {}, .text = title_of(layout)}};
    for (const Chapter& chapter : chapters) {
        std::string above = heading(to_string(chapter.kind), colour) + " " + chapter.meaning;
        above.erase(above.find_last_not_of(' ') + 1);
        pieces.push_back({.at = chapter.began, .text = above + "\n"});
        for (const Line& line : chapter.lines)
            pieces.push_back(
                {.at = line.at,
                 .text = line.note.empty() ? to_text(layout, line) : in_columns(layout, "", line)});
    }
    return pieces;
}

std::string to_text(const std::vector<Chapter>& chapters, std::size_t width, bool colour) {
    std::string text;
    for (const Piece& piece : pieces_of(chapters, width, colour)) text += piece.text;
    return text;
}

std::string timing_of(const std::vector<Chapter>& chapters) {
    const Chapter* name = find(chapters, {ChapterKind::name});
    const Chapter* handshake = find(chapters, {ChapterKind::handshake});
    const Chapter* page = find(chapters, {ChapterKind::page});
    const Chapter* close = find(chapters, {ChapterKind::close});
    if (handshake == nullptr || page == nullptr || close == nullptr) return "";
    const Instant began = name != nullptr ? name->began : handshake->began;
    std::string text = fmt::format("{} ms for the page: ", milliseconds(close->ended - began));
    if (name != nullptr) text += fmt::format("name {}, ", milliseconds(handshake->began - began));
    return text +
           fmt::format("handshake {}, page {}, close {}.", milliseconds(page->began - handshake->began),
                       milliseconds(close->began - page->began), milliseconds(close->ended - close->began));
}

}  // namespace sockeye::view
