#include <algorithm>
#include <string>

#include "app/http/message.hpp"
#include "fuzz/target.hpp"

using namespace sockeye;

namespace {

std::string body_of(std::span<const std::byte> bytes, std::size_t piece) {
    app::http::ResponseReader reader{"GET"};
    std::string body;
    while (!bytes.empty() && !reader.is_complete()) {
        const auto octets = bytes.first(std::min(piece, bytes.size()));
        bytes = bytes.subspan(octets.size());
        if (!reader.put(octets, body).empty()) return body;
    }
    if (reader.has_header()) {
        const app::http::Response header = reader.header();
        fuzz::require(header.header.ends_with("\r\n\r\n"));
        (void)reader.put_end();
    }
    return body;
}

}  // namespace

/// However the octets are cut, the body is the same, and no longer than what came.
FUZZ_TARGET(bytes) {
    const std::string whole = body_of(bytes, bytes.size());
    fuzz::require(whole.size() <= bytes.size());
    fuzz::require(body_of(bytes, 1) == whole);
}
