#include "cli/lab_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/words.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "view/control_socket.hpp"
#include "view/serve_caller.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view how_to_start = "start one with `sockeye lab up FILE`";

Result<Target> target_of(const std::string& lab) {
    return Target::parse("unix:" + view::control_path(lab));
}

/// A lab that was killed has left its socket, which refuses.
bool runs(Network& network, const std::string& lab) {
    constexpr Duration patience = 2s;
    const Result<Target> target = target_of(lab);
    return target && create_connection(network, *target, patience).wait().has_value();
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::unexpected<Error> failure(Errc code, std::string detail) {
    return std::unexpected{Error{code, "", std::move(detail)}};
}

/// A connection on which a question has been asked.
Task<Result<Socket>> put_question(Network& network, std::string lab, std::string question,
                                  Duration patience) {
    const Result<Target> target = target_of(lab);
    if (!target) co_return std::unexpected{target.error()};
    Result<Socket> connection = co_await create_connection(network, *target, patience);
    if (!connection) co_return failure(connection.error().code(), "the lab " + lab + " does not run");
    Result<void> sent = co_await connection->sendall(question, patience);
    if (!sent) co_return failure(sent.error().code(), "the lab " + lab + " takes no question");
    co_return connection;
}

/// @param block  octets that are read at once: 1 where what follows the answer is for somebody else
Task<Result<std::string>> read_answer(Socket& connection, std::string lab, std::size_t block,
                                      Duration patience) {
    std::string answer;
    while (!answer.ends_with('\n')) {
        Result<Bytes> more = co_await connection.recv(block, patience);
        if (!more) co_return failure(more.error().code(), "the lab " + lab + " has not answered in time");
        if (more->empty())
            co_return failure(Errc::ended_early, "the lab " + lab + " has ended, or serves too many others");
        answer += more->text();
    }
    co_return answer;
}

Task<Result<std::string>> exchange(Network& network, std::string lab, std::string question,
                                   Duration patience) {
    constexpr std::size_t block = 65536;
    Result<Socket> connection = co_await put_question(network, lab, question, patience);
    if (!connection) co_return std::unexpected{connection.error()};
    Result<std::string> answer = co_await read_answer(*connection, lab, block, patience);
    co_return answer;
}

struct Attached {
    std::string answer;
    OwnedDescriptor connection;
};

Task<Result<Attached>> attach(Network& network, std::string lab, std::string question) {
    constexpr Duration patience = 10s;
    Result<Socket> connection = co_await put_question(network, lab, question, patience);
    if (!connection) co_return std::unexpected{connection.error()};
    Result<std::string> answer = co_await read_answer(*connection, lab, 1, patience);
    if (!answer) co_return std::unexpected{answer.error()};
    const Result<int> descriptor = connection->detach();
    if (!descriptor) co_return std::unexpected{descriptor.error()};
    Attached attached{.answer = std::move(*answer), .connection = OwnedDescriptor{*descriptor}};
    co_return std::move(attached);
}

/// Where it knows none there is no object, or an empty list.
std::vector<Address> name_servers_in(const view::Answer& answer) {
    std::vector<Address> servers;
    if (answer.data.empty()) return servers;
    const view::Json texts = answer.data.front().value("name_servers", view::Json::array());
    for (const view::Json& text : texts)
        if (text.is_string())
            if (const Result<Address> server = Address::parse(text.get<std::string>()); server)
                servers.push_back(*server);
    return servers;
}

}  // namespace

std::vector<std::string> running_labs() {
    std::vector<std::string> names = view::control_names();
    if (names.empty()) return names;
    KernelNetwork network;
    std::erase_if(names, [&](const std::string& name) { return !runs(network, name); });
    return names;
}

Result<std::string> choose_lab(const std::string& name, std::string_view how_to_say) {
    const std::vector<std::string> names = running_labs();
    if (names.empty()) return failure(Errc::not_found, fmt::format("no lab runs: {}", how_to_start));
    if (!name.empty() && std::ranges::find(names, name) == names.end())
        return failure(Errc::not_found,
                       fmt::format("no lab named {} runs: there is {}", name, listed(names)));
    if (!name.empty()) return name;
    if (names.size() == 1) return names.front();
    return failure(
        Errc::invalid_argument,
        fmt::format("{} labs run: say which, with {}; there are {}", names.size(),
                    std::string{how_to_say}.replace(how_to_say.find("{}"), 2, names.front()), listed(names)));
}

Result<view::Answer> ask_lab(const std::string& lab, const view::Request& request, Duration patience) {
    KernelNetwork network;
    Result<Result<std::string>> line =
        network.run(exchange(network, lab, view::write_request(request), patience));
    if (!line) return std::unexpected{line.error()};
    if (!*line) return std::unexpected{line->error()};
    return view::parse_answer(**line);
}

int tell_answer(std::string_view verb, const view::Answer& answer, bool json) {
    const bool is_result = answer.exit == view::exit::ok || !answer.data.empty();
    if (!is_result) return fail(verb, static_cast<Exit>(answer.exit), answer.text);
    if (!json) tell(answer.text + "\n");
    if (json)
        for (const view::Json& object : answer.data) tell(json_line(object));
    return answer.exit;
}

Result<LabHost> attach_to(const std::string& lab, const std::string& host) {
    KernelNetwork network;
    Result<Result<Attached>> attached =
        network.run(attach(network, lab, view::write_request(view::attach_request(host))));
    if (!attached) return std::unexpected{attached.error()};
    if (!*attached) return std::unexpected{attached->error()};
    const Result<view::Answer> answer = view::parse_answer((*attached)->answer);
    if (!answer) return std::unexpected{answer.error()};
    if (answer->exit != view::exit::ok)
        return failure(answer->exit == view::exit::usage ? Errc::invalid_argument : Errc::busy, answer->text);
    return LabHost{.connection = std::move((*attached)->connection),
                   .name_servers = name_servers_in(*answer)};
}

}  // namespace sockeye::cli
