#include "cli/json.hpp"

#include <nlohmann/json.hpp>

namespace sockeye::cli {

std::string json_line(const Json& object) {
    constexpr int on_one_line = -1;
    return object.dump(on_one_line, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

Json text_or_null(std::string_view text) {
    return text.empty() ? Json{} : Json(text);
}

}  // namespace sockeye::cli
