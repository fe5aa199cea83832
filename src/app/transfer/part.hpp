// Part: a file that is still arriving. Its octets stand beside the place where it will be, and the
// digests of its blocks in a journal beside them, so that it can go on after any end of either side.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "app/transfer/digest.hpp"
#include "app/transfer/message.hpp"
#include "sockeye/directory.hpp"

namespace sockeye::app::transfer {

class Part {
public:
    /// What has arrived of `entry` so far: nothing, if what is there belongs to another one.
    /// @returns busy: another transfer is writing it
    static Result<Part> open(Directory into, const Entry& entry);
    /// The same for a look at it, without making anything. @returns not_found
    static Result<Part> find(Directory into, const Entry& entry);
    /// Removes the journal of a transfer that was killed when its file had its name already.
    static void forget_journal(Directory into, const Entry& entry);

    std::uint64_t blocks() const { return blocks_; }
    std::uint64_t size() const { return size_; }  ///< octets
    const Digest& chain() const { return chain_; }
    const Digest& last() const { return last_; }  ///< the digest of the last block

    /// Forgets all of it.
    Result<void> restart();
    /// One more block. Only the last may be shorter than block_size. @returns no_space
    Result<void> append(std::span<const std::byte> block, const Digest& digest);
    /// One more block, full of zeros: a hole.
    Result<void> append_zeros();
    /// Gives the file what is known of it, and at last its name. @returns exists, no_space
    Result<void> finish(const Entry& entry, Existing existing);

private:
    Part(Directory into, std::string path) : into_{std::move(into)}, path_{std::move(path)} {}

    Result<void> load(const Entry& entry, Access access);
    Result<void> believe(const Entry& entry);
    Result<void> note(const Digest& digest, std::uint64_t octets);

    Directory into_;
    std::string path_;
    File data_;
    File journal_;
    std::vector<std::byte> header_;  ///< of the journal: whose blocks these are
    std::uint64_t blocks_ = 0;
    std::uint64_t size_ = 0;
    Digest chain_;
    Digest last_;
};

}  // namespace sockeye::app::transfer
