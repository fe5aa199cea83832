// What passes a host's cards, as it passes.
#include <fmt/format.h>

#include <stdexcept>

#include "base/quantity.hpp"
#include "lab/card_capture.hpp"
#include "lab/pcapng.hpp"
#include "view/stream_kinds.hpp"
#include "wire/text.hpp"

namespace sockeye::view {
namespace {

using Direction = wire::PcapngWriter::Direction;

struct Card {
    std::string name;  ///< "alice:eth0"
    lab::Plug plug;
};

/// "alice" is all its cards, "alice:eth0" that one.
std::vector<Card> cards_of(const lab::World& world, std::string_view words) {
    const std::string_view name = words.substr(0, words.find(':'));
    const lab::Node& node = world.topology().node(name);
    std::vector<Card> cards;
    std::string all;
    for (link::Port port = 0; port < node.plugs.size(); ++port) {
        std::string card = node.name() + ":" + node.port_name(port);
        all += (all.empty() ? "" : ", ") + card;
        if (words == name || words == card) cards.push_back({std::move(card), node.plugs[port]});
    }
    if (cards.empty())
        throw std::invalid_argument{all.empty() ? fmt::format("no cable is plugged into {}", name)
                                                : fmt::format("{} has no card '{}'; there is {}", name,
                                                              words.substr(name.size() + 1), all)};
    return cards;
}

std::vector<lab::Plug> plugs_of(const std::vector<Card>& cards) {
    std::vector<lab::Plug> plugs;
    for (const Card& card : cards) plugs.push_back(card.plug);
    return plugs;
}

std::string hex(std::span<const std::byte> octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * octets.size());
    for (const std::byte octet : octets) {
        text += digits[std::to_integer<std::size_t>(octet >> 4)];
        text += digits[std::to_integer<std::size_t>(octet & std::byte{15})];
    }
    return text;
}

class CaptureStream final : public Stream {
public:
    CaptureStream(RunningLab& running, const Request& request, Duration length)
        : lab_{running.lab},
          cards_{cards_of(lab_.world(), request.host)},
          capture_{lab_.world(), plugs_of(cards_)},
          what_{request.host},
          count_{request.count},
          began_{lab_.now()},
          until_{length == Duration::zero() ? Instant::never() : lab_.now() + length} {}

    Answer opening() override {
        Json names = Json::array();
        Json cards = Json::array();
        for (const Card& card : cards_) {
            const lab::Connection& cable = lab_.world().topology().cables()[card.plug.cable];
            names.push_back({{"name", card.name},
                             {"cable", cable.name()},
                             {"bits_per_second", cable.cable.options().bits_per_second}});
        }
        return {.text = fmt::format("captures at {}; Ctrl-C ends it", what_),
                .data = {{{"kind", "capture"}, {"cards", names}, {"names", addresses()}}, recording()}};
    }

    std::optional<Answer> take() override {
        constexpr std::size_t most_octets = 64 << 10;  // in one answer
        Answer answer;
        for (std::size_t octets = 0; octets < most_octets && !has_enough();) {
            std::optional<lab::CardCapture::Frame> frame = capture_.take();
            if (!frame || frame->at > until_) break;
            octets += frame->packet.size();
            ++taken_;
            add(*frame, answer);
        }
        if (answer.data.empty()) return std::nullopt;
        answer.text.pop_back();
        return answer;
    }

    bool is_over() const override { return has_enough() || lab_.now() >= until_; }

    Answer closing() override {
        return {
            .text = fmt::format("{} frames", taken_),
            .data = {{{"kind", "end"}, {"frames", taken_}, {"left_out", capture_.left_out()}}, recording()}};
    }

private:
    bool has_enough() const { return count_ > 0 && taken_ >= count_; }

    /// What the file is to hold of the lab: see lab::Recording.
    Json recording() const {
        return {{"kind", "recording"},
                {"text", fmt::format("sockeye recording\nseed {}\ncapture of {} from {}\n{}", lab_.seed(),
                                     what_, to_string(began_), lab::describe_nodes(lab_.world()))}};
    }
    Json addresses() const {
        Json all = Json::array();
        for (const auto& node : lab_.world().topology().nodes())
            for (const lab::Identity& who : node->identities())
                if (who.has_address())
                    all.push_back({{"address", who.address.address.to_string()}, {"name", node->name()}});
        return all;
    }

    void add(const lab::CardCapture::Frame& frame, Answer& answer) const {
        const bool leaves = frame.direction == Direction::outbound;
        const std::string_view lost = link::why_lost(frame.fate);
        answer.text += fmt::format("{} {} {} {}{}\n", to_string(frame.at), cards_[frame.card].name,
                                   leaves ? ">" : "<", wire::to_line(frame.packet.bytes()),
                                   lost.empty() ? "" : fmt::format("  x lost: {}", lost));
        answer.data.push_back({{"kind", "frame"},
                               {"at_ns", frame.at.since_zero().count()},
                               {"card", cards_[frame.card].name},
                               {"direction", leaves ? "out" : "in"},
                               {"lost", lost.empty() ? Json{} : Json(lost)},
                               {"text", wire::to_line(frame.packet.bytes())},
                               {"bytes", hex(frame.packet.bytes())}});
    }

    Lab& lab_;
    std::vector<Card> cards_;
    lab::CardCapture capture_;
    std::string what_;
    std::size_t count_;
    Instant began_;
    Instant until_;
    std::size_t taken_ = 0;
};

}  // namespace

std::unique_ptr<Stream> capture_stream(RunningLab& running, const Request& request) {
    if (request.host.empty()) throw std::invalid_argument{"capture needs a 'host', such as alice:eth0"};
    Duration length{};
    if (!request.timeout.empty()) {
        const Result<Duration> asked = parse_duration(request.timeout);
        if (!asked) throw std::invalid_argument{std::string{asked.error().detail()}};
        length = *asked;
    }
    return std::make_unique<CaptureStream>(running, request, length);
}

}  // namespace sockeye::view
