#include "wire/malformed.hpp"

namespace sockeye::wire {

std::string_view to_string(Malformed why) {
    switch (why) {
        case Malformed::truncated: return "truncated";
        case Malformed::bad_length: return "bad length";
        case Malformed::bad_version: return "bad version";
        case Malformed::bad_checksum: return "bad checksum";
        case Malformed::bad_option: return "bad option";
        case Malformed::bad_value: return "bad value";
        case Malformed::too_many: return "too many";
    }
    return "malformed";
}

}  // namespace sockeye::wire
