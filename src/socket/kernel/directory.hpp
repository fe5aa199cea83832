// Directory: a folder of the machine, left neither by "..", nor by a symbolic link, nor by somebody
// who swaps a folder for a link meanwhile: every look-up starts at the open folder.
#pragma once

#include "socket/files.hpp"
#include "socket/kernel/descriptor.hpp"

namespace sockeye::kernel {

class Directory final : public backend::Directory {
public:
    /// How a path is followed.
    enum class Walk : std::uint8_t {
        by_kernel,  ///< openat2(2), which follows links that stay inside (Linux 5.6)
        by_steps,   ///< name by name where that is refused, following no link at all
    };

    static Result<std::shared_ptr<backend::Directory>> open(const std::string& path);

    Directory(Descriptor folder, Walk walk) : folder_{std::move(folder)}, walk_{walk} {}

    Result<std::unique_ptr<backend::File>> open(const std::string& path, Access access,
                                                std::uint32_t mode) override;
    Result<std::vector<DirectoryEntry>> list(const std::string& path) const override;
    Result<FileStatus> stat(const std::string& path) const override;
    Result<void> make_directory(const std::string& path, std::uint32_t mode) override;
    Result<void> rename(const std::string& from, const std::string& to, Existing existing) override;
    Result<void> remove(const std::string& path) override;
    Result<void> set_status(const std::string& path, const FileStatus& status) override;

private:
    /// A name in an open folder, which is what system calls want.
    struct Place {
        Descriptor folder;
        std::string name;
    };
    Result<Descriptor> open_inside(const std::string& path, int flags, std::uint32_t mode = 0) const;
    Result<Descriptor> open_by_steps(const std::string& path, int flags, std::uint32_t mode) const;
    Result<Place> place_of(const std::string& path) const;

    Descriptor folder_;
    Walk walk_;
};

}  // namespace sockeye::kernel
