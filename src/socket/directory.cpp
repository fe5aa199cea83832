#include "sockeye/directory.hpp"

#include <algorithm>
#include <utility>

#include "socket/files.hpp"

namespace sockeye {
namespace {

constexpr int most_drafts = 100;  // of one file at a time

/// What a path looks like to a backend: see backend::Directory.
Result<std::string> normal(std::string_view path) {
    if (path.find('\0') != std::string_view::npos)
        return std::unexpected{Error{Errc::invalid_argument, "", "a file's name cannot hold a NUL"}};
    if (path.empty())
        return std::unexpected{Error{Errc::invalid_argument, "", "an empty path names no file"}};
    if (path.starts_with('/'))
        return std::unexpected{
            Error{Errc::permission_denied, "", "an absolute path leads out of the directory"}};
    std::string names;
    for (std::string_view rest = path; !rest.empty();) {
        const std::size_t slash = std::min(rest.find('/'), rest.size());
        const std::string_view name = rest.substr(0, slash);
        rest.remove_prefix(std::min(slash + 1, rest.size()));
        if (name == "..")
            return std::unexpected{
                Error{Errc::permission_denied, "", "\"..\" may lead out of the directory"}};
        if (name.empty() || name == ".") continue;
        if (!names.empty()) names += '/';
        names += name;
    }
    return names.empty() ? "." : names;
}

Error about(Error error, const char* during, std::string_view path) {
    std::string detail{path};
    if (!error.detail().empty()) detail.append(": ").append(error.detail());
    return std::move(error).with_during(during).with_detail(std::move(detail));
}

/// Calls `act` with the path as backends want it, and says of what fails where it did.
template <class Act>
auto at(std::string_view path, const char* during, Act act, std::string_view whither = {})
    -> decltype(act(std::string{})) {
    Result<std::string> names = normal(path);
    if (!names) return std::unexpected{about(std::move(names.error()), during, path)};
    auto result = act(*names);
    if (!result)
        return std::unexpected{about(std::move(result.error()), during, std::string{path}.append(whither))};
    return result;
}

std::string draft_name(std::string_view path, int number) {
    const std::size_t name = path.rfind('/') + 1;  // npos + 1 is 0
    std::string draft{path.substr(0, name)};
    draft.append(".").append(path.substr(name)).append(".").append(std::to_string(number)).append(".draft");
    return draft;
}

}  // namespace

File::File() noexcept = default;
File::File(std::unique_ptr<backend::File> made, std::string path)
    : backend_{std::move(made)}, path_{std::move(path)} {}
File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

Error File::failed(Error error, const char* during) const {
    return about(std::move(error), during, path_);
}

Result<std::size_t> File::pread(std::span<std::byte> buffer, std::uint64_t offset) const {
    if (!is_open()) return std::unexpected{failed(Errc::closed, "pread")};
    std::size_t octets = 0;
    while (octets < buffer.size()) {
        Result<std::size_t> part = backend_->pread(buffer.subspan(octets), offset + octets);
        if (!part) return std::unexpected{failed(std::move(part.error()), "pread").with_transferred(octets)};
        if (*part == 0) break;
        octets += *part;
    }
    return octets;
}

Result<void> File::pwrite(BytesView bytes, std::uint64_t offset) {
    if (!is_open()) return std::unexpected{failed(Errc::closed, "pwrite")};
    for (std::size_t octets = 0; octets < bytes.size();) {
        Result<std::size_t> part = backend_->pwrite(bytes.span().subspan(octets), offset + octets);
        if (!part) return std::unexpected{failed(std::move(part.error()), "pwrite").with_transferred(octets)};
        octets += *part;
    }
    return {};
}

Result<FileStatus> File::stat() const {
    if (!is_open()) return std::unexpected{failed(Errc::closed, "stat")};
    Result<FileStatus> status = backend_->stat();
    if (!status) return std::unexpected{failed(std::move(status.error()), "stat")};
    return status;
}

Result<void> File::truncate(std::uint64_t size) {
    if (!is_open()) return std::unexpected{failed(Errc::closed, "truncate")};
    if (Result<void> done = backend_->truncate(size); !done)
        return std::unexpected{failed(std::move(done.error()), "truncate")};
    return {};
}

Result<void> File::sync() {
    if (!is_open()) return std::unexpected{failed(Errc::closed, "sync")};
    if (Result<void> done = backend_->sync(); !done)
        return std::unexpected{failed(std::move(done.error()), "sync")};
    return {};
}

Result<void> File::close() {
    if (!is_open()) return {};
    const std::unique_ptr<backend::File> closing = std::move(backend_);
    if (Result<void> done = closing->close(); !done)
        return std::unexpected{failed(std::move(done.error()), "close")};
    return {};
}

int File::fileno() const {
    return is_open() ? backend_->fileno() : -1;
}

Directory::Directory(std::shared_ptr<backend::Directory> made) : backend_{std::move(made)} {}

Result<File> Directory::open(std::string_view path, Access access, std::uint32_t mode) {
    auto opened =
        at(path, "open", [&](const std::string& names) { return backend_->open(names, access, mode); });
    if (!opened) return std::unexpected{std::move(opened.error())};
    return File{std::move(*opened), std::string{path}};
}

Result<Draft> Directory::draft(std::string_view path, std::uint32_t mode) {
    Result<std::string> names = normal(path);
    if (!names) return std::unexpected{about(std::move(names.error()), "draft", path)};
    for (int number = 1;; ++number) {
        Result<File> made = open(draft_name(*names, number), Access::create, mode);
        if (made) return Draft{*this, std::move(*made), std::move(*names)};
        if (made.error() != Errc::exists || number == most_drafts)
            return std::unexpected{std::move(made.error())};
    }
}

Result<std::vector<DirectoryEntry>> Directory::list(std::string_view path) const {
    auto entries = at(path, "list", [&](const std::string& names) { return backend_->list(names); });
    if (entries) std::ranges::sort(*entries, {}, &DirectoryEntry::name);
    return entries;
}

Result<FileStatus> Directory::stat(std::string_view path) const {
    return at(path, "stat", [&](const std::string& names) { return backend_->stat(names); });
}

Result<void> Directory::make_directory(std::string_view path, std::uint32_t mode) {
    return at(path, "make_directory",
              [&](const std::string& names) { return backend_->make_directory(names, mode); });
}

Result<void> Directory::rename(std::string_view from, std::string_view to, Existing existing) {
    return at(
        from, "rename",
        [&](const std::string& old_names) -> Result<void> {
            Result<std::string> new_names = normal(to);
            if (!new_names) return std::unexpected{std::move(new_names.error())};
            return backend_->rename(old_names, *new_names, existing);
        },
        std::string{" to "}.append(to));
}

Result<void> Directory::remove(std::string_view path) {
    return at(path, "remove", [&](const std::string& names) { return backend_->remove(names); });
}

Result<void> Directory::set_status(std::string_view path, const FileStatus& status) {
    return at(path, "set_status",
              [&](const std::string& names) { return backend_->set_status(names, status); });
}

Draft::Draft(Directory directory, File file, std::string path)
    : directory_{std::move(directory)}, file_{std::move(file)}, path_{std::move(path)} {}
Draft::Draft(Draft&& other) noexcept
    : directory_{std::move(other.directory_)},
      file_{std::move(other.file_)},
      path_{std::exchange(other.path_, {})} {}

Draft::~Draft() {
    if (path_.empty()) return;  // moved from, or committed
    static_cast<void>(file_.close());
    static_cast<void>(directory_.remove(file_.path()));
}

Result<void> Draft::commit(Existing existing) {
    if (Result<void> closed = file_.close(); !closed) return closed;
    if (Result<void> named = directory_.rename(file_.path(), path_, existing); !named) return named;
    path_.clear();
    return {};
}

}  // namespace sockeye
