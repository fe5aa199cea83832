#include "fuzz/target.hpp"
#include "sockeye/bytes.hpp"
#include "view/request.hpp"

using namespace sockeye;

/// What is taken as a request is written as one line that is read as the same; whatever is refused, the
/// mistake is told in printable words, and goes into an answer of one line.
FUZZ_TARGET(bytes) {
    const std::string_view line = BytesView{bytes}.text();
    const Result<view::Request> request = view::parse_request(line);
    if (request) {
        const std::string written = view::write_request(*request);
        fuzz::require(written.find('\n') == written.size() - 1);
        const Result<view::Request> again =
            view::parse_request(std::string_view{written}.substr(0, written.size() - 1));
        if (written.size() <= view::longest_request) fuzz::require(again && *again == *request);
        return;
    }
    const std::string answer = view::write_answer(view::usage_error(std::string{request.error().detail()}));
    fuzz::require(answer.find('\n') == answer.size() - 1);
    const auto read = view::parse_answer(std::string_view{answer}.substr(0, answer.size() - 1));
    fuzz::require(read && read->text == request.error().detail());
}
