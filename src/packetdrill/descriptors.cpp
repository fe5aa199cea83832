#include "packetdrill/descriptors.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace sockeye::packetdrill {

Descriptors::~Descriptors() {
    for (const auto& [fd, entry] : entries_)
        if (is_ours(fd, entry)) ::close(fd);
}

Outcome Descriptors::add(std::shared_ptr<File> file) {
    const int fd = ::memfd_create("sockeye", MFD_CLOEXEC);
    if (fd < 0) return -errno;
    struct stat status{};
    if (::fstat(fd, &status) < 0) {
        const int why = errno;
        ::close(fd);
        return -why;
    }
    // Where the number is in the table already, libc's close took the old one.
    entries_.insert_or_assign(fd, Entry{std::move(file), status.st_ino});
    return fd;
}

bool Descriptors::is_ours(int fd, const Entry& entry) {
    struct stat status{};
    return ::fstat(fd, &status) == 0 && status.st_ino == entry.inode;
}

std::shared_ptr<File> Descriptors::find(int fd) {
    const auto found = entries_.find(fd);
    if (found == entries_.end()) return nullptr;
    if (is_ours(fd, found->second)) return found->second.file;
    entries_.erase(found);
    return nullptr;
}

std::shared_ptr<File> Descriptors::remove(int fd) {
    std::shared_ptr<File> file = find(fd);
    if (file == nullptr) return nullptr;
    entries_.erase(fd);
    ::close(fd);
    return file;
}

}  // namespace sockeye::packetdrill
