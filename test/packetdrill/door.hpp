// The shared object, loaded as a driver loads it.
#pragma once

#include <string>

#include "packetdrill/interface.hpp"

namespace sockeye::packetdrill::test {

/// One instance, from init to free.
class Door {
public:
    explicit Door(const std::string& flags = {});
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;
    ~Door();

    /// Once; the destructor does it where nobody has.
    void free();
    Interface* operator->() { return &interface_; }
    void* self() const { return interface_.userdata; }

private:
    Interface interface_{};
    bool is_freed_ = false;
};

}  // namespace sockeye::packetdrill::test
