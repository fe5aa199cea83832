// File: a regular file of the machine.
#pragma once

#include <sys/stat.h>

#include "socket/files.hpp"
#include "socket/kernel/descriptor.hpp"

namespace sockeye::kernel {

/// What a file system says, as a path's error: errno means other things than at a socket.
Error file_error(int number);

/// What is no regular file cannot be a File.
Error not_a_file();

FileStatus status_of(const struct stat& file);

class File final : public backend::File {
public:
    explicit File(Descriptor descriptor) : descriptor_{std::move(descriptor)} {}

    Result<std::size_t> pread(std::span<std::byte> buffer, std::uint64_t offset) override;
    Result<std::size_t> pwrite(std::span<const std::byte> bytes, std::uint64_t offset) override;
    Result<FileStatus> stat() const override;
    Result<void> truncate(std::uint64_t size) override;
    Result<void> sync() override;
    Result<void> close() override;
    int fileno() const override { return descriptor_.get(); }

private:
    Descriptor descriptor_;
};

}  // namespace sockeye::kernel
