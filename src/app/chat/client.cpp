#include "app/chat/client.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "app/chat/frame.hpp"
#include "app/chat/line.hpp"
#include "app/printable.hpp"
#include "app/sizes.hpp"

namespace sockeye::app::chat {
namespace {

constexpr Duration until_greeted = 1s;  // a room greets at once, and nobody else does
constexpr Duration farewell = 2s;       // for what is still on its way

/// What both directions know.
struct State {
    Manners manners;
    Notices notices;
    bool is_in_room = false;
    bool has_said_goodbye = false;
};

class Speaking : public Filter {
public:
    explicit Speaking(std::shared_ptr<State> state) : state_{std::move(state)} {}

    std::string pass(BytesView bytes) override {
        std::string said;
        std::string_view octets = bytes.text();
        while (!octets.empty() && !state_->has_said_goodbye)
            if (const std::optional<Line> line = reader_.take(octets)) said += say(*line);
        return said;
    }
    std::string end() override {
        const std::optional<Line> line = reader_.rest();
        return line && !state_->has_said_goodbye ? say(*line) : std::string{};
    }
    bool has_enough() const override { return state_->has_said_goodbye; }

private:
    std::string say(const Line& line) {
        const Manners& manners = state_->manners;
        if (line.is_cut) state_->notices("only the beginning of that line was sent: it is too long");
        state_->has_said_goodbye = !manners.bye.empty() && line.text == manners.bye;
        if (state_->is_in_room) return write(Request{Request::Kind::say, line.text});
        if (manners.name.empty()) return write(Saying{.text = line.text});
        return write(Saying{.kind = Saying::Kind::message, .name = manners.name, .text = line.text});
    }

    std::shared_ptr<State> state_;
    LineReader reader_;
};

class Hearing : public Filter {
public:
    explicit Hearing(std::shared_ptr<State> state) : state_{std::move(state)} {}

    std::string pass(BytesView bytes) override {
        std::string shown;
        std::string_view octets = bytes.text();
        while (!octets.empty())
            if (const std::optional<Line> line = reader_.take(octets)) shown += hear(*line);
        return shown;
    }
    std::string end() override {
        const std::optional<Line> line = reader_.rest();
        return line ? hear(*line) : std::string{};
    }

private:
    std::string hear(const Line& line) {
        if (line.is_cut)
            state_->notices(
                fmt::format("only the first {} octets of the line that follows are shown", longest_line));
        const Saying saying = read_saying(line.text);
        if (is_greeting(saying)) state_->is_in_room = true;
        if (saying.kind != Saying::Kind::notice) return write(saying);
        state_->notices(printable(line.text));
        return {};
    }

    std::shared_ptr<State> state_;
    LineReader reader_;
};

/// Takes its name, if the peer turns out to be a room.
Task<Result<void>> introduce(Socket& peer, Stream& stream, State& state, Filter& hearing) {
    Result<Bytes> first = co_await peer.recv(piece_of_talk, until_greeted);
    if (!first && first.error() == Errc::timed_out) co_return Result<void>{};
    if (!first) co_return std::unexpected{first.error()};
    Result<void> done = co_await stream.write(hearing.pass(*first));
    if (!done || !state.is_in_room) co_return done;
    const std::string request = write(Request{Request::Kind::take_name, state.manners.name});
    done = co_await peer.sendall(request);
    co_return done;
}

}  // namespace

Task<Piped> talk(Network& network, Stream stream, Socket peer, Manners manners, Notices notices) {
    const auto state = std::make_shared<State>();
    state->manners = std::move(manners);
    state->notices = std::move(notices);
    const auto hearing = std::make_shared<Hearing>(state);
    if (!state->manners.name.empty()) {
        Result<void> introduced = co_await introduce(peer, stream, *state, *hearing);
        if (!introduced) co_return Piped{.error = introduced.error()};
    }
    PipeOptions patient;
    patient.patience = farewell;
    Piped piped = co_await pipe(network, std::move(stream), std::move(peer), patient,
                                Filters{std::make_shared<Speaking>(state), hearing});
    if (piped.error == Errc::timed_out) piped.error.reset();  // it had said goodbye
    co_return piped;
}

}  // namespace sockeye::app::chat
