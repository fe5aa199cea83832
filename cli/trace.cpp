#include "cli/trace.hpp"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <map>

#include "cli/owner.hpp"
#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/errno.hpp"

namespace sockeye::cli {
namespace {

using kernel::Descriptor;
using kernel::error_of;
using kernel::uninterrupted;

constexpr auto options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

/// ptrace(2) takes numbers in the place of pointers.
void* as_pointer(std::intptr_t number) {
    return reinterpret_cast<void*>(number);
}

struct Pipe {
    Descriptor out;
    Descriptor in;
};

Result<Pipe> open_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) return std::unexpected{error_of(errno)};
    return Pipe{Descriptor{ends[0]}, Descriptor{ends[1]}};
}

std::atomic<pid_t> program = 0;
static_assert(std::atomic<pid_t>::is_always_lock_free);

void hand_on(int signal) {
    const int kept = errno;
    if (const pid_t pid = program.load(); pid > 0) ::kill(pid, signal);
    errno = kept;
}

/// SIGINT reaches the program by itself: a terminal sends it to all in front of it.
class Signals {
public:
    explicit Signals(pid_t pid) {
        program = pid;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            struct sigaction action{};
            action.sa_handler = numbers[i] == SIGINT || numbers[i] == SIGQUIT ? SIG_IGN : hand_on;
            action.sa_flags = SA_RESTART;
            ::sigaction(numbers[i], &action, &before_[i]);
        }
    }
    ~Signals() {
        for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
        program = 0;
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

private:
    static constexpr std::array numbers{SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    std::array<struct sigaction, numbers.size()> before_{};
};

/// In the child: waits until it is traced, becomes the program, or says why not.
[[noreturn]] void become(const std::vector<std::string>& words, const Pipe& traced, const Pipe& problem) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    char go = 0;
    if (uninterrupted([&] { return ::read(traced.out.get(), &go, 1); }) == 1) {
        ::execvp(arguments[0], arguments.data());
        const int number = errno;
        (void)!::write(problem.in.get(), &number, sizeof number);
    }
    ::_exit(127);
}

std::size_t read_memory(pid_t pid, std::uint64_t address, std::span<std::byte> into) {
    const iovec here{.iov_base = into.data(), .iov_len = into.size()};
    const iovec there{.iov_base = reinterpret_cast<void*>(address), .iov_len = into.size()};
    const ssize_t octets = ::process_vm_readv(pid, &here, 1, &there, 1, 0);
    return octets < 0 ? 0 : static_cast<std::size_t>(octets);
}

bool makes_a_socket(NetworkCall call) {
    return call == NetworkCall::socket || call == NetworkCall::accept || call == NetworkCall::accept4;
}

/// A stop of one thread after another, each told apart and sent on.
class Tracer {
public:
    Tracer(pid_t first, const OnCall& on_call) : first_{first}, on_call_{on_call} {}

    /// Until nobody is left. @returns how the first one ended
    int run();

private:
    struct Entered {
        RawCall raw;
        std::uint32_t inode = 0;
    };

    void stopped(pid_t pid, int status);
    void at_system_call(pid_t pid);
    void entered(pid_t pid, const __ptrace_syscall_info& info);
    void returned(pid_t pid, const __ptrace_syscall_info& info);

    pid_t first_;
    const OnCall& on_call_;
    std::map<pid_t, Entered> calls_;  ///< of threads that are in one about a socket
};

int Tracer::run() {
    int first_status = 0;
    for (;;) {
        int status = 0;
        const pid_t pid = uninterrupted([&] { return ::waitpid(-1, &status, __WALL); });
        if (pid < 0) break;  // ECHILD: all have ended
        if (WIFSTOPPED(status)) {
            stopped(pid, status);
            continue;
        }
        calls_.erase(pid);
        if (pid == first_) first_status = status;
    }
    constexpr int signalled = 128;  // as a shell says it
    return WIFEXITED(first_status) ? WEXITSTATUS(first_status) : signalled + WTERMSIG(first_status);
}

/// What kind of stop it is: ptrace(2), "Stopped states".
void Tracer::stopped(pid_t pid, int status) {
    constexpr int system_call = SIGTRAP | 0x80;
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    auto go_on = PTRACE_SYSCALL;
    int deliver = 0;
    if (signal == system_call) {
        at_system_call(pid);
    } else if (event == PTRACE_EVENT_STOP) {
        // A new child begins with such a stop; of a program that was stopped by a signal it is the group's.
        if (signal != SIGTRAP) go_on = PTRACE_LISTEN;
    } else if (event == 0) {
        deliver = signal;
    }
    // It may have been killed meanwhile; then the next wait says so.
    (void)::ptrace(go_on, pid, nullptr, as_pointer(deliver));
}

void Tracer::at_system_call(pid_t pid) {
    __ptrace_syscall_info info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, pid, as_pointer(sizeof info), &info) <= 0) return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) entered(pid, info);
    if (info.op == PTRACE_SYSCALL_INFO_EXIT) returned(pid, info);
}

/// Whose descriptor it is has to be asked before the call: close() leaves none.
void Tracer::entered(pid_t pid, const __ptrace_syscall_info& info) {
    Entered call;
    call.raw.call = network_call(info.arch, info.entry.nr);
    if (call.raw.call == NetworkCall::other) return;
    std::copy(std::begin(info.entry.args), std::end(info.entry.args), call.raw.arguments.begin());
    const auto descriptor = static_cast<int>(call.raw.arguments[0]);
    const bool has_none = call.raw.call == NetworkCall::socket || call.raw.call == NetworkCall::socketpair ||
                          call.raw.call == NetworkCall::io_uring_enter;
    call.inode = has_none ? 0 : socket_inode(pid, descriptor).value_or(0);
    if (call.inode == 0 && !has_none) return;  // a file's, or a pipe's
    calls_[pid] = call;
}

void Tracer::returned(pid_t pid, const __ptrace_syscall_info& info) {
    const auto found = calls_.find(pid);
    if (found == calls_.end()) return;
    Entered entered = found->second;
    calls_.erase(found);
    entered.raw.result = info.exit.rval;
    constexpr std::int64_t restarts = -512;  // ERESTARTSYS and its kin: the call goes on after a signal
    if (info.exit.is_error != 0 && entered.raw.result <= restarts) return;
    const ReadMemory memory = [pid](std::uint64_t address, std::span<std::byte> into) {
        return read_memory(pid, address, into);
    };
    TracedCall call{.pid = pid, .inode = entered.inode, .call = decode(entered.raw, memory)};
    if (makes_a_socket(call.call.call) && !call.call.failed())
        call.made_inode = socket_inode(pid, static_cast<int>(call.call.result)).value_or(0);
    on_call_(call);
}

Error not_allowed(int number) {
    const char* const how =
        "ptrace is not permitted here: a container needs --cap-add=SYS_PTRACE, a machine "
        "kernel.yama.ptrace_scope below 3";
    return number == EPERM || number == EACCES ? Error{Errc::permission_denied, "ptrace", how}
                                               : error_of(number).with_during("ptrace");
}

}  // namespace

Result<int> trace(const std::vector<std::string>& words, const OnCall& on_call) {
    const Result<Pipe> traced = open_pipe();
    Result<Pipe> problem = open_pipe();
    if (!traced || !problem) return std::unexpected{traced ? problem.error() : traced.error()};
    const pid_t pid = ::fork();
    if (pid < 0) return std::unexpected{error_of(errno).with_during("fork")};
    if (pid == 0) become(words, *traced, *problem);
    if (::ptrace(PTRACE_SEIZE, pid, nullptr, as_pointer(options)) < 0) {
        const int number = errno;
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        return std::unexpected{not_allowed(number)};
    }
    const Signals signals{pid};
    (void)!::write(traced->in.get(), "", 1);
    problem->in.close();
    const int exit = Tracer{pid, on_call}.run();
    int number = 0;
    if (::read(problem->out.get(), &number, sizeof number) == sizeof number)
        return std::unexpected{error_of(number).with_during("exec")};
    return exit;
}

}  // namespace sockeye::cli
