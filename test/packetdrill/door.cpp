#include "test/packetdrill/door.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <utility>

namespace sockeye::packetdrill::test {
namespace {

using Init = void (*)(const char*, Interface*);

Init init() {
    static void* const object = ::dlopen(SOCKEYE_PACKETDRILL, RTLD_NOW | RTLD_LOCAL);
    if (object == nullptr) throw std::runtime_error{::dlerror()};
    return reinterpret_cast<Init>(::dlsym(object, "packetdrill_interface_init"));
}

}  // namespace

Door::Door(const std::string& flags) {
    init()(flags.c_str(), &interface_);
}

void Door::free() {
    if (!std::exchange(is_freed_, true)) interface_.free(interface_.userdata);
}

Door::~Door() {
    free();
}

}  // namespace sockeye::packetdrill::test
