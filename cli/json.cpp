#include "cli/json.hpp"

namespace sockeye::cli {

std::string json_line(const Json& object) {
    constexpr int on_one_line = -1;
    return object.dump(on_one_line, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sockeye::cli
