#include "view/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "view/columns.hpp"

namespace sockeye::view {
namespace {

constexpr std::size_t gap = 2;  // between columns

std::string placed(std::string_view text, std::size_t width, Align align) {
    const std::size_t natural = columns(text);
    if (align == Align::left || natural >= width) return fit(text, width);
    return std::string(width - natural, ' ') + std::string{text};
}

}  // namespace

Json text_or_null(std::string_view text) {
    return text.empty() ? Json{} : Json(text);
}

std::string span_text(Duration duration) {
    const auto ns = duration.count();
    if (duration < 1us) return fmt::format("{} ns", ns);
    if (duration < 1ms) return fmt::format("{} us", ns / 1'000);
    if (duration < 1s) return fmt::format("{} ms", ns / 1'000'000);
    const auto seconds = ns / 1'000'000'000;
    if (duration < 100s) return fmt::format("{}.{} s", seconds, ns / 100'000'000 % 10);
    if (duration < 100min) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

Cell cell(Duration duration) {
    return {span_text(duration), duration.count()};
}

Cell cell(std::optional<Duration> duration) {
    return duration ? cell(*duration) : none();
}

Cell none() {
    return {"-", Json{}};
}

std::vector<std::size_t> Table::widths(std::size_t most) const {
    constexpr std::size_t least = 8;
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t widest = columns(columns_[i].title);
        for (const std::vector<Cell>& row : rows_) widest = std::max(widest, columns(row[i].text));
        widths.push_back(widest);
    }
    std::size_t sum = std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
    while (sum > most) {
        const auto widest = std::ranges::max_element(widths);
        if (*widest <= least) break;
        --*widest;
        --sum;
    }
    return widths;
}

std::string Table::text(std::size_t width) const {
    if (rows_.empty()) return empty_ + "\n";
    const std::vector<std::size_t> wide = widths(width);
    std::string all;
    const auto add_line = [&](auto text_of) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            line += placed(text_of(i), wide[i], columns_[i].align) + std::string(gap, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        all += line + "\n";
    };
    add_line([&](std::size_t i) -> std::string_view { return columns_[i].title; });
    for (const std::vector<Cell>& row : rows_)
        add_line([&](std::size_t i) -> std::string_view { return row[i].text; });
    return all;
}

std::vector<Json> Table::json() const {
    std::vector<Json> objects;
    for (const std::vector<Cell>& row : rows_) {
        Json& object = objects.emplace_back(Json{{"kind", kind_}});
        for (std::size_t i = 0; i < columns_.size(); ++i) object[columns_[i].key] = row[i].json;
    }
    return objects;
}

}  // namespace sockeye::view
