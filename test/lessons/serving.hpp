// `sockeye listen` in the background: what the rows on servers ask for.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace sockeye::test {

/// Ready once it has been constructed; ended, by force where needed, once it is destroyed.
class Serving {
public:
    /// `sockeye listen WORDS…`, its input closed. @throws std::runtime_error where it does not listen
    explicit Serving(std::vector<std::string> words);
    ~Serving();
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    const std::string& address() const { return address_; }  ///< "tcp://127.0.0.1:40123"
    std::uint16_t port() const;
    pid_t pid() const { return pid_; }

    /// The next line that it says; empty: it has ended.
    std::string line();
    /// SIGTERM. @returns its exit code; -1: a signal ended it
    int stop();

private:
    int reap();

    pid_t pid_ = 0;
    std::FILE* words_ = nullptr;
    std::string address_;
};

}  // namespace sockeye::test
