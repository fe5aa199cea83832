#include "app/chat/frame.hpp"
#include "app/chat/line.hpp"
#include "app/printable.hpp"
#include "fuzz/target.hpp"
#include "sockeye/bytes.hpp"

using namespace sockeye::app;

namespace {

/// Exactly one line that is read as the same again.
template <class Frame>
void check(const Frame& frame, Frame (*read)(std::string_view)) {
    const std::string line = write(frame);
    sockeye::fuzz::require(line.find('\n') == line.size() - 1);
    const std::string_view text = std::string_view{line}.substr(0, line.size() - 1);
    sockeye::fuzz::require(printable(text) == text);
    sockeye::fuzz::require(write(read(text)) == line);
}

}  // namespace

/// However the octets are cut, the lines are the same, none is too long, and what is made of them is
/// one line each.
FUZZ_TARGET(bytes) {
    std::string_view octets = sockeye::BytesView{bytes}.text();
    const std::string_view all = octets;
    chat::LineReader whole;
    chat::LineReader by_octet;
    std::size_t at = 0;
    while (const auto line = whole.take(octets)) {
        sockeye::fuzz::require(line->text.size() <= chat::longest_line);
        std::optional<chat::Line> same;
        for (; at < all.size() && !same; ++at) {
            std::string_view octet = all.substr(at, 1);
            same = by_octet.take(octet);
        }
        sockeye::fuzz::require(same == line);
        if (const auto request = chat::read_request(line->text); request.kind != chat::Request::Kind::unknown)
            check<chat::Request>(request, chat::read_request);
        check<chat::Saying>(chat::read_saying(line->text), chat::read_saying);
    }
}
