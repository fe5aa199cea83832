#include "lab/file/words.hpp"

#include <algorithm>

namespace sockeye::lab {

std::vector<std::string_view> split(std::string_view line) {
    constexpr std::string_view space = " \t";
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t begin = line.find_first_not_of(space);
        if (begin == std::string_view::npos) return words;
        line.remove_prefix(begin);
        const std::size_t end = std::min(line.find_first_of(space), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

}  // namespace sockeye::lab
