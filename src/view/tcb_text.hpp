// What each TCP of a host remembers of its connection (RFC 9293 §3.3.1), for people and for machines.
#pragma once

#include <string>
#include <vector>

#include "lab/tables/sockets.hpp"
#include "view/table.hpp"

namespace sockeye::view {

std::string tcb_text(const std::vector<lab::TcbRow>& rows);
std::vector<Json> tcb_json(const std::vector<lab::TcbRow>& rows);

}  // namespace sockeye::view
