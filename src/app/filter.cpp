#include "app/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace sockeye::app {
namespace {

constexpr std::size_t octets_a_line = 16;

bool is_visible(char c) {
    return c >= ' ' && c <= '~';
}

/// ">" and "<" as in a protocol's examples, then what `hexdump -C` prints.
class Dump {
public:
    explicit Dump(char direction) : direction_{direction} {}

    std::string lines(std::string_view octets) {
        std::string text;
        for (; !octets.empty(); octets.remove_prefix(std::min(octets.size(), octets_a_line))) {
            const std::string_view line = octets.substr(0, octets_a_line);
            append(text, line);
            offset_ += line.size();
        }
        return text;
    }

private:
    void append(std::string& text, std::string_view line) const {
        const auto out = std::back_inserter(text);
        fmt::format_to(out, "{} {:08x} ", direction_, offset_);
        for (std::size_t i = 0; i < octets_a_line; ++i) {
            if (i % 8 == 0) text += ' ';
            if (i < line.size())
                fmt::format_to(out, "{:02x} ", static_cast<unsigned char>(line[i]));
            else
                text += "   ";
        }
        text += " |";
        std::ranges::transform(line, out, [](char c) { return is_visible(c) ? c : '.'; });
        text += "|\n";
    }

    char direction_;
    std::uint64_t offset_ = 0;
};

class Sent : public Filter {
public:
    explicit Sent(std::shared_ptr<Filter> before) : before_{std::move(before)} {}

    std::string pass(BytesView bytes) override {
        std::string octets = before_ ? before_->pass(bytes) : std::string{bytes.text()};
        shown_ += dump_.lines(octets);
        return octets;
    }
    std::string aside() override { return std::exchange(shown_, {}); }

private:
    std::shared_ptr<Filter> before_;
    Dump dump_{'>'};
    std::string shown_;
};

class Received : public Filter {
public:
    std::string pass(BytesView bytes) override { return dump_.lines(bytes.text()); }

private:
    Dump dump_{'<'};
};

}  // namespace

std::string Crlf::pass(BytesView bytes) {
    std::string text;
    for (char c : bytes.text()) {
        if (c == '\n' && !after_cr_) text += '\r';
        text += c;
        after_cr_ = c == '\r';
    }
    return text;
}

Filters hex_dump(std::shared_ptr<Filter> before_sending) {
    return {std::make_shared<Sent>(std::move(before_sending)), std::make_shared<Received>()};
}

}  // namespace sockeye::app
