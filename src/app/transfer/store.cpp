#include "app/transfer/store.hpp"

#include <ranges>
#include <string>
#include <utility>

#include "app/transfer/name.hpp"

namespace sockeye::app::transfer {
namespace {

class FolderStore final : public Store {
public:
    FolderStore(Directory folder, Existing existing) : folder_{std::move(folder)}, existing_{existing} {}

    Result<std::optional<Message>> present(std::uint32_t index, const Entry& entry) override {
        const Result<FileStatus> there = folder_.stat(entry.path);
        if (there && there->kind == FileKind::file && entry.kind == Entry::Kind::file &&
            there->size == entry.size && there->modified == entry.modified) {
            Part::forget_journal(folder_, entry);
            return Skip{index};
        }
        if (there && (existing_ == Existing::kept || there->kind != FileKind::file))
            return std::unexpected{
                Error{Errc::exists, "recv", entry.path + ": something else has that name"}};
        if (!there && there.error() != Errc::not_found) return std::unexpected{there.error()};
        if (entry.kind == Entry::Kind::stream) return std::nullopt;
        const Result<Part> part = Part::find(folder_, entry);
        if (!part || part->blocks() == 0) return std::nullopt;
        return Have{index, part->blocks(), part->chain(), part->last()};
    }

    Result<void> make_directory(const Entry& entry) override {
        const Result<void> made = folder_.make_directory(entry.path, 0777);
        if (made || made.error() != Errc::exists) return made;
        const Result<FileStatus> there = folder_.stat(entry.path);
        if (there && there->kind == FileKind::directory) return {};
        return made;
    }

    Result<void> begin(const Entry& entry, std::uint64_t block) override {
        Result<Part> part = Part::open(folder_, entry);
        if (!part) return std::unexpected{std::move(part.error())};
        entry_ = entry;
        part_.emplace(std::move(*part));
        if (block == 0) return part_->restart();
        if (block == part_->blocks()) return {};
        return std::unexpected{Error{Errc::busy, "recv", entry.path + ": another transfer has changed it"}};
    }

    FileEnd so_far() const override { return {part_->size(), part_->chain()}; }

    Task<Result<void>> append(std::span<const std::byte> octets, Digest digest) override {
        co_return octets.empty() ? part_->append_zeros() : part_->append(octets, digest);
    }

    Result<void> end() override {
        Result<void> done = part_->finish(entry_, existing_);
        part_.reset();
        return done;
    }

    /// The innermost directories first: what is done in a directory changes its time.
    Result<void> finish(const std::vector<Entry>& entries) override {
        for (const Entry& entry : entries | std::views::reverse) {
            if (entry.kind != Entry::Kind::directory) continue;
            const FileStatus status{.mode = entry.mode, .modified = entry.modified};
            if (Result<void> done = folder_.set_status(entry.path, status); !done) return done;
        }
        return {};
    }

private:
    Directory folder_;
    Existing existing_;
    Entry entry_;
    std::optional<Part> part_;
};

class StreamStore final : public Store {
public:
    explicit StreamStore(Stream& stream) : stream_{stream} {}

    Result<std::optional<Message>> present(std::uint32_t, const Entry&) override { return std::nullopt; }
    Result<void> make_directory(const Entry& entry) override {
        return std::unexpected{
            Error{Errc::invalid_argument, "recv", entry.path + ": standard output takes no directory"}};
    }
    Result<void> begin(const Entry&, std::uint64_t) override {
        so_far_ = {};
        return {};
    }
    FileEnd so_far() const override { return so_far_; }
    Task<Result<void>> append(std::span<const std::byte> octets, Digest digest) override {
        if (octets.empty() && zeros_.empty()) zeros_.resize(block_size);
        const std::span<const std::byte> block = octets.empty() ? std::span<const std::byte>{zeros_} : octets;
        so_far_.size += block.size();
        so_far_.chain = chained(so_far_.chain, digest);
        Result<void> written = co_await stream_.write(block);
        co_return written;
    }
    Result<void> end() override { return {}; }
    Result<void> finish(const std::vector<Entry>&) override { return {}; }

private:
    Stream& stream_;
    FileEnd so_far_;
    std::vector<std::byte> zeros_;
};

}  // namespace

std::unique_ptr<Store> store_in(Directory folder, Existing existing) {
    return std::make_unique<FolderStore>(std::move(folder), existing);
}

std::unique_ptr<Store> store_in(Stream& stream) {
    return std::make_unique<StreamStore>(stream);
}

}  // namespace sockeye::app::transfer
