// sockeye http get URL: fetches something from the web.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/http/client.hpp"
#include "cli/exit_code.hpp"
#include "cli/on.hpp"
#include "cli/place.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "sockeye/directory.hpp"
#include "sockeye/stream.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "http get";
constexpr unsigned first_error_status = 400;

constexpr const char* examples = R"(Examples:
  sockeye http get http://127.0.0.1:8000/index.html   prints it
  sockeye http get 127.0.0.1:8000 --head              its header alone
  sockeye http get http://web.example/ --timeout 5s   port 80, and not for ever
  sockeye http get web.example/film.mkv -o film.mkv   into a file

Follows redirections. A response from 400 up is printed, and the exit code is 1.
With -o there is the whole of it under that name, or what was there before.
https:// is not supported yet.)";

struct Options {
    std::string url;
    std::optional<std::string> timeout;
    std::string output;  ///< a file; empty: standard output
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

/// Keeps the body in a file that has its name only once it is complete.
class Saver : public app::http::Receiver {
public:
    explicit Saver(Draft draft) : draft_{std::move(draft)} {}

    Result<void> header(const app::http::Response&) override { return {}; }
    Task<Result<void>> body(BytesView octets) override {
        const Result<void> written = draft_.file().pwrite(octets, size_);
        size_ += octets.size();
        co_return written;
    }
    Result<void> keep() { return draft_.commit(); }

private:
    Draft draft_;
    std::uint64_t size_ = 0;
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

Result<app::http::Response> fetch_into_file(Ground& ground, app::http::Fetch fetch, const std::string& path) {
    Result<Place> place = place_of(ground.machine(), path);
    if (!place) return std::unexpected{place.error()};
    if (const auto there = place->directory.stat(place->name); there && there->kind != FileKind::file)
        return std::unexpected{Error{Errc::exists, "draft", fmt::format("{} is no regular file", path)}};
    Result<Draft> draft = place->directory.draft(place->name);
    if (!draft) return std::unexpected{draft.error()};
    Saver saver{std::move(*draft)};
    Result<Result<app::http::Response>> response =
        ground.network().run(app::http::fetch(ground.network(), std::move(fetch), saver));
    if (!response) return std::unexpected{response.error()};
    if (*response && (*response)->status < first_error_status)
        if (const Result<void> kept = saver.keep(); !kept) return std::unexpected{kept.error()};
    return std::move(*response);
}

Result<app::http::Response> print(Ground& ground, app::http::Fetch fetch, const Options& options) {
    Printer printer{ground.machine().terminal(), options};
    Result<Result<app::http::Response>> response =
        ground.network().run(get(ground.network(), std::move(fetch), printer));
    if (!response) return std::unexpected{response.error()};
    return std::move(*response);
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
    if (!options.output.empty() && (options.head || options.include))
        return fail_usage(verb, "-o keeps what the URL names: leave out --head and --include");
    Result<Ground> ground = on.open();
    if (!ground) return fail(verb, ground.error());
    const Result<app::http::Response> response =
        options.output.empty() ? print(*ground, std::move(fetch), options)
                               : fetch_into_file(*ground, std::move(fetch), options.output);
    if (!response) return fail_fetch(response.error(), url->to_string());
    if (response->status < first_error_status) return static_cast<int>(Exit::ok);
    return fail(verb, Exit::other,
                fmt::format("{}: {} {}", url->to_string(), response->status, response->reason));
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
    sub->add_option("-o,--output", options->output, "keep it in FILE instead of printing it")
        ->type_name("FILE");
    sub->add_flag("--head", options->head, "ask for the header alone");
    sub->add_flag("--include", options->include, "print the header too");
    sub->add_option("--timeout", options->timeout, "give up after that long")->type_name("TIME");
    sub->footer(examples);
    sub->callback(
        [options, &chosen] { chosen = [options](const On& on) { return http_get(*options, on); }; });
}

}  // namespace sockeye::cli
