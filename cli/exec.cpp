#include "cli/exec.hpp"

#include <algorithm>
#include <memory>
#include <stop_token>

#include "socket/kernel/process.hpp"

namespace sockeye::cli {
namespace {

constexpr std::size_t most_at_once = std::size_t{64} * 1024;
constexpr Duration grace = 1s;  // for the program, once its session has ended

struct Joined {
    Joined(kernel::Process&& program_, Socket&& client_)
        : program{std::move(program_)}, client{std::move(client_)} {}

    kernel::Process program;
    Socket client;
    std::uint64_t received = 0;
    app::Ending broken;
};

/// The client's octets to the program, its FIN as the end of input. Goes on when the program no longer
/// reads, so that a client that breaks off is noticed.
Task<> feed(std::shared_ptr<Joined> joined) {
    bool reads = true;
    for (;;) {
        Result<Bytes> text = co_await joined->client.recv(most_at_once);
        if (!text && text.error() == Errc::cancelled) co_return;  // the session is over
        if (!text) {
            joined->broken = text.error();
            joined->program.terminate();
            co_return;
        }
        if (text->empty()) break;
        joined->received += text->size();
        if (!reads) continue;
        Result<void> written = co_await joined->program.input().write(*text);
        reads = written.has_value();
    }
    joined->program.end_input();
}

/// The program's output to the client, until both are done.
Task<app::Ending> answer(Joined& joined, app::Session& session) {
    for (;;) {
        Result<Bytes> output = co_await joined.program.output().read(most_at_once);
        if (!output) co_return output.error();
        if (output->empty()) co_return std::nullopt;
        app::Ending broken = co_await app::send_counted(joined.client, session, *output);
        if (broken) co_return broken;
    }
}

/// Looks again and again, since a program's end is no descriptor that a loop could watch everywhere.
Task<> give_time_to_end(Network& network, const kernel::Process& program) {
    const Instant until = network.now() + grace;
    for (Duration pause = 1ms; !program.has_ended() && network.now() < until;
         pause = std::min(2 * pause, Duration{50ms})) {
        Result<void> slept = co_await network.sleep(pause);
        if (!slept) co_return;
    }
}

Task<app::Ending> run_program(KernelNetwork& network, std::shared_ptr<const std::string> command,
                              Socket& connection, app::Session& session) {
    Result<kernel::Process> program = kernel::Process::start(network, {"/bin/sh", "-c", *command},
                                                             {"SOCKEYE_PEER=" + session.peer.to_string()});
    if (!program) co_return program.error();
    const auto joined = std::make_shared<Joined>(std::move(*program), std::move(connection));
    std::stop_source feeding;
    network.spawn(feed(joined), feeding.get_token());
    app::Ending broken = co_await answer(*joined, session);
    if (joined->broken) broken = joined->broken;
    feeding.request_stop();
    if (!broken) broken = co_await app::say_goodbye(network, joined->client, session);
    session.received += joined->received;
    if (broken) joined->program.terminate();
    co_await give_time_to_end(network, joined->program);
    co_return broken;
}

}  // namespace

app::Conversation exec(KernelNetwork& network, std::string command) {
    return [&network, command = std::make_shared<const std::string>(std::move(command))](
               Socket& connection, app::Session& session) {
        return run_program(network, command, connection, session);
    };
}

}  // namespace sockeye::cli
