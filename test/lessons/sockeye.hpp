// The `sockeye` command, run as a person runs it: what many rows of the checklist ask for.
#pragma once

#include <string>
#include <vector>

namespace sockeye::test {

struct Answer {
    int exit = -1;      ///< the exit code; -1: it did not end by itself
    std::string text;   ///< stdout
    std::string words;  ///< stderr
};

/// `sockeye WORDS…`, to its end, without input.
Answer sockeye(std::vector<std::string> words);

}  // namespace sockeye::test
