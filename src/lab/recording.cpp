#include "lab/recording.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>
#include <variant>

#include "lab/pcapng.hpp"
#include "wire/pcapng_reader.hpp"
#include "wire/text.hpp"

namespace sockeye::lab {
namespace {

using wire::PcapngReader;

/// A node that only is what a file says of it.
class RecordedNode final : public Node {
public:
    RecordedNode(Kind kind, std::string name, std::uint32_t number) : Node{kind, std::move(name)} {
        index = number;
    }

    std::vector<Identity> identities() const override { return identities_; }
    bool has_address(const IpAddress& address) const override {
        return std::ranges::any_of(identities_, [&](const Identity& own) {
            return own.has_address() && own.address.address == address;
        });
    }
    bool is_router() const override { return is_router_; }

    void add(const Identity& identity) { identities_.push_back(identity); }
    void make_router() { is_router_ = true; }

    void receive(link::Port, Packet, Instant) override {}
    void poll(Instant) override {}
    std::optional<Outgoing> take() override { return std::nullopt; }
    Instant next_wakeup() const override { return Instant::never(); }
    void power_off() override {}

private:
    std::vector<Identity> identities_;
    bool is_router_ = false;
};

/// What stands before `mark`, which goes too; all, where it does not come.
std::string_view take_until(std::string_view& text, char mark) {
    const std::string_view taken = text.substr(0, text.find(mark));
    text.remove_prefix(std::min(taken.size() + 1, text.size()));
    return taken;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// "host alice 10.0.0.2/24 02:00:00:00:00:02": addresses, and behind each its card's MAC.
std::vector<Identity> read_identities(std::string_view text) {
    std::vector<Identity> all;
    Prefix address;
    while (!text.empty()) {
        const std::string_view word = take_until(text, ' ');
        if (const Result<Prefix> prefix = Prefix::parse(word)) {
            address = *prefix;
        } else if (const auto mac = wire::MacAddress::parse(word)) {
            all.push_back({.mac = *mac, .address = address});
            address = {};
        }
    }
    return all;
}

/// "cable cut at alice:eth0 -- lan:1" is what befell a frame on that cable.
std::optional<link::Fate> read_fate(std::string_view words, std::string_view (*word_for)(link::Fate)) {
    using enum link::Fate;
    const std::string_view what = words.substr(0, words.find(" at "));
    constexpr std::array all{cable_cut, queue_full, random_loss, corrupted, duplicated, marked, partitioned};
    const auto* found =
        std::ranges::find_if(all, [&](link::Fate fate) { return !what.empty() && word_for(fate) == what; });
    return found == all.end() ? std::nullopt : std::optional{*found};
}

std::string_view word_for_change(link::Fate fate) {
    return to_string(fate);
}
std::string_view word_for_loss(link::Fate fate) {
    return why_lost(fate);
}

std::unexpected<Error> failure(Errc code, std::string detail) {
    return std::unexpected{Error{code, "", std::move(detail)}};
}

}  // namespace

Recording::Recording() = default;
Recording::Recording(Recording&&) noexcept = default;
Recording& Recording::operator=(Recording&&) noexcept = default;
Recording::~Recording() = default;

/// Two passes: who is who stands at the end.
class Recording::Reader {
public:
    explicit Reader(std::string file) { made_.file_ = std::make_unique<const std::string>(std::move(file)); }

    Result<Recording> read(std::string_view name) {
        if (Result<void> read = read_items(name); !read) return std::unexpected{read.error()};
        for (const RecordedFrame& frame : made_.frames_) add_journey(frame);
        std::ranges::stable_sort(made_.journeys_, {},
                                 [](const Journey& journey) { return journey.first->departs; });
        return std::move(made_);
    }

private:
    Result<void> read_items(std::string_view name) {
        PcapngReader reader{std::as_bytes(std::span{*made_.file_})};
        for (bool is_first = true;; is_first = false) {
            const auto item = reader.next();
            const std::string file{name};
            if (!item && is_first)
                return failure(Errc::invalid_argument, file + " is no recording: neither pcapng nor pcap");
            if (!item)
                return failure(Errc::corrupted, file + " breaks off behind frame " +
                                                    std::to_string(made_.frames_.size()) + " (" +
                                                    std::string{to_string(item.error())} +
                                                    "): it was cut off, or is still being written");
            if (!*item) return {};
            std::visit([this](const auto& one) { take(one); }, **item);
        }
    }

    void take(const PcapngReader::Section& section) {
        interfaces_.clear();
        made_.is_of_a_lab_ = section.application == "Sockeye";
    }
    void take(const PcapngReader::Interface& interface) { interfaces_.push_back(interface); }
    void take(const PcapngReader::Names& names) {
        for (const PcapngReader::Name& one : names.names) named_.emplace(one.address, one.name);
    }
    void take(const PcapngReader::PacketRecord& packet) {
        const bool is_described = packet.interface < interfaces_.size();
        if (is_described && interfaces_[packet.interface].linktype != PcapngReader::linktype_ethernet) return;
        // A loss that was known late has no octets; and where the file ends, its frame has none.
        if (packet.frame.empty()) return;
        if (!zero_) zero_ = made_.is_of_a_lab_ ? epoch : packet.at.since_zero();
        made_.frames_.push_back(
            {.at = Instant{packet.at.since_zero() - *zero_},
             .interface = is_described ? interfaces_[packet.interface].name : std::string_view{},
             .direction = packet.direction,
             .comment = packet.comment,
             .octets = packet.frame});
    }
    /// See to_pcapng().
    void take(const PcapngReader::Custom& custom) {
        std::string_view text = custom.text;
        if (take_until(text, '\n') != "sockeye recording") return;
        made_.is_complete_ = true;
        const char* topology = nullptr;
        while (!text.empty()) {
            const char* const begin = text.data();
            std::string_view line = take_until(text, '\n');
            const std::string_view word = take_until(line, ' ');
            if (word == "seed") made_.seed_ = number_in<std::uint64_t>(line);
            if (word == "hash") made_.hash_ = line;
            if (word == "until")
                if (const auto until = number_in<std::int64_t>(line))
                    made_.until_ = Instant{Duration{*until}};
            if (word == "file") made_.sources_.topology.append(line).append("\n");
            if (word == "faults") made_.sources_.faults.append(line).append("\n");
            if (word == "host" || word == "switch") add_node(word, line);
            if (word == "host" || word == "switch" || word == "cable" || word == "impaired") {
                if (topology == nullptr) topology = begin;
                made_.topology_ = {topology, static_cast<std::size_t>(text.data() - topology)};
            }
            if (word == "router")
                if (RecordedNode* const node = find(line)) node->make_router();
            if (word == "note") add_note(line);
        }
    }

    void add_node(std::string_view kind, std::string_view line) {
        const std::string_view name = take_until(line, ' ');
        RecordedNode& node = add(kind == "host" ? Node::Kind::host : Node::Kind::switch_, std::string{name});
        for (const Identity& identity : read_identities(line)) node.add(identity);
    }
    /// "3000000000 17 cable cut: alice:eth0 -- lan:1": when, before which frame of the lab, what.
    void add_note(std::string_view line) {
        const auto at = number_in<std::int64_t>(take_until(line, ' '));
        const auto before = number_in<std::uint64_t>(take_until(line, ' '));
        if (at && before)
            made_.notes_.push_back(
                {.at = Instant{Duration{*at}}, .before = *before, .text = std::string{line}});
    }

    RecordedNode& add(Node::Kind kind, std::string name) {
        auto node = std::make_unique<RecordedNode>(kind, std::move(name),
                                                   static_cast<std::uint32_t>(made_.nodes_.size()));
        RecordedNode& added = *node;
        made_.nodes_.push_back(std::move(node));
        by_name_.emplace(added.name(), &added);
        return added;
    }
    RecordedNode* find(std::string_view name) {
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : found->second;
    }

    void add_journey(const RecordedFrame& frame) {
        const std::uint64_t number = made_.records_.size();
        const Record& record = made_.records_.emplace_back(
            Record{.departs = frame.at, .origin = number, .frame = Packet{frame.octets}});
        Journey journey{.number = number, .first = &record, .sender = &sender_of(frame), .delivered = 1};
        tell_fate(frame, journey);
        made_.journeys_.push_back(journey);
    }

    void tell_fate(const RecordedFrame& frame, Journey& journey) {
        constexpr std::string_view dropped = "DROP ";
        Record& record = made_.records_.back();
        if (frame.comment.empty()) return;
        if (!frame.comment.starts_with(dropped)) {
            if (const auto fate = read_fate(frame.comment, word_for_change)) {
                record.fate = *fate;
                journey.change = &record;
            }
            return;
        }
        std::string_view words = frame.comment.substr(dropped.size());
        if (const auto fate = read_fate(words, word_for_loss)) {
            record.fate = *fate;
            journey.loss = &record;
            journey.lost = 1;
            journey.delivered = 0;
        } else if (RecordedNode* const node = find(take_until(words, ':'))) {
            words.remove_prefix(std::min<std::size_t>(words.find_first_not_of(' '), words.size()));
            journey.drop = &made_.drops_.emplace_back(
                Drop{.number = journey.number, .at = frame.at, .node = node->index, .why = words});
            journey.delivered = 0;
        }
    }

    /// The node whose card it left by; of what came in, whose address it has.
    Node& sender_of(const RecordedFrame& frame) {
        const bool came_in = frame.direction == wire::PcapngWriter::Direction::inbound;
        if (made_.is_of_a_lab_ && !came_in)
            if (RecordedNode* const node = find(frame.interface.substr(0, frame.interface.find(':'))))
                return *node;
        const wire::Summary summary = wire::summarise(frame.octets);
        IpAddress ip;
        if (summary.family) ip = summary.source.ip();
        if (summary.arp) ip = IpAddress{summary.arp->sender_ip};
        return station(summary.ethernet.source, ip);
    }

    /// Of a file that names none there is one for each address.
    Node& station(const wire::MacAddress& mac, const IpAddress& ip) {
        for (const auto& node : made_.nodes_)
            if (!ip.is_unspecified() && node->has_address(ip)) return *node;
        for (const auto& node : made_.nodes_)
            for (const Identity& own : node->identities())
                if (ip.is_unspecified() && own.mac == mac) return *node;
        const auto named = named_.find(ip);
        std::string name = ip.is_unspecified() ? mac.to_string() : ip.to_string();
        if (named != named_.end()) name = named->second;
        RecordedNode& added = add(Node::Kind::host, std::move(name));
        const std::size_t bits = ip.is_unspecified() ? 0 : 8 * ip.size();
        added.add({.mac = mac, .address = {ip, static_cast<std::uint8_t>(bits)}});
        return added;
    }

    Recording made_;
    std::vector<PcapngReader::Interface> interfaces_;
    std::map<IpAddress, std::string_view> named_;
    std::map<std::string_view, RecordedNode*> by_name_;
    std::optional<Duration> zero_;
};

Result<Recording> Recording::read(std::string file, std::string_view name) {
    return Reader{std::move(file)}.read(name);
}

Past Recording::past(Instant until) const {
    Past past{.nodes = nodes_};
    for (const Journey& journey : journeys_)
        if (journey.first->departs <= until) past.journeys.push_back(journey);
    for (const Note& note : notes_)
        if (note.at <= until) past.notes.push_back(note);
    return past;
}

}  // namespace sockeye::lab
