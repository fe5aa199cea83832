#include "cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/printable.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr Duration redraw_interval = 100ms;
constexpr std::size_t bar_width = 18;  // so that a line has 77 columns at most

double seconds(Duration duration) {
    return std::chrono::duration<double>{duration}.count();
}

/// Of the terminal at stderr; one that does not say has 80.
std::size_t columns() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string time_left(double seconds_left) {
    const auto whole = static_cast<std::uint64_t>(std::min(seconds_left, 359'999.0));
    if (whole < 60) return fmt::format("{} s left", whole);
    if (whole < 3600) return fmt::format("{}:{:02} min left", whole / 60, whole % 60);
    return fmt::format("{}:{:02} h left", whole / 3600, whole / 60 % 60);
}

}  // namespace

std::string amount(double octets) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    for (; octets >= 1000 && unit + 1 < units.size(); ++unit) octets /= 1024;
    const int decimals = unit == 0 || octets >= 100 ? 0 : octets >= 10 ? 1 : 2;
    return fmt::format("{:.{}f} {}", octets, decimals, units[unit]);
}

Progress::Progress(Network& network, Bar bar, Words words)
    : network_{network}, bar_{bar}, words_{words}, began_{network.now()}, moved_{began_} {}

void Progress::erase() {
    if (is_drawn_) std::fputs("\r\x1b[K", stderr);
    is_drawn_ = false;
}

void Progress::agreed(const app::transfer::Summary& summary) {
    began_ = moved_ = network_.now();
    present_ = summary.present.octets;
    all_ = summary.all.octets;
    octets_ = 0;
}

void Progress::advanced(std::uint64_t octets) {
    octets_ += octets;
    moved_ = network_.now();
    if (bar_ == Bar::left_out || moved_ - drawn_ < redraw_interval) return;
    drawn_ = moved_;
    draw();
}

void Progress::draw() {
    const double rate = static_cast<double>(octets_) / std::max(seconds(moved_ - began_), 1e-3);
    const double there = static_cast<double>(present_ + octets_);
    const double all = static_cast<double>(all_);
    std::string line;
    if (present_ + octets_ > all_) {  // a stream
        line = fmt::format("{}  {}/s", amount(there), amount(rate));
    } else {
        const auto full = static_cast<std::size_t>(there / all * bar_width);
        line = fmt::format("[{:#<{}}{:-<{}}] {:3.0f} %  {} of {}  {}/s  {}", "", full, "", bar_width - full,
                           there / all * 100, amount(there), amount(all), amount(rate),
                           time_left((all - there) / std::max(rate, 1.0)));
    }
    line.resize(std::min(line.size(), columns() - 1));  // a line that wraps could not be drawn over
    std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
    std::fflush(stderr);
    is_drawn_ = true;
}

void Progress::left_out(std::string_view path) {
    if (words_ == Words::said)
        say(fmt::format("left out, as neither file nor directory: {}", app::printable(path)));
}

}  // namespace sockeye::cli
