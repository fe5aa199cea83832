// Descriptor: a file descriptor and who closes it.
#pragma once

#include <unistd.h>

#include <utility>

namespace sockeye::kernel {

class Descriptor {
public:
    Descriptor() = default;
    /// @param number  an open descriptor, from now on this object's; -1: none
    explicit Descriptor(int number) : number_{number} {}
    Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    /// Linux has closed it even where close(2) reports an error, so there is nothing to do again.
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    /// From now on the caller's.
    int release() { return std::exchange(number_, -1); }
    void close() { Descriptor{std::move(*this)}; }

private:
    int number_ = -1;
};

}  // namespace sockeye::kernel
