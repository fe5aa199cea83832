// Descriptor numbers and what stands behind them.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>

#include "packetdrill/file.hpp"

namespace sockeye::packetdrill {

/// Each number is a real one, held by an empty file of memory, since the driver closes with libc's close
/// what a script leaves open. The file's inode tells whether a number is still ours.
class Descriptors {
public:
    Descriptors() = default;
    Descriptors(const Descriptors&) = delete;
    Descriptors& operator=(const Descriptors&) = delete;
    ~Descriptors();

    /// The lowest free number, or what memfd_create(2) fails with.
    Outcome add(std::shared_ptr<File> file);
    /// nullptr: nothing of ours has that number, or not any more.
    std::shared_ptr<File> find(int fd);
    /// Gives the number back. @returns what stood behind it
    std::shared_ptr<File> remove(int fd);

private:
    struct Entry {
        std::shared_ptr<File> file;
        ino_t inode;
    };

    static bool is_ours(int fd, const Entry& entry);

    std::map<int, Entry> entries_;
};

}  // namespace sockeye::packetdrill
