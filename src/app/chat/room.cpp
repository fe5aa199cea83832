// Two tasks a member, one a direction: what is said is put into each member's queue, from which the
// member's own task sends, so that a slow reader holds nobody up.
#include "app/chat/room.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include "app/chat/frame.hpp"
#include "app/chat/line.hpp"
#include "app/printable.hpp"
#include "app/sizes.hpp"
#include "sockeye/event.hpp"

namespace sockeye::app::chat {
namespace {

constexpr std::size_t longest_backlog =
    std::size_t{256} * 1024;  // octets that a member may have to catch up with
/// A client that names itself does so at once; until then nobody is told that somebody came.
constexpr Duration courtesy = 500ms;
constexpr Duration farewell = 2s;  // for what was said until a member left

struct Member {
    explicit Member(Network& network, Socket&& connection_)
        : connection{std::move(connection_)}, changed{network}, fell_silent{network} {}

    Socket connection;
    std::string name;
    bool is_announced = false;
    bool is_leaving = false;
    bool is_too_slow = false;
    std::deque<std::string> queue;
    std::size_t queued = 0;  ///< octets
    Event changed;           ///< there is something in the queue, or it is time to leave
    Event fell_silent;       ///< nothing more is sent
    std::uint64_t sent = 0;
};

class Room {
public:
    Room(Network& network, RoomOptions options) : network_{network}, options_{std::move(options)} {}

    Network& network() { return network_; }
    std::shared_ptr<Member> join(Socket&& connection);
    void leave(const Member& member);
    /// @returns false: the member has said goodbye
    bool take(Member& member, const Line& line);
    void announce(Member& member);

private:
    void say(Member& member, const std::string& text) {
        tell_all(write({.kind = Saying::Kind::message, .name = member.name, .text = text}), &member);
    }
    void notice(Member& member, std::string text) {
        tell(member, write({.kind = Saying::Kind::notice, .text = std::move(text)}));
    }
    void notice_all(std::string text, const Member* but = nullptr) {
        tell_all(write({.kind = Saying::Kind::notice, .text = std::move(text)}), but);
    }
    void tell(Member& member, std::string line);
    void tell_all(const std::string& line, const Member* but);
    void rename(Member& member, const std::string& name);
    bool is_taken(std::string_view name) const;
    std::string free_name(std::string_view wish) const;
    std::string who_else(const Member& member) const;

    Network& network_;
    RoomOptions options_;
    std::vector<std::shared_ptr<Member>> members_;
};

std::shared_ptr<Member> Room::join(Socket&& connection) {
    auto member = std::make_shared<Member>(network_, std::move(connection));
    member->name = free_name("guest");
    members_.push_back(member);
    tell(*member, write(greeting(member->name, who_else(*member))));
    return member;
}

void Room::leave(const Member& member) {
    std::erase_if(members_, [&](const auto& other) { return other.get() == &member; });
    if (member.is_announced)
        notice_all(
            fmt::format("{} has left{}", member.name, member.is_too_slow ? ", too slow to listen" : ""));
}

void Room::announce(Member& member) {
    if (std::exchange(member.is_announced, true)) return;
    notice_all(fmt::format("{} has joined", member.name), &member);
}

bool Room::take(Member& member, const Line& line) {
    const Request request = read_request(line.text);
    if (request.kind == Request::Kind::take_name) {
        rename(member, request.text);
        return true;
    }
    announce(member);
    if (request.kind == Request::Kind::unknown) {
        notice(member, fmt::format("{} is no command: /name NAME is one, //TEXT says /TEXT", request.text));
        return true;
    }
    say(member, request.text);
    if (line.is_cut) notice(member, fmt::format("only the first {} octets of that line", longest_line));
    return options_.bye.empty() || request.text != options_.bye;
}

void Room::rename(Member& member, const std::string& name) {
    if (const std::string_view mistake = mistake_in_name(name); !mistake.empty())
        return notice(member, fmt::format("you are still {}: {}", member.name, mistake));
    if (name == member.name) return;
    if (is_taken(name)) notice(member, fmt::format("{} is taken", name));
    const std::string before = std::exchange(member.name, free_name(name));
    notice(member, fmt::format("you are {}", member.name));
    if (member.is_announced) return notice_all(fmt::format("{} is now {}", before, member.name), &member);
    announce(member);
}

void Room::tell(Member& member, std::string line) {
    if (member.is_leaving) return;
    member.queued += line.size();
    member.queue.push_back(std::move(line));
    if (member.queued > longest_backlog) {
        member.is_too_slow = true;
        member.is_leaving = true;
        member.connection.close();  // which ends both of its tasks
    }
    member.changed.set();
}

void Room::tell_all(const std::string& line, const Member* but) {
    for (const auto& member : members_)
        if (member.get() != but) tell(*member, line);
}

bool Room::is_taken(std::string_view name) const {
    return std::ranges::any_of(members_, [&](const auto& member) { return member->name == name; });
}

/// `wish`, or with a number behind it; "guest" always has one.
std::string Room::free_name(std::string_view wish) const {
    std::string name{wish};
    const std::size_t most = longest_name - 6;  // room for the number
    for (int number = 1; name == "guest" || is_taken(name); ++number)
        name = printable(wish.substr(0, most)) + std::to_string(number);
    return name;
}

std::string Room::who_else(const Member& member) const {
    constexpr std::size_t most = 20;
    std::string names;
    std::size_t others = 0;
    for (const auto& other : members_) {
        if (other.get() == &member || ++others > most) continue;
        names += (names.empty() ? "" : ", ") + other->name;
    }
    if (others > most) names += fmt::format(" and {} more", others - most);
    return names;
}

/// Sends what is in the queue, until the member leaves or its connection breaks.
Task<> speak(std::shared_ptr<Member> member) {
    struct Silence {
        Member& member;
        ~Silence() { member.fell_silent.set(); }
    } silence{*member};
    while (!member->is_too_slow) {
        if (member->queue.empty()) {
            if (member->is_leaving) co_return;
            member->changed.clear();
            Result<void> woken = co_await member->changed.wait();
            if (!woken) co_return;
            continue;
        }
        const std::string line = std::move(member->queue.front());
        member->queue.pop_front();
        Result<void> sent = co_await member->connection.sendall(line);
        member->queued -= line.size();
        member->sent += sent ? line.size() : sent.error().transferred();
        if (sent) continue;
        member->queue.clear();
        member->is_leaving = true;
        co_return;  // why, the receiving task finds out
    }
}

/// Hears the member out. @returns what ended that, if not the member
Task<Ending> hear(Room& room, Member& member, Session& session) {
    LineReader reader;
    for (;;) {
        const Deadline deadline = member.is_announced ? Deadline{} : Deadline{courtesy};
        Result<Bytes> said = co_await member.connection.recv(piece_of_talk, deadline);
        if (!said && said.error() == Errc::timed_out && !member.is_announced) {
            room.announce(member);
            continue;
        }
        if (member.is_too_slow) co_return Error{Errc::resources_exhausted, "send"};
        if (!said) co_return said.error();
        session.received += said->size();
        for (std::string_view octets = said->text(); !octets.empty();) {
            const std::optional<Line> line = reader.take(octets);
            if (line && !room.take(member, *line)) co_return std::nullopt;
        }
        if (!said->empty()) continue;
        if (const std::optional<Line> rest = reader.rest()) room.take(member, *rest);
        co_return std::nullopt;
    }
}

Task<Ending> attend(std::shared_ptr<Room> room, Socket& connection, Session& session) {
    const std::shared_ptr<Member> member = room->join(std::move(connection));
    std::stop_source speaking;
    room->network().spawn(speak(member), speaking.get_token());
    struct Leave {
        Room& room;
        Member& member;
        ~Leave() { room.leave(member); }
    };
    Ending broken;
    {
        const Leave leave{*room, *member};
        broken = co_await hear(*room, *member, session);
    }
    member->is_leaving = true;
    member->changed.set();
    if (!broken) {
        Result<void> silent = co_await member->fell_silent.wait(farewell);
        if (!silent) broken = silent.error();
    }
    session.sent = member->sent;
    if (!broken) broken = co_await say_goodbye(room->network(), member->connection, session);
    speaking.request_stop();
    co_return broken;
}

}  // namespace

Conversation room(Network& network, RoomOptions options) {
    return [room = std::make_shared<Room>(network, std::move(options))](
               Socket& connection, Session& session) { return attend(room, connection, session); };
}

}  // namespace sockeye::app::chat
