// The seam for files: what a folder tree provides so that Directory and File work on it.
#pragma once

#include <string>

#include "sockeye/directory.hpp"

namespace sockeye::backend {

/// One open file; the destructor closes it. Paths are added to errors by the facade.
class File {
public:
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    virtual ~File() = default;

    /// 0: the end. May give less than there is.
    virtual Result<std::size_t> pread(std::span<std::byte> buffer, std::uint64_t offset) = 0;
    /// At least one octet.
    virtual Result<std::size_t> pwrite(std::span<const std::byte> bytes, std::uint64_t offset) = 0;
    virtual Result<FileStatus> stat() const = 0;
    virtual Result<void> truncate(std::uint64_t size) = 0;
    virtual Result<void> sync() = 0;
    /// Nothing but the destructor is called afterwards.
    virtual Result<void> close() = 0;
    virtual int fileno() const { return -1; }
};

/// One folder tree. Every path it is given is one or more names with '/' between them, none of
/// them "", "." or ".."; the tree itself is ".".
class Directory {
public:
    Directory() = default;
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    virtual ~Directory() = default;

    virtual Result<std::unique_ptr<File>> open(const std::string& path, Access access,
                                               std::uint32_t mode) = 0;
    /// In any order.
    virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) const = 0;
    virtual Result<FileStatus> stat(const std::string& path) const = 0;
    virtual Result<void> make_directory(const std::string& path, std::uint32_t mode) = 0;
    virtual Result<void> rename(const std::string& from, const std::string& to, Existing existing) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    virtual Result<void> set_status(const std::string& path, const FileStatus& status) = 0;
};

}  // namespace sockeye::backend
