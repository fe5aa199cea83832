// The conformance bodies: what a program may rely on, on every network.
#pragma once

#include <span>

#include "test/conformance/place.hpp"

namespace sockeye::conformance {

std::span<const Body> stream_bodies();
std::span<const Body> datagram_bodies();
std::span<const Body> waiting_bodies();
std::span<const Body> option_bodies();
std::span<const Body> message_bodies();
std::span<const Body> file_bodies();
std::span<const Body> sendfile_bodies();
std::span<const Body> fault_bodies();
std::span<const Body> name_bodies();

}  // namespace sockeye::conformance
