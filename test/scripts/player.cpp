#include "test/scripts/player.hpp"

#include <array>
#include <deque>
#include <iterator>
#include <memory>

#include "test/scripts/segment_text.hpp"

namespace sockeye::transport::tcp::test {
namespace {

using Words = std::istringstream;

/// Something is not as the script says.
struct Otherwise : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void expect(std::string_view what, const std::string& expected, const std::string& actual) {
    if (expected != actual) throw Otherwise{std::string{what} + " is " + actual};
}

Duration seconds(double value) {
    return std::chrono::round<Duration>(std::chrono::duration<double>{value});
}

template <class T>
T next_word(Words& words) {
    T value{};
    if (!(words >> value)) throw std::invalid_argument{"something is missing"};
    return value;
}

class Player {
public:
    void run(const std::string& line) {
        Words words{line};
        std::string first;
        if (!(words >> first) || first.starts_with("//")) return;
        if (first == "set") return set(words);
        if (!script_) script_ = std::make_unique<Script>(config_);
        move_to(first);
        std::string action = next_word<std::string>(words);
        std::string rest;
        std::getline(words >> std::ws, rest);
        if (action == ">") return must_leave(rest);
        must_be_quiet();
        if (action == "<") {
            script_->arrives(read_segment(rest));
        } else {
            call(action, rest);
        }
        collect();
    }

    void must_be_quiet() const {
        if (!left_.empty()) throw Otherwise{"this left, too: " + left_.front().text};
    }

private:
    struct Left {
        Instant at;
        std::string text;
    };

    Tcp& tcp() { return script_->tcp; }
    Connection& connection() {
        if (connection_ == nullptr) throw std::invalid_argument{"there is no connection"};
        return *connection_;
    }

    // ---- time

    void move_to(const std::string& time) {
        const double value = std::stod(time.starts_with('+') ? time.substr(1) : time);
        at_ = time.starts_with('+') ? at_ + seconds(value) : Instant{seconds(value)};
        collect();
        while (tcp().next_wakeup() <= at_) {
            script_->now = std::max(script_->now, tcp().next_wakeup());
            collect();
        }
        script_->now = at_;
    }

    void collect() {
        while (auto packet = tcp().poll(script_->now)) {
            const auto segment = wire::parse_tcp(packet->payload.bytes()).value();
            script_->note_syn(segment.header);
            left_.push_back({script_->now, segment_text(segment, script_->origins())});
        }
    }

    void must_leave(const std::string& expected) {
        collect();
        if (left_.empty()) throw Otherwise{"nothing left"};
        const Left actual = left_.front();
        left_.pop_front();
        if (actual.at != at_ || !fits(actual.text, expected))
            throw Otherwise{"at " + to_string(actual.at) + " this left: " + actual.text};
    }

    // ---- what is set before

    void set(Words& words) {
        const auto name = next_word<std::string>(words);
        const auto value = next_word<std::string>(words);
        if (name == "timestamps")
            config_.options.timestamps = value == "on";
        else if (name == "sack")
            config_.options.sack = value == "on";
        else if (name == "wscale")
            config_.options.window_scaling = value == "on";
        else if (name == "send_buffer")
            config_.send_buffer = std::stoul(value);
        else if (name == "receive_buffer")
            config_.receive_buffer = std::stoul(value);
        else if (name == "minimum_rto")
            config_.minimum_rto = seconds(std::stod(value));
        else if (name == "time_wait")
            config_.time_wait = seconds(std::stod(value));
        else if (name == "data_retries")
            config_.data_retries = std::stoi(value);
        else if (name == "syn_backlog")
            config_.syn_backlog = std::stoul(value);
        else
            throw std::invalid_argument{"set what?"};
    }

    // ---- calls

    void call(const std::string& name, const std::string& rest) {
        struct Call {
            std::string_view name;
            void (Player::*run)(Words&);
        };
        static constexpr std::array calls{
            Call{"listen", &Player::listen},
            Call{"connect", &Player::connect},
            Call{"accept", &Player::accept},
            Call{"send", &Player::send},
            Call{"recv", &Player::receive},
            Call{"eof", &Player::eof},
            Call{"shutdown", &Player::shutdown},
            Call{"close", &Player::close},
            Call{"abort", &Player::abort},
            Call{"state", &Player::state},
            Call{"error", &Player::error},
            Call{"readable", &Player::readable},
            Call{"nodelay", &Player::nodelay},
            Call{"cork", &Player::cork},
            Call{"uncork", &Player::uncork},
            Call{"keepalive", &Player::keepalive},
            Call{"linger", &Player::linger},
            Call{"user_timeout", &Player::user_timeout},
            Call{"connections", &Player::connections},
        };
        const auto* found = std::ranges::find(calls, std::string_view{name}, &Call::name);
        if (found == calls.end()) throw std::invalid_argument{"no such call"};
        Words words{rest};
        (this->*found->run)(words);
    }

    void listen(Words& words) { listener_ = tcp().listen(alice, next_word<int>(words)).value(); }
    void connect(Words&) { connection_ = tcp().connect(alice, bob, script_->now, mtu).value(); }
    void accept(Words&) {
        connection_ = listener_ == nullptr ? nullptr : tcp().accept(*listener_);
        if (connection_ == nullptr) throw Otherwise{"nobody waits to be accepted"};
    }
    void send(Words& words) {
        const auto octets = next_word<std::size_t>(words);
        const auto taken = connection().send(bytes(std::string(octets, 'x')));
        expect("taken", std::to_string(octets),
               taken ? std::to_string(*taken) : std::string{to_string(taken.error().code())});
    }
    void receive(Words& words) {
        const auto octets = next_word<std::size_t>(words);
        std::string text(octets, '\0');
        const std::size_t read = connection().receive(std::as_writable_bytes(std::span{text}));
        expect("read", std::to_string(octets), std::to_string(read));
    }
    void eof(Words&) {
        if (!connection().is_eof()) throw Otherwise{"this is not the end"};
    }
    void shutdown(Words&) { connection().shutdown_write().value(); }
    void close(Words&) { tcp().release(*std::exchange(connection_, nullptr), script_->now); }
    void abort(Words&) { tcp().abort(*std::exchange(connection_, nullptr)); }
    void state(Words& words) {
        expect("state", next_word<std::string>(words), std::string{to_string(connection().state())});
    }
    void error(Words& words) {
        const auto why = connection().take_error();
        expect("error", next_word<std::string>(words), why ? std::string{to_string(*why)} : "none");
    }
    void readable(Words& words) {
        expect("readable", next_word<std::string>(words), std::to_string(connection().readable()));
    }
    void connections(Words& words) {
        expect("connections", next_word<std::string>(words), std::to_string(tcp().connections()));
    }

    void apply(void (*change)(Settings&, Words&), Words& words) {
        Settings settings = connection().settings();
        change(settings, words);
        connection().apply(settings, script_->now);
    }
    void nodelay(Words& words) {
        apply([](Settings& s, Words&) { s.nagle = Nagle::off; }, words);
    }
    void cork(Words& words) {
        apply([](Settings& s, Words&) { s.cork = Cork::in; }, words);
    }
    void uncork(Words& words) {
        apply([](Settings& s, Words&) { s.cork = Cork::out; }, words);
    }
    void keepalive(Words& words) {
        apply(
            [](Settings& s, Words& w) {
                const Duration idle = seconds(next_word<double>(w));
                const Duration interval = seconds(next_word<double>(w));
                s.keepalive = Keepalive{.idle = idle, .interval = interval, .count = next_word<int>(w)};
            },
            words);
    }
    void user_timeout(Words& words) {
        apply([](Settings& s, Words& w) { s.user_timeout = seconds(next_word<double>(w)); }, words);
    }
    void linger(Words& words) {
        apply([](Settings& s, Words& w) { s.linger = seconds(next_word<double>(w)); }, words);
    }

    // A textbook stack, where a script sets nothing.
    Config config_{.receive_buffer = 65535,
                   .options = {.window_scaling = false, .timestamps = false, .sack = false}};
    std::unique_ptr<Script> script_;
    Instant at_;
    std::deque<Left> left_;
    Listener* listener_ = nullptr;
    Connection* connection_ = nullptr;
};

}  // namespace

std::string play(std::string_view script) {
    Player player;
    std::istringstream lines{std::string{script}};
    std::string line;
    int number = 0;
    try {
        while (std::getline(lines, line)) {
            ++number;
            player.run(line);
        }
        line = "the end";
        player.must_be_quiet();
    } catch (const std::exception& otherwise) {
        return "line " + std::to_string(number) + ": " + line + "\n  " + otherwise.what();
    }
    return {};
}

}  // namespace sockeye::transport::tcp::test
