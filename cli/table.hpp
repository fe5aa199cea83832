// A table for people: columns as wide as what is in them.
#pragma once

#include <string>
#include <vector>

namespace sockeye::cli {

using Row = std::vector<std::string>;

/// A line each row, two blanks between columns, none at a line's end. Cells are ASCII.
std::string table(const std::vector<Row>& rows);

}  // namespace sockeye::cli
