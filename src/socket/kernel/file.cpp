#include "socket/kernel/file.hpp"

#include "socket/kernel/errno.hpp"

namespace sockeye::kernel {
namespace {

Result<void> done_or_failed(int result) {
    if (result < 0) return std::unexpected{file_error(errno)};
    return {};
}

}  // namespace

Error not_a_file() {
    return {Errc::invalid_argument, "", "not a regular file"};
}

Error file_error(int number) {
    switch (number) {
        case ENOENT: return Errc::not_found;
        case ENOTDIR: return {Errc::not_found, "", "not a directory"};
        case EISDIR: return not_a_file();
        case EXDEV:  // openat2(2), RESOLVE_BENEATH
            return {Errc::permission_denied, "", "a symbolic link leads out of the directory"};
        default: return error_of(number);
    }
}

FileStatus status_of(const struct stat& file) {
    const FileKind kind = S_ISREG(file.st_mode)   ? FileKind::file
                          : S_ISDIR(file.st_mode) ? FileKind::directory
                          : S_ISLNK(file.st_mode) ? FileKind::link
                                                  : FileKind::other;
    return {.kind = kind,
            .size = kind == FileKind::file ? static_cast<std::uint64_t>(file.st_size) : 0,
            .mode = file.st_mode & 07777,
            .modified = WallTime{std::chrono::seconds{file.st_mtim.tv_sec} +
                                 std::chrono::nanoseconds{file.st_mtim.tv_nsec}}};
}

Result<std::size_t> File::pread(std::span<std::byte> buffer, std::uint64_t offset) {
    const ssize_t octets = uninterrupted(
        [&] { return ::pread(descriptor_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset)); });
    if (octets < 0) return std::unexpected{file_error(errno)};
    return static_cast<std::size_t>(octets);
}

Result<std::size_t> File::pwrite(std::span<const std::byte> bytes, std::uint64_t offset) {
    const ssize_t octets = uninterrupted(
        [&] { return ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (octets < 0) return std::unexpected{file_error(errno)};
    return static_cast<std::size_t>(octets);
}

Result<FileStatus> File::stat() const {
    struct stat file{};
    if (::fstat(descriptor_.get(), &file) < 0) return std::unexpected{file_error(errno)};
    return status_of(file);
}

Result<void> File::truncate(std::uint64_t size) {
    return done_or_failed(
        uninterrupted([&] { return ::ftruncate(descriptor_.get(), static_cast<off_t>(size)); }));
}

Result<void> File::sync() {
    return done_or_failed(uninterrupted([&] { return ::fdatasync(descriptor_.get()); }));
}

/// Linux has closed it even where close(2) reports an error, EINTR included.
Result<void> File::close() {
    const int number = descriptor_.release();
    if (::close(number) < 0 && errno != EINTR) return std::unexpected{file_error(errno)};
    return {};
}

}  // namespace sockeye::kernel
