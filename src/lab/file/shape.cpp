#include "lab/file/shape.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/address_text.hpp"

namespace sockeye::lab {
namespace {

using address_text::mistake;
using address_text::shown;

constexpr std::uint32_t most_hosts = 4096;
constexpr std::size_t few_hosts = 16;  // so few that each may ping each

constexpr std::string_view shapes = "write tree,DEPTH,FANOUT, single,N or linear,N, such as tree,2,3";

std::unexpected<Error> too_many() {
    return mistake("that is more than " + std::to_string(most_hosts) + " hosts: write smaller numbers");
}

class Shape {
public:
    explicit Shape(std::string name) : name_{std::move(name)} {}

    std::size_t add_switch() {
        nodes_ += "    s" + std::to_string(++switches_) + ": {kind: bridge}\n";
        ports_.push_back(0);
        return switches_;
    }

    void add_host(std::size_t lan) {
        const std::string host = "h" + std::to_string(++hosts_);
        nodes_ += "    " + host + ": {}\n";
        links_ += "    - {endpoints: [\"" + host + ":eth0\", \"" + port_of(lan) + "\"], ipv4: [" +
                  address(hosts_) + "]}\n";
    }

    void join(std::size_t upper, std::size_t lower) {
        const std::string from = port_of(upper);
        links_ += "    - {endpoints: [\"" + from + "\", \"" + port_of(lower) + "\"]}\n";
    }

    std::string text() const {
        return "name: " + name_ + "\n\ntopology:\n  nodes:\n" + nodes_ + "\n  links:\n" + links_ + expects();
    }

private:
    std::string port_of(std::size_t lan) {
        return "s" + std::to_string(lan) + ":" + std::to_string(++ports_[lan - 1]);
    }

    static std::string address(std::size_t host) {
        return "10.0." + std::to_string(host / 256) + "." + std::to_string(host % 256) + "/8";
    }

    std::string expects() const {
        if (hosts_ < 2) return "";
        if (hosts_ <= few_hosts) return "\nexpect:\n  - every host reaches every other\n";
        return "\nexpect:\n  - h1 reaches h" + std::to_string(hosts_) + "\n";
    }

    std::string name_;
    std::string nodes_;
    std::string links_;
    std::vector<std::size_t> ports_;  ///< of each switch, those that have a cable
    std::size_t switches_ = 0;
    std::size_t hosts_ = 0;
};

void add_tree(Shape& shape, std::size_t lan, std::uint32_t depth, std::uint32_t fanout) {
    for (std::uint32_t i = 0; i < fanout; ++i) {
        if (depth == 1) {
            shape.add_host(lan);
            continue;
        }
        const std::size_t below = shape.add_switch();
        shape.join(lan, below);
        add_tree(shape, below, depth - 1, fanout);
    }
}

std::string tree(std::uint32_t depth, std::uint32_t fanout) {
    Shape shape{"tree-" + std::to_string(depth) + "-" + std::to_string(fanout)};
    add_tree(shape, shape.add_switch(), depth, fanout);
    return shape.text();
}

std::string single(std::uint32_t hosts) {
    Shape shape{"single-" + std::to_string(hosts)};
    const std::size_t lan = shape.add_switch();
    for (std::uint32_t i = 0; i < hosts; ++i) shape.add_host(lan);
    return shape.text();
}

std::string linear(std::uint32_t switches) {
    Shape shape{"linear-" + std::to_string(switches)};
    for (std::uint32_t i = 0; i < switches; ++i) {
        const std::size_t lan = shape.add_switch();
        shape.add_host(lan);
        if (lan > 1) shape.join(lan - 1, lan);
    }
    return shape.text();
}

/// "tree,2,3" as {"tree", "2", "3"}
std::vector<std::string_view> parts_of(std::string_view shape) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t comma = shape.find(',');
        parts.push_back(shape.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        shape.remove_prefix(comma + 1);
    }
}

Result<std::uint32_t> count_of(std::string_view text) {
    const auto number = address_text::parse_number(text, most_hosts);
    if (!number && number.error() == address_text::NotANumber::too_large) return too_many();
    if (!number || *number == 0) return mistake("'" + shown(text) + "' is no number: " + std::string{shapes});
    return *number;
}

Result<std::string> make_tree(std::uint32_t depth, std::uint32_t fanout) {
    constexpr std::uint32_t deepest = 12;  // what two a switch make of as many hosts as there may be
    std::uint64_t hosts = 1;
    for (std::uint32_t i = 0; i < depth && hosts <= most_hosts; ++i) hosts *= fanout;
    if (hosts > most_hosts || depth > deepest) return too_many();
    return tree(depth, fanout);
}

}  // namespace

Result<std::string> topology_of_shape(std::string_view shape) {
    const std::vector<std::string_view> parts = parts_of(shape);
    const bool is_tree = parts[0] == "tree";
    if (!is_tree && parts[0] != "single" && parts[0] != "linear")
        return mistake("there is no '" + shown(parts[0]) + "': " + std::string{shapes});
    if (parts.size() < 2 || parts.size() > (is_tree ? 3U : 2U))
        return mistake("'" + shown(shape) + "' has too " + (parts.size() < 2 ? "few" : "many") +
                       " numbers: " + std::string{shapes});
    const Result<std::uint32_t> first = count_of(parts[1]);
    if (!first) return std::unexpected{first.error()};
    if (!is_tree) return parts[0] == "single" ? single(*first) : linear(*first);
    const Result<std::uint32_t> fanout = parts.size() == 3 ? count_of(parts[2]) : 2;
    if (!fanout) return std::unexpected{fanout.error()};
    return make_tree(*first, *fanout);
}

}  // namespace sockeye::lab
