// A lab's clock against the machine's: real time, faster or slower.
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "lab/pacer.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"

namespace sockeye {

namespace {

using Clock = std::chrono::steady_clock;

/// Counts from the first hold on, so that what the lab takes to work does not add up: a lab that has fallen
/// behind catches up.
class SteadyPacer final : public lab::Pacer {
public:
    explicit SteadyPacer(Speed speed) : speed_{speed} {}

    Held hold(Instant from, Instant to) override {
        if (!start_) start_ = Start{from, Clock::now()};
        const Clock::time_point due = start_->machine + speed_.of_the_machine(to - start_->lab);
        std::unique_lock lock{mutex_};
        const bool interrupted = woken_.wait_until(lock, due, [&] { return interrupted_; });
        interrupted_ = false;
        return interrupted ? Held::interrupted : Held::long_enough;
    }
    void interrupt() noexcept override {
        const std::scoped_lock lock{mutex_};
        interrupted_ = true;
        woken_.notify_all();
    }

private:
    struct Start {
        Instant lab;
        Clock::time_point machine;
    };

    Speed speed_;
    std::optional<Start> start_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool interrupted_ = false;
};

Error bad_speed(std::string_view text) {
    return {
        Errc::invalid_argument, "speed",
        "\"" + std::string{text} +
            "\" is no speed: \"max\", or virtual seconds a second from 0.001 to 1000000, such as 1 or 0.25"};
}

std::optional<std::uint64_t> number(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

}  // namespace

Result<Speed> Speed::parse(std::string_view text) {
    constexpr std::uint64_t fastest = 1'000'000;
    constexpr std::size_t decimals = 3;
    if (text == "max") return max();
    const std::size_t point = text.find('.');
    const std::optional<std::uint64_t> whole = number(text.substr(0, point));
    std::string fraction{point == std::string_view::npos ? "0" : text.substr(point + 1)};
    if (!whole || *whole > fastest || fraction.empty() || fraction.size() > decimals)
        return std::unexpected{bad_speed(text)};
    fraction.resize(decimals, '0');
    const std::optional<std::uint64_t> rest = number(fraction);
    const std::uint64_t all = rest ? *whole * 1000 + *rest : 0;
    if (all == 0 || all > fastest * 1000) return std::unexpected{bad_speed(text)};
    return thousandths(static_cast<std::uint32_t>(all));
}

/// In two parts, since a day of nanoseconds times a thousand is more than 64 bits hold for a slow lab.
Duration Speed::of_the_machine(Duration virtual_time) const {
    const Duration::rep speed = thousandths_;
    const Duration::rep whole = virtual_time.count() / speed;
    const Duration::rep rest = virtual_time.count() % speed;
    if (whole > std::numeric_limits<Duration::rep>::max() / 1000 - 1) return Duration::max() / 2;
    return Duration{whole * 1000 + rest * 1000 / speed};
}

std::string Speed::to_string() const {
    if (is_max()) return "max";
    std::string text = std::to_string(thousandths_ / 1000);
    if (thousandths_ % 1000 == 0) return text;
    std::string fraction = std::to_string(1000 + thousandths_ % 1000).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return text + "." + fraction;
}

void Lab::set_speed(Speed speed) {
    world_->set_pacer(speed.is_max() ? nullptr : std::make_unique<SteadyPacer>(speed));
}

}  // namespace sockeye
