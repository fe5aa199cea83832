// A pipe, for splice(2).
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "packetdrill/file.hpp"

namespace sockeye::packetdrill {

class PipeEnd final : public File {
public:
    struct Pair {
        std::shared_ptr<PipeEnd> reader;
        std::shared_ptr<PipeEnd> writer;
    };
    static Pair make();

    short readiness() override;
    Outcome receive(Reception& reception) override;
    Outcome send(Dispatch& dispatch) override;
    Outcome readable() override { return static_cast<Outcome>(octets_->size()); }
    bool reads() const { return end_ == End::reading; }
    /// Octets that send() would take now.
    std::size_t room() const { return capacity - octets_->size(); }

private:
    enum class End : std::uint8_t { reading, writing };
    static constexpr std::size_t capacity = 65536;  // pipe(7)

    PipeEnd(End end, std::shared_ptr<std::deque<std::byte>> octets) : end_{end}, octets_{std::move(octets)} {}
    bool is_other_end_gone() const { return octets_.use_count() == 1; }

    End end_;
    std::shared_ptr<std::deque<std::byte>> octets_;
};

}  // namespace sockeye::packetdrill
