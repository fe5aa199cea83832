// What a lab that runs answers to those who look into it and steer it: one function a verb.
#pragma once

#include "sockeye/network.hpp"
#include "sockeye/task.hpp"
#include "view/request.hpp"
#include "view/running_lab.hpp"

namespace sockeye::view {

/// What those answer that need no time. @throws std::invalid_argument  a name that there is not
Answer look(RunningLab& running, const Request& request);

/// Whatever is asked, there is an answer: what was wrong with the request is one too.
/// @param machine  where those wait who have a host of the lab do something
Task<Answer> answer(Network& machine, RunningLab& running, const Request& request);

}  // namespace sockeye::view
