// A table that people read, in aligned columns of a terminal, and machines too, as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sockeye/time.hpp"

namespace sockeye::view {

/// Fields keep the order they were written in.
using Json = nlohmann::ordered_json;

/// What may be missing: null then.
Json text_or_null(std::string_view text);

struct Cell {
    Cell(std::string words) : text{std::move(words)}, json(text) {}
    Cell(std::string_view words) : Cell{std::string{words}} {}
    Cell(const char* words) : Cell{std::string{words}} {}
    Cell(std::size_t number) : text{std::to_string(number)}, json(number) {}
    Cell(std::string words, Json value) : text{std::move(words)}, json(std::move(value)) {}

    std::string text;
    Json json;
};

/// Rounded, and in nanoseconds for machines.
Cell cell(Duration duration);
/// "-", and null.
Cell cell(std::optional<Duration> duration);
Cell none();

/// "350 ns", "12 us", "7 ms", "12.4 s", "5 min 20 s", "2 h 4 min": rounded down.
std::string span_text(Duration duration);

enum class Align : std::uint8_t { left, right };

struct Column {
    std::string title;
    std::string key;
    Align align = Align::left;
};

class Table {
public:
    /// @param kind   what a row is, for machines: "neighbour"
    /// @param empty  what to say where there is no row
    Table(std::string kind, std::string empty, std::vector<Column> columns)
        : kind_{std::move(kind)}, empty_{std::move(empty)}, columns_{std::move(columns)} {}

    /// @pre as many cells as columns
    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

    /// At most `width` columns of a terminal: where that is not enough, what is widest is cut.
    std::string text(std::size_t width = 80) const;
    /// An object a row.
    std::vector<Json> json() const;

private:
    std::vector<std::size_t> widths(std::size_t most) const;

    std::string kind_;
    std::string empty_;
    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace sockeye::view
