// sockeye dns NAME…|ADDRESS…: what a name server says, how long it took, and how long it may be kept.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "app/dns_client.hpp"
#include "base/address_text.hpp"
#include "base/host_name.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/on.hpp"
#include "cli/table.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "socket/kernel/name_servers.hpp"
#include "wire/dns_query.hpp"
#include "wire/text_application.hpp"

namespace sockeye::cli {
namespace {

using wire::DnsType;

constexpr std::string_view verb = "dns";
constexpr std::uint16_t domain = 53;

constexpr const char* examples = R"(Examples:
  sockeye dns example.com                   its IPv4 and IPv6 addresses
  sockeye dns 192.0.2.7                     the name of an address (PTR)
  sockeye dns example.com --type SOA        who answers for it
  sockeye dns example.com --server 10.0.0.1
  sockeye dns example.com --server [2001:db8::1]:5353

Asks the name server alone (by default the first of /etc/resolv.conf): programs
look into /etc/hosts first. Over UDP; over TCP when the answer is too long for a
datagram. TTL: the seconds for which an answer may be kept.

Exit codes: 6 no such name, or no address; 7 nobody serves DNS there; 28 no
answer in time; 1 the server failed.)";

struct Options {
    std::vector<std::string> words;
    std::string server;
    std::string type;
    std::string timeout = "5s";
    bool json = false;
};

// --- what a record says ---------------------------------------------------------------------------

struct InWords {
    std::string operator()(const IpAddress& ip) const { return ip.to_string(); }
    std::string operator()(const wire::DnsName& name) const { return name.to_string(); }
    std::string operator()(const wire::DnsSoa& soa) const {
        return fmt::format("{} {} {} {} {} {} {}", soa.primary.to_string(), soa.mailbox.to_string(),
                           soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum);
    }
    std::string operator()(const wire::DnsText& text) const {
        std::string all;
        for (const std::string& one : text.strings)
            all += fmt::format("{}\"{}\"", all.empty() ? "" : " ", printable(one));
        return all;
    }
    /// RFC 3597 §5.
    std::string operator()(const wire::DnsOpaque& opaque) const {
        std::string text = fmt::format("\\# {} ", opaque.octets.size());
        for (std::byte octet : opaque.octets) text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
        return text;
    }

    /// What comes from outside must not steer a terminal (RFC 1035 §5.1's escapes).
    static std::string printable(std::string_view text) {
        std::string shown;
        for (char c : text) {
            const auto octet = static_cast<unsigned char>(c);
            if (octet < 0x20 || octet > 0x7e)
                shown += fmt::format("\\{:03}", octet);
            else if (c == '"' || c == '\\')
                shown += {'\\', c};
            else
                shown += c;
        }
        return shown;
    }
};

// --- asking ---------------------------------------------------------------------------------------

struct Asked {
    std::string word;
    wire::DnsQuestion question;
    std::optional<Result<app::DnsReply>> reply{};
};

/// A numeric address asks for its name; a name for both kinds of address.
Result<std::vector<wire::DnsQuestion>> questions_of(const std::string& word, std::optional<DnsType> type) {
    const auto numeric = host_name::numeric(word, 0);
    if (!numeric) return std::unexpected{numeric.error()};
    if (*numeric)
        return std::vector{wire::DnsQuestion{.name = wire::reverse_dns_name((*numeric)->ip()),
                                             .type = type.value_or(DnsType::ptr)}};
    const Result<wire::DnsName> name = wire::DnsName::parse(word);
    if (!name) return std::unexpected{name.error()};
    std::vector<wire::DnsQuestion> questions;
    for (DnsType one : type ? std::vector{*type} : std::vector{DnsType::a, DnsType::aaaa})
        questions.push_back({.name = *name, .type = one});
    return questions;
}

Task<> ask(Network& network, Address server, Duration patience, Asked& asked) {
    asked.reply = co_await app::ask_dns(network, server, asked.question, patience);
}

/// All at once.
void ask_all(Network& network, const Address& server, Duration patience, std::vector<Asked>& all) {
    for (Asked& asked : all) network.spawn(ask(network, server, patience, asked));
    if (Result<void> ran = network.run(); ran) return;
    for (Asked& asked : all)
        if (!asked.reply) asked.reply = std::unexpected{Errc::cancelled};
}

// --- telling --------------------------------------------------------------------------------------

std::string_view why_not(wire::DnsCode code) {
    switch (code) {
        case wire::DnsCode::no_error: return "has none";
        case wire::DnsCode::name_error: return "no such name";
        case wire::DnsCode::server_failure: return "the server failed";
        case wire::DnsCode::refused: return "the server refuses to answer";
        case wire::DnsCode::format_error: return "the server does not understand the question";
        case wire::DnsCode::not_implemented: return "the server cannot answer that";
    }
    return "the server reports an error";
}

/// Aliases on the way, then what was asked for.
std::vector<wire::DnsRecord> records_of(const app::DnsReply& reply) {
    if (reply.message.code != wire::DnsCode::no_error) return {};
    const wire::DnsFound found = wire::find_in_dns_reply(reply.message);
    std::vector<wire::DnsRecord> records;
    for (const wire::DnsName& alias : found.aliases)
        for (const wire::DnsRecord& record : reply.message.answers)
            if (record.type == DnsType::cname && record.name == alias) records.push_back(record);
    std::ranges::copy(found.records, std::back_inserter(records));
    return records;
}

std::string to_json(const Asked& asked, const Address& server) {
    Json line{{"kind", "dns"},
              {"asked", asked.word},
              {"name", asked.question.name.to_string()},
              {"type", wire::dns_type_text(asked.question.type)},
              {"server", server.to_string()}};
    const Result<app::DnsReply>& reply = *asked.reply;
    if (!reply) {
        line["error"] = to_string(reply.error().code());
        return json_line(line);
    }
    line["over"] = reply->over == Transport::udp ? "udp" : "tcp";
    line["questions"] = reply->questions;
    line["nanoseconds"] = reply->took.count();
    line["code"] = static_cast<unsigned>(reply->message.code);
    line["records"] = Json::array();
    for (const wire::DnsRecord& record : records_of(*reply))
        line["records"].push_back({{"name", record.name.to_string()},
                                   {"type", wire::dns_type_text(record.type)},
                                   {"ttl", record.ttl},
                                   {"data", std::visit(InWords{}, record.data)}});
    return json_line(line);
}

void add_rows(std::vector<Row>& rows, const Asked& asked) {
    const app::DnsReply& reply = **asked.reply;
    std::string time = about(reply.took);
    if (reply.over == Transport::tcp) time += ", TCP";
    if (reply.questions > 1) time += fmt::format(", asked {} times", reply.questions);
    const std::vector<wire::DnsRecord> records = records_of(reply);
    if (records.empty())
        rows.push_back({asked.question.name.to_string(), wire::dns_type_text(asked.question.type), "-",
                        fmt::format("({})", why_not(reply.message.code)), time});
    for (const wire::DnsRecord& record : records)
        rows.push_back({record.name.to_string(), wire::dns_type_text(record.type), std::to_string(record.ttl),
                        std::visit(InWords{}, record.data), time});
}

std::string to_text(const std::vector<Asked>& all) {
    std::vector<Row> rows{{"name", "type", "TTL", "answer", "time"}};
    for (const Asked& asked : all)
        if (*asked.reply) add_rows(rows, asked);
    return rows.size() > 1 ? table(rows) : std::string{};
}

/// A word's exit code: of its questions one that was answered is enough.
int judge(const std::string& word, const std::vector<Asked>& all, const Address& server) {
    const Asked* worst = nullptr;
    for (const Asked& asked : all) {
        if (asked.word != word) continue;
        if (*asked.reply && !records_of(**asked.reply).empty()) return static_cast<int>(Exit::ok);
        if (worst == nullptr || !*asked.reply) worst = &asked;
    }
    const Result<app::DnsReply>& reply = *worst->reply;
    const std::string where = fmt::format("name server {}", url(Transport::udp, server));
    if (!reply)
        return fail(verb, exit_for(reply.error().code()),
                    fmt::format("{}: {} ({})", word, describe(reply.error().code()), where));
    const wire::DnsCode code = reply->message.code;
    const bool is_none = code == wire::DnsCode::no_error || code == wire::DnsCode::name_error;
    return fail(verb, is_none ? Exit::name_not_found : Exit::other,
                fmt::format("{}: {} ({})", word, why_not(code), where));
}

// --- the command line -----------------------------------------------------------------------------

/// "10.0.0.1", "10.0.0.1:5353", "2001:db8::1", "[2001:db8::1]:5353".
Result<Address> parse_server(const std::string& text) {
    std::string_view host = text;
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto numeric = host_name::numeric(host, domain);
    if (numeric && *numeric) return **numeric;
    return Address::parse(text);
}

/// The one named, else the network's first.
Result<Address> server_for(const Options& options, const On& on) {
    const auto mistake = [](std::string words) {
        return std::unexpected{Error{Errc::invalid_argument, "", std::move(words)}};
    };
    if (options.server.empty()) {
        const std::vector<Address> servers = on.is_machine() ? kernel::name_servers() : on.name_servers();
        if (servers.empty()) return mistake(std::string{on.how_to_name_servers()});
        return servers.front();
    }
    Result<Address> parsed = parse_server(options.server);
    if (!parsed) return mistake(fmt::format("--server: {}", parsed.error().detail()));
    return parsed;
}

int dns(const Options& options, const On& on) {
    const Result<Address> server = server_for(options, on);
    if (!server) return fail_usage(verb, server.error().detail());
    const Result<Duration> patience = parse_duration(options.timeout);
    if (!patience) return fail_usage(verb, fmt::format("--timeout: {}", patience.error().detail()));
    const std::optional<DnsType> type =
        options.type.empty() ? std::nullopt : wire::dns_type_named(options.type);
    if (!options.type.empty() && !type)
        return fail_usage(verb, fmt::format("--type: no type '{}': write A, AAAA, PTR, MX, NS, SOA, TXT …",
                                            address_text::shown(options.type)));
    std::vector<Asked> all;
    for (const std::string& word : options.words) {
        const auto questions = questions_of(word, type);
        if (!questions)
            return fail_usage(verb,
                              fmt::format("{}: {}", address_text::shown(word), questions.error().detail()));
        for (const wire::DnsQuestion& question : *questions) all.push_back({word, question});
    }
    Result<Ground> ground = on.open();
    if (!ground) return fail(verb, ground.error());
    ask_all(ground->network(), *server, *patience, all);
    if (options.json)
        for (const Asked& asked : all) tell(to_json(asked, *server));
    else
        tell(to_text(all));
    int exit = static_cast<int>(Exit::ok);
    for (const std::string& word : options.words)
        if (const int its = judge(word, all, *server); its != 0) exit = its;
    return exit;
}

}  // namespace

void add_dns(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb}, "ask a name server, with times")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("NAME", options->words, "a name, or an address whose name is wanted")
        ->required()
        ->type_name("");
    sub->add_option("--server", options->server, "whom to ask: ADDRESS or ADDRESS:PORT")
        ->type_name("ADDRESS");
    sub->add_option("--type", options->type, "A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT, ANY")
        ->type_name("TYPE");
    sub->add_option("--timeout", options->timeout, "give up after that long (5s)")->type_name("TIME");
    sub->add_flag("--json", options->json, "JSON, an object a question");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options](const On& on) { return dns(*options, on); }; });
}

}  // namespace sockeye::cli
