// Directory: the files of one folder tree, as a program touches them. A folder of the machine and a
// tree in memory are two of them; a program cannot tell which one it was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/bytes.hpp"
#include "sockeye/error.hpp"
#include "sockeye/network.hpp"

namespace sockeye {

namespace backend {
class Directory;
class File;
}  // namespace backend

enum class FileKind : std::uint8_t { file, directory, link, other };

struct FileStatus {
    FileKind kind = FileKind::file;
    std::uint64_t size = 0;  ///< octets, of a file
    std::uint32_t mode = 0;  ///< permission bits, as chmod's: 0644
    WallTime modified{};
};

/// An open file; closes itself. Move-only. A default-constructed or moved-from File is closed: its
/// calls return Errc::closed. Disks do not wait as networks do, so no call is an Op. Errors name
/// the file in their detail.
class File {
public:
    File() noexcept;
    File(std::unique_ptr<backend::File> made, std::string path);
    File(File&&) noexcept;
    File& operator=(File&&) noexcept;
    ~File();

    /// Fills `buffer` from `offset` on. @returns octets; fewer than asked for only at the end
    Result<std::size_t> pread(std::span<std::byte> buffer, std::uint64_t offset) const;
    /// Writes all of it; past the end, a hole comes between.
    /// @returns no_space; an error whose transferred() says how much went
    Result<void> pwrite(BytesView bytes, std::uint64_t offset);

    Result<FileStatus> stat() const;
    /// Cuts, or lengthens by a hole. @returns no_space
    Result<void> truncate(std::uint64_t size);
    /// What has been written outlives a loss of power.
    Result<void> sync();
    /// Some file systems tell only here that what was written could not be kept.
    Result<void> close();

    /// The number of the kernel's descriptor, as for sendfile; -1 where there is none.
    int fileno() const;
    bool is_open() const { return backend_ != nullptr; }
    const std::string& path() const { return path_; }

private:
    Error failed(Error error, const char* during) const;

    std::unique_ptr<backend::File> backend_;
    std::string path_;
};

/// For what a file is opened.
enum class Access : std::uint8_t {
    read,    ///< it must be there
    create,  ///< to be written and read; it must not be there
    update,  ///< the same, there or not; by one at a time
};

/// What a new name does to a file that has it already.
enum class Existing : std::uint8_t { replaced, kept };

struct DirectoryEntry {
    std::string name;
    FileKind kind = FileKind::file;
};

class Draft;

/// May touch what is in one folder and below, and nothing else: paths are relative, with '/'
/// between their names, "." is the folder itself. Whatever leads out (an absolute path, "..", a
/// symbolic link) is permission_denied. Errors name the path in their detail. A copy is the same
/// folder.
class Directory {
public:
    explicit Directory(std::shared_ptr<backend::Directory> made);

    /// A regular file and nothing else (not a device, not a FIFO), which may be behind a symbolic link.
    /// @param mode  permission bits of a new one; the process' umask takes from them
    /// @returns not_found, exists, busy: another one updates it
    Result<File> open(std::string_view path, Access access = Access::read, std::uint32_t mode = 0666);
    /// A new file that stands under `path` only once it has been committed.
    Result<Draft> draft(std::string_view path, std::uint32_t mode = 0666);

    /// By name, "." and ".." left out. @returns not_found
    Result<std::vector<DirectoryEntry>> list(std::string_view path = ".") const;
    /// Of a symbolic link, not of what it leads to. @returns not_found
    Result<FileStatus> stat(std::string_view path) const;

    /// @returns exists
    Result<void> make_directory(std::string_view path, std::uint32_t mode = 0777);
    /// At once: whoever looks finds the one or the other. @returns exists, not_found
    Result<void> rename(std::string_view from, std::string_view to, Existing existing = Existing::replaced);
    /// A file, a link or an empty directory. @returns not_found
    Result<void> remove(std::string_view path);
    /// Sets `mode` and `modified` of a file or a directory.
    Result<void> set_status(std::string_view path, const FileStatus& status);

private:
    std::shared_ptr<backend::Directory> backend_;
};

/// A file in the making. Unless commit() said otherwise, it vanishes with the Draft. (Only where the
/// process is killed it stays behind, as ".NAME.1.draft".)
class Draft {
public:
    Draft(Directory directory, File file, std::string path);
    Draft(Draft&&) noexcept;
    Draft& operator=(Draft&&) = delete;
    ~Draft();

    File& file() { return file_; }
    /// Closes the file and gives it its name. @returns exists; no_space, which close() may tell
    Result<void> commit(Existing existing = Existing::replaced);

private:
    Directory directory_;
    File file_;
    std::string path_;
};

/// An empty tree in memory whose files hold at most `capacity` octets; more is no_space.
/// @param clock  tells when a file was modified; must outlive the tree
Directory memory_directory(Network& clock, std::uint64_t capacity = std::uint64_t{1} << 30);

}  // namespace sockeye
