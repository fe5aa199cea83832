// An epoll set (epoll(7)).
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include "packetdrill/file.hpp"

namespace sockeye::packetdrill {

class Epoll final : public File {
public:
    Outcome control(int operation, int fd, const std::shared_ptr<File>& file, const epoll_event* event);
    /// @returns how many events were filled in, or would_wait
    Outcome collect(std::span<epoll_event> events);

    short readiness() override;

private:
    struct Interest {
        std::weak_ptr<File> file;
        epoll_event event;
        std::pair<std::uint64_t, std::uint64_t> told{};  ///< activity() at the last event
        std::uint32_t told_bits = 0;                     ///< and what was ready then
    };

    static std::uint32_t ready_bits(Interest& interest, File& file);

    std::map<int, Interest> interests_;
};

}  // namespace sockeye::packetdrill
