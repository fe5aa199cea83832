#include <algorithm>
#include <optional>

#include "app/http/message.hpp"
#include "fuzz/target.hpp"

using namespace sockeye;

namespace {

struct Outcome {
    std::size_t requests = 0;
    std::optional<app::http::Status> refused;
};

Outcome read_all(std::span<const std::byte> bytes, std::size_t piece) {
    app::http::RequestReader reader;
    Outcome outcome;
    while (!bytes.empty() && !outcome.refused) {
        const auto octets = bytes.first(std::min(piece, bytes.size()));
        bytes = bytes.subspan(octets.size());
        outcome.refused = reader.put(octets);
        while (!outcome.refused && reader.is_complete()) {
            const auto request = reader.take();
            if (request) {
                ++outcome.requests;
                fuzz::require(!request->method.empty() && !request->target.empty());
                fuzz::require(request->target.find_first_of("\r\n ") == std::string::npos);
            } else {
                outcome.refused = request.error();
                break;
            }
            outcome.refused = reader.put({});
        }
    }
    return outcome;
}

}  // namespace

/// However the octets are cut, there are as many requests; none has what could end a line in it.
FUZZ_TARGET(bytes) {
    const Outcome whole = read_all(bytes, bytes.size());
    fuzz::require(read_all(bytes, 1).requests == whole.requests);
}
