#include "app/transfer/part.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/transfer/name.hpp"
#include "base/writer.hpp"

namespace sockeye::app::transfer {
namespace {

constexpr std::string_view magic = "sockeye1";
constexpr std::size_t header_size = magic.size() + 4 + 8 + 8;
constexpr std::uint32_t private_mode = 0600;  // what is still arriving is for nobody else's eyes
constexpr std::uint64_t digests_at_once = 4096;

/// A journal belongs to a file that has this size and was last changed at this time.
std::vector<std::byte> header_of(const Entry& entry) {
    std::vector<std::byte> header(header_size);
    Writer out{header};
    out.bytes(BytesView{magic}.span());
    out.u32(block_size);
    out.u64(entry.size);
    out.u64(static_cast<std::uint64_t>(entry.modified.time_since_epoch().count()));
    return header;
}

std::uint64_t blocks_in(std::uint64_t octets) {
    return octets / block_size + (octets % block_size > 0 ? 1 : 0);
}

/// @param of  the whole file's octets
std::uint64_t size_of(std::uint64_t blocks, std::uint64_t of) {
    return blocks == blocks_in(of) ? of : blocks * block_size;
}

}  // namespace

Result<Part> Part::open(Directory into, const Entry& entry) {
    Part part{std::move(into), entry.path};
    Result<void> loaded = part.load(entry, Access::update);
    // One that was killed just before the file got its name may have left it write-protected.
    if (!loaded && loaded.error() == Errc::permission_denied &&
        part.into_.set_status(part_of(entry.path), {.mode = private_mode, .modified = entry.modified}))
        loaded = part.load(entry, Access::update);
    if (!loaded) return std::unexpected{std::move(loaded.error())};
    return part;
}

Result<Part> Part::find(Directory into, const Entry& entry) {
    Part part{std::move(into), entry.path};
    if (Result<void> loaded = part.load(entry, Access::read); !loaded)
        return std::unexpected{std::move(loaded.error())};
    return part;
}

void Part::forget_journal(Directory into, const Entry& entry) {
    const Result<FileStatus> data = into.stat(part_of(entry.path));
    if (!data && data.error() == Errc::not_found) (void)into.remove(journal_of(entry.path));
}

/// The journal first, and away last: whoever holds it has both.
Result<void> Part::load(const Entry& entry, Access access) {
    Result<File> journal = into_.open(journal_of(path_), access, private_mode);
    if (!journal) return std::unexpected{std::move(journal.error())};
    Result<File> data = into_.open(part_of(path_), access, private_mode);
    if (!data) return std::unexpected{std::move(data.error())};
    data_ = std::move(*data);
    journal_ = std::move(*journal);
    return believe(entry);
}

/// Believes as many blocks as the journal and the data both have, if the last of them is what the
/// journal says; that is the one whose write may have been cut short.
Result<void> Part::believe(const Entry& entry) {
    header_ = header_of(entry);
    std::vector<std::byte> header(header_size);
    const Result<std::size_t> read = journal_.pread(header, 0);
    const Result<FileStatus> journal = journal_.stat();
    const Result<FileStatus> data = data_.stat();
    if (!read || !journal || !data) return std::unexpected{Errc::input_output};
    if (entry.kind == Entry::Kind::stream || *read < header_size || header != header_) return {};

    std::uint64_t blocks = std::min((journal->size - header_size) / Digest::size, blocks_in(entry.size));
    while (blocks > 0 && size_of(blocks, entry.size) > data->size) --blocks;
    Digest chain;
    Digest last;
    std::vector<std::byte> some(digests_at_once * Digest::size);
    for (std::uint64_t i = 0; i < blocks; ++i) {
        const std::size_t at = i % digests_at_once * Digest::size;
        if (at == 0)
            if (auto done = journal_.pread(some, header_size + i * Digest::size); !done)
                return std::unexpected{std::move(done.error())};
        std::ranges::transform(std::span{some}.subspan(at, Digest::size), last.octets.begin(),
                               [](std::byte octet) { return std::to_integer<std::uint8_t>(octet); });
        chain = chained(chain, last);
    }
    if (blocks > 0) {
        const std::uint64_t start = (blocks - 1) * block_size;
        std::vector<std::byte> block(size_of(blocks, entry.size) - start);
        const Result<std::size_t> there = data_.pread(block, start);
        if (!there || *there < block.size() || digest_of(block) != last) return {};
    }
    blocks_ = blocks;
    size_ = size_of(blocks, entry.size);
    chain_ = chain;
    last_ = last;
    return {};
}

Result<void> Part::restart() {
    blocks_ = size_ = 0;
    chain_ = last_ = {};
    if (Result<void> done = journal_.truncate(0); !done) return done;
    return data_.truncate(0);
}

/// The journal has a digest only once the data have the block.
Result<void> Part::note(const Digest& digest, std::uint64_t octets) {
    if (blocks_ == 0)
        if (Result<void> done = journal_.pwrite(std::span<const std::byte>{header_}, 0); !done) return done;
    const std::span<const std::byte> bytes = std::as_bytes(std::span{digest.octets});
    if (Result<void> done = journal_.pwrite(bytes, header_size + blocks_ * Digest::size); !done) return done;
    ++blocks_;
    size_ += octets;
    chain_ = chained(chain_, digest);
    last_ = digest;
    return {};
}

Result<void> Part::append(std::span<const std::byte> block, const Digest& digest) {
    if (Result<void> done = data_.pwrite(block, size_); !done) return done;
    return note(digest, block.size());
}

Result<void> Part::append_zeros() {
    // What a transfer that was cut short may have left here.
    if (Result<void> done = data_.truncate(size_); !done) return done;
    if (Result<void> done = data_.truncate(size_ + block_size); !done) return done;
    return note(digest_of_zeros(), block_size);
}

/// Without its journal a file that is complete could only be sent again, so that goes last. The data are
/// closed before they get their name: some file systems tell only then that they could not keep them.
Result<void> Part::finish(const Entry& entry, Existing existing) {
    const std::string data = part_of(path_);
    const std::string journal = journal_of(path_);
    if (Result<void> done = data_.truncate(size_); !done) return done;
    if (Result<void> done = data_.close(); !done) return done;
    if (Result<void> done = into_.set_status(data, {.mode = entry.mode, .modified = entry.modified}); !done)
        return done;
    if (Result<void> done = into_.rename(data, path_, existing); !done) return done;
    return into_.remove(journal);
}

}  // namespace sockeye::app::transfer
