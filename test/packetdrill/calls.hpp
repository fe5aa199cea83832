// A script's calls, made through the door.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sockeye/address.hpp"
#include "test/packetdrill/door.hpp"
#include "test/packetdrill/script.hpp"

namespace sockeye::packetdrill::test {

/// What the script calls 3 has another number here.
class Calls {
public:
    Calls(Door& door, Family family, Address remote) : door_{door}, family_{family}, remote_{remote} {}

    /// @returns nothing, or what was otherwise than the script says
    std::string make(const Call& call);
    /// A field of TCP_INFO of the socket that was connected or accepted last.
    long tcp_info(const std::string& field);

private:
    using Arguments = std::vector<std::string>;

    int fd(const std::string& script_fd) const;
    long run(const Call& call);
    long octets(const Call& call);
    long messages(const Call& call);
    long options(const Call& call);
    long readiness(const Call& call);
    long others(const Call& call);
    void differ(const std::string& what) { otherwise_ = what; }

    Door& door_;
    Family family_;
    Address remote_;
    std::map<long, int> live_;
    int under_test_ = -1;
    std::string otherwise_;
};

}  // namespace sockeye::packetdrill::test
