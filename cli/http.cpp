// sockeye http get URL: fetches something from the web.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/http/client.hpp"
#include "cli/exit_code.hpp"
#include "cli/on.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "sockeye/stream.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "http get";

constexpr const char* examples = R"(Examples:
  sockeye http get http://127.0.0.1:8000/index.html   prints it
  sockeye http get 127.0.0.1:8000 --head              its header alone
  sockeye http get http://web.example/ --timeout 5s   port 80, and not for ever

Follows redirections. A response from 400 up is printed, and the exit code is 1.
https:// is not supported yet.)";

struct Options {
    std::string url;
    std::optional<std::string> timeout;
    bool head = false;
    bool include = false;
};

/// Prints what is asked for.
class Printer : public app::http::Receiver {
public:
    Printer(Stream output, const Options& options) : output_{std::move(output)}, options_{options} {}

    Result<void> header(const app::http::Response& response) override {
        if (options_.head || options_.include) header_ = response.header;
        return {};
    }
    Task<Result<void>> body(BytesView octets) override {
        Result<void> done = co_await print_header();
        if (done) done = co_await output_.write(octets);
        co_return done;
    }
    Task<Result<void>> print_header() {
        const std::string header = std::exchange(header_, {});
        Result<void> done = co_await output_.write(header);
        co_return done;
    }

private:
    Stream output_;
    const Options& options_;
    std::string header_;
};

Task<Result<app::http::Response>> get(Network& network, app::http::Fetch fetch, Printer& printer) {
    Result<app::http::Response> response = co_await app::http::fetch(network, std::move(fetch), printer);
    if (!response) co_return response;
    Result<void> printed = co_await printer.print_header();  // of a response without a body
    if (!printed) co_return std::unexpected{printed.error()};
    co_return response;
}

int fail_fetch(const Error& error, const std::string& where) {
    if (error.during() == std::string_view{"write"})
        return fail(verb, Exit::other, fmt::format("standard output: {}", error.message()));
    if (error == Errc::closed)
        return fail(verb, Exit::closed_early, fmt::format("closed early: {}", error.detail()));
    if (error == Errc::unsupported) return fail(verb, Exit::other, error.detail());
    return fail(verb, error, where);
}

int http_get(const Options& options, const On& on) {
    app::http::Fetch fetch;
    const Result<app::http::Url> url = app::http::Url::parse(options.url);
    if (!url && url.error() == Errc::unsupported) return fail(verb, Exit::other, url.error().detail());
    if (!url) return fail_usage(verb, url.error().detail());
    fetch.url = *url;
    fetch.user_agent = "sockeye/" SOCKEYE_VERSION;
    if (options.head) fetch.method = "HEAD";
    if (options.timeout) {
        const Result<Duration> timeout = parse_duration(*options.timeout);
        if (!timeout) return fail_usage(verb, fmt::format("--timeout: {}", timeout.error().detail()));
        fetch.deadline = *timeout;
    }
    Result<Ground> ground = on.open();
    if (!ground) return fail(verb, ground.error());
    Network& network = ground->network();
    Printer printer{ground->machine().terminal(), options};
    Result<Result<app::http::Response>> response = network.run(get(network, std::move(fetch), printer));
    if (!response) return fail(verb, response.error());
    if (!*response) return fail_fetch(response->error(), url->to_string());
    constexpr unsigned first_error = 400;
    if ((*response)->status < first_error) return static_cast<int>(Exit::ok);
    return fail(verb, Exit::other,
                fmt::format("{}: {} {}", url->to_string(), (*response)->status, (*response)->reason));
}

}  // namespace

void add_http(CLI::App& command, Action& chosen) {
    CLI::App* group = command.add_subcommand("http", "fetch something from the web")->group("Verbs");
    group->require_subcommand(1);
    group->footer(examples);
    CLI::App* sub = group->add_subcommand("get", "print what a URL names")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("URL", options->url, "http://HOST[:PORT]/PATH; port 80 if none is named")
        ->required()
        ->type_name("");
    sub->add_flag("--head", options->head, "ask for the header alone");
    sub->add_flag("--include", options->include, "print the header too");
    sub->add_option("--timeout", options->timeout, "give up after that long")->type_name("TIME");
    sub->footer(examples);
    sub->callback(
        [options, &chosen] { chosen = [options](const On& on) { return http_get(*options, on); }; });
}

}  // namespace sockeye::cli
