// Faults as a file has them: what faults_file.cpp reads back.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "lab/file/cable_words.hpp"
#include "lab/file/faults_file.hpp"

namespace sockeye::lab {
namespace {

/// "[alice, sw1]"
std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(name);
    return "[" + text + "]";
}

void append(std::string& text, std::string_view key, const std::string& value) {
    text.append(", ").append(key).append(": ").append(value);
}

void append_whom(std::string& text, const Fault& fault) {
    if (fault.kind == Fault::Kind::partition)
        return append(text, "between", "[" + listed(fault.groups[0]) + ", " + listed(fault.groups[1]) + "]");
    append(text, "on", fault.on.size() == 1 ? fault.on.front() : listed(fault.on));
}

}  // namespace

std::string to_yaml(const Fault& fault) {
    std::string text = "{at: " + sockeye::to_string(fault.at) + ", do: " + std::string{to_string(fault.kind)};
    append_whom(text, fault);
    for (const auto& [word, value] : words_of(fault.impairments)) append(text, word, value);
    if (fault.one_way) append(text, "one-way", "true");
    if (fault.lasts) append(text, "for", sockeye::to_string(*fault.lasts));
    if (fault.every) append(text, "every", sockeye::to_string(*fault.every));
    if (fault.until) append(text, "until", sockeye::to_string(*fault.until));
    return text + "}";
}

std::string to_yaml(const std::vector<Fault>& faults) {
    if (faults.empty()) return "faults: []\n";
    std::string text = "faults:\n";
    for (const Fault& fault : faults) text += "  - " + to_yaml(fault) + "\n";
    return text;
}

}  // namespace sockeye::lab
