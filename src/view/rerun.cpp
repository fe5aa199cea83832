#include "view/rerun.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "lab/pcapng.hpp"
#include "view/answers.hpp"
#include "view/run_through.hpp"
#include "view/started_lab.hpp"
#include "view/stream.hpp"
#include "wire/text.hpp"

namespace sockeye::view {
namespace {

using lab::Note;
using lab::RecordedFrame;
using lab::Recording;

std::unexpected<Error> failure(Errc code, std::string detail) {
    return std::unexpected{Error{code, "", std::move(detail)}};
}

/// A moment at which two runs of a lab are not the same, and what the one shows there.
struct Parting {
    Instant at;
    std::string what;
};

/// What became of a frame may not be known yet.
bool is_same_frame(const RecordedFrame& a, const RecordedFrame& b) {
    return a.at == b.at && a.interface == b.interface && std::ranges::equal(a.octets, b.octets);
}
bool is_same_note(const Note& a, const Note& b) {
    return a.at == b.at && a.text == b.text;
}

std::string shown(const RecordedFrame& frame) {
    return std::string{frame.interface} + ": " + wire::to_line(frame.octets);
}
std::string shown(const Note& note) {
    return note.text;
}

/// @param recorded, again  in the order of time
template <class Event>
std::optional<Parting> parting(const std::vector<Event>& recorded, const std::vector<Event>& again,
                               Instant until, bool (*is_same)(const Event&, const Event&)) {
    const auto before = std::views::take_while([until](const Event& event) { return event.at < until; });
    const auto own = recorded | before;
    const auto other = again | before;
    const auto [odd, odd_again] = std::ranges::mismatch(own, other, is_same);
    if (odd == own.end() && odd_again == other.end()) return std::nullopt;
    if (odd == own.end() || (odd_again != other.end() && odd_again->at < odd->at))
        return Parting{odd_again->at, "the recording does not have: " + shown(*odd_again)};
    return Parting{odd->at, "the recording has: " + shown(*odd)};
}

/// What the recording holds of its lab, as this version understands it.
struct Plan {
    lab::TopologyFile file;
    std::vector<lab::Fault> faults;
    std::uint64_t seed;
    Instant until;
};

Result<Plan> plan_of(const Recording& recording) {
    if (!recording.seed() || !recording.until() || recording.sources().topology.empty())
        return failure(Errc::unsupported,
                       "does not hold what it takes to run its lab again: files of `lab up --record` do. Its "
                       "frames can be shown: `lab ladder --from`, `lab replay`");
    Plan plan{.file = lab::read_topology(recording.sources().topology, {}),
              .faults = {},
              .seed = *recording.seed(),
              .until = *recording.until()};
    lab::FaultsFile faults = lab::read_faults(recording.sources().faults, plan.file);
    std::vector<lab::Remark> remarks = check_programs(plan.file);
    std::ranges::copy(plan.file.remarks, std::back_inserter(remarks));
    std::ranges::copy(faults.remarks, std::back_inserter(remarks));
    const auto mistake = std::ranges::find(remarks, lab::Remark::Weight::mistake, &lab::Remark::weight);
    if (mistake != remarks.end())
        return failure(Errc::unsupported,
                       "is of a lab that makes no sense to this version of sockeye: " + mistake->words);
    plan.faults = std::move(faults.faults);
    return plan;
}

/// What a trace told: one answer of many.
void append(Answer& all, const Answer& piece) {
    all.text += (all.text.empty() || piece.text.empty() ? "" : "\n") + piece.text;
    std::ranges::copy(piece.data, std::back_inserter(all.data));
}

class Rerun {
public:
    explicit Rerun(const Plan& plan) : lab_{plan.file, plan.faults, {.seed = plan.seed}} {}

    /// @throws std::invalid_argument  a name that there is not
    Result<Answer> ask(const Request& request, Instant until) {
        Answer told;
        const std::unique_ptr<Stream> stream = open_stream(lab_.running, request);
        if (stream) told.data = stream->opening().data;
        while (lab_.lab.now() < until) {
            const Duration step = std::min<Duration>(look_every, until - lab_.lab.now());
            const Result<void> ran = lab_.lab.run_for(step);
            // What ended the lab when it was recorded ends it here too.
            if (!ran && lab_.lab.now() < until) return std::unexpected{ran.error()};
            while (std::optional<Answer> piece = stream ? stream->take() : std::nullopt) append(told, *piece);
        }
        if (!stream) return look(lab_.running, request);
        const Answer last = stream->closing();
        std::ranges::copy(last.data, std::back_inserter(told.data));
        if (told.text.empty()) told.text = last.text;
        return told;
    }

    /// That so far it has done what the recording shows.
    Result<void> compare_with(const Recording& recorded) const {
        const Instant until = lab_.lab.now();
        const Result<Recording> again = Recording::read(lab_.lab.pcapng(), "the lab");
        if (!again) return std::unexpected{again.error()};
        std::optional<Parting> first = parting(recorded.frames(), again->frames(), until, is_same_frame);
        std::optional<Parting> note =
            parting(recorded.past().notes, again->past().notes, until, is_same_note);
        if (note && (!first || note->at <= first->at)) first = std::move(note);
        if (!first) return {};
        return failure(Errc::corrupted,
                       fmt::format("cannot be run again beyond {} s, where {}. The lab was steered while it "
                                   "ran, or another version of sockeye recorded it: ask for an earlier --to",
                                   to_string(first->at, 9), first->what));
    }

private:
    StartedLab lab_;
};

Result<Answer> ask(const Recording& recording, const Request& request, Instant until) {
    const Result<Plan> plan = plan_of(recording);
    if (!plan) return std::unexpected{plan.error()};
    Rerun rerun{*plan};
    Result<Answer> answer = rerun.ask(request, std::min(until, plan->until));
    if (const Result<void> same = rerun.compare_with(recording); !same) return std::unexpected{same.error()};
    return answer;
}

}  // namespace

Answer ask_recording(const Recording& recording, std::string_view name, const Request& request,
                     Instant until) {
    return answer_or_mistake([&]() -> Answer {
        Result<Answer> answer = ask(recording, request, until);
        if (answer) return *std::move(answer);
        return {.exit = exit::other, .text = fmt::format("{} {}", name, answer.error().detail())};
    });
}

}  // namespace sockeye::view
