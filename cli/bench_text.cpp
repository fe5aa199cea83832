#include "cli/bench_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cli/json.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

using app::BenchResult;
using app::Histogram;
using app::Measure;

struct Percentile {
    const char* name;
    std::uint32_t per_million;
};
constexpr std::array percentiles{Percentile{"p50", 500'000}, Percentile{"p90", 900'000},
                                 Percentile{"p99", 990'000}, Percentile{"p99.9", 999'000},
                                 Percentile{"p99.99", 999'900}};

std::string_view name_of(Measure measure) {
    constexpr std::array names{"upload", "download", "both", "ping", "connects", "rate"};
    return names[static_cast<std::size_t>(measure)];
}

bool is_throughput(Measure measure) {
    return measure == Measure::upload || measure == Measure::download || measure == Measure::both;
}

/// Of anything, a second; 0 where no time went by.
double per_second(std::uint64_t count, Duration took) {
    return took <= Duration::zero() ? 0.0
                                    : static_cast<double>(count) * 1e9 / static_cast<double>(took.count());
}

std::string scaled(double value, std::string_view unit) {
    constexpr std::array prefixes{"", "k", "M", "G", "T"};
    std::size_t prefix = 0;
    for (; value >= 1000 && prefix + 1 < prefixes.size(); ++prefix) value /= 1000;
    return fmt::format("{:.4g} {}{}", value, prefixes[prefix], unit);
}

std::string flow_line(const char* direction, std::uint64_t octets, Duration took) {
    const double rate = per_second(octets, took);
    return fmt::format("{:<11} {:>12}   {:>14}   {}\n", direction, scaled(rate, "B/s"),
                       scaled(8 * rate, "bit/s"), scaled(static_cast<double>(octets), "B"));
}

std::string latency_lines(const Histogram& latency) {
    std::string text = fmt::format("{:<11} min {}", "latency", about(Duration{latency.min()}));
    for (const Percentile& one : percentiles)
        text += fmt::format(", {} {}", one.name, about(Duration{latency.percentile(one.per_million)}));
    std::string wrapped;
    if (const std::size_t cut = text.rfind(", p99.9 "); cut != std::string::npos) {
        wrapped = "            " + text.substr(cut + 2);
        text.resize(cut + 1);
    }
    return fmt::format("{}\n{}, max {}\n{}", text, wrapped, about(Duration{latency.max()}), draw(latency));
}

std::string figures(const BenchReport& report) {
    const BenchResult& result = report.result;
    const Measure measure = report.plan.measure;
    std::string text;
    if (measure == Measure::upload || measure == Measure::both)
        text += flow_line("sent", result.sent, result.took);
    if (measure == Measure::download || measure == Measure::both)
        text += flow_line("received", result.received, result.took);
    if (is_throughput(measure)) return text;
    const char* what = measure == Measure::connects ? "connections" : "answers";
    text += fmt::format("{:<11} {} in {}: {} a second\n", what, result.operations, about(result.took),
                        scaled(per_second(result.operations, result.took), ""));
    if (result.unanswered > 0)
        text += fmt::format("{:<11} {}, each counted as late as it was at the end\n", "unanswered",
                            result.unanswered);
    return text + latency_lines(result.latency);
}

/// The largest of 1, 2, 5, 10, 20, 50, 100 … that is at most `value`.
std::uint64_t step_below(std::uint64_t value) {
    std::uint64_t step = 1;
    while (step <= value / 10) step *= 10;
    if (value >= 5 * step) return 5 * step;
    return value >= 2 * step ? 2 * step : step;
}

std::uint64_t step_above(std::uint64_t step) {
    std::uint64_t leading = step;
    while (leading >= 10) leading /= 10;
    return leading == 2 ? step / 2 * 5 : step * 2;
}

std::string heading(const BenchReport& report) {
    const app::BenchPlan& plan = report.plan;
    std::string text = fmt::format("{} {}: {} connection{}", name_of(plan.measure), plan.target.to_string(),
                                   plan.connections, plan.connections == 1 ? "" : "s");
    if (!is_throughput(plan.measure) && plan.measure != Measure::connects)
        text += fmt::format(", {} B messages", plan.size);
    if (plan.measure == Measure::rate) text += fmt::format(", {} a second", plan.rate);
    return text + fmt::format(", {}\n", to_string(plan.time));
}

}  // namespace

std::string draw(const Histogram& latency) {
    constexpr double width = 40;
    std::string text;
    if (latency.count() == 0) return text;
    std::uint64_t below = 0;
    for (std::uint64_t from = step_below(latency.min()); below < latency.count(); from = step_above(from)) {
        const std::uint64_t to = step_above(from);
        const std::uint64_t up_to = to > latency.max() ? latency.count() : latency.count_up_to(to - 1);
        const double share = static_cast<double>(up_to - below) / static_cast<double>(latency.count());
        const auto bar = static_cast<std::size_t>(share * width + 0.5);
        const std::string_view rest = up_to > below && bar == 0 ? "." : "";
        text += fmt::format("{:>8} .. {:<8} {:>7.3f} % {}{}\n", about(Duration{from}), about(Duration{to}),
                            100 * share, std::string(bar, '#'), rest);
        below = up_to;
    }
    return text;
}

std::string bench_text(const BenchReport& report) {
    std::string text = heading(report) + figures(report);
    if (!report.instead_of.empty())
        text += fmt::format("{:<11} {}, since {}, the default here, paces a peer on this machine\n",
                            "congestion", report.congestion, report.instead_of);
    const double share = per_second(static_cast<std::uint64_t>(report.cpu.count()), report.result.took) / 1e7;
    return text +
           fmt::format("{:<11} {} of this process: {:.0f} % of a core\n", "CPU", about(report.cpu), share);
}

std::string bench_json(const BenchReport& report) {
    const BenchResult& result = report.result;
    Json object{{"kind", "bench"},
                {"measure", name_of(report.plan.measure)},
                {"target", report.plan.target.to_string()},
                {"connections", report.plan.connections},
                {"took_ns", result.took.count()},
                {"cpu_ns", report.cpu.count()},
                {"congestion", report.congestion}};
    if (is_throughput(report.plan.measure)) {
        object["sent"] = result.sent;
        object["received"] = result.received;
        return json_line(object);
    }
    object["operations"] = result.operations;
    if (report.plan.measure != Measure::connects) object["size"] = report.plan.size;
    if (report.plan.measure == Measure::rate) {
        object["rate"] = report.plan.rate;
        object["unanswered"] = result.unanswered;
    }
    Json latency{{"min", result.latency.min()}, {"mean", result.latency.mean()}};
    for (const Percentile& one : percentiles) latency[one.name] = result.latency.percentile(one.per_million);
    latency["max"] = result.latency.max();
    object["latency_ns"] = latency;
    return json_line(object);
}

}  // namespace sockeye::cli
