#include "socket/kernel/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/syscall.h>

#include <algorithm>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/file.hpp"

namespace sockeye::kernel {
namespace {

constexpr int most_attempts = 100;  // while others rename what is being looked up

Descriptor openat2(const Descriptor& folder, const std::string& path, int flags, std::uint32_t mode) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const auto opened =
        uninterrupted([&] { return ::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how); });
    return Descriptor{static_cast<int>(opened)};
}

/// Old kernels do not have it, and some containers refuse it.
Directory::Walk walk_of(const Descriptor& folder) {
    return openat2(folder, ".", O_PATH, 0).is_open() || (errno != ENOSYS && errno != EPERM)
               ? Directory::Walk::by_kernel
               : Directory::Walk::by_steps;
}

/// FIFOs and terminals neither make an open wait nor become the process' own.
int flags_of(Access access) {
    constexpr int harmless = O_NONBLOCK | O_NOCTTY;
    switch (access) {
        case Access::read: return harmless | O_RDONLY;
        case Access::create: return harmless | O_RDWR | O_CREAT | O_EXCL;
        case Access::update: return harmless | O_RDWR | O_CREAT;
    }
    return harmless;
}

bool is_the_same(const Descriptor& a, const Descriptor& b) {
    struct stat first{};
    struct stat second{};
    return ::fstat(a.get(), &first) == 0 && ::fstat(b.get(), &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

Result<void> done_or_failed(int result) {
    if (result < 0) return std::unexpected{file_error(errno)};
    return {};
}

FileKind kind_of(int folder, const dirent& entry) {
    switch (entry.d_type) {
        case DT_REG: return FileKind::file;
        case DT_DIR: return FileKind::directory;
        case DT_LNK: return FileKind::link;
        case DT_UNKNOWN: break;  // this file system does not tell
        default: return FileKind::other;
    }
    struct stat file{};
    return ::fstatat(folder, entry.d_name, &file, AT_SYMLINK_NOFOLLOW) == 0 ? status_of(file).kind
                                                                            : FileKind::other;
}

}  // namespace

Result<std::shared_ptr<backend::Directory>> Directory::open(const std::string& path) {
    Descriptor folder{::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (!folder.is_open()) {
        const Error error = file_error(errno);
        const std::string words{error.detail()};
        return std::unexpected{Error{error.code(), "open", words.empty() ? path : path + ": " + words}};
    }
    const Walk walk = walk_of(folder);
    return std::make_shared<Directory>(std::move(folder), walk);
}

Result<Descriptor> Directory::open_inside(const std::string& path, int flags, std::uint32_t mode) const {
    if (walk_ == Walk::by_steps) return open_by_steps(path, flags, mode);
    for (int attempt = 1;; ++attempt) {
        Descriptor opened = openat2(folder_, path, flags, mode);
        if (opened.is_open()) return opened;
        if (errno != EAGAIN || attempt == most_attempts) return std::unexpected{file_error(errno)};
    }
}

Result<Descriptor> Directory::open_by_steps(const std::string& path, int flags, std::uint32_t mode) const {
    constexpr int step = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    Descriptor folder{::openat(folder_.get(), ".", step)};
    std::size_t at = 0;
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', at)) {
        if (!folder.is_open()) return std::unexpected{file_error(errno)};
        folder = Descriptor{::openat(folder.get(), path.substr(at, slash - at).c_str(), step)};
        at = slash + 1;
    }
    if (folder.is_open())
        folder =
            Descriptor{::openat(folder.get(), path.substr(at).c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode)};
    if (folder.is_open()) return folder;
    if (errno == ELOOP) return std::unexpected{file_error(EXDEV)};
    return std::unexpected{file_error(errno)};
}

Result<Directory::Place> Directory::place_of(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash);
    Result<Descriptor> folder = open_inside(parent, O_PATH | O_DIRECTORY);
    if (!folder) return std::unexpected{std::move(folder.error())};
    return Place{std::move(*folder), path.substr(slash + 1)};  // npos + 1 is 0
}

/// The lock ends with the descriptor. Whoever waited for a file may then hold one that has been
/// renamed or removed meanwhile, which is not what was asked for.
Result<std::unique_ptr<backend::File>> Directory::open(const std::string& path, Access access,
                                                       std::uint32_t mode) {
    const std::uint32_t permissions = access == Access::read ? 0 : mode & 07777;
    for (int attempt = 1;; ++attempt) {
        Result<Descriptor> opened = open_inside(path, flags_of(access), permissions);
        if (!opened) return std::unexpected{std::move(opened.error())};
        struct stat file{};
        if (::fstat(opened->get(), &file) < 0) return std::unexpected{file_error(errno)};
        if (!S_ISREG(file.st_mode)) return std::unexpected{not_a_file()};
        if (access != Access::update) return std::make_unique<File>(std::move(*opened));
        if (uninterrupted([&] { return ::flock(opened->get(), LOCK_EX | LOCK_NB); }) < 0)
            return std::unexpected{errno == EWOULDBLOCK ? Error{Errc::busy} : file_error(errno)};
        Result<Descriptor> now = open_inside(path, O_PATH);
        if (now && is_the_same(*opened, *now)) return std::make_unique<File>(std::move(*opened));
        if (attempt == most_attempts) return std::unexpected{Error{Errc::busy}};
    }
}

Result<std::vector<DirectoryEntry>> Directory::list(const std::string& path) const {
    Result<Descriptor> folder = open_inside(path, O_RDONLY | O_DIRECTORY);
    if (!folder) return std::unexpected{std::move(folder.error())};
    const std::unique_ptr<DIR, int (*)(DIR*)> listing{::fdopendir(folder->get()), ::closedir};
    if (!listing) return std::unexpected{file_error(errno)};
    const int number = folder->release();  // the listing's
    std::vector<DirectoryEntry> entries;
    errno = 0;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view name{entry->d_name};
        if (name != "." && name != "..") entries.push_back({std::string{name}, kind_of(number, *entry)});
        errno = 0;
    }
    if (errno != 0) return std::unexpected{file_error(errno)};
    return entries;
}

Result<FileStatus> Directory::stat(const std::string& path) const {
    struct stat file{};
    Result<Place> place = place_of(path);
    if (!place) return std::unexpected{std::move(place.error())};
    if (::fstatat(place->folder.get(), place->name.c_str(), &file, AT_SYMLINK_NOFOLLOW) < 0)
        return std::unexpected{file_error(errno)};
    return status_of(file);
}

Result<void> Directory::make_directory(const std::string& path, std::uint32_t mode) {
    Result<Place> place = place_of(path);
    if (!place) return std::unexpected{std::move(place.error())};
    return done_or_failed(::mkdirat(place->folder.get(), place->name.c_str(), mode & 07777));
}

Result<void> Directory::rename(const std::string& from, const std::string& to, Existing existing) {
    Result<Place> old_place = place_of(from);
    if (!old_place) return std::unexpected{std::move(old_place.error())};
    Result<Place> new_place = place_of(to);
    if (!new_place) return std::unexpected{std::move(new_place.error())};
    const int result =
        ::renameat2(old_place->folder.get(), old_place->name.c_str(), new_place->folder.get(),
                    new_place->name.c_str(), existing == Existing::kept ? RENAME_NOREPLACE : 0U);
    if (result < 0 && errno == EXDEV)
        return std::unexpected{Error{Errc::unsupported, "", "they lie on two file systems"}};
    return done_or_failed(result);
}

Result<void> Directory::remove(const std::string& path) {
    Result<Place> place = place_of(path);
    if (!place) return std::unexpected{std::move(place.error())};
    int result = ::unlinkat(place->folder.get(), place->name.c_str(), 0);
    if (result < 0 && errno == EISDIR)
        result = ::unlinkat(place->folder.get(), place->name.c_str(), AT_REMOVEDIR);
    return done_or_failed(result);
}

/// The time first: without permission to read, the file could not be opened again.
Result<void> Directory::set_status(const std::string& path, const FileStatus& status) {
    Result<Descriptor> file = open_inside(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    if (!file) return std::unexpected{std::move(file.error())};
    const auto seconds = std::chrono::floor<std::chrono::seconds>(status.modified);
    const timespec modified{.tv_sec = seconds.time_since_epoch().count(),
                            .tv_nsec = (status.modified - seconds).count()};
    const timespec times[] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, modified};
    if (::futimens(file->get(), times) < 0) return std::unexpected{file_error(errno)};
    return done_or_failed(::fchmod(file->get(), status.mode & 07777));
}

}  // namespace sockeye::kernel
