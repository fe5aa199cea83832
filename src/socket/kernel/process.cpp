#include "socket/kernel/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/errno.hpp"
#include "socket/kernel/network.hpp"
#include "socket/kernel/terminal.hpp"

namespace sockeye::kernel {
namespace {

struct Pipe {
    Descriptor read;
    Descriptor write;
};

Result<Pipe> open_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected{error_of(errno)};
    return Pipe{Descriptor{ends[0]}, Descriptor{ends[1]}};
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Signals as a program expects to find them, and a process group of its own.
class Attributes {
public:
    Attributes() {
        ::posix_spawnattr_init(&attributes_);
        sigset_t set;
        ::sigemptyset(&set);
        ::posix_spawnattr_setsigmask(&attributes_, &set);
        for (int number : {SIGPIPE, SIGINT, SIGTERM}) ::sigaddset(&set, number);
        ::posix_spawnattr_setsigdefault(&attributes_, &set);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_;
};

/// What the program finds as its standard input and output.
class Files {
public:
    Files(const Descriptor& input, const Descriptor& output) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, input.get(), STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output.get(), STDOUT_FILENO);
    }
    ~Files() { ::posix_spawn_file_actions_destroy(&actions_); }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
};

/// A stream of its own for each direction; the number of none reads as its end.
constexpr int none = -1;

Stream stream_of(KernelNetwork& network, int input, int output) {
    Loop& loop = static_cast<Network&>(network.backend()).own_loop();
    return {network, std::make_unique<Terminal>(loop, input, output)};
}

}  // namespace

Result<Process> Process::start(KernelNetwork& network, std::vector<std::string> arguments,
                               std::vector<std::string> environment) {
    Result<Pipe> input = open_pipe();
    Result<Pipe> output = open_pipe();
    if (!input) return std::unexpected{input.error()};
    if (!output) return std::unexpected{output.error()};
    for (char** inherited = environ; *inherited != nullptr; ++inherited) environment.emplace_back(*inherited);
    const Attributes attributes;
    const Files files{input->read, output->write};
    pid_t pid = 0;
    const int problem = ::posix_spawn(&pid, arguments.at(0).c_str(), files.get(), attributes.get(),
                                      pointers_to(arguments).data(), pointers_to(environment).data());
    if (problem != 0) return std::unexpected{error_of(problem).with_detail(arguments[0])};
    return Process{pid, stream_of(network, none, input->write.get()),
                   stream_of(network, output->read.get(), none)};
}

Process::~Process() {
    if (pid_ == 0) return;
    ::kill(-pid_, SIGKILL);
    uninterrupted([&] { return ::waitpid(pid_, nullptr, 0); });
}

void Process::terminate() const {
    ::kill(-pid_, SIGTERM);
}

bool Process::has_ended() const {
    siginfo_t ended{};
    // WNOWAIT: it stays to be reaped, so that its number, and its group's, is nobody else's yet.
    return ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == pid_;
}

}  // namespace sockeye::kernel
