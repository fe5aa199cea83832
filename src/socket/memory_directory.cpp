// A folder tree in memory: what the files of a lab's host are, and of a test.
#include <algorithm>
#include <cstring>
#include <map>

#include "socket/files.hpp"

namespace sockeye {
namespace {

constexpr std::uint32_t usual_umask = 022;

/// What all that is in one tree takes of its room.
class Room {
public:
    Room(Network& clock, std::uint64_t capacity) : clock_{clock}, free_{capacity} {}

    Result<void> take(std::uint64_t octets) {
        if (octets > free_) return std::unexpected{Errc::no_space};
        free_ -= octets;
        return {};
    }
    void give_back(std::uint64_t octets) { free_ += octets; }
    WallTime now() const { return clock_.wall_now(); }

private:
    Network& clock_;
    std::uint64_t free_;
};

/// A file or a directory. Whoever has it open keeps it when its name is gone.
struct Node {
    explicit Node(std::shared_ptr<Room> room_) : room{std::move(room_)}, status{.modified = room->now()} {}
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node() { room->give_back(content.size()); }

    std::shared_ptr<Room> room;
    FileStatus status;
    std::vector<std::byte> content;
    bool is_updated = false;  ///< somebody has it open for that

    bool is_directory() const { return status.kind == FileKind::directory; }
    Result<void> resize(std::uint64_t size) {
        if (size > content.size())
            if (Result<void> taken = room->take(size - content.size()); !taken) return taken;
        if (size < content.size()) room->give_back(content.size() - size);
        content.resize(size);
        status.size = size;
        status.modified = room->now();
        return {};
    }
};

class MemoryFile : public backend::File {
public:
    MemoryFile(std::shared_ptr<Node> node, Access access) : node_{std::move(node)}, access_{access} {
        if (access_ == Access::update) node_->is_updated = true;
    }
    ~MemoryFile() override {
        if (access_ == Access::update) node_->is_updated = false;
    }

    Result<std::size_t> pread(std::span<std::byte> buffer, std::uint64_t offset) override {
        if (offset >= node_->content.size()) return 0;
        const std::size_t octets = std::min<std::uint64_t>(buffer.size(), node_->content.size() - offset);
        std::memcpy(buffer.data(), node_->content.data() + offset, octets);
        return octets;
    }
    Result<std::size_t> pwrite(std::span<const std::byte> bytes, std::uint64_t offset) override {
        if (access_ == Access::read) return std::unexpected{not_for_writing()};
        if (offset > UINT64_MAX - bytes.size()) return std::unexpected{Errc::no_space};
        if (offset + bytes.size() > node_->content.size())
            if (Result<void> grown = node_->resize(offset + bytes.size()); !grown)
                return std::unexpected{std::move(grown.error())};
        std::memcpy(node_->content.data() + offset, bytes.data(), bytes.size());
        node_->status.modified = node_->room->now();
        return bytes.size();
    }
    Result<FileStatus> stat() const override { return node_->status; }
    Result<void> truncate(std::uint64_t size) override {
        if (access_ == Access::read) return std::unexpected{not_for_writing()};
        return node_->resize(size);
    }
    Result<void> sync() override { return {}; }
    Result<void> close() override { return {}; }

private:
    static Error not_for_writing() { return {Errc::permission_denied, "", "opened for reading"}; }

    std::shared_ptr<Node> node_;
    Access access_;
};

class MemoryDirectory : public backend::Directory {
public:
    explicit MemoryDirectory(std::shared_ptr<Room> room) : room_{std::move(room)} {
        nodes_["."] = made(FileKind::directory, 0777);
    }

    Result<std::unique_ptr<backend::File>> open(const std::string& path, Access access,
                                                std::uint32_t mode) override {
        std::shared_ptr<Node> node = find(path);
        if (!node) {
            if (access == Access::read) return std::unexpected{Errc::not_found};
            if (Result<void> entered = enter(path, node = made(FileKind::file, mode)); !entered)
                return std::unexpected{std::move(entered.error())};
        } else if (access == Access::create) {
            return std::unexpected{Errc::exists};
        }
        if (node->is_directory())
            return std::unexpected{Error{Errc::invalid_argument, "", "not a regular file"}};
        if (access == Access::update && node->is_updated) return std::unexpected{Errc::busy};
        return std::make_unique<MemoryFile>(std::move(node), access);
    }

    Result<std::vector<DirectoryEntry>> list(const std::string& path) const override {
        if (Result<void> is = must_be_directory(path); !is) return std::unexpected{std::move(is.error())};
        const std::string prefix = path == "." ? "" : path + "/";
        std::vector<DirectoryEntry> entries;
        for (auto each = nodes_.lower_bound(prefix); each != nodes_.end() && each->first.starts_with(prefix);
             ++each) {
            std::string name = each->first.substr(prefix.size());
            if (name != "." && !name.contains('/'))
                entries.push_back({std::move(name), each->second->status.kind});
        }
        return entries;
    }

    Result<FileStatus> stat(const std::string& path) const override {
        const std::shared_ptr<Node> node = find(path);
        if (!node) return std::unexpected{Errc::not_found};
        return node->status;
    }

    Result<void> make_directory(const std::string& path, std::uint32_t mode) override {
        if (find(path)) return std::unexpected{Errc::exists};
        return enter(path, made(FileKind::directory, mode));
    }

    Result<void> rename(const std::string& from, const std::string& to, Existing existing) override {
        const std::shared_ptr<Node> node = find(from);
        if (!node) return std::unexpected{Errc::not_found};
        if (from == to && existing == Existing::replaced) return {};
        if (to.starts_with(from + "/"))
            return std::unexpected{Error{Errc::invalid_argument, "", "into itself"}};
        if (Result<void> is = must_be_directory(parent_of(to)); !is) return is;
        if (find(to)) {
            if (existing == Existing::kept) return std::unexpected{Errc::exists};
            if (Result<void> removed = remove(to); !removed) return removed;
        }
        move_all(from, to);
        return {};
    }

    Result<void> remove(const std::string& path) override {
        const std::shared_ptr<Node> node = find(path);
        if (!node) return std::unexpected{Errc::not_found};
        if (path == ".") return std::unexpected{Errc::invalid_argument};
        if (node->is_directory() && !list(path)->empty())
            return std::unexpected{Error{Errc::exists, "", "Directory not empty"}};
        nodes_.erase(path);
        return {};
    }

    Result<void> set_status(const std::string& path, const FileStatus& status) override {
        const std::shared_ptr<Node> node = find(path);
        if (!node) return std::unexpected{Errc::not_found};
        node->status.mode = status.mode & 07777;
        node->status.modified = status.modified;
        return {};
    }

private:
    std::shared_ptr<Node> made(FileKind kind, std::uint32_t mode) const {
        auto node = std::make_shared<Node>(room_);
        node->status.kind = kind;
        node->status.mode = mode & 07777 & ~usual_umask;
        return node;
    }
    std::shared_ptr<Node> find(const std::string& path) const {
        const auto found = nodes_.find(path);
        return found == nodes_.end() ? nullptr : found->second;
    }
    static std::string parent_of(const std::string& path) {
        const std::size_t slash = path.rfind('/');
        return slash == std::string::npos ? "." : path.substr(0, slash);
    }
    Result<void> must_be_directory(const std::string& path) const {
        const std::shared_ptr<Node> node = find(path);
        if (!node) return std::unexpected{Errc::not_found};
        if (!node->is_directory()) return std::unexpected{Error{Errc::not_found, "", "not a directory"}};
        return {};
    }
    Result<void> enter(const std::string& path, std::shared_ptr<Node> node) {
        if (Result<void> is = must_be_directory(parent_of(path)); !is) return is;
        nodes_[path] = std::move(node);
        return {};
    }
    /// What is below a directory goes with it.
    void move_all(const std::string& from, const std::string& to) {
        std::map<std::string, std::shared_ptr<Node>> moved;
        std::erase_if(nodes_, [&](const auto& each) {
            if (each.first != from && !each.first.starts_with(from + "/")) return false;
            moved[to + each.first.substr(from.size())] = each.second;
            return true;
        });
        nodes_.merge(moved);
    }

    std::shared_ptr<Room> room_;
    std::map<std::string, std::shared_ptr<Node>> nodes_;  ///< by path; the tree itself is "."
};

}  // namespace

Directory memory_directory(Network& clock, std::uint64_t capacity) {
    return Directory{std::make_shared<MemoryDirectory>(std::make_shared<Room>(clock, capacity))};
}

}  // namespace sockeye
