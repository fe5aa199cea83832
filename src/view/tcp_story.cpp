#include "view/tcp_story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "view/columns.hpp"

namespace sockeye::view {

namespace {

using enum TcpState;

struct Meaning {
    std::string_view text;
    std::string_view section;
};

/// Whether an end changed by what it did, or by what reached it.
enum class By : std::uint8_t { itself, segment, timer };

struct Row {
    TcpState before;
    TcpState after;
    By by;
    Meaning meaning;
};

constexpr std::array rows{
    Row{closed,
        syn_sent,
        By::itself,
        {"Its program calls connect(), an active OPEN: a control block is made.", "3.10.1"}},
    Row{listen,
        syn_received,
        By::segment,
        {"A SYN for a listener: it takes the number, chooses its own and answers.", "3.10.7.2"}},
    Row{syn_sent,
        established,
        By::segment,
        {"Its SYN is acknowledged, and it has the other's: open. connect() returns.", "3.10.7.3"}},
    Row{syn_sent,
        syn_received,
        By::segment,
        {"A SYN without an ACK: both have called at once. Its SYN goes out again, now with an ACK.",
         "3.10.7.3"}},
    Row{syn_sent,
        closed,
        By::segment,
        {"A RST that acknowledges its SYN: connect() fails, \"connection refused\".", "3.10.7.3"}},
    Row{syn_received,
        established,
        By::segment,
        {"Its SYN is acknowledged too: open. A listener's accept() only hands it over.", "3.10.7.4"}},
    Row{established,
        fin_wait_1,
        By::itself,
        {"Its program calls close(): it has no more to send, and says so with a FIN.", "3.10.4"}},
    Row{established,
        close_wait,
        By::segment,
        {"The peer's FIN: recv() says end of stream. It may go on sending: half closed.", "3.10.7.4"}},
    Row{established,
        last_ack,
        By::segment,
        {"The peer's FIN, and its program closes at once: CLOSE-WAIT lasts no time, and one segment says "
         "ACK and FIN.",
         "3.10.4"}},
    Row{fin_wait_1,
        fin_wait_2,
        By::segment,
        {"Its FIN is acknowledged. It still takes what the peer sends.", "3.10.7.4"}},
    Row{fin_wait_1,
        closing,
        By::segment,
        {"A FIN where the ACK of its own was due: both have closed at once.", "3.10.7.4"}},
    Row{fin_wait_1,
        time_wait,
        By::segment,
        {"The peer's FIN, which acknowledges its own as well. It waits 2 MSL.", "3.10.7.4"}},
    Row{fin_wait_2,
        time_wait,
        By::segment,
        {"The peer has finished too. It waits 2 MSL, in case its last ACK is lost and for old segments to "
         "die out.",
         "3.10.7.4"}},
    Row{close_wait,
        last_ack,
        By::itself,
        {"Its program has closed as well: its own FIN is the last thing it says.", "3.10.4"}},
    Row{closing,
        time_wait,
        By::segment,
        {"Now its FIN is acknowledged. It waits 2 MSL, as the peer does.", "3.10.7.4"}},
    Row{last_ack,
        closed,
        By::segment,
        {"Its FIN is acknowledged: closed, and its control block is gone.", "3.10.7.4"}},
    Row{time_wait,
        time_wait,
        By::segment,
        {"The FIN again: its ACK was lost. It is answered once more, and 2 MSL begin anew.", "3.10.7.4"}},
    Row{time_wait,
        closed,
        By::timer,
        {"2 MSL are over: closed, its control block is gone and its port is free.", "3.10.8"}},
    Row{established,
        closed,
        By::itself,
        {"Its program aborts: what was unsent or unread is gone, nothing is waited for.", "3.10.5"}},
    Row{established,
        closed,
        By::segment,
        {"A RST: closed at once. recv() fails, \"connection reset by peer\".", "3.10.7.4"}},
};

Meaning meaning_of(TcpState before, TcpState after, By by) {
    const auto found = std::ranges::find_if(
        rows, [&](const Row& row) { return row.before == before && row.after == after && row.by == by; });
    if (found != rows.end()) return found->meaning;
    return before == after ? Meaning{} : Meaning{"", "3.3.2"};
}

Meaning meaning_of(const wire::TcpFlags& flags) {
    if (flags.rst)
        return {"No connection is there, or none is wanted any more: nobody answers a RST.", "3.5.2"};
    if (flags.syn && flags.ack)
        return {"Its own SYN, and the ACK of the other's: ack is that one's number and one more.", "3.5"};
    if (flags.syn)
        return {"\"I want to talk; my octets are counted from here.\" No data, yet it takes one number.",
                "3.5"};
    if (flags.fin) return {"\"I have no more to send.\" No data, yet it takes one number.", "3.6"};
    return {"All before that number has arrived. An ACK alone takes no number.", "3.4"};
}

std::uint32_t relative(Sequence number, const std::optional<Sequence>& isn) {
    return isn ? (number - isn->raw()).raw() : number.raw();
}

/// Builds the steps; each change of state belongs to one of them.
class Teller {
public:
    explicit Teller(const TcpScene& scene) : scene_{scene}, told_(scene.changes.size(), false) {}

    std::vector<TcpStep> tell() {
        for (const SegmentSeen& segment : scene_.segments) steps_.push_back(read(segment));
        // A segment that arrives is the cause of what is sent at the same instant.
        for (TcpStep& step : steps_)
            if (step.segment->lost.empty()) arrive(step);
        for (TcpStep& step : steps_) depart(step);
        for (std::size_t i = 0; i < told_.size(); ++i)
            if (!told_[i]) tell_timer(scene_.changes[i]);
        std::ranges::stable_sort(steps_, {}, &TcpStep::at);
        return std::move(steps_);
    }

private:
    TcpStep read(const SegmentSeen& segment) const {
        const auto [text, section] = meaning_of(segment.header.flags);
        TcpStep step{.at = segment.departs, .segment = segment, .means = text, .section = section};
        step.seq = relative(segment.header.seq, scene_.ends[segment.from].isn);
        if (segment.header.flags.ack)
            step.ack = relative(segment.header.ack, scene_.ends[1 - segment.from].isn);
        const auto takes_a_number = [](const SegmentSeen& one) {
            return one.payload_octets > 0 || one.header.flags.syn || one.header.flags.fin;
        };
        for (const SegmentSeen& earlier : scene_.segments)
            if (takes_a_number(segment) && takes_a_number(earlier) && earlier.from == segment.from &&
                earlier.departs < segment.departs && earlier.header.seq == segment.header.seq &&
                earlier.header.flags.ack == segment.header.flags.ack)  // a SYN that gained its ACK is another
                step.since_before = segment.departs - earlier.departs;
        return step;
    }

    /// What the end was from its last change before that instant on, or from the one at it.
    TcpState known_at(std::size_t end, Instant at) const {
        TcpState known = scene_.ends[end].before;
        for (const StateChange& change : scene_.changes)
            if (change.end == end && change.at <= at) known = change.after;
        return known;
    }

    StepState state(std::size_t end, Instant at, By by) {
        for (std::size_t i = 0; i < told_.size(); ++i) {
            const StateChange& change = scene_.changes[i];
            if (told_[i] || change.end != end || change.at != at) continue;
            told_[i] = true;
            const auto [text, section] = meaning_of(change.before, change.after, by);
            return {end, at, change.before, change.after, text, section};
        }
        const TcpState now = known_at(end, at);
        const auto [text, section] = meaning_of(now, now, by);
        return {end, at, now, now, text, section};
    }

    void arrive(TcpStep& step) {
        step.states.push_back(state(1 - step.segment->from, step.segment->arrives, By::segment));
    }
    void depart(TcpStep& step) {
        step.states.insert(step.states.begin(), state(step.segment->from, step.at, By::itself));
    }
    void tell_timer(const StateChange& change) {
        const auto [text, section] = meaning_of(change.before, change.after, By::timer);
        steps_.push_back({.at = change.at,
                          .states = {{change.end, change.at, change.before, change.after, text, section}}});
    }

    const TcpScene& scene_;
    std::vector<TcpStep> steps_;
    std::vector<bool> told_;
};

// ---- as text

constexpr std::size_t width = 80;

/// Words in lines that begin with `indent` blanks.
std::string wrapped(std::string_view words, std::size_t indent) {
    std::string text;
    std::string line(indent, ' ');
    bool is_empty = true;
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(word.size() + 1, words.size()));
        if (!is_empty && columns(line) + 1 + columns(word) > width) {
            text += line + "\n";
            line.assign(indent, ' ');
            is_empty = true;
        }
        if (!std::exchange(is_empty, false)) line += ' ';
        line += word;
    }
    return text + line + "\n";
}

std::string painted(std::string_view text, std::string_view code, Colour colour) {
    if (colour == Colour::none || text.empty()) return std::string{text};
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

constexpr std::string_view bold = "1";
constexpr std::string_view red = "31";
constexpr std::string_view green = "32";

std::string seconds(Duration time) {
    const auto thousandths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    return fmt::format("{}.{:03} s", thousandths / 1000, thousandths % 1000);
}

std::string heading(const TcpScene& scene) {
    std::string text =
        wrapped(fmt::format("{} Seed {}; times are the lab's, in seconds.", scene.title, scene.seed), 0);
    text += "\n";
    for (const TcpEnd& end : scene.ends) {
        const std::string number = end.isn ? fmt::format("ISN {}", end.isn->raw()) : "no ISN";
        text += fmt::format("  {:<8} {:<16} {:<14} {}\n", end.name, end.address.to_string(), number,
                            to_string(end.before));
    }
    return text + wrapped("Every seq and ack below counts from these first numbers, the ISNs [3.4.1].", 0);
}

std::string to_text(const TcpScene& scene, const StepState& state, Colour colour) {
    std::string text = fmt::format("  {}  {:<8} {}", to_string(state.at), scene.ends[state.end].name,
                                   to_string(state.before));
    if (state.before != state.after) text += " → " + painted(to_string(state.after), green, colour);
    if (!state.section.empty()) text += fmt::format("  [{}]", state.section);
    text += "\n";
    return state.means.empty() ? text : text + wrapped(state.means, 12);
}

std::string title_of(const TcpScene& scene, const TcpStep& step) {
    if (!step.segment) return "a timer";
    std::string text = fmt::format("{} → {}  {} seq {}", scene.ends[step.segment->from].name,
                                   scene.ends[1 - step.segment->from].name,
                                   wire::to_string(step.segment->header.flags), step.seq);
    if (step.ack) text += fmt::format(" ack {}", *step.ack);
    return text;
}

std::string to_text(const TcpScene& scene, const TcpStep& step, std::size_t number, Colour colour) {
    std::string text = "\n" + painted(fmt::format("{}  {}", number, title_of(scene, step)), bold, colour);
    if (step.segment && !step.segment->lost.empty())
        text += painted(fmt::format("  x lost: {}", step.segment->lost), red, colour);
    text += "\n";
    if (step.segment) {
        text += wrapped(step.segment->line, 2);
        text += wrapped(fmt::format("{} [{}]", step.means, step.section), 2);
    }
    if (step.since_before)
        text += wrapped(fmt::format("Again, {} after the last time: no answer came, and the retransmission "
                                    "timer ran out [3.8.1].",
                                    seconds(*step.since_before)),
                        2);
    for (const StepState& state : step.states) text += to_text(scene, state, colour);
    if (step.segment && !step.segment->lost.empty())
        text += fmt::format("  {:<8}  {:<8} never sees it\n", "", scene.ends[1 - step.segment->from].name);
    return text;
}

}  // namespace

std::vector<TcpStep> tcp_steps(const TcpScene& scene) {
    return Teller{scene}.tell();
}

std::string to_text(const TcpScene& scene, Colour colour) {
    std::string text = heading(scene);
    std::size_t number = 0;
    for (const TcpStep& step : tcp_steps(scene)) text += to_text(scene, step, ++number, colour);
    return text + "\nSections are RFC 9293's.\n";
}

}  // namespace sockeye::view
