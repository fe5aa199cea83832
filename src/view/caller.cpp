#include "view/caller.hpp"

#include <algorithm>
#include <utility>

#include "socket/remote/records.hpp"

namespace sockeye::view {

using backend::Interest;
using remote::Answer;
using remote::Call;
using remote::Request;

namespace {

/// Ends when it is woken, whatever there is then: who waits tries for itself.
Result<void> try_to_wake(backend::Request& request) {
    if (request.started) return {};
    request.started = true;
    return std::unexpected{Error{Errc::would_block}};
}
constexpr backend::Call<void> readable{"wait", Interest::read, &try_to_wake};
constexpr backend::Call<void> writable{"wait", Interest::write, &try_to_wake};

std::unexpected<Error> nonsense() {
    return std::unexpected{Error{Errc::invalid_argument}};
}

Answer failed(const Error& error) {
    return {.failure = remote::Failure{error.code(), std::string{error.detail()}}};
}

std::optional<Family> family_of(std::uint32_t number) {
    if (number > std::to_underlying(Family::unix_)) return std::nullopt;
    return static_cast<Family>(number);
}

}  // namespace

/// Where the host's task waits for news.
class Caller::Board final : public backend::Waitable {
public:
    explicit Board(Caller& caller_) : Waitable{caller_.host_.backend().driver()}, caller{caller_} {}
    std::string describe() const override { return "a program outside the lab"; }

    Caller& caller;
};

backend::Waitable& Caller::Opened::waitable() const {
    if (socket) return *socket;
    return *look_up;
}

std::optional<backend::Part<void>>& Caller::Opened::waiting(Interest interest) {
    return interest == Interest::read ? reading : writing;
}

Caller::Caller(Network& host, std::function<void()> on_news)
    : host_{host},
      on_news_{std::move(on_news)},
      board_{std::make_unique<Board>(*this)},
      tie_{std::make_shared<Caller*>(this)} {
    host_.spawn(hear(tie_));
}

Caller::~Caller() {
    *tie_ = nullptr;  // the task that hears of news is told that the board has gone
}

// ---- news

/// Runs on the host, in the lab's time, as long as the caller is there and the host is on.
Task<> Caller::hear(Tie tie) {
    struct Leaving {
        Tie& tie;
        ~Leaving() {
            if (*tie != nullptr) (*tie)->host_was_switched_off();
        }
    } leaving{tie};
    while (*tie != nullptr) {
        Result<void> heard = co_await (*tie)->something_new();
        if (heard && *tie != nullptr) (*tie)->collect_news();
    }
}

Op<void> Caller::something_new() {
    static constexpr backend::Call<void> call{"wait", Interest::read, [](backend::Request& request) {
                                                  const auto& board = static_cast<Board&>(*request.target);
                                                  if (board.caller.is_something_new()) return Result<void>{};
                                                  return Result<void>{std::unexpect, Errc::would_block};
                                              }};
    return {call, backend::Request{board_.get()}};
}

bool Caller::is_something_new() const {
    return std::ranges::any_of(opened_, [](const auto& entry) {
        const Opened& opened = entry.second;
        return (opened.reading && opened.reading->has_ended()) ||
               (opened.writing && opened.writing->has_ended());
    });
}

void Caller::collect_news() {
    for (auto& [number, opened] : opened_)
        for (const Interest interest : {Interest::read, Interest::write}) {
            std::optional<backend::Part<void>>& waiting = opened.waiting(interest);
            if (!waiting || !waiting->has_ended()) continue;
            waiting.reset();
            news_.emplace_back(remote::Ready{.at = number, .interest = interest});
        }
    if (!news_.empty()) on_news_();
}

void Caller::host_was_switched_off() {
    news_.emplace_back(remote::Ended{std::string{host_.name()} + " was switched off"});
    on_news_();
}

// ---- calls

std::optional<Answer> Caller::answer(const Request& request) {
    if (request.call == Call::close) {
        close(request.at);
        return std::nullopt;
    }
    const auto found = opened_.find(request.at);
    Result<Answer> answered = nonsense();
    if (request.at == 0)
        answered = at_host(request);
    else if (found != opened_.end())
        answered = at(found->second, request);
    if (!answered && answered.error() == Errc::would_block && found != opened_.end())
        wait_at(found->second, interest_of(request.call));
    return answered ? *answered : failed(answered.error());
}

/// From now on whatever wakes it is news.
void Caller::wait_at(Opened& opened, Interest interest) {
    std::optional<backend::Part<void>>& waiting = opened.waiting(interest);
    if (waiting) return;
    waiting.emplace(*board_, Op<void>{interest == Interest::read ? readable : writable,
                                      backend::Request{&opened.waitable(), Deadline::never()}});
}

Result<Answer> Caller::at_host(const Request& request) {
    switch (request.call) {
        case Call::open: return open(request);
        case Call::by_name:
        case Call::by_address: return look_up(request);
        case Call::interfaces: return interfaces();
        case Call::random: return Answer{.value = host_.random()};
        case Call::wall_now:
            return Answer{.value = static_cast<std::uint64_t>(host_.wall_now().time_since_epoch().count())};
        case Call::source_for: break;
        default: return nonsense();
    }
    const Result<IpAddress> source = host_.backend().source_for(request.address);
    if (!source) return std::unexpected{source.error()};
    return Answer{.address = Address{*source, 0}};
}

Result<Answer> Caller::at(Opened& opened, const Request& request) {
    if (opened.look_up) return request.call == Call::finish_lookup ? finish(*opened.look_up) : nonsense();
    if (request.call == Call::accept) return accept(*opened.socket, request.at);
    if (request.call != Call::duplicate) return call_socket(*opened.socket, request, room_);
    if (is_full()) return std::unexpected{Errc::resources_exhausted};
    Result<std::unique_ptr<backend::Socket>> copy = opened.socket->duplicate();
    if (!copy) return std::unexpected{copy.error()};
    return add(std::move(*copy));
}

/// Who waits for a connection waits for a place for it, too.
Result<Answer> Caller::accept(backend::Socket& listener, std::uint32_t number) {
    if (is_full()) {
        if (std::ranges::find(starved_, number) == starved_.end()) starved_.push_back(number);
        return std::unexpected{Errc::would_block};
    }
    Address peer;
    Result<std::unique_ptr<backend::Socket>> accepted = listener.accept(peer);
    if (!accepted) return std::unexpected{accepted.error()};
    Answer answer = add(std::move(*accepted));
    answer.address = peer;
    return answer;
}

Answer Caller::add(std::unique_ptr<backend::Socket> socket) {
    opened_[++latest_].socket = std::move(socket);
    return {.value = latest_};
}

Answer Caller::add(std::unique_ptr<backend::HostLookup> look_up) {
    opened_[++latest_].look_up = std::move(look_up);
    return {.value = latest_};
}

Result<Answer> Caller::open(const Request& request) {
    const std::optional<Family> family = family_of(request.first);
    if (!family || request.second > std::to_underlying(SocketType::raw) || request.value > 255)
        return nonsense();
    if (is_full()) return std::unexpected{Errc::resources_exhausted};
    auto opened = host_.backend().open({.family = *family,
                                        .type = static_cast<SocketType>(request.second),
                                        .protocol = static_cast<std::uint8_t>(request.value)});
    if (!opened) return std::unexpected{opened.error()};
    return add(std::move(*opened));
}

/// The caller's own choice of servers counts for this one question.
Result<Answer> Caller::look_up(const Request& request) {
    const std::optional<remote::Question> question = remote::parse_question(request.octets);
    const std::optional<Family> family = family_of(request.first);
    if (!question || !family) return nonsense();
    if (is_full()) return std::unexpected{Errc::resources_exhausted};
    backend::NameService& names = host_.backend().names();
    const std::vector<Address> own = names.servers();
    if (!question->servers.empty()) names.set_servers(question->servers);
    auto look_up = request.call == Call::by_name ? names.by_name(host_, question->name, *family)
                                                 : names.by_address(host_, request.address.ip());
    names.set_servers(own);
    return add(std::move(look_up));
}

Result<Answer> Caller::finish(backend::HostLookup& look_up) {
    const Result<HostEntry> entry = look_up.finish();
    if (!entry) return std::unexpected{entry.error()};
    std::vector<std::byte>& octets = room_.emptied();
    remote::write_host_entry(octets, *entry);
    return Answer{.octets = octets};
}

Result<Answer> Caller::interfaces() {
    std::vector<std::byte>& octets = room_.emptied();
    remote::write_interfaces(octets, host_.backend().names().interfaces());
    return Answer{.octets = octets};
}

void Caller::close(std::uint32_t number) {
    opened_.erase(number);
    if (starved_.empty() || is_full()) return;
    for (const std::uint32_t listener : std::exchange(starved_, {}))
        news_.emplace_back(remote::Ready{.at = listener, .interest = Interest::read});
    on_news_();
}

}  // namespace sockeye::view
