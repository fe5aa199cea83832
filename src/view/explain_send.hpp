// `explain-send HOST IP`: how a host decides where a packet goes, step by step.
#pragma once

#include <string>

#include "lab/tables/send_decision.hpp"
#include "view/table.hpp"

namespace sockeye::view {

std::string explain_send(const lab::SendDecision& decision);
Json explain_send_json(const lab::SendDecision& decision);

}  // namespace sockeye::view
