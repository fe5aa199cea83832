// A ladder that grows: each frame once it is known what became of it.
#include <algorithm>
#include <stdexcept>

#include "view/ladder.hpp"
#include "view/stream_kinds.hpp"

namespace sockeye::view {
namespace {

/// What the columns of a ladder have to be wide enough for before its lines are known.
Layout layout_for(const lab::Topology& topology) {
    std::vector<Line> likely{{.at = Instant{1000s}, .on_the_wire = "PSH ACK seq 100000 ack 100000"}};
    for (const auto& node : topology.nodes())
        likely.push_back({.from = node->name(), .to = node->name() + ":80"});
    return Layout{likely, LadderOptions{}.width};
}

class LadderStream final : public Stream {
public:
    LadderStream(RunningLab& running, FrameFilter filter)
        : lab_{running.lab},
          filter_{filter},
          reader_{lab_.world().topology().nodes(), std::move(filter)},
          layout_{layout_for(lab_.world().topology())},
          is_over_{running.has_ended},
          next_{lab_.world().recorder().next_number()},
          told_until_{lab_.now()} {}

    Answer opening() override {
        std::string title = title_of(layout_);
        title.pop_back();
        return {.text = std::move(title), .data = {{{"kind", "follow"}}}};
    }

    std::optional<Answer> take() override {
        std::vector<Line> lines = read();
        if (lines.empty()) return std::nullopt;
        Answer answer;
        for (Line& line : lines) {
            answer.text += explained(layout_, line, before_ ? &*before_ : nullptr);
            answer.data.push_back(to_json(line));
            before_ = std::move(line);
        }
        told_ += answer.data.size();
        answer.text.pop_back();
        return answer;
    }

    Answer closing() override {
        return {.text = std::to_string(told_) + " lines",
                .data = {{{"kind", "end"}, {"lines", told_}, {"left_out", left_out_}}}};
    }

private:
    /// All that left before then is known: nothing of it is on its way any more, or has been for long.
    Instant known_until() const {
        constexpr Duration long_enough = 1s;
        if (is_over_) return Instant::never();
        const lab::Recorder& recorder = lab_.world().recorder();
        const std::uint64_t oldest = std::max(lab_.world().oldest_on_its_way(), recorder.first_number());
        Instant until = lab_.now();
        for (const lab::Record& record : recorder.records_from(oldest))
            until = std::min(until, record.departs);
        return std::max(until, Instant{lab_.now().since_zero() - long_enough});
    }

    /// What left from `told_until_` on, as far as all is known of it.
    std::vector<Line> read() {
        const lab::Recorder& recorder = lab_.world().recorder();
        if (next_ < recorder.first_number()) left_out_ += recorder.first_number() - next_;
        const Instant until = known_until();
        if (until <= told_until_) return {};
        const auto is_told = [&](Instant at) { return told_until_ <= at && at < until; };
        lab::Past past{.nodes = lab_.world().topology().nodes()};
        std::uint64_t next = recorder.next_number();
        for (lab::Journey& journey : lab::journeys(lab_.world(), next_)) {
            if (journey.first->departs >= until) next = std::min(next, journey.number);
            if (is_told(journey.first->departs)) past.journeys.push_back(journey);
        }
        for (const lab::Note& note : recorder.notes())
            if (is_told(note.at)) past.notes.push_back(note);
        next_ = next;
        told_until_ = until;
        return ladder_lines(past, filter_, reader_);
    }

    Lab& lab_;
    FrameFilter filter_;
    LineReader reader_;
    Layout layout_;
    const bool& is_over_;  ///< the lab is
    std::uint64_t next_;   ///< no record before it is still to be told
    Instant told_until_;
    std::optional<Line> before_;
    std::size_t told_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace

std::unique_ptr<Stream> ladder_stream(RunningLab& running, const Request& request) {
    Result<FrameFilter> filter = FrameFilter::parse(request.words, running.lab.world().topology().nodes());
    if (!filter) throw std::invalid_argument{std::string{filter.error().detail()}};
    return std::make_unique<LadderStream>(running, std::move(*filter));
}

}  // namespace sockeye::view
