#include "test/packetdrill/player.hpp"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <mutex>
#include <regex>
#include <stdexcept>
#include <thread>

#include "test/packetdrill/calls.hpp"
#include "test/packetdrill/packet_text.hpp"
#include "test/packetdrill/script.hpp"

namespace sockeye::packetdrill::test {
namespace {

constexpr std::uint16_t port = 8080;
constexpr std::uint16_t peers_port = 1234;
constexpr Duration tolerance = 4ms;  // packetdrill's

struct Otherwise : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string in_seconds(Duration at) {
    return to_string(Instant{at});
}

/// A call on a thread of its own, which may sleep in it.
class Blocking {
public:
    Blocking(Calls& calls, Door& door, Call call) {
        thread_ = std::thread{[this, &calls, &door, made = std::move(call)] {
            id_ = ::gettid();
            otherwise_ = calls.make(made);
            const std::scoped_lock at_the_door{leaving_};
            if (abandoned_) return;
            timeval now{};
            door->gettimeofday(door.self(), &now, nullptr);
            ended_ = std::chrono::seconds{now.tv_sec} + std::chrono::microseconds{now.tv_usec};
            done_ = true;
        }};
        while (!done_ && !sleeps()) std::this_thread::yield();
    }
    ~Blocking() {
        if (thread_.joinable()) thread_.join();
    }
    /// The instance is about to go: the call ends, and makes no other.
    void abandon() {
        const std::scoped_lock at_the_door{leaving_};
        abandoned_ = true;
    }
    bool is_done() const { return done_; }
    const std::string& join() {
        thread_.join();
        return otherwise_;
    }
    Duration ended() const { return ended_; }

private:
    /// Its state in /proc, behind the name in parentheses (proc(5)).
    bool sleeps() const {
        std::ifstream file{"/proc/self/task/" + std::to_string(id_.load()) + "/stat"};
        std::string text;
        std::getline(file, text);
        const std::size_t name_ends = text.rfind(')');
        return name_ends != std::string::npos && text.substr(name_ends).starts_with(") S");
    }

    std::atomic<int> id_ = 0;
    std::atomic<bool> done_ = false;
    std::mutex leaving_;  ///< who has looked that it is not abandoned makes its call before it is
    bool abandoned_ = false;
    std::string otherwise_;
    Duration ended_{};
    std::thread thread_;
};

class Player {
public:
    Player(const std::string& flags, Family family)
        : door_{std::make_unique<Door>(flags)},
          conversation_{
              .local = {IpAddress::parse(is_ipv6(family) ? "fd3d:fa7b:d17d::1" : "192.168.0.1").value(),
                        port},
              .remote = {IpAddress::parse(is_ipv6(family) ? "2001:db8::1" : "192.0.2.1").value(),
                         peers_port}},
          calls_{*door_, family, conversation_.remote},
          start_{now()} {}

    /// In whatever state: first the instance goes, which ends the call that may still wait in it.
    ~Player() {
        if (blocking_) blocking_->abandon();
        door_->free();
        blocking_.reset();
    }

    void play(const Event& event) {
        const Duration base = event.from == Event::From::last_event ? now() - start_ : Duration::zero();
        const Duration at = base + event.at;
        switch (event.kind) {
            case Event::Kind::outbound: return expect_packet(event, at);
            case Event::Kind::inbound:
                wait_until(at);
                inject(event.text);
                return;
            case Event::Kind::call: return call(event, at, base);
            case Event::Kind::assertion: wait_until(at); return check(event.text);
        }
    }

    void finish() {
        finish_blocking();
        const Duration ends = now() - start_;
        std::vector<std::byte> packet;
        const auto left = receive(packet);
        if (left && *left <= ends + tolerance)
            throw Otherwise{"this left, too: " + compare(packet, "", conversation_)};
    }

private:
    static bool is_ipv6(Family family) { return family == Family::inet6; }

    Duration now() {
        timeval value{};
        (*door_)->gettimeofday(door_->self(), &value, nullptr);
        return std::chrono::seconds{value.tv_sec} + std::chrono::microseconds{value.tv_usec};
    }

    void wait_until(Duration at) {
        constexpr Duration spin = 20us;
        const Duration rest = at - (now() - start_);
        if (rest > spin)
            (*door_)->usleep(door_->self(),
                             static_cast<useconds_t>(
                                 std::chrono::duration_cast<std::chrono::microseconds>(rest - spin).count()));
        while (now() - start_ < at) continue;
    }

    void inject(const std::string& text) {
        const Packet packet = read_packet(text, conversation_);
        (*door_)->netdev_send(door_->self(), packet.bytes().data(), packet.size());
    }

    std::optional<Duration> receive(std::vector<std::byte>& packet) {
        packet.resize(65536);
        std::size_t octets = packet.size();
        long long at = 0;
        (*door_)->netdev_receive(door_->self(), packet.data(), &octets, &at);
        packet.resize(octets);
        if (octets == 0) return std::nullopt;
        return std::chrono::microseconds{at} - start_;
    }

    void expect_packet(const Event& event, Duration at) {
        std::vector<std::byte> packet;
        const auto left = receive(packet);
        if (!left) throw Otherwise{"nothing left"};
        const std::string otherwise = compare(packet, event.text, conversation_);
        if (!otherwise.empty()) throw Otherwise{"at " + in_seconds(*left) + " this left: " + otherwise};
        const Duration latest = event.until ? at - event.at + *event.until : at;
        if (*left < at - tolerance || *left > latest + tolerance)
            throw Otherwise{"it left at " + in_seconds(*left) + ", and not at " + in_seconds(at)};
    }

    void call(const Event& event, Duration at, Duration base) {
        wait_until(at);
        finish_blocking();
        const Call made = read_call(event.text);
        if (!event.until) {
            const std::string otherwise = calls_.make(made);
            if (!otherwise.empty()) throw Otherwise{otherwise};
            return;
        }
        blocking_until_ = base + *event.until;
        blocking_ = std::make_unique<Blocking>(calls_, *door_, made);
    }

    void finish_blocking() {
        if (!blocking_) return;
        for (int patience = 1000; !blocking_->is_done() && patience > 0; --patience)
            std::this_thread::sleep_for(1ms);
        if (!blocking_->is_done()) throw Otherwise{"the call before is still going on"};
        const std::string otherwise = blocking_->join();
        const Duration ended = blocking_->ended() - start_;
        blocking_.reset();
        if (!otherwise.empty()) throw Otherwise{"the call before: " + otherwise};
        if (ended < blocking_until_ - tolerance || ended > blocking_until_ + tolerance)
            throw Otherwise{"the call before ended at " + in_seconds(ended)};
    }

    void check(const std::string& text) {
        static const std::regex assertion{R"(assert\s+(tcpi_\w+)\s*==\s*(\d+))"};
        bool any = false;
        for (auto each = std::sregex_iterator{text.begin(), text.end(), assertion};
             each != std::sregex_iterator{}; ++each, any = true) {
            const long actual = calls_.tcp_info((*each)[1].str());
            if (actual != std::stol((*each)[2].str()))
                throw Otherwise{(*each)[1].str() + " is " + std::to_string(actual)};
        }
        if (!any) throw std::invalid_argument{"what is to be asserted?"};
    }

    std::unique_ptr<Blocking> blocking_;
    Duration blocking_until_{};
    std::unique_ptr<Door> door_;
    Conversation conversation_;
    Calls calls_;
    Duration start_;
};

}  // namespace

std::string play(std::string_view text, Family family, std::size_t events) {
    const Script script = read_script(text);
    const Event* current = nullptr;
    try {
        Player player{script.flags, family};
        std::size_t played = 0;
        for (const Event& event : script.events) {
            if (played++ == events) return {};
            current = &event;
            player.play(event);
        }
        player.finish();
    } catch (const Otherwise& otherwise) {
        if (events != all_events) return {};
        return "line " + std::to_string(current->line) + ": " + current->text + "\n  " + otherwise.what();
    }
    return {};
}

}  // namespace sockeye::packetdrill::test
