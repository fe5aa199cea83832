// Spin: whether a loop, instead of sleeping, is to look again and again whether there is something to do.
//
// A processor that sleeps takes long to wake up, in a virtual machine some tens of microseconds: several
// times what a short request costs. So where one comes soon after the other, looking for it is quicker, and
// costs no more than that sleep; where none comes, it would only burn. Hence the bound, and the memory.
#pragma once

#include <algorithm>

#include "sockeye/time.hpp"

namespace sockeye::kernel {

class Spin {
public:
    /// @param most  how long a wait may spin; zero: never
    explicit Spin(Duration most = {}) : most_{std::max(most, Duration::zero())} {}

    bool is_on() const { return most_ > Duration::zero(); }

    /// How long the next wait is to look before it sleeps.
    Duration patience() const { return short_ >= needed_ ? most_ : Duration::zero(); }

    /// A wait has ended.
    void waited(Duration took) {
        const bool spun = patience() > Duration::zero();
        if (took <= (spun ? most_ : slept_shortly * most_)) {
            short_ = std::min(short_ + 1, most_needed);
            if (spun) needed_ = 1;
            return;
        }
        short_ = 0;
        if (spun) needed_ = std::min(2 * needed_, most_needed);
    }

private:
    /// A sleep's length includes the time to wake up, at both ends of a connection. One of up to so many
    /// times the bound might have ended within it, had neither end slept.
    static constexpr int slept_shortly = 4;
    static constexpr int most_needed = 64;

    Duration most_;
    int short_ = 0;   ///< waits in a row
    int needed_ = 1;  ///< of them until it spins; more after each time that it span in vain
};

}  // namespace sockeye::kernel
