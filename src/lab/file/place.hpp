// Where something stands in a file.
#pragma once

#include <cstddef>

namespace sockeye::lab {

/// Both counted from 1.
struct Place {
    std::size_t line = 1;
    std::size_t column = 1;

    friend bool operator==(const Place&, const Place&) = default;
};

}  // namespace sockeye::lab
