// Progress: how far a transfer is, on one line of a terminal.
#pragma once

#include <cstdint>
#include <string>

#include "app/transfer/observer.hpp"
#include "sockeye/network.hpp"

namespace sockeye::cli {

/// "512 B", "1.50 KiB", "4.00 GiB": three digits that matter.
std::string amount(double octets);

class Progress final : public app::transfer::Observer {
public:
    enum class Bar : std::uint8_t { drawn, left_out };
    /// Whether what is left out is named.
    enum class Words : std::uint8_t { said, left_out };

    Progress(Network& network, Bar bar, Words words);
    ~Progress() { erase(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void erase();
    /// When something last arrived or was sent.
    Instant moved() const { return moved_; }
    Instant began() const { return began_; }
    /// Octets since then.
    std::uint64_t octets() const { return octets_; }

    /// How many others spoke this protocol.
    std::size_t met_so_far() const { return met_; }

    void left_out(std::string_view path) override;

private:
    void met() override { ++met_; }
    void agreed(const app::transfer::Summary& summary) override;
    void advanced(std::uint64_t octets) override;
    void draw();

    Network& network_;
    Bar bar_;
    Words words_;
    bool is_drawn_ = false;
    Instant began_;
    Instant moved_;
    Instant drawn_;
    std::uint64_t present_ = 0;
    std::uint64_t all_ = 0;  ///< 0: nobody knows
    std::uint64_t octets_ = 0;
    std::size_t met_ = 0;
};

}  // namespace sockeye::cli
