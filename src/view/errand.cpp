#include "view/errand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "app/dns_client.hpp"
#include "base/quantity.hpp"
#include "lab/tables/nodes.hpp"
#include "sockeye/ping.hpp"
#include "view/whom.hpp"
#include "wire/dns_query.hpp"
#include "wire/text_application.hpp"

namespace sockeye::view {
namespace {

constexpr Duration usual_timeout = 60s;  // of the machine's time
constexpr Duration echo_interval = 1s;   // as ping(8)'s

/// What a lab's host brings back; alone in the end where the host was switched off meanwhile.
template <class T>
using Parcel = std::shared_ptr<std::optional<T>>;

template <class T>
Task<> bring_back(Task<T> task, Parcel<T> parcel) {
    parcel->emplace(co_await std::move(task));
}

/// Runs `task` on a host of the lab. @returns what it returns, or
///   - Errc::busy       the lab is paused, so its time does not pass
///   - Errc::timed_out
///   - Errc::cancelled  the host was switched off
template <class T>
Task<Result<T>> run_on(Network& machine, RunningLab& running, Host& host, Task<T> task, Duration timeout) {
    const RunControl& control = running.control;
    if (control.paused && !control.is_stepping())
        co_return std::unexpected{
            Error{Errc::busy, "", "the lab is paused, so nothing would come of it: resume it first"}};
    auto parcel = std::make_shared<std::optional<T>>();
    host.spawn(bring_back(std::move(task), parcel));
    const Instant until = machine.now() + timeout;
    while (!*parcel) {
        if (parcel.use_count() == 1)
            co_return std::unexpected{Error{Errc::cancelled, "", "the host was switched off"}};
        if (machine.now() >= until)
            co_return std::unexpected{
                Error{Errc::timed_out, "", "no end of it within " + to_string(timeout)}};
        Result<void> slept = co_await machine.sleep(1ms);
        if (!slept) co_return std::unexpected{std::move(slept.error())};
    }
    co_return std::move(**parcel);
}

Result<Duration> timeout_of(const Request& request) {
    return request.timeout.empty() ? Result<Duration>{usual_timeout} : parse_duration(request.timeout);
}

int exit_of(Errc code) {
    switch (code) {
        case Errc::timed_out: return exit::timed_out;
        case Errc::unreachable: return exit::unreachable;
        case Errc::name_not_found: return exit::name_not_found;
        case Errc::invalid_argument: return exit::usage;
        default: return exit::other;
    }
}

Answer failure(const Error& error) {
    const std::string_view detail = error.detail();
    return {.exit = exit_of(error.code()),
            .text = std::string{detail.empty() ? describe(error.code()) : detail}};
}

std::string milliseconds(Duration duration) {
    return fmt::format("{}.{:03} ms", duration.count() / 1'000'000, duration.count() / 1000 % 1000);
}

// ---- ping

struct Pings {
    Address target;
    std::vector<Pong> pongs{};
};

Task<Result<Pings>> ping_often(const lab::World& world, Host& host, std::string target, std::size_t count) {
    Result<Address> address = co_await find_target(world, host, std::move(target));
    if (!address) co_return std::unexpected{std::move(address.error())};
    Pings pings{.target = *address};
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) (void)co_await host.sleep(echo_interval);  // a lab's clock goes on
        const Pong pong = co_await ping(host, *address);
        pings.pongs.push_back(pong);
    }
    co_return std::move(pings);
}

std::string_view name_of(Pong::Kind kind) {
    switch (kind) {
        case Pong::Kind::reply: return "reply";
        case Pong::Kind::hop_limit_exceeded: return "hop limit exceeded";
        case Pong::Kind::unreachable: return "unreachable";
        case Pong::Kind::silence: return "silence";
    }
    return "";
}

std::string line_of(const Pong& pong) {
    if (pong.kind == Pong::Kind::silence) return "  no answer within 1 s\n";
    const bool is_own = pong.from.is_unspecified();
    if (is_own) return fmt::format("  {}: this host has no way there\n", name_of(pong.kind));
    return fmt::format("  {} from {} after {}\n", name_of(pong.kind), pong.from.to_string(),
                       milliseconds(pong.after));
}

Json json_of(const Pong& pong) {
    return {{"kind", "pong"},
            {"what", name_of(pong.kind)},
            {"from", pong.from.is_unspecified() ? Json{} : Json(pong.from.to_string())},
            {"after_ns", pong.kind == Pong::Kind::silence ? Json{} : Json(pong.after.count())}};
}

Answer tell(const Request& request, const Pings& pings) {
    Answer answer{.text = fmt::format("{} pings {} ({})\n", request.host, request.target,
                                      pings.target.ip().to_string())};
    std::size_t answered = 0;
    for (const Pong& pong : pings.pongs) {
        answer.text += line_of(pong);
        answer.data.push_back(json_of(pong));
        if (pong.kind == Pong::Kind::reply) ++answered;
    }
    answer.text += fmt::format("{} sent, {} answered", pings.pongs.size(), answered);
    const bool is_silent =
        std::ranges::all_of(pings.pongs, [](const Pong& pong) { return pong.kind == Pong::Kind::silence; });
    if (answered == 0) answer.exit = is_silent ? exit::timed_out : exit::unreachable;
    return answer;
}

// ---- every host and every other one

struct Reach {
    std::string from;
    std::string to;
    bool answered;
};

Task<std::vector<Reach>> ping_all_from(Host& host, std::vector<lab::NodeRow> nodes) {
    std::vector<Reach> reached;
    for (const lab::NodeRow& node : nodes) {
        if (node.name == host.name()) continue;
        const Pong pong = co_await ping(host, Address{node.addresses.front().address, 0});
        reached.push_back({std::string{host.name()}, node.name, pong.kind == Pong::Kind::reply});
    }
    co_return reached;
}

std::vector<lab::NodeRow> hosts_with_addresses(const lab::World& world) {
    std::vector<lab::NodeRow> nodes = lab::node_rows(world);
    std::erase_if(nodes, [](const lab::NodeRow& node) { return node.addresses.empty() || !node.is_on; });
    return nodes;
}

Answer tell(const std::vector<Reach>& all) {
    std::string_view from;
    Answer answer;
    std::size_t answered = 0;
    for (const Reach& reach : all) {
        if (reach.from != from) answer.text += fmt::format("{}{} >", from.empty() ? "" : "\n", reach.from);
        from = reach.from;
        answer.text += reach.answered ? " " + reach.to : " -";
        answered += reach.answered ? 1 : 0;
        answer.data.push_back(
            {{"kind", "reach"}, {"from", reach.from}, {"to", reach.to}, {"answered", reach.answered}});
    }
    answer.text += fmt::format("{}{} of {} answered", all.empty() ? "" : "\n", answered, all.size());
    if (answered < all.size()) answer.exit = exit::timed_out;
    return answer;
}

// ---- traceroute

struct Path {
    Address target;
    std::vector<Pong> hops{};
};

Task<Result<Path>> trace(const lab::World& world, Host& host, std::string target) {
    Result<Address> address = co_await find_target(world, host, std::move(target));
    if (!address) co_return std::unexpected{std::move(address.error())};
    Path path{.target = *address};
    path.hops = co_await traceroute(host, *address);
    co_return std::move(path);
}

std::string who_has(const lab::World& world, const IpAddress& ip) {
    const lab::Node* node = lab::owner_of(world, ip);
    return node == nullptr ? "" : node->name();
}

Answer tell(const lab::World& world, const Request& request, const Path& path) {
    Answer answer;
    Table table{"hop",
                "no hop",
                {{"hop", "hop", Align::right},
                 {"address", "address"},
                 {"who", "who"},
                 {"after", "after_ns", Align::right}}};
    for (std::size_t i = 0; i < path.hops.size(); ++i) {
        const Pong& hop = path.hops[i];
        const bool is_silent = hop.from.is_unspecified();
        table.add({Cell{i + 1}, is_silent ? Cell{"*", Json{}} : Cell{hop.from.to_string()},
                   is_silent ? none() : Cell{who_has(world, hop.from)},
                   is_silent ? none() : Cell{milliseconds(hop.after), hop.after.count()}});
    }
    answer.text = fmt::format("{} to {} ({})\n{}", request.host, request.target, path.target.ip().to_string(),
                              table.text());
    answer.text.pop_back();
    answer.data = table.json();
    const Pong::Kind last = path.hops.empty() ? Pong::Kind::silence : path.hops.back().kind;
    if (last == Pong::Kind::unreachable) answer.exit = exit::unreachable;
    if (last == Pong::Kind::silence || last == Pong::Kind::hop_limit_exceeded) answer.exit = exit::timed_out;
    return answer;
}

// ---- dig

struct Reply {
    wire::DnsQuestion question;
    Result<app::DnsReply> answer;
};

Task<std::vector<Reply>> ask_for(Host& host, Address server, std::vector<wire::DnsQuestion> questions) {
    constexpr Duration patience = 5s;
    std::vector<Reply> replies;
    for (const wire::DnsQuestion& question : questions) {
        auto answer = co_await app::ask_dns(host, server, question, patience);
        replies.push_back({question, std::move(answer)});
    }
    co_return std::move(replies);
}

Result<std::vector<wire::DnsQuestion>> questions_of(const Request& request) {
    const Result<wire::DnsName> name = wire::DnsName::parse(request.target);
    if (!name) return std::unexpected{name.error()};
    if (request.words.empty())
        return std::vector<wire::DnsQuestion>{{.name = *name, .type = wire::DnsType::a},
                                              {.name = *name, .type = wire::DnsType::aaaa}};
    const auto type = wire::dns_type_named(request.words.front());
    if (!type)
        return std::unexpected{
            Error{Errc::invalid_argument, "", "no such type of record: write A, AAAA, MX, NS, TXT …"}};
    return std::vector<wire::DnsQuestion>{{.name = *name, .type = *type}};
}

void tell(const Reply& reply, Answer& answer, Table& table) {
    const std::string asked = wire::dns_type_text(reply.question.type);
    if (!reply.answer) {
        answer.exit = exit_of(reply.answer.error().code());
        table.add({asked, std::string{describe(reply.answer.error().code())}, none(), none()});
        return;
    }
    const wire::DnsMessage& message = reply.answer->message;
    if (message.answers.empty())
        table.add({asked, message.code == wire::DnsCode::name_error ? "no such name" : "no record", none(),
                   cell(reply.answer->took)});
    for (const wire::DnsRecord& record : message.answers)
        table.add(
            {asked, wire::dns_record_text(record), Cell{std::size_t{record.ttl}}, cell(reply.answer->took)});
}

Answer tell(const Address& server, const std::vector<Reply>& replies) {
    Answer answer;
    Table table{
        "dns",
        "nothing was asked",
        {{"asked", "type"}, {"answer", "answer"}, {"TTL", "ttl", Align::right}, {"after", "after_ns"}}};
    const bool any = std::ranges::any_of(
        replies, [](const Reply& reply) { return reply.answer && !reply.answer->message.answers.empty(); });
    if (!any) answer.exit = exit::name_not_found;
    for (const Reply& reply : replies) tell(reply, answer, table);
    answer.text = fmt::format("{}says {}", table.text(), server.to_string());
    answer.data = table.json();
    return answer;
}

}  // namespace

Task<Answer> ping_errand(Network& machine, RunningLab& running, const Request& request) {
    constexpr std::size_t most = 1000;
    lab::HostNode& node = lab::require_host(running.lab.world(), request.host);
    const Result<Duration> timeout = timeout_of(request);
    if (!timeout) co_return failure(timeout.error());
    const std::size_t count = std::clamp<std::size_t>(request.count == 0 ? 3 : request.count, 1, most);
    auto pings =
        co_await run_on(machine, running, node.facade(),
                        ping_often(running.lab.world(), node.facade(), request.target, count), *timeout);
    if (!pings) co_return failure(pings.error());
    if (!*pings) co_return failure(pings->error());
    co_return tell(request, **pings);
}

Task<Answer> pingall_errand(Network& machine, RunningLab& running, const Request& request) {
    const lab::World& world = running.lab.world();
    const Result<Duration> timeout = timeout_of(request);
    if (!timeout) co_return failure(timeout.error());
    const std::vector<lab::NodeRow> nodes = hosts_with_addresses(world);
    std::vector<Reach> all;
    for (const lab::NodeRow& node : nodes) {
        Host& host = lab::require_host(world, node.name).facade();
        auto reached = co_await run_on(machine, running, host, ping_all_from(host, nodes), *timeout);
        if (!reached) co_return failure(reached.error());
        std::ranges::move(*reached, std::back_inserter(all));
    }
    co_return tell(all);
}

Task<Answer> traceroute_errand(Network& machine, RunningLab& running, const Request& request) {
    const lab::World& world = running.lab.world();
    lab::HostNode& node = lab::require_host(world, request.host);
    const Result<Duration> timeout = timeout_of(request);
    if (!timeout) co_return failure(timeout.error());
    auto path = co_await run_on(machine, running, node.facade(), trace(world, node.facade(), request.target),
                                *timeout);
    if (!path) co_return failure(path.error());
    if (!*path) co_return failure(path->error());
    co_return tell(world, request, **path);
}

Task<Answer> dig_errand(Network& machine, RunningLab& running, const Request& request) {
    lab::HostNode& node = lab::require_host(running.lab.world(), request.host);
    const Result<Duration> timeout = timeout_of(request);
    if (!timeout) co_return failure(timeout.error());
    const auto questions = questions_of(request);
    if (!questions) co_return failure(questions.error());
    const std::vector<Address>& servers = node.stack().names().servers();
    if (servers.empty())
        co_return Answer{.exit = exit::other,
                         .text = request.host + " has been told of no name server (DHCP tells it)"};
    const Address server = servers.front();
    auto replies = co_await run_on(machine, running, node.facade(),
                                   ask_for(node.facade(), server, *questions), *timeout);
    if (!replies) co_return failure(replies.error());
    co_return tell(server, *replies);
}

}  // namespace sockeye::view
