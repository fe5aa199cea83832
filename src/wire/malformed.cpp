#include "wire/malformed.hpp"

namespace sockeye::wire {

std::string_view to_string(Malformed why) {
    switch (why) {
        case Malformed::truncated: return "truncated";
        case Malformed::bad_length: return "bad length";
        case Malformed::bad_version: return "bad version";
        case Malformed::bad_checksum: return "bad checksum";
        case Malformed::bad_option: return "bad option";
    }
    return "malformed";
}

}  // namespace sockeye::wire
