#include "sockeye/explore.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

namespace sockeye {
namespace {

/// What a process says of a seed: this, and behind it so many octets of why it failed; none: it did not.
struct Header {
    std::uint64_t seed;
    std::uint64_t octets;
};
constexpr std::size_t most_octets = std::size_t{64} << 10;

// ---- in the process of its own

std::string outcome_of(const SeedTest& test, std::uint64_t seed) {
    try {
        return test(seed);
    } catch (const std::exception& thrown) {
        return thrown.what();
    }
}

bool write_all(int descriptor, std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t written = ::write(descriptor, octets.data(), octets.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// Until its seeds are done, or nobody listens any more. Nothing of the parent's is cleaned up here.
[[noreturn]] void work(int descriptor, Seeds seeds, std::uint64_t step, const SeedTest& test) {
    for (std::uint64_t seed = seeds.first;; seed += step) {
        std::string why = outcome_of(test, seed);
        why.resize(std::min(why.size(), most_octets));
        const Header header{seed, why.size()};
        std::array<char, sizeof header> octets{};
        std::memcpy(octets.data(), &header, sizeof header);
        if (!write_all(descriptor, {octets.data(), octets.size()}) || !write_all(descriptor, why)) break;
        if (seeds.last - seed < step) break;
    }
    std::fflush(nullptr);
    ::_exit(0);
}

// ---- in the process that asks

std::unexpected<Error> exhausted(const char* what) {
    return std::unexpected{
        Error{Errc::resources_exhausted, "explore", fmt::format("{}: {}", what, std::strerror(errno))}};
}

/// One process, and the seeds that are its.
struct Worker {
    std::uint64_t next = 0;  ///< the seed that it is at
    pid_t process = -1;
    int descriptor = -1;
    std::string heard{};  ///< what it said, as far as nobody has read it

    bool runs() const { return process > 0; }

    void kill() {
        if (runs()) ::kill(process, SIGKILL);
    }

    /// @returns how it ended, as waitpid() says it
    int reap() {
        int status = 0;
        while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
        }
        ::close(descriptor);
        process = descriptor = -1;
        heard.clear();
        return status;
    }
};

std::string how_it_died(int status) {
    if (WIFSIGNALED(status)) return fmt::format("its process died of {}", ::strsignal(WTERMSIG(status)));
    return fmt::format("its process ended with exit code {}", WEXITSTATUS(status));
}

class Exploration {
public:
    Exploration(Seeds seeds, const SeedTest& test, const ExploreOptions& options)
        : seeds_{seeds}, test_{test}, options_{options}, step_{jobs()} {}
    Exploration(const Exploration&) = delete;
    Exploration& operator=(const Exploration&) = delete;
    ~Exploration() {
        for (Worker& worker : workers_) {
            worker.kill();
            if (worker.runs()) (void)worker.reap();  // nobody asks any more
        }
    }

    Result<Explored> run() {
        workers_.resize(step_);
        for (std::uint64_t i = 0; i < step_; ++i) {
            workers_[i].next = seeds_.first + i;
            if (Result<void> begun = begin(workers_[i]); !begun) return std::unexpected{begun.error()};
        }
        while (std::ranges::any_of(workers_, &Worker::runs))
            if (Result<void> heard = listen(); !heard) return std::unexpected{heard.error()};
        std::ranges::sort(explored_.failures, {}, &SeedFailure::seed);
        if (stops_early() && !explored_.failures.empty()) {
            explored_.failures.resize(1);
            explored_.tried = explored_.failures.front().seed - seeds_.first + 1;
        }
        return std::move(explored_);
    }

private:
    std::uint64_t jobs() const {
        const std::uint64_t cores = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
        const std::uint64_t wanted = options_.jobs == 0 ? cores : options_.jobs;
        return std::min(wanted, seeds_.last - seeds_.first + 1);
    }

    bool stops_early() const { return options_.stop == ExploreOptions::Stop::at_first_failure; }

    Result<void> begin(Worker& worker) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) return exhausted("pipe");
        std::fflush(nullptr);  // what is not written yet would be written twice
        worker.process = ::fork();
        if (worker.process < 0) {
            ::close(ends[0]);
            ::close(ends[1]);
            return exhausted("fork");
        }
        if (worker.process == 0) {
            ::close(ends[0]);
            work(ends[1], {worker.next, seeds_.last}, step_, test_);
        }
        ::close(ends[1]);
        worker.descriptor = ends[0];
        return {};
    }

    Result<void> listen() {
        std::vector<pollfd> waited;
        for (const Worker& worker : workers_) waited.push_back({worker.descriptor, POLLIN, 0});
        if (::poll(waited.data(), waited.size(), -1) < 0) {
            if (errno == EINTR) return {};
            return exhausted("poll");
        }
        for (std::size_t i = 0; i < workers_.size(); ++i)
            if (workers_[i].runs() && waited[i].revents != 0)
                if (Result<void> heard = hear(workers_[i]); !heard) return heard;
        for (Worker& worker : workers_)
            if (worker.runs() && is_needless(worker)) {
                worker.kill();
                (void)worker.reap();  // it was ended, and did not end
            }
        if (options_.progress) options_.progress(explored_.tried, explored_.failures.size());
        return {};
    }

    Result<void> hear(Worker& worker) {
        std::array<char, 4096> octets{};
        const ssize_t count = ::read(worker.descriptor, octets.data(), octets.size());
        if (count < 0 && errno == EINTR) return {};
        if (count <= 0) return ended(worker);
        worker.heard.append(octets.data(), static_cast<std::size_t>(count));
        while (take_report(worker)) {
        }
        return {};
    }

    bool take_report(Worker& worker) {
        Header header{};
        if (worker.heard.size() < sizeof header) return false;
        std::memcpy(&header, worker.heard.data(), sizeof header);
        if (worker.heard.size() - sizeof header < header.octets) return false;
        told(header.seed, worker.heard.substr(sizeof header, header.octets));
        worker.heard.erase(0, sizeof header + header.octets);
        worker.next = header.seed + step_;
        return true;
    }

    void told(std::uint64_t seed, std::string why) {
        ++explored_.tried;
        if (why.empty()) return;
        lowest_ = std::min(lowest_.value_or(seed), seed);
        explored_.failures.push_back({seed, std::move(why)});
    }

    /// What it would still try is above the lowest seed that failed.
    bool is_needless(const Worker& worker) const {
        return stops_early() && lowest_ && worker.next > *lowest_;
    }

    /// It has done its seeds, or died of one; then another goes on behind that.
    Result<void> ended(Worker& worker) {
        const int status = worker.reap();
        const bool is_done = worker.next > seeds_.last || worker.next < seeds_.first;
        if (is_done) return {};
        told(worker.next, how_it_died(status));
        if (seeds_.last - worker.next < step_) return {};
        worker.next += step_;
        return is_needless(worker) ? Result<void>{} : begin(worker);
    }

    Seeds seeds_;
    const SeedTest& test_;
    const ExploreOptions& options_;
    std::uint64_t step_;
    std::vector<Worker> workers_;
    std::optional<std::uint64_t> lowest_;  ///< of the seeds that failed
    Explored explored_;
};

}  // namespace

Result<Explored> explore(Seeds seeds, const SeedTest& test, const ExploreOptions& options) {
    if (seeds.first > seeds.last) return Explored{};
    return Exploration{seeds, test, options}.run();
}

}  // namespace sockeye
