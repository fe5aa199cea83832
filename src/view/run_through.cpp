#include "view/run_through.hpp"

#include <algorithm>

namespace sockeye::view {

Result<void> run_through(Lab& lab, const Services& services, std::span<const lab::Fault> faults,
                         std::optional<Duration> until, const std::function<bool()>& is_done) {
    constexpr Duration afterwards = 1s;
    if (until) return lab.run_for(*until);
    for (const lab::Fault& fault : faults)  // what goes wrong is to be seen
        while (lab.now() < Instant{std::min(fault.at, longest_wait)})
            if (Result<void> ran = lab.run_for(look_every); !ran) return ran;
    while (!services.all_done() && lab.now() < Instant{longest_wait})
        if (Result<void> ran = lab.run_for(look_every); !ran) return ran;
    while (is_done && !is_done())
        if (Result<void> ran = lab.run_for(look_every); !ran) return ran;
    return lab.run_for(afterwards);
}

}  // namespace sockeye::view
