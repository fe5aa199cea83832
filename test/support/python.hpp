// Asks Python, whose standard library shares no code with us.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace sockeye::test {

/// The lines that `script` prints.
/// @param script  without single quotes: the shell passes it on between them
inline std::vector<std::string> python(const std::string& script) {
    std::FILE* pipe = popen(("python3 -c '" + script + "'").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error{"python3 cannot be started"};
    std::vector<std::string> lines(1);
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        if (c == '\n')
            lines.emplace_back();
        else
            lines.back() += static_cast<char>(c);
    }
    lines.pop_back();
    if (pclose(pipe) != 0) throw std::runtime_error{"the Python script failed; its words are on stderr"};
    return lines;
}

}  // namespace sockeye::test
